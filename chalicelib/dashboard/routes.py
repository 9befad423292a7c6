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
)
