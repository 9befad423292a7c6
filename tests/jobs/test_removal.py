"""What trackers and campaigns have counted goes with them, whoever looks for it."""

from __future__ import annotations

from random import Random

from chalicelib.domain.job import Job, JobKind
from chalicelib.jobs import roll_up
from chalicelib.settings import settings
from chalicelib.table import catalogue, subscriptions
from tests import factories, invariants
from tests.counting.delivery import Delivery
from tests.counting.shop import Shop
from tests.jobs.worker import finished, recounted


def test_a_tracker_deleted_with_its_data_leaves_none_and_what_others_counted_is_as_it_was(
    shop: Shop, aws: str
):
    number, before = shop.aat["number"], shop.counted()

    answer = shop.tenant.edit.delete(f"/v1/trackers/{shop.aat['id']}", confirm="delete-data")
    job = finished(shop.tenant.read, answer.body["id"])

    kept = {name: value for name, value in before.items() if name.split(".")[1:2] != [str(number)]}
    assert (answer.status, job["kind"], job["done"]) == (202, "tracker_removal", 2)
    assert shop.counted(0) == kept != before
    assert shop.counted(1) == {}
    assert not [item for item in _items(shop) if f"CONVERSION#{number}#" in item["SK"]]
    assert recounted(shop.campaigns[0]["id"]) == "Every count is what was found.\n"


def test_a_deleted_campaign_leaves_neither_markers_nor_counts_nor_subscriptions(shop: Shop, aws: str):
    shop.tenant.edit.delete(f"/v1/trackers/{shop.aat['id']}", confirm="delete-data")
    campaign, other = shop.campaigns[0]["id"], shop.campaigns[1]["id"]
    factories.new_subscription(shop.tenant.id, campaign)
    kept = factories.new_subscription(shop.tenant.id, other)

    answer = shop.tenant.edit.delete(f"/v1/campaigns/{campaign}")
    finished(shop.tenant.read, f"campaign_removal_{campaign}")

    assert answer.status == 204
    assert not [item for item in _items(shop) if f"#{campaign}" in item["PK"]]
    assert subscriptions.all_of(shop.tenant.id) == [kept]


def test_what_is_counted_of_a_campaign_after_it_was_deleted_goes_with_the_next_roll_up(
    shop: Shop, delivery: Delivery
):
    campaign = shop.campaigns[1]["id"]
    shop.tenant.edit.delete(f"/v1/campaigns/{campaign}")
    finished(shop.tenant.read, f"campaign_removal_{campaign}")
    catalogue.forget()

    for variations in (("1", "1"), ("1",)):
        fields = {"id": "a1-05", "time": "2026-01-05T12:00"}
        shop.send(shop.click("visitor-1", shop.aat["id"], *variations, **fields))
        delivery.deliver_all(Random(1))
    late = [item for item in _items(shop) if item["PK"].endswith(f"#COUNTS#{campaign}")]
    roll_up.step(Job.begun(shop.tenant.id, "roll_up", JobKind.ROLL_UP, factories.NOW), factories.NOW)

    assert late
    assert not [item for item in _items(shop) if f"#{campaign}" in item["PK"]]
    assert recounted(shop.campaigns[0]["id"]) == "Every count is what was found.\n"


def _items(shop: Shop) -> list[dict[str, str]]:
    return [item for item in invariants.read(settings().table) if item["PK"].startswith(shop.tenant.id)]
