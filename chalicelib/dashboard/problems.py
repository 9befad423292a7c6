"""What is wrong with a form, told at the fields it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from chalicelib.errors import ActrailError, Invalid, NameTaken, StaleVersion


@dataclass(frozen=True, slots=True)
class Problems:
    """Messages by field, one that is about the form as a whole, and the tracker that has the name already."""

    fields: Mapping[str, str] = field(default_factory=dict)
    message: str | None = None
    name_of: str | None = None

    def __bool__(self) -> bool:
        return bool(self.fields or self.message)

    @classmethod
    def of(cls, error: ActrailError) -> Problems:
        """The refusal where it belongs."""
        if isinstance(error, NameTaken):
            return cls({"name": error.message}, name_of=error.details["tracker_id"])
        if isinstance(error, Invalid):
            return cls({each["field"]: each["message"] for each in error.details["errors"]})
        if isinstance(error, StaleVersion):
            return cls(message="Somebody has changed this meanwhile. Load the page again, then change it.")
        return cls(message=error.message)


NONE = Problems()
"""Of a form that was not sent yet."""
