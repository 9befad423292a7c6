"""How a site gets the tag and a backend sends events, with the account's own addresses and keys."""

from __future__ import annotations

from typing import Any

from chalicelib.api import keys as api
from chalicelib.dashboard.operations import done
from chalicelib.dashboard.pages import Shown, page
from chalicelib.dashboard.visit import Visit
from chalicelib.domain.account import Site
from chalicelib.domain.api_key import Scope
from chalicelib.domain.profile import StoredEvent
from chalicelib.table import api_keys, feed, sites

MOST = 100
PLACEHOLDER = "YOUR_WRITE_KEY"


@page()
def show(visit: Visit) -> Shown:
    """The snippet and the examples, or only whether events arrive."""
    part = "install/arrival.html" if visit.query.get("arrival") else "install/guide.html"
    return Shown("install/index.html", _values(visit, visit.query.get("site", ""), PLACEHOLDER), part)


@page(Scope.ADMIN)
def make_key(visit: Visit) -> Shown:
    """The same with a new write key in it, which is shown this once."""
    made = done(visit, api.create_key, {"scope": Scope.COLLECT, "name": visit.field("name") or "Website"})
    values = _values(visit, visit.field("site"), made["key"])
    return Shown("install/guide.html", values, toast="Here is a new write key. It is shown this once.")


def _values(visit: Visit, site_id: str, write_key: str) -> dict[str, Any]:
    there = sites.listed(visit.account_id, MOST, None).items
    site = next((each for each in there if each.id == site_id), there[0] if there else None)
    listed = api_keys.listed(visit.account_id, MOST, None).items
    last = feed.newest(visit.account_id, visit.now)
    return {
        "sites": there,
        "site": site,
        "write_key": write_key,
        "known_key": write_key != PLACEHOLDER,
        "write_keys": [key for key in listed if key.scope is Scope.COLLECT],
        "base": _base(visit),
        "query": f"?site_id={site.id}" if site and len(there) > 1 else "",
        "last": last[0] if last else None,
        "last_of_tag": next((event for event in last if _of_tag(event, site)), None),
    }


def _base(visit: Visit) -> str:
    """The address that this page itself was reached at."""
    headers = visit.request.headers
    host = headers.get("host", "localhost")
    local = host.partition(":")[0] in ("localhost", "127.0.0.1")
    return f"{headers.get('x-forwarded-proto') or ('http' if local else 'https')}://{host}{visit.root}"


def _of_tag(event: StoredEvent, site: Site | None) -> bool:
    """Whether it is a visit of a page, such as the tag sends by itself, of the site if there is one."""
    url = event.params.get("url")
    return event.action == "page.visit" and isinstance(url, str) and (site is None or site.domain in url)
