"""Who calls the API in tests, and what they make first."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self
from urllib.parse import urlencode

from chalice.test import Client

from chalicelib.domain.account import Account
from chalicelib.domain.api_key import SECRET_BYTES, Scope, mint
from chalicelib.domain.ids import new_id
from chalicelib.table import accounts

Fields = dict[str, Any]


@dataclass(frozen=True)
class Reply:
    """An HTTP answer; ``body`` is the parsed JSON, None where there is none."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def body(self) -> Any:
        return json.loads(self.text) if self.text else None

    @property
    def code(self) -> str:
        """The code of a refusal, which has the form RFC 9457 and our contract give it."""
        assert self.headers["Content-Type"] == "application/problem+json", self
        problem = self.body
        assert problem.keys() >= {"type", "title", "status", "detail", "code", "message"}
        assert (problem["status"], problem["message"]) == (self.status, problem["detail"])
        return str(problem["code"])


@dataclass(frozen=True)
class Caller:
    """Somebody with a key, or without one."""

    client: Client
    key: str | None = None

    def send(
        self, method: str, path: str, *, raw: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Reply:
        own = {} if self.key is None else {"Authorization": f"Bearer {self.key}"}
        answer = self.client.http.request(method, path, headers={**own, **(headers or {})}, body=raw)
        return Reply(answer.status_code, answer.headers, answer.body.decode())

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        if_match: str | None = None,
        once: str | None = None,
        **query: Any,
    ) -> Reply:
        """Send a body as JSON, unless it is None. ``once`` is the Idempotency-Key."""
        media_type = None if body is None else "application/json"
        headers = {"If-Match": if_match, "Idempotency-Key": once, "Content-Type": media_type}
        return self.send(
            method,
            f"{path}?{urlencode(query)}" if query else path,
            raw=b"" if body is None else json.dumps(body).encode(),
            headers={name: value for name, value in headers.items() if value is not None},
        )

    def get(self, path: str, **query: Any) -> Reply:
        return self.call("GET", path, **query)

    def post(self, path: str, body: object, **options: Any) -> Reply:
        return self.call("POST", path, body, **options)

    def patch(self, path: str, body: object, **options: Any) -> Reply:
        return self.call("PATCH", path, body, **options)

    def put(self, path: str, body: object, **options: Any) -> Reply:
        return self.call("PUT", path, body, **options)

    def delete(self, path: str, **options: Any) -> Reply:
        return self.call("DELETE", path, **options)

    def names(self, path: str, **query: Any) -> list[str]:
        """The names in a list, in its order."""
        answer = self.get(path, **query)
        assert answer.status == 200, answer
        return [item["name"] for item in answer.body["items"]]

    def new_campaign(self, name: str = "Campaign", **fields: Any) -> Fields:
        return self._made("/v1/campaigns", {"name": name, "type": "ab", **fields})

    def new_tracker(
        self, campaign: Fields, name: str = "Add to cart", kind: str = "aat", **fields: Any
    ) -> Fields:
        body = {"name": name, "event": "click", "selector": "#buy", "kind": kind, **fields}
        return self._made(f"/v1/campaigns/{campaign['id']}/trackers", body)

    def new_subtest(self, campaign: Fields, name: str = "Checkout") -> Fields:
        return self._made(f"/v1/campaigns/{campaign['id']}/subtests", {"name": name})

    def new_goal(self, campaign: Fields, tracker: Fields, role: str = "secondary") -> Fields:
        answer = self.put(f"/v1/campaigns/{campaign['id']}/goals/{tracker['id']}", {"role": role})
        assert answer.status == 201, answer
        return dict(answer.body)

    def moved(self, campaign: Fields, *statuses: str) -> Fields:
        """The campaign, once it has gone through these statuses."""
        for status in statuses:
            answer = self.post(f"/v1/campaigns/{campaign['id']}/status", {"status": status})
            assert answer.status == 200, answer
            campaign = answer.body
        return campaign

    def _made(self, path: str, body: Fields) -> Fields:
        answer = self.post(path, body)
        assert answer.status == 201, answer
        return dict(answer.body)


@dataclass(frozen=True)
class Tenant:
    """An account with a caller for each scope."""

    id: str
    admin: Caller
    edit: Caller
    read: Caller
    collect: Caller

    @classmethod
    def signed_up(cls, client: Client, name: str = "Acme") -> Self:
        """A new account in the table, made as the command line makes one."""
        now = datetime.now(UTC)
        account_id = new_id(now)
        made = {
            scope: mint(account_id, new_id(now), scope, scope, now, secrets.token_bytes(SECRET_BYTES))
            for scope in Scope
        }
        accounts.create(Account(account_id, name, now), [key for key, _ in made.values()])
        callers = {scope.value: Caller(client, str(token)) for scope, (_, token) in made.items()}
        return cls(account_id, **callers)
