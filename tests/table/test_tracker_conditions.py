"""Trackers under others' hands.

What was read may be outdated when it is written. Each test lets somebody else act between the two, right
before the first write is sent: the condition in the write decides, and not the read.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.domain.campaign import Campaign, Status
from chalicelib.domain.names import Name
from chalicelib.domain.tracker import Kind
from chalicelib.errors import (
    AatImmutable,
    InUse,
    NameTaken,
    StaleVersion,
    Unavailable,
    WidgetEditorOnly,
)
from chalicelib.table import campaign_status, campaigns, removal, tracker_rows, trackers
from tests import factories
from tests.factories import NOW
from tests.table import faults
from tests.table.meanwhile import change, intents, refused_after, select

pytestmark = pytest.mark.usefixtures("sound")


@intents
@pytest.mark.parametrize(
    "changes", [{"name": Name.of("Buy")}, {"selector": "#sell"}, {"event": "submit"}], ids=str
)
def test_an_xat_that_becomes_an_aat_while_it_is_edited_is_not_edited(account, campaign, changes, intent):
    xat = factories.new_tracker(account, campaign)

    refusal = refused_after(
        lambda: change(account, xat, kind=Kind.AAT),
        lambda: change(account, xat, intent=intent, **changes),
    )

    assert isinstance(refusal, AatImmutable)
    assert trackers.get(account, xat.id) == replace(xat, kind=Kind.AAT, version=2)


def test_the_memo_of_an_xat_that_becomes_an_aat_meanwhile_is_changed(account, campaign):
    xat = factories.new_tracker(account, campaign)

    with faults.just_before("TransactWriteItems", lambda: change(account, xat, kind=Kind.AAT)):
        change(account, xat, context="memo")

    assert trackers.get(account, xat.id) == replace(xat, kind=Kind.AAT, context="memo", version=3)


@intents
def test_a_name_that_is_taken_while_a_tracker_is_promoted_stays_with_who_took_it(account, campaign, intent):
    xat = factories.new_tracker(account, campaign)
    aat = factories.tracker_of(account, campaign, "ADD TO CART", Kind.AAT)

    refusal = refused_after(
        lambda: trackers.create(account, aat), lambda: change(account, xat, kind=Kind.AAT, intent=intent)
    )

    assert isinstance(refusal, NameTaken)
    assert refusal.details == {"tracker_id": aat.id}
    assert trackers.get(account, xat.id) == xat


@intents
def test_an_edit_with_an_outdated_version_is_refused_also_when_it_became_outdated_after_the_read(
    account, campaign, intent
):
    xat = factories.new_tracker(account, campaign)

    refusal = refused_after(
        lambda: change(account, xat, selector="#sell"),
        lambda: change(account, xat, if_match=1, intent=intent, selector="#rent"),
    )

    assert isinstance(refusal, StaleVersion)
    assert refusal.details == {"version": 2}
    assert trackers.get(account, xat.id).selector == "#sell"


def test_without_if_match_the_second_of_two_edits_is_made_of_what_the_first_left(account, campaign):
    xat = factories.new_tracker(account, campaign)

    with faults.just_before("TransactWriteItems", lambda: change(account, xat, name=Name.of("Buy now"))):
        change(account, xat, hidden=True)

    assert trackers.get(account, xat.id) == replace(xat, name=Name.of("Buy now"), hidden=True, version=3)


@pytest.mark.parametrize("version", [0, 2, 99])
def test_if_match_with_another_version_changes_neither_a_tracker_nor_a_campaign(account, campaign, version):
    xat = factories.new_tracker(account, campaign)

    def rename(each: Campaign) -> Campaign:
        return replace(each, name="Other", version=each.version + 1)

    for call in (
        lambda: change(account, xat, if_match=version, selector="#sell"),
        lambda: campaigns.change(account, campaign.id, rename, version),
        lambda: campaign_status.move(account, campaign.id, Status.LIVE, NOW, version),
    ):
        with pytest.raises(StaleVersion):
            call()

    assert trackers.get(account, xat.id) == xat
    assert campaigns.get(account, campaign.id) == campaign


@intents
def test_a_widget_tracker_is_deleted_in_the_editor_only_with_its_data_or_without(account, campaign, intent):
    widget = factories.new_tracker(account, campaign, kind=Kind.WIDGET)
    select(account, campaign, widget)

    for with_data in (False, True):
        with pytest.raises(WidgetEditorOnly):
            removal.delete_tracker(account, widget.id, with_data=with_data, intent=intent)

    assert trackers.get(account, widget.id).uses == 1


@intents
def test_a_tracker_that_is_selected_while_it_is_deleted_stays(account, campaign, other, intent):
    aat = factories.new_tracker(account, campaign, kind=Kind.AAT)

    refusal = refused_after(
        lambda: select(account, other, aat), lambda: removal.delete_tracker(account, aat.id, intent=intent)
    )

    assert isinstance(refusal, InUse)
    assert refusal.details == {
        "uses": [
            {
                "campaign_id": other.id,
                "name": other.name,
                "status": "draft",
                "role": "secondary",
                "tracker_id": aat.id,
            }
        ],
        "would_lose": {"goals": 1, "converters": 0, "actions": 0},
    }
    assert trackers.get(account, aat.id).active_uses == 1


def test_a_tracker_that_is_selected_while_it_is_deleted_with_its_data_takes_that_goal_along(
    account, campaign, other
):
    aat = factories.new_tracker(account, campaign, kind=Kind.AAT)
    select(account, campaign, aat)

    with faults.just_before("TransactWriteItems", lambda: select(account, other, aat), number=1):
        removal.delete_tracker(account, aat.id, with_data=True)

    assert trackers.find(account, aat.id) is None
    assert campaigns.with_goals(account, other.id)[1] == []


def test_what_never_stops_changing_is_unavailable_and_not_decided_on_what_is_outdated(account, campaign):
    xat = factories.new_tracker(account, campaign)

    def interfere() -> None:
        row = tracker_rows.at(account, xat.id)
        row.update([tracker_rows.TrackerRow.version.add(1)])

    with faults.before_each("TransactWriteItems", interfere), pytest.raises(Unavailable):
        change(account, xat, selector="#sell")

    assert trackers.get(account, xat.id).selector == "#buy"
