"""The OpenAPI 3.1 document, from the declarations that parse the requests and make the answers."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ConfigDict
from pydantic.json_schema import models_json_schema

from chalicelib.api.contracts import CONTRACTS
from chalicelib.api.http import Operation
from chalicelib.api.routes import ROUTES, Route
from chalicelib.domain.api_key import Scope
from chalicelib.domain.ids import ID, PATH_PARAMETERS
from chalicelib.errors import (
    ActrailError,
    Forbidden,
    Invalid,
    Malformed,
    NotFound,
    TooLarge,
    TooManyRequests,
    Unauthorized,
    Unavailable,
    UnsupportedMediaType,
)

REF = "#/components/schemas/{model}"
SECURITY_SCHEMES = {
    "secretKey": {"type": "http", "scheme": "bearer", "description": "A secret key."},
    "editorToken": {
        "type": "http",
        "scheme": "bearer",
        "description": "The token of an editor session, for what belongs to its campaign.",
    },
    "writeKey": {"type": "http", "scheme": "basic", "description": "A write key as the user's name."},
    "writeKeyInAddress": {"type": "apiKey", "in": "query", "name": "write_key"},
}
_SECRET_KEY: list[dict[str, list[str]]] = [{"secretKey": []}]
_WRITE_KEY: list[dict[str, list[str]]] = [{"writeKey": []}, {"writeKeyInAddress": []}, {}]
"""The last for those who send it in the body."""
_PASSING = {TooManyRequests.status, Unavailable.status}
_RETRY_AFTER = {
    "Retry-After": {
        "description": "Seconds to wait before the same request may succeed.",
        "required": True,
        "schema": {"type": "integer", "minimum": 1},
    }
}
_PARAMETER = re.compile(r"{(\w+)}")


class BrokenRule(BaseModel):
    """A field and the rule it breaks."""

    field: str
    message: str


class Problem(BaseModel):
    """Why a request was refused (RFC 9457). ``code`` is stable; some refusals say more."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str
    code: str
    message: str
    errors: list[BrokenRule] = []


def document() -> dict[str, Any]:
    """The whole contract: every route, body, answer and refusal."""
    operations = [(route, _contract_of(route)) for route in ROUTES]
    paths: dict[str, dict[str, Any]] = defaultdict(dict)
    for route, operation in operations:
        paths[route.path][route.method.lower()] = _described(route, operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Actrail",
            "version": "1",
            "description": "Action tracking and experiment reporting.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "."}],
        "paths": dict(paths),
        "components": {
            "schemas": _schemas([operation for _, operation in operations]),
            "securitySchemes": SECURITY_SCHEMES,
        },
    }


def refusals(operation: Operation, route: Route) -> list[type[ActrailError]]:
    """Every error the operation may answer, by status."""
    found: list[type[ActrailError]] = [Unavailable, ActrailError, *operation.refuses]
    if route.operation in CONTRACTS:
        return sorted(set(found), key=lambda error: (error.status, error.code))
    if operation.scope is not None:
        found += [Unauthorized, Forbidden, Invalid, TooManyRequests]
    if _PARAMETER.search(route.path) or operation.takes_body:
        found.append(NotFound)
    if operation.takes_body:
        found += [TooLarge, UnsupportedMediaType]
    if operation.takes_body or route.method == "POST":
        found.append(Malformed)
    return sorted(set(found), key=lambda error: (error.status, error.code))


def _contract_of(route: Route) -> Operation:
    """What the route's operation declares of itself; that of intake stands apart, off its hot path."""
    operation = route.load()
    return operation if isinstance(operation, Operation) else CONTRACTS[route.operation]


def _operation_id(route: Route) -> str:
    """The function's name; with the path where one function answers several."""
    name = route.operation.partition(":")[2]
    if sum(each.operation == route.operation for each in ROUTES) == 1:
        return name
    return "_".join([name, *re.findall(r"\w+", route.path)])


def _security(operation: Operation) -> list[dict[str, list[str]]]:
    if operation.scope is None:
        return []
    if operation.scope is Scope.COLLECT:
        return _WRITE_KEY
    return [*_SECRET_KEY, {"editorToken": []}] if operation.editor else _SECRET_KEY


