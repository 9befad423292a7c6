"""What is wrong with a body or a query, in words: everything at once, each with its field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import AfterValidator, ValidationError
from pydantic_core import PydanticCustomError

from chalicelib.errors import FieldError, Invalid

WEB_ADDRESS = r"^https?://\S+$"
STORED_ID = r"^[0-9a-z_]{1,64}$"
DELETE_DATA = "^delete-data$"

PATTERNS = {
    WEB_ADDRESS: "must be an address that begins with http:// or https://, without blanks",
    STORED_ID: "must be an id",
    DELETE_DATA: "must be delete-data",
}
"""What fields of these forms are, for people."""

_WORDS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "missing": lambda _: "is needed",
    "extra_forbidden": lambda _: "is not known here",
    "string_pattern_mismatch": lambda rule: PATTERNS.get(rule["pattern"], "has another form than it must"),
    "string_too_short": lambda rule: f"must have at least {rule['min_length']} characters",
    "string_too_long": lambda rule: f"must have at most {rule['max_length']} characters",
    "too_short": lambda rule: f"must have at least {_items(rule['min_length'])}",
    "too_long": lambda rule: f"must have at most {_items(rule['max_length'])}",
    "greater_than_equal": lambda rule: f"must be at least {rule['ge']}",
    "less_than_equal": lambda rule: f"must be at most {rule['le']}",
    "enum": lambda rule: f"must be {rule['expected']}",
    "string_type": lambda _: "must be text",
    "model_type": lambda _: "must be an object",
    "model_attributes_type": lambda _: "must be an object",
    "dict_type": lambda _: "must be an object",
    "list_type": lambda _: "must be a list",
    "int_type": lambda _: "must be a whole number",
    "int_parsing": lambda _: "must be a whole number",
    "bool_type": lambda _: "must be true or false",
    "bool_parsing": lambda _: "must be true or false",
}


def rule(check: Callable[[str], object]) -> AfterValidator:
    """A rule of the domain as one of a field, so that it is told together with all others that are broken.

    ``check`` raises Invalid; what it returns is left to whoever makes the domain's object of the field.
    """

    def checked(text: str) -> str:
        try:
            check(text)
        except Invalid as error:
            broken = " ".join(each["message"] for each in error.details["errors"])
            raise PydanticCustomError("rule", "{message}", {"message": broken}) from error
        return text

    return AfterValidator(checked)


def invalid(error: ValidationError) -> Invalid:
    """Each broken rule with its field as a dotted path; a body that is no object breaks one of 'body'."""
    return Invalid(
        *(
            FieldError(".".join(map(str, part["loc"])) or "body", _in_words(part))
            for part in error.errors(include_url=False, include_input=False)
        )
    )


def _items(number: int) -> str:
    return f"{number} item" if number == 1 else f"{number} items"


def _in_words(part: Mapping[str, Any]) -> str:
    words = _WORDS.get(part["type"])
    return words(part.get("ctx", {})) if words else str(part["msg"])
