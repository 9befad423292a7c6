"""Every page and what its parts ask for. Like the API's routes they are imported when first asked for."""

from __future__ import annotations

from chalicelib.api.routes import Route


def _page(method: str, path: str, operation: str) -> Route:
    return Route(method, path, operation, "dashboard")


PAGES = (
    _page("GET", "/", "sign_in:home"),
    _page("GET", "/sign-in", "sign_in:form"),
    _page("POST", "/sign-in", "sign_in:sign_in"),
    _page("POST", "/sign-out", "sign_in:sign_out"),
    _page("GET", "/static/{file}", "static:serve"),
    _page("GET", "/campaigns", "campaigns:index"),
    _page("POST", "/campaigns", "campaigns:create"),
    _page("GET", "/campaigns/new", "campaigns:new"),
    _page("GET", "/campaigns/readiness", "campaigns:readiness"),
    _page("GET", "/campaigns/{campaign_id}", "setup:show"),
    _page("POST", "/campaigns/{campaign_id}", "setup:save"),
    _page("DELETE", "/campaigns/{campaign_id}", "setup:delete"),
    _page("GET", "/campaigns/{campaign_id}/title", "campaigns:title"),
    _page("GET", "/campaigns/{campaign_id}/delete", "setup:ask_to_delete"),
    _page("POST", "/campaigns/{campaign_id}/subtests", "setup:add_subtest"),
    _page("DELETE", "/campaigns/{campaign_id}/subtests/{subtest_id}", "setup:remove_subtest"),
    _page("GET", "/campaigns/{campaign_id}/goals", "goals:show"),
    _page("GET", "/campaigns/{campaign_id}/goals/trackers", "goals:selectable"),
    _page("PUT", "/campaigns/{campaign_id}/goals/{tracker_id}", "goals:select"),
    _page("DELETE", "/campaigns/{campaign_id}/goals/{tracker_id}", "goals:deselect"),
    _page("GET", "/campaigns/{campaign_id}/trackers/new", "tracker_forms:new"),
    _page("POST", "/campaigns/{campaign_id}/trackers", "tracker_forms:create"),
    _page("POST", "/campaigns/{campaign_id}/editor", "editor:open_editor"),
    _page("GET", "/campaigns/{campaign_id}/launch", "launch:show"),
    _page("POST", "/campaigns/{campaign_id}/status", "launch:move"),
    _page("GET", "/campaigns/{campaign_id}/status/{status}", "launch:ask"),
    _page("GET", "/campaigns/{campaign_id}/report", "report:show"),
    _page("GET", "/campaigns/{campaign_id}/report.csv", "report:download"),
    _page("GET", "/feed", "feed:show"),
    _page("GET", "/profiles", "profiles:find"),
    _page("GET", "/profiles/{uuid}", "profiles:show"),
    _page("GET", "/profiles/{uuid}/known", "profiles:known"),
    _page("GET", "/profiles/{uuid}/erase", "profiles:ask_to_erase"),
    _page("POST", "/profiles/{uuid}/erase", "profiles:erase"),
    _page("GET", "/subscriptions", "subscriptions:index"),
    _page("POST", "/subscriptions", "subscriptions:create"),
    _page("GET", "/subscriptions/new", "subscriptions:new"),
    _page("GET", "/subscriptions/{subscription_id}/delete", "subscriptions:ask_to_delete"),
    _page("POST", "/subscriptions/{subscription_id}/delete", "subscriptions:delete"),
    _page("POST", "/subscriptions/{subscription_id}/reports", "subscriptions:send"),
    _page("GET", "/mails", "mails:index"),
    _page("GET", "/mails/{mail_id}", "mails:show"),
    _page("GET", "/mails/{mail_id}/frame", "mails:frame"),
    _page("GET", "/mails/{mail_id}/plot", "mails:plot"),
    _page("GET", "/install", "install:show"),
    _page("POST", "/install/keys", "install:make_key"),
    _page("GET", "/trackers", "trackers:index"),
    _page("GET", "/trackers/health", "trackers:health"),
    _page("POST", "/trackers/{tracker_id}", "tracker_forms:save"),
    _page("GET", "/trackers/{tracker_id}/edit", "tracker_forms:edit"),
    _page("GET", "/trackers/{tracker_id}/uses", "trackers:show_uses"),
    _page("POST", "/trackers/{tracker_id}/hidden", "trackers:hide"),
    _page("GET", "/trackers/{tracker_id}/delete", "tracker_deletion:ask"),
    _page("POST", "/trackers/{tracker_id}/delete", "tracker_deletion:delete"),
)
