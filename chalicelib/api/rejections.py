"""What intake refused, for the account's owner to see."""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field

from chalicelib.api.http import Call, answer, operation
from chalicelib.api.schema import Body, Paged, Query, UtcTime, View
from chalicelib.domain.api_key import Scope
from chalicelib.table import rejection_days
from chalicelib.table.once import Answer
from chalicelib.table.rejections import KEPT


class DaysQuery(Query):
    """How far back to look."""

    days: int = Field(7, ge=1, le=KEPT.days, description="days back, today included (UTC)")


class RejectionView(View):
    """Events refused on one day for one reason."""

    day: str = Field(json_schema_extra={"format": "date"})
    code: str
    count: int
    last_message: str
    last_at: UtcTime


@operation(scope=Scope.READ, query=DaysQuery, answers={200: Paged[RejectionView]})
def list_rejections(call: Call[Body, DaysQuery]) -> Answer:
    """Count the events that intake refused

    By day and reason, the newest day first, with the last message; all on one page. A request that was sent
    again is counted again.
    """
    first_day = (call.now - timedelta(days=call.query.days - 1)).date()
    found = rejection_days.since(call.account_id, first_day.isoformat())
    return answer(Paged[RejectionView](items=[RejectionView.of(each) for each in found], next_cursor=None))
