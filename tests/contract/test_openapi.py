"""The OpenAPI document is valid, complete, and says nothing that is not there."""

from __future__ import annotations

import re
from typing import Any

import pytest
from openapi_spec_validator import validate

from chalicelib.api.openapi import document
from chalicelib.api.routes import ROUTES


@pytest.fixture(scope="module")
def contract() -> dict[str, Any]:
    return document()


def _operations(contract: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (method.upper(), path): operation
        for path, operations in contract["paths"].items()
        for method, operation in operations.items()
    }


def test_the_document_is_valid_openapi_3_1(contract):
    validate(contract)

    assert contract["openapi"].startswith("3.1.")


def test_every_route_is_described_and_nothing_else(contract):
    assert set(_operations(contract)) == {(route.method, route.path) for route in ROUTES}


def test_every_operation_has_an_id_of_its_own_and_says_what_it_does(contract):
    operations = _operations(contract).values()

    ids = [operation["operationId"] for operation in operations]
    assert len(ids) == len(set(ids))
    assert all(operation["summary"] for operation in operations)


def test_every_reference_leads_somewhere(contract):
    schemas = contract["components"]["schemas"]

    references = set(re.findall(r"'#/components/schemas/([^']+)'", repr(contract)))

    assert references
    assert references <= set(schemas)


def test_every_parameter_of_a_path_is_described(contract):
    for (_, path), operation in _operations(contract).items():
        described = {part["name"] for part in operation.get("parameters", []) if part["in"] == "path"}
        assert described == set(re.findall(r"{(\w+)}", path))


def test_every_keyed_operation_says_what_it_answers_to_whom_it_refuses(contract):
    for operation in _operations(contract).values():
        if {"secretKey": []} in operation["security"]:
            assert {"401", "403", "422", "500", "503"} <= operation["responses"].keys()
            assert operation["x-scope"] in {"admin", "edit", "read"}


def test_every_refusal_is_a_problem(contract):
    for operation in _operations(contract).values():
        for status, answer in operation["responses"].items():
            if int(status) >= 400:
                assert list(answer["content"]) == ["application/problem+json"]
                assert re.match(r"[a-z_]+: ", answer["description"])
