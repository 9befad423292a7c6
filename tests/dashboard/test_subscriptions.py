"""The page of subscriptions: who gets which campaign's report, added and ended here as by the API."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from chalicelib.domain.subscription import MAX_SUBSCRIPTIONS, Rhythm
from chalicelib.table import jobs, subscriptions
from tests.api.callers import Tenant
from tests.dashboard.people import Person
from tests.factories import new_subscription


@pytest.fixture
def campaign(api):
    return api.moved(api.new_campaign("Summer <b>"), "live")


def fields(campaign, **other: str) -> dict[str, str]:
    return {
        "campaign_id": campaign["id"],
        "channel": "email",
        "address": "ann@example.com",
        "every": "week",
        **other,
    }


def addresses(seen) -> list[str]:
    return re.findall(r'<th scope="row" class="name">(\S+) <span class="badge">', seen.html)


def test_the_list_says_who_gets_which_report_how_often_and_when_it_last_went_out(acme, analyst, campaign):
    daily = new_subscription(acme.id, campaign["id"], address="day@example.com")
    weekly = new_subscription(acme.id, campaign["id"], every=Rhythm.WEEK, address="week@example.com")
    new_subscription(acme.id, campaign["id"], address="new@example.com")
    subscriptions.note_sent(acme.id, daily.id, "20260112", datetime(2026, 1, 12, 8, 30, tzinfo=UTC))
    subscriptions.note_sent(acme.id, weekly.id, None, datetime(2026, 1, 14, 9, tzinfo=UTC))

    seen = analyst.see("/subscriptions")

    assert "Summer <b> Live day@example.com Mail Each day 12 Jan 2026, 08:30" in seen.text
    assert "week@example.com Mail On Mondays 14 Jan 2026, 09:00" in seen.text
    assert "new@example.com Mail Each day not yet" in seen.text
    assert "<b>" not in seen.html


def test_a_mail_subscription_is_added_and_the_list_told(acme, analyst, campaign):
    form = analyst.see("/subscriptions/new", part=True, campaign=campaign["id"])
    added = analyst.do("POST", "/subscriptions", fields(campaign))

    (kept,) = subscriptions.all_of(acme.id)
    assert f'<option value="{campaign["id"]}" selected>' in form.html
    assert added.toast == "ann@example.com gets the report."
    assert added.events.keys() == {"toast", "subscriptions-changed", "close-dialog"}
    assert (kept.campaign_id, kept.channel, kept.address, kept.every) == tuple(fields(campaign).values())


def test_a_webhooks_secret_is_shown_once(acme, analyst, campaign):
    hook = fields(campaign, channel="webhook", address="https://example.com/hook")

    added = analyst.do("POST", "/subscriptions", hook)

    (kept,) = subscriptions.all_of(acme.id)
    assert kept.secret in added.text
    assert "subscriptions-changed" in added.events
    assert kept.secret not in analyst.see("/subscriptions").html
    assert addresses(analyst.see("/subscriptions")) == ["https://example.com/hook"]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"address": "nobody"}, "Must be a mail address"),
        ({"address": ""}, "Must be a mail address"),
        ({"channel": "webhook", "address": "ftp://x"}, "Must be an https:// address"),
        ({"channel": "pigeon"}, "Must be 'email' or 'webhook'"),
        ({"every": "hour"}, "Must be 'day' or 'week'"),
        ({"campaign_id": "nowhere"}, "There is no such campaign."),
        ({"campaign_id": "x" * 3000}, "Must be an id"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(acme, analyst, campaign, wrong, message):
    seen = analyst.do("POST", "/subscriptions", fields(campaign, **wrong))

    assert message in seen.text
    assert wrong.get("address", "ann@example.com") in seen.values("value")
    assert subscriptions.all_of(acme.id) == []


def test_the_limit_of_an_account_is_told(acme, analyst, campaign, monkeypatch):
    monkeypatch.setattr("chalicelib.table.subscriptions.MAX_SUBSCRIPTIONS", 1)
    analyst.do("POST", "/subscriptions", fields(campaign))

    seen = analyst.do("POST", "/subscriptions", fields(campaign, address="bob@example.com"))

    assert "An account has at most 1 subscriptions." in seen.text
    assert MAX_SUBSCRIPTIONS == 100


def test_one_is_sent_the_report_of_now_by_a_button(acme, analyst, campaign):
    subscription = new_subscription(acme.id, campaign["id"], address="ann@example.com")

    seen = analyst.see("/subscriptions")
    sent = [analyst.do("POST", f"/subscriptions/{subscription.id}/reports") for _ in range(2)]

    assert f"/subscriptions/{subscription.id}/reports" in seen.values("hx-post")
    assert {each.toast for each in sent} == {"The report of now is on its way."}
    (job,) = jobs.listed(acme.id, None, 10, None).items
    assert (job.kind, job.arguments) == ("reports", {"subscription_id": subscription.id})


def test_ending_one_asks_first_and_ends_that_one(acme, analyst, campaign):
    ended = new_subscription(acme.id, campaign["id"], address="ann@example.com")
    kept = new_subscription(acme.id, campaign["id"], address="bob@example.com")
    path = f"/subscriptions/{ended.id}/delete"

    question = analyst.see(path, part=True)
    before = len(subscriptions.all_of(acme.id))
    done = analyst.do("POST", path)

    assert "ann@example.com gets the report of “Summer <b>” no more" in question.text
    assert before == 2
    assert "subscriptions-changed" in done.events
    assert subscriptions.all_of(acme.id) == [kept]
    assert analyst.see(path, part=True).status == 404


def test_those_of_one_campaign_are_shown_alone_from_its_report_on(acme, analyst, api, campaign):
    other = api.new_campaign("Winter")
    new_subscription(acme.id, campaign["id"], address="ann@example.com")
    new_subscription(acme.id, other["id"], address="bob@example.com")

    report = analyst.see(f"/campaigns/{campaign['id']}/report")
    of_one = analyst.see("/subscriptions", campaign=campaign["id"])

    assert f"/subscriptions?campaign={campaign['id']}" in report.values("href")
    assert addresses(of_one) == ["ann@example.com"]
    assert addresses(analyst.see("/subscriptions")) == ["ann@example.com", "bob@example.com"]
    assert f"/subscriptions?campaign={campaign['id']}" in of_one.values("hx-get")


def test_every_page_leads_to_the_subscriptions(analyst):
    assert "/subscriptions" in analyst.see("/campaigns").values("href")
    assert 'href="/subscriptions" aria-current="page"' in analyst.see("/subscriptions").html


def test_who_may_only_read_sees_them_and_is_offered_no_change(acme, reader, campaign):
    subscription = new_subscription(acme.id, campaign["id"])

    seen = reader.see("/subscriptions")
    refused = [
        reader.send("POST", "/subscriptions", fields(campaign), part=True),
        reader.send("POST", f"/subscriptions/{subscription.id}/delete", part=True),
        reader.send("POST", f"/subscriptions/{subscription.id}/reports", part=True),
        reader.see("/subscriptions/new", part=True),
    ]

    assert addresses(seen) == ["ann@example.com"]
    assert "Add a subscription" not in seen.text
    assert "/delete" not in seen.html
    assert "Send now" not in seen.text
    assert {each.status for each in refused} == {403}


def test_a_campaign_that_is_archived_is_not_offered_unless_it_is_asked_for(analyst, api):
    resting = api.moved(api.new_campaign("Resting"), "archived")
    api.new_campaign("Awake")

    offered = analyst.see("/subscriptions/new", part=True)
    asked_for = analyst.see("/subscriptions/new", part=True, campaign=resting["id"])

    assert "Awake (not live)" in offered.text
    assert "Resting" not in offered.text
    assert "Resting (not live)" in asked_for.text


def test_what_is_subscribed_to_a_campaign_that_is_gone_can_still_be_ended(acme, analyst, api):
    campaign = api.new_campaign("Short")
    subscription = new_subscription(acme.id, campaign["id"])
    api.delete(f"/v1/campaigns/{campaign['id']}")

    assert "gone ann@example.com" in analyst.see("/subscriptions").text
    assert "Send now" not in analyst.see("/subscriptions").text
    analyst.do("POST", f"/subscriptions/{subscription.id}/delete")
    assert subscriptions.all_of(acme.id) == []


@pytest.mark.parametrize("campaign_id", ["nowhere", "A B", "x" * 3000])
def test_those_of_a_campaign_that_is_not_there_are_nowhere(analyst, campaign_id):
    assert analyst.see("/subscriptions", campaign=campaign_id).status == 404


def test_nothing_of_another_account_is_shown_or_ended(acme, analyst, api, campaign, client):
    subscription = new_subscription(acme.id, campaign["id"])
    stranger = Person.signed_in(Tenant.signed_up(client, "Globex").edit)

    seen = stranger.see("/subscriptions")
    answers = [
        stranger.see("/subscriptions", campaign=campaign["id"]).status,
        stranger.see(f"/subscriptions/{subscription.id}/delete", part=True).status,
        stranger.send("POST", f"/subscriptions/{subscription.id}/delete", part=True).status,
        stranger.send("POST", f"/subscriptions/{subscription.id}/reports", part=True).status,
    ]

    assert "Nobody gets a report yet" in seen.text
    assert answers == [404] * 4
    assert "There is no such campaign." in stranger.do("POST", "/subscriptions", fields(campaign)).text
    assert len(subscriptions.all_of(acme.id)) == 1
