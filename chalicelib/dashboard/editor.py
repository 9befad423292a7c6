"""The way into the visual editor, which runs on the campaign's own page."""

from __future__ import annotations

from chalicelib.api import editor as api
from chalicelib.dashboard.operations import done
from chalicelib.dashboard.pages import Moved, page
from chalicelib.dashboard.visit import Visit
from chalicelib.domain.api_key import Scope


@page(Scope.EDIT)
def open_editor(visit: Visit, campaign_id: str) -> Moved:
    """The campaign's page with an editor session that lasts an hour."""
    return Moved(done(visit, api.begin_editor_session, campaign_id=campaign_id)["url"])
