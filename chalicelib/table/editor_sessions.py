"""Editor sessions of a campaign. A token names its account, campaign and session, so one read finds it."""

from __future__ import annotations

from datetime import UTC, datetime

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.domain.api_key import ApiKey
from chalicelib.domain.editor_session import EditorSession, EditorToken
from chalicelib.domain.ids import is_id
from chalicelib.errors import NotFound
from chalicelib.table import api_keys, campaign_rows, keys
from chalicelib.table.once import FOR_REAL, Intent
from chalicelib.table.rows import Row
from chalicelib.table.transaction import Changed, Transaction


class EditorSessionRow(Row, discriminator="editor_session"):
    id = UnicodeAttribute()
    account_id = UnicodeAttribute()
    campaign_id = UnicodeAttribute()
    key_id = UnicodeAttribute()
    digest = UnicodeAttribute()
    expires_at = NumberAttribute()


def create(session: EditorSession, intent: Intent = FOR_REAL) -> None:
    """Store a new session of a campaign that is open. Raises NotFound, CampaignArchived. 4 write units."""
    transaction = intent.begin(session)
    campaign = campaign_rows.at(session.account_id, session.campaign_id)
    transaction.check(campaign, campaign_rows.is_open(), otherwise=campaign_rows.unless_open())
    place = keys.editor_session(session.account_id, session.campaign_id, session.id)
    row = EditorSessionRow.at(
        place,
        id=session.id,
        account_id=session.account_id,
        campaign_id=session.campaign_id,
        key_id=session.key_id,
        digest=session.digest,
        expires_at=int(session.expires_at.timestamp()),
    )
    transaction.put(row, EditorSessionRow.PK.does_not_exist(), otherwise=Changed())
    transaction.run()


def opened_by(token: EditorToken, now: datetime) -> tuple[EditorSession, ApiKey] | None:
    """The session a token opens and the key that made it, or None: over, unknown, or the key is revoked.

    2 reads.
    """
    if not (is_id(token.account_id) and is_id(token.campaign_id) and is_id(token.session_id)):
        return None
    row = EditorSessionRow.find(keys.editor_session(token.account_id, token.campaign_id, token.session_id))
    if row is None or not _session(row).opens_with(token, now):
        return None
    key = api_keys.find(row.account_id, row.key_id)
    return None if key is None else (_session(row), key)


def end(account_id: str, campaign_id: str, session_id: str, intent: Intent = FOR_REAL) -> None:
    """The session opens nothing from now on. Raises NotFound. 2 write units."""
    transaction: Transaction = intent.begin()
    row = EditorSessionRow.at(keys.editor_session(account_id, campaign_id, session_id))
    transaction.delete(row, EditorSessionRow.PK.exists(), otherwise=NotFound("editor session"))
    transaction.run()


def _session(row: EditorSessionRow) -> EditorSession:
    expires_at = datetime.fromtimestamp(int(row.expires_at), UTC)
    return EditorSession(row.id, row.account_id, row.campaign_id, row.key_id, row.digest, expires_at)
