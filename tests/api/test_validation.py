"""What is wrong with a body is said at once, at its fields, in words."""

from __future__ import annotations

import json
import re

from chalicelib.api.http import Operation
from chalicelib.api.validation import PATTERNS
from tests.api.requests import ROUTES


def test_all_fields_that_break_a_rule_are_told_at_once(shared_seed):
    variations = [{"name": "Original", "weight": 50}, {"name": "x" * 129, "weight": 101}]
    campaign = {"name": " ", "type": "abc", "url": "shop.example", "site_id": "A B", "variations": variations}
    tracker = {"name": "", "event": "click", "selector": "#", "kind": "aat", "fallback_selectors": ["a", "["]}
    trackers = f"/v1/campaigns/{shared_seed.ids['campaign_id']}/trackers"

    of_campaign, of_tracker = (
        {error["field"]: error["message"] for error in answer.body["errors"]}
        for answer in (
            shared_seed.tenant.edit.post("/v1/campaigns", campaign),
            shared_seed.tenant.edit.post(trackers, tracker),
        )
    )

    assert of_campaign == {
        "name": "must not be empty",
        "type": "must be 'ab', 'split', 'multipage', 'multivariate', 'aa' or 'personalization'",
        "url": "must be an address that begins with http:// or https://, without blanks",
        "site_id": "must be an id",
        "variations.1.name": "must have at most 128 characters",
        "variations.1.weight": "must be at most 100",
    }
    assert of_tracker.keys() == {"name", "selector", "fallback_selectors.1"}
    assert of_tracker["selector"].startswith("must be a CSS selector")


def test_every_form_that_a_field_may_have_to_have_is_said_in_words():
    operations = [route.load() for route in ROUTES]
    schemas = [
        model.model_json_schema()
        for operation in operations
        if isinstance(operation, Operation)
        for model in (operation.body, operation.query)
    ]

    forms = set(re.findall(r'"pattern": ("(?:[^"\\]|\\.)*")', json.dumps(schemas)))

    assert {json.loads(form) for form in forms} == set(PATTERNS)
