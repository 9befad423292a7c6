"""What bodies, queries and answers have in common."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Generic, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

from chalicelib.api.validation import rule
from chalicelib.domain import names, selector
from chalicelib.domain.event import timestamp

Item = TypeVar("Item")

UtcTime = Annotated[
    datetime,
    PlainSerializer(timestamp, return_type=str),
    Field(json_schema_extra={"format": "date-time"}, examples=["2026-01-31T12:00:00.000Z"]),
]
"""To the millisecond in answers, so that they sort as text."""
NameText = Annotated[
    str,
    Field(description="1 to 128 characters once trimmed", examples=["Add to cart"]),
    rule(names.Name.of),
]
SelectorText = Annotated[
    str,
    Field(
        description=f"CSS selector of at most {selector.MAX_LENGTH} characters",
        examples=['[data-test="add-to-cart"]'],
    ),
    rule(selector.checked_selector),
]


def changed(*, strict: bool | None = None, **rules: Any) -> Any:
    """A field of a change: left out, it leaves what is stored as it is. Read it through ``given``."""
    return Field(default=None, strict=strict, json_schema_extra=_without_default, **rules)


def _without_default(schema: dict[str, Any]) -> None:
    schema.pop("default", None)


class Body(BaseModel):
    """A request's body. A field it does not have is refused, since it is most likely a typing error."""

    model_config = ConfigDict(extra="forbid", strict=True)

    def given(self) -> dict[str, Any]:
        """The fields that were sent, null or not."""
        return {name: getattr(self, name) for name in self.model_fields_set}


class Query(BaseModel):
    """A request's query parameters.

    One it does not have is refused: a misspelt dry_run must not do the work.
    """

    model_config = ConfigDict(extra="forbid")


class AnyQuery(Query):
    """Of pages and checks anybody may ask for, with whatever their tools add to the address."""

    model_config = ConfigDict(extra="ignore")


class PageQuery(Query):
    """Which part of a list."""

    limit: int = Field(50, ge=1, le=100, description="items a page")
    cursor: str | None = Field(None, max_length=2000, description="next_cursor of the page before")


class WriteQuery(Query):
    """Whether to write at all."""

    dry_run: bool = Field(
        False, description="answer the same, and write nothing; what would be made has the number 0"
    )


class View(BaseModel):
    """An answer's body, made of a domain object's fields of the same names."""

    model_config = ConfigDict(from_attributes=True)

    @classmethod
    def of(cls, source: object) -> Self:
        """The view of a domain object."""
        return cls.model_validate(source)


class Paged(BaseModel, Generic[Item]):
    """A page of a list; ``next_cursor`` is null on the last one."""

    items: list[Item]
    next_cursor: str | None


def name_of(text: str, field: str = "name") -> str:
    """The name as it is shown, checked."""
    return names.Name.of(text, field).shown
