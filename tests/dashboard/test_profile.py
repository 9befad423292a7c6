"""A visitor's page: activity, what is known of them, and their erasure."""

from __future__ import annotations

import pytest

ANN = "ann-7"


@pytest.fixture
def campaign(api):
    """A live campaign."""
    return api.moved(api.new_campaign("Summer"), "live")


@pytest.fixture
def visited(acme, api, campaign):
    """A visitor who saw a variation, clicked, said who they are, and came back 30 times."""
    tracker = api.new_tracker(campaign, "Add to cart")
    exposure = {"campaign_id": campaign["id"], "variation_id": "1"}
    events = [
        {"action": "campaign.exposure", "params": exposure},
        {"action": "element.click", "tracker_id": tracker["id"], "campaigns": {campaign["id"]: "1"}},
        {"action": "profile.identify", "params": {"email": "ann@example.com"}},
        *({"action": "shop.visited", "label": f"<b>Visit</b> {number}"} for number in range(30)),
    ]
    dated = [
        {**event, "uuid": ANN, "time": f"2026-01-05T10:{minute:02}:00Z"}
        for minute, event in enumerate(events)
    ]
    answer = acme.collect.post("/v1/events", {"writeKey": acme.collect.key, "events": dated})
    assert answer.body["accepted"] == 33, answer


def test_the_page_says_what_is_known_and_lists_the_newest_first(analyst, visited):
    seen = analyst.see(f"/profiles/{ANN}")

    assert "First seen 5 Jan 2026, 10:00 Last seen 5 Jan 2026, 10:32 E-mail ann@example.com" in seen.text
    assert "Summer Variation 1" in seen.text
    assert seen.html.count("data-row") == 25
    assert seen.text.index("<b>Visit</b> 29") < seen.text.index("<b>Visit</b> 28")
    assert "<b>" not in seen.html


def test_more_is_shown_from_where_the_list_ends(analyst, visited):
    first = analyst.see(f"/profiles/{ANN}")
    [more] = [each for each in first.values("hx-get") if "cursor=" in each]

    rest = analyst.see(more, part=True)

    assert rest.html.count("data-row") == 8
    assert "Add to cart" in rest.text
    assert "Show more" not in rest.text


def test_one_action_alone_is_listed(analyst, visited):
    found = analyst.see(f"/profiles/{ANN}", part=True, action="element.click")
    nothing = analyst.see(f"/profiles/{ANN}", part=True, action="element.hover")

    assert found.html.count("data-row") == 1
    assert "Add to cart" in found.text
    assert "done nothing of the name “element.hover”" in nothing.text


def test_a_visitor_is_found_by_the_id_typed_and_an_unknown_one_is_a_page(analyst, visited):
    assert analyst.see("/profiles", uuid=f" {ANN} ").location == f"/profiles/{ANN}"
    missing = analyst.see("/profiles/nobody")

    assert missing.status == 404
    assert "There is no such profile." in missing.text


def test_whoever_may_edit_erases_a_person_after_a_question(acme, analyst, reader, visited):
    path = f"/profiles/{ANN}/erase"

    question = analyst.see(path, part=True)
    refused = reader.send("POST", path, part=True)
    erased = analyst.do("POST", path)

    assert "Erase for good" in question.text
    assert refused.status == 403
    assert "Erase this person" not in reader.see(f"/profiles/{ANN}").text
    assert erased.status == 204
    assert "Erasing has begun." in erased.toast


@pytest.mark.parametrize("typed", ["", " ", "\t\n"])
def test_looking_for_a_visitor_without_an_id_leads_back_to_the_feed(analyst, typed):
    assert analyst.see("/profiles", uuid=typed).location == "/feed"
