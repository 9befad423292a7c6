"""The report's page: its verdict, its numbers, and what may be asked of it."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta

import pytest

from chalicelib.table import campaign_rows
from chalicelib.table.campaign_rows import CampaignRow
from tests.report.counted import did, load, saw

TODAY = datetime.now(UTC).date()


def day(ago: int) -> str:
    return (TODAY - timedelta(days=ago)).isoformat()


@pytest.fixture
def campaign(acme, api):
    """A campaign that has been live for three weeks, with a primary and a secondary goal."""
    made = api.new_campaign("Summer <b>sale</b>")
    api.new_goal(made, api.new_tracker(made, "Add <to> cart"), "primary")
    api.new_goal(made, api.new_tracker(made, "Newsletter", "xat"))
    api.moved(made, "live")
    since = datetime.now(UTC) - timedelta(days=21)
    campaign_rows.at(acme.id, made["id"]).update([CampaignRow.live_since.set(since)])
    return made


@pytest.fixture
def tracker(api, campaign):
    """The primary goal's."""
    goal = api.get(f"/v1/campaigns/{campaign['id']}/goals").body["items"][0]
    return api.get(f"/v1/trackers/{goal['tracker']['id']}").body


@pytest.fixture
def path(campaign):
    return f"/campaigns/{campaign['id']}/report"


@pytest.mark.parametrize(
    ("visitors", "converters", "headline"),
    [
        ((0, 0), (0, 0), "Nothing counted yet"),
        ((6000, 5000), (600, 500), "These results cannot be trusted"),
        ((600, 600), (60, 70), "Not ready to decide"),
        ((6000, 6000), (600, 720), "“Variation 1” does better than “Original”"),
        ((6000, 6000), (600, 500), "“Original” does better"),
        ((6000, 6000), (600, 610), "No winner"),
    ],
)
def test_the_verdict_says_no_more_than_the_numbers_do(
    acme, analyst, campaign, tracker, path, visitors, converters, headline
):
    load(acme, campaign, {day(3): saw(*visitors) | did(tracker, *converters)})

    seen = analyst.see(path)

    assert seen.status == 200
    assert headline in seen.text
    assert seen.text.index(headline) < seen.text.index("Chance to win")


def test_what_is_missing_is_told_for_each_variation(acme, analyst, campaign, tracker, path):
    load(acme, campaign, {day(1): saw(5200, 4990) | did(tracker, 310, 299)})

    text = analyst.see(path).text

    assert "4,990 of 5,000 visitors of “Variation 1”" in text
    assert "299 of 300 converters of “Variation 1” on the primary goal" in text
    assert "visitors of “Original”" not in text
    assert "days live" not in text


def test_numbers_are_those_of_the_api_and_no_data_is_said_so(acme, analyst, campaign, tracker, path):
    load(acme, campaign, {day(2): saw(1000, 1000) | did(tracker, 100, 130)})

    seen = analyst.see(path)

    assert "Original Baseline 1,000 100 300 10.00% 8.29% to 12.02% baseline – –" in seen.text
    assert "Variation 1 1,000 130 390 13.00%" in seen.text
    assert "+30.0%" in seen.text
    assert "0.035" in seen.text
    assert "no data" in seen.text  # the uplift of the other goal, which nobody has reached
    assert '"uplift": 0.3' in seen.html


def test_another_baseline_and_other_days_change_the_report_alone(acme, analyst, campaign, tracker, path):
    load(acme, campaign, {day(9): saw(500, 500), day(2): saw(1000, 1000) | did(tracker, 100, 130)})

    part = analyst.see(path, part=True, baseline="1", **{"from": day(5), "to": day(1)})

    assert "Variation 1 Baseline" in part.text
    assert "2,000 visitors" in part.text
    assert "<html" not in part.html
    assert "−23.1%" in part.text


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"from": "yesterday"}, "From: must be a date such as 2026-01-31."),
        ({"from": "2026-02-01", "to": "2026-01-01"}, "From: must not be after 'to'."),
        ({"baseline": "9"}, "Compare with: must be a variation of the campaign."),
    ],
)
def test_what_cannot_be_reported_is_said_on_the_page(analyst, path, query, message):
    seen = analyst.see(path, **query)

    assert seen.status == 200
    assert message in seen.text


def test_a_goal_that_began_to_collect_late_says_since_when(acme, analyst, campaign, tracker, path):
    load(acme, campaign, {day(9): saw(500, 500), day(2): saw(100, 100) | did(tracker, 10, 12)})

    text = analyst.see(path).text

    since = date.fromisoformat(day(2))
    assert f"Collecting since {since.day} {since:%b %Y}" in text
    assert "These numbers, visitors included, are those from" in text
    assert "1,200 visitors" in text
    assert "10 of 100" in text


def test_the_csv_has_the_days_and_the_baseline_of_the_page(acme, reader, campaign, tracker, path):
    load(acme, campaign, {day(9): saw(500, 500), day(2): saw(1000, 1000) | did(tracker, 100, 130)})

    link = next(each for each in reader.see(path, baseline="1").values("href") if "report.csv" in each)
    saved = reader.see(link)

    rows = list(csv.DictReader(saved.html.splitlines()))
    assert saved.headers["Content-Disposition"] == f'attachment; filename="report-{campaign["id"]}.csv"'
    assert [(row["variation"], row["baseline"]) for row in rows[:2]] == [
        ("Original", "false"),
        ("Variation 1", "true"),
    ]


def test_a_campaign_without_goals_is_told_where_they_are_chosen(analyst, reader, api):
    path = f"/campaigns/{api.new_campaign()['id']}/report"

    assert "Choose goals" in analyst.see(path).text
    assert "Choose goals" not in reader.see(path).text


def test_there_is_no_report_of_another_accounts_campaign(client, analyst):
    assert analyst.see("/campaigns/nowhere/report").status == 404