def _described(route: Route, operation: Operation) -> dict[str, Any]:
    summary, _, description = (operation.handler.__doc__ or "").partition("\n")
    described: dict[str, Any] = {
        "operationId": _operation_id(route),
        "summary": summary,
        "tags": [route.operation.partition(":")[0]],
        "parameters": list(_parameters(route, operation)),
        "responses": {**_answers(operation), **_problems(route, operation)},
        "security": _security(operation),
    }
    if description.strip():
        described["description"] = " ".join(description.split())
    if operation.scope is not None:
        described["x-scope"] = operation.scope.value
    if operation.takes_body:
        schema = {"$ref": REF.format(model=operation.body.__name__)}
        content: dict[str, Any] = {"application/json": {"schema": schema}}
        if route.operation in CONTRACTS:
            content["text/plain"] = {"schema": {"type": "string", "contentMediaType": "application/json"}}
        described["requestBody"] = {"required": True, "content": content}
    return described


def _parameters(route: Route, operation: Operation) -> Iterator[dict[str, Any]]:
    for name in _PARAMETER.findall(route.path):
        pattern = PATH_PARAMETERS.get(name, ID).pattern
        schema = {"type": "string", "pattern": f"^{pattern}$"}
        yield {"name": name, "in": "path", "required": True, "schema": schema}
    properties = operation.query.model_json_schema(ref_template=REF).get("properties", {})
    for name, schema in properties.items():
        yield {"name": name, "in": "query", "schema": _without_null(schema)}
    if operation.versioned:
        yield _header("If-Match", "Refused with 412 unless it is the ETag of what is stored.", {})
    if route.method == "POST" and route.operation not in CONTRACTS:
        rule = {"minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"}
        yield _header("Idempotency-Key", "Sent again within 24 hours, it gets the same answer.", rule)


def _header(name: str, description: str, rule: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "header", "description": description, "schema": {"type": "string", **rule}}


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """A query parameter is left out rather than null."""
    options = [option for option in schema.get("anyOf", []) if option != {"type": "null"}]
    rest = {name: value for name, value in schema.items() if name not in ("anyOf", "title")}
    if rest.get("default", ...) is None:
        del rest["default"]
    return {**rest, **options[0]} if len(options) == 1 else schema


def _answers(operation: Operation) -> dict[str, Any]:
    answers = {}
    for status, model in operation.answers.items():
        described: dict[str, Any] = {"description": "Done." if model is None else _sentence(model)}
        if model is not None:
            schema = {"$ref": REF.format(model=_schema_name(model))}
            described["content"] = {operation.media_type: {"schema": schema}}
        elif status == 200 and operation.media_type != "application/json":
            described["content"] = {operation.media_type: {"schema": {"type": "string"}}}
        answers[str(status)] = described
    return answers


def _problems(route: Route, operation: Operation) -> dict[str, Any]:
    codes: dict[int, list[str]] = defaultdict(list)
    for error in refusals(operation, route):
        codes[error.status].append(f"{error.code}: {error.title}")
    schema = {"schema": {"$ref": REF.format(model="Problem")}}
    return {
        str(status): {
            "description": "; ".join(texts),
            "content": {"application/problem+json": schema},
            **({"headers": _RETRY_AFTER} if status in _PASSING else {}),
        }
        for status, texts in codes.items()
    }


def _schemas(operations: list[Operation]) -> dict[str, Any]:
    views = {model for each in operations for model in each.answers.values() if model is not None}
    bodies = {each.body for each in operations if each.takes_body}
    queries = {each.query for each in operations}
    _, definitions = models_json_schema(
        [
            *((model, "serialization") for model in sorted(views, key=_schema_name)),
            *((model, "validation") for model in sorted(bodies | queries, key=_schema_name)),
            (Problem, "serialization"),
        ],
        ref_template=REF,
    )
    return {name: schema for name, schema in definitions["$defs"].items() if not name.endswith("Query")}


def _schema_name(model: type[BaseModel]) -> str:
    """The name pydantic gives a model's schema."""
    return re.sub(r"[^a-zA-Z0-9.\-_]", "_", model.__name__)


def _sentence(model: type[BaseModel]) -> str:
    return (model.__doc__ or model.__name__).strip().partition("\n")[0]
