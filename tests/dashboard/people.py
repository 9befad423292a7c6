"""Somebody at a browser, as far as the dashboard's server can tell."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import urlencode

from chalice.test import Client

from tests.api.callers import Caller

FROM_HERE = {"Sec-Fetch-Site": "same-origin"}


@dataclass(frozen=True)
class Seen:
    """What the browser got."""

    status: int
    headers: Mapping[str, str]
    html: str

    @property
    def text(self) -> str:
        """What the page says, without its markup."""
        return " ".join(unescape(re.sub(r"<[^>]*>", " ", self.html)).split())

    @property
    def location(self) -> str:
        """Where it is sent on to, by a redirect or by htmx."""
        return self.headers.get("Location") or self.headers.get("HX-Redirect") or ""

    @property
    def events(self) -> dict[str, Any]:
        """What the page is told besides: a toast among them."""
        return dict(json.loads(self.headers.get("HX-Trigger", "{}")))

    @property
    def toast(self) -> str:
        return str(self.events["toast"]["message"])

    def values(self, attribute: str) -> list[str]:
        """The values of an attribute, in their order."""
        return [unescape(value) for value in re.findall(rf'\s{attribute}="([^"]*)"', self.html)]


@dataclass
class Person:
    """Keeps the cookie of a session and sends what browsers send."""

    client: Client
    cookie: str = ""

    @classmethod
    def signed_in(cls, caller: Caller) -> Person:
        """Whoever has a caller's key."""
        person = cls(caller.client)
        seen = person.sign_in(caller.key or "")
        assert seen.status == 303, seen
        return person

    def sign_in(self, key: str, **fields: str) -> Seen:
        seen = self.send("POST", "/sign-in", {"key": key, **fields})
        self.cookie = seen.headers.get("Set-Cookie", "").split(";")[0]
        return seen

    def see(self, path: str, *, part: bool = False, **query: str) -> Seen:
        """Open a page, or have a script of a page ask for a part."""
        return self.request("GET", f"{path}?{urlencode(query)}" if query else path, {}, part=part)

    def send(self, method: str, path: str, fields: Mapping[str, Any] | None = None, **options: Any) -> Seen:
        """Send a form, from a page of the dashboard unless ``headers`` say otherwise."""
        return self.request(method, path, fields or {}, **options)

    def do(self, method: str, path: str, fields: Mapping[str, Any] | None = None) -> Seen:
        """The same by a script of the page, which must succeed."""
        seen = self.request(method, path, fields or {}, part=True)
        assert seen.status in (200, 204), seen
        return seen

    def request(
        self,
        method: str,
        path: str,
        fields: Mapping[str, Any],
        *,
        part: bool = False,
        headers: Mapping[str, str] = FROM_HERE,
    ) -> Seen:
        answer = self.client.http.request(
            method,
            path,
            headers={
                **headers,
                **({"Cookie": self.cookie} if self.cookie else {}),
                **({"HX-Request": "true"} if part else {}),
                "Content-Type": "application/x-www-form-urlencoded",
            },
            body=urlencode(fields, doseq=True).encode(),
        )
        return Seen(answer.status_code, answer.headers, answer.body.decode())
