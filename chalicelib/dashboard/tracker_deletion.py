"""Deleting a tracker: a plain question where nothing is lost, else what is lost and its name to type."""

from __future__ import annotations

import unicodedata

from chalicelib.api import trackers as api
from chalicelib.dashboard.operations import done
from chalicelib.dashboard.pages import Done, Shown, page
from chalicelib.dashboard.problems import NONE, Problems
from chalicelib.dashboard.tracker_forms import CHANGED
from chalicelib.dashboard.visit import Visit
from chalicelib.domain.api_key import Scope
from chalicelib.domain.tracker import Tracker
from chalicelib.errors import InUse, WidgetEditorOnly
from chalicelib.table import trackers


@page(Scope.EDIT, part_of="/trackers")
def ask(visit: Visit, tracker_id: str) -> Shown:
    """The question that fits, as the deletion itself would decide now."""
    tracker = trackers.get(visit.account_id, tracker_id)
    try:
        done(visit, api.delete_tracker, query={"dry_run": True}, tracker_id=tracker_id)
    except InUse as error:
        return _in_use(tracker, error, NONE)
    except WidgetEditorOnly as error:
        return Shown("trackers/not_here.html", {"tracker": tracker, "message": error.message})
    return Shown("trackers/delete.html", {"tracker": tracker})


@page(Scope.EDIT)
def delete(visit: Visit, tracker_id: str) -> Shown | Done:
    """The end of a tracker; of one in use with its goals and data, once its name was typed."""
    tracker = trackers.get(visit.account_id, tracker_id)
    confirmed = "typed" in visit.form
    named = _as_shown(visit.field("typed")) == _as_shown(tracker.name.shown)
    try:
        query = {"confirm": "delete-data"} if confirmed and named else {}
        done(visit, api.delete_tracker, query=query, tracker_id=tracker_id)
    except InUse as error:
        wrong = Problems({"typed": f"type the name as it is: {tracker.name.shown}"})
        return _in_use(tracker, error, wrong if confirmed else NONE)
    return Done(f"“{tracker.name.shown}” is deleted.", CHANGED)


def _as_shown(name: str) -> str:
    """A name as a page shows it, however it was typed."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def _in_use(tracker: Tracker, error: InUse, problems: Problems) -> Shown:
    values = {
        "tracker": tracker,
        "uses": error.details["uses"],
        "lost": error.details["would_lose"],
        "problems": problems,
    }
    return Shown("trackers/delete_used.html", values)
