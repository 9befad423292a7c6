"""What each page of the dashboard costs, measured beside botocore reading what one page lists."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from chalicelib.dashboard.routes import PAGES
from chalicelib.domain.tracker import Kind
from infra.bench.pages import pages
from infra.bench.pages_ground import Shop
from tests import factories

SHOWN_WITHOUT_READING = {"/", "/sign-in", "/static/{file}", "/profiles"}
OF_MAILS_OR_A_SUBSCRIPTION = {
    "/mails",
    "/mails/{mail_id}",
    "/mails/{mail_id}/frame",
    "/mails/{mail_id}/plot",
    "/subscriptions/{subscription_id}/delete",
}
"""Of a local system's folder, or of one row: they read less than any other page."""


@pytest.mark.alone
@pytest.mark.slow
def test_no_page_of_an_account_of_1000_trackers_takes_more_cpu_than_its_limit():
    command = [sys.executable, "-m", "infra.bench.pages", "--json", "--rounds", "7"]
    environment = {name: value for name, value in os.environ.items() if name != "ACTRAIL_TABLE"}

    ended = subprocess.run(command, check=True, capture_output=True, timeout=300, env=environment)

    measured: list[dict[str, Any]] = json.loads(ended.stdout)["pages"]
    assert [each for each in measured if each["ratio"] > each["limit"]] == []


def test_every_page_is_measured():
    account = "a" * 26
    campaign = factories.campaign_of(account)
    shop = Shop(account, "", [campaign], [factories.tracker_of(account, campaign, kind=Kind.AAT)])

    measured = {each.route for each in pages(shop)}

    shown = {route.path for route in PAGES if route.method == "GET"}
    assert shown - measured == SHOWN_WITHOUT_READING | OF_MAILS_OR_A_SUBSCRIPTION
