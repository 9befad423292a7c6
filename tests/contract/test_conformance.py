"""Whatever is asked, the app answers as its OpenAPI document says (Schemathesis).

In one process: the app behind the gateway that runs it on one machine, on the emulator. Each example is sent
for real things of an account, in place of made-up ids, which would all be nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import pytest
import schemathesis
from chalice.test import Client
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from app import app
from infra.local.gateway import Gateway, StartResponse
from tests.api.callers import Tenant
from tests.api.requests import Seed

_gateway = Gateway(app)


def _served(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """The gateway, told who calls as an HTTP server tells it; by WSGI, Schemathesis unpacks no answer."""
    told = {"REMOTE_ADDR": "127.0.0.1", **environ, "HTTP_ACCEPT_ENCODING": "identity"}
    return _gateway(told, start_response)


schema = schemathesis.openapi.from_wsgi("/openapi.json", _served)
# The document says that paths are relative to its own place, which differs by the stage it is deployed to.
schema.config.update(base_url="http://localhost/")
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
REJECTING = [negative_data_rejection]
"""Preflights are answered whatever is asked: the request that follows is what gets refused."""
AN_ID = re.compile(r"[0-9a-z_]{1,64}")


class Ground:
    """An account with one of everything, sown anew once something of it was deleted."""

    def __init__(self) -> None:
        self._sown: Seed | None = None

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._seed.tenant.admin.key}"}

    def real(self, made_up: dict[str, Any]) -> dict[str, Any]:
        """The parameters of a path, with ids of what is there for those that could be ids."""
        return {
            name: self._seed.ids.get(name, value) if AN_ID.fullmatch(str(value)) else value
            for name, value in made_up.items()
        }

    def spoil(self) -> None:
        """Something of it is gone."""
        self._sown = None

    @property
    def _seed(self) -> Seed:
        if self._sown is None:
            self._sown = Seed.sown(Tenant.signed_up(Client(app)))
        return self._sown


@pytest.fixture(scope="module")
def ground(module_table: str) -> Ground:
    return Ground()


@pytest.mark.slow
# Segment's one-letter addresses have the operations of the long ones; test_openapi knows them all.
@(
    schema.exclude(path_regex=r"^/v1/[a-z]$")
    .exclude(method="OPTIONS", path_regex="^/v1/(?!tag|events)")
    .parametrize()
)
@settings(
    max_examples=4,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.filter_too_much,
    ],
)
def test_every_answer_is_as_the_contract_says(case: schemathesis.Case[Any], ground: Ground):
    case.path_parameters = ground.real(case.path_parameters)
    answer = case.call(headers=ground.headers)
    case.validate_response(answer, checks=CHECKS if case.method == "OPTIONS" else [*CHECKS, *REJECTING])
    if case.method == "DELETE" and answer.status_code == 204:
        ground.spoil()
