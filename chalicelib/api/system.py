"""Health, the OpenAPI document and the page that shows it."""

from __future__ import annotations

from functools import cache

import orjson
from pydantic import BaseModel

from chalicelib.api.http import Call, answer, operation
from chalicelib.api.openapi import document
from chalicelib.api.schema import AnyQuery, Body
from chalicelib.table import health as table_health
from chalicelib.table.once import Answer
from chalicelib.web import content_security_policy, docs_page


class HealthView(BaseModel):
    """Whether the system works."""

    status: str
    table: str


class OpenApiView(BaseModel):
    """An OpenAPI 3.1 document."""


@operation(scope=None, query=AnyQuery, answers={200: HealthView})
def health(_: Call[Body, AnyQuery]) -> Answer:
    """Tell whether the table answers"""
    return answer(HealthView(status="ok", table=table_health.check()))


@operation(scope=None, query=AnyQuery, answers={200: OpenApiView})
def openapi(_: Call[Body, AnyQuery]) -> Answer:
    """Get this contract as OpenAPI 3.1"""
    return Answer(200, _document_text(), {"Content-Type": "application/json", **_KEPT})


@operation(scope=None, query=AnyQuery, answers={200: None}, media_type="text/html")
def docs(_: Call[Body, AnyQuery]) -> Answer:
    """Show this contract as a page"""
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        content_security_policy.HEADER: content_security_policy.one_style(docs_page.style()),
    }
    return Answer(200, _page(), {**headers, **_KEPT})


_KEPT = {"Cache-Control": "public, max-age=300"}


@cache
def _document_text() -> str:
    return orjson.dumps(document()).decode()


@cache
def _page() -> str:
    return docs_page.page(document())
