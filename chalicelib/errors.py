"""Every refusal Actrail can answer with. Each knows its HTTP status and its stable code.

ActrailError
├── Malformed 400               the request could not be read
├── Unauthorized 401            no key, or one that is unknown or revoked
├── Forbidden 403               the key lacks the scope
├── NotFound 404                not there, or another account's
├── Conflict 409                a rule says no
│   ├── NameTaken               rule: names of account trackers are unique
│   ├── AatImmutable            rule: an account tracker is never modified
│   ├── KindFixed               rule: an XAT becomes an AAT, and nothing else becomes anything
│   ├── WidgetEditorOnly        rule: widget trackers are managed in the visual editor
│   ├── InUse                   rule: what a running test needs is not deleted silently
│   ├── PrimaryTaken            rule: one primary goal at most
│   ├── NotSelectable           rule: a goal is an account tracker or one of the campaign's own
│   ├── TooManyGoals            rule: at most 30 goals a campaign
│   ├── CampaignArchived        rule: an archived campaign rests
│   ├── GoalTrackerGone         rule: a campaign comes back with all its goals
│   ├── WasLive                 rule: what was live is neither a draft again nor split anew
│   ├── SubtestHasTrackers      rule: a running campaign keeps the sub-tests trackers were made in
│   ├── TooManySubtests         rule: at most 50 sub-tests a campaign
│   ├── TooManySubscriptions    rule: at most 100 subscriptions an account
│   └── IdempotencyKeyReused    the key came with another request before
├── StaleVersion 412            If-Match names another version
├── TooLarge 413
├── UnsupportedMediaType 415
├── Invalid 422                 a well-formed body that breaks a field's rule
├── TooManyRequests 429         the key asks more often than it may
└── Unavailable 503             a service below failed; nothing was acknowledged, try again
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar


class ActrailError(Exception):
    """A refusal with a status, a code, a message for people and what helps to act on it."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal_error"
    title: ClassVar[str] = "Internal error"

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.details: Mapping[str, Any] = details

    @property
    def headers(self) -> Mapping[str, str]:
        """Headers the answer carries besides its body."""
        return {}


class Malformed(ActrailError):
    status, code, title = 400, "malformed", "Malformed request"


class Unauthorized(ActrailError):
    status, code, title = 401, "unauthorized", "Unauthorized"

    def __init__(self) -> None:
        super().__init__("Send a valid key as 'Authorization: Bearer <secret key>'.")

    @property
    def headers(self) -> Mapping[str, str]:
        return {"WWW-Authenticate": 'Bearer realm="actrail"'}


class Forbidden(ActrailError):
    status, code, title = 403, "forbidden", "Forbidden"

    def __init__(self, needed: str) -> None:
        super().__init__(f"This needs a key with the scope '{needed}'.", scope=needed)


class NotFound(ActrailError):
    status, code, title = 404, "not_found", "Not found"

    def __init__(self, what: str) -> None:
        super().__init__(f"There is no such {what}.")


class Conflict(ActrailError):
    status, code, title = 409, "conflict", "Conflict"


class NameTaken(Conflict):
    code, title = "name_taken", "Name taken"

    def __init__(self, tracker_id: str) -> None:
        super().__init__(
            "Another account tracker has this name. Choose another, or use that tracker.",
            tracker_id=tracker_id,
        )


class AatImmutable(Conflict):
    code, title = "aat_immutable", "Account trackers are never modified"

    def __init__(self, fields: Sequence[str]) -> None:
        super().__init__(
            "A saved account tracker changes in nothing but 'context' and 'hidden'. "
            "Make a new tracker for a new name, event or selector.",
            fields=list(fields),
        )


class KindFixed(Conflict):
    code, title = "kind_fixed", "The kind is fixed"

    def __init__(self, kind: str, wanted: str) -> None:
        super().__init__(f"A tracker of kind '{kind}' cannot become '{wanted}': only an XAT can, an AAT.")


class WidgetEditorOnly(Conflict):
    code, title = "widget_editor_only", "Managed in the visual editor"

    def __init__(self) -> None:
        super().__init__("Widget trackers are edited and deleted in the visual editor only (view=editor).")


@dataclass(frozen=True, slots=True)
class Use:
    """Where a tracker is selected as a goal."""

    campaign_id: str
    name: str
    status: str
    role: str
    tracker_id: str


class InUse(Conflict):
    code, title = "in_use", "In use"

    def __init__(
        self,
        message: str,
        uses: Sequence[Use] = (),
        would_lose: Mapping[str, int] | None = None,
    ) -> None:
        super().__init__(
            message,
            uses=[asdict(use) for use in uses],
            would_lose=dict(would_lose or {"goals": len(uses)}),
        )


class PrimaryTaken(Conflict):
    code, title = "primary_taken", "Primary goal taken"

    def __init__(self, tracker_id: str) -> None:
        super().__init__(
            "The campaign has a primary goal. Replace it with replace=true.", tracker_id=tracker_id
        )


class NotSelectable(Conflict):
    code, title = "not_selectable", "Not selectable"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)


class TooManyGoals(Conflict):
    code, title = "too_many_goals", "Too many goals"

    def __init__(self, most: int) -> None:
        super().__init__(f"A campaign has at most {most} goals.", limit=most)


class CampaignArchived(Conflict):
    code, title = "campaign_archived", "Archived"

    def __init__(self) -> None:
        super().__init__("The campaign is archived. Change its status first.")


class GoalTrackerGone(Conflict):
    code, title = "goal_tracker_gone", "A goal's tracker is gone"

    def __init__(self, tracker_ids: Sequence[str]) -> None:
        super().__init__(
            "Trackers of this campaign's goals were deleted while it was archived. "
            "Remove those goals, then change the status.",
            tracker_ids=list(tracker_ids),
        )


class WasLive(Conflict):
    code, title = "was_live", "The campaign was live"


class SubtestHasTrackers(Conflict):
    code, title = "subtest_has_trackers", "The sub-test has trackers"

    def __init__(self) -> None:
        super().__init__("A tracker was made in this sub-test, and its campaign is live or paused.")


class TooManySubtests(Conflict):
    code, title = "too_many_subtests", "Too many sub-tests"

    def __init__(self, most: int) -> None:
        super().__init__(f"A campaign has at most {most} sub-tests.", limit=most)


class TooManySubscriptions(Conflict):
    code, title = "too_many_subscriptions", "Too many subscriptions"

    def __init__(self, most: int) -> None:
        super().__init__(f"An account has at most {most} subscriptions.", limit=most)


class IdempotencyKeyReused(Conflict):
    code, title = "idempotency_key_reused", "Idempotency-Key reused"

    def __init__(self) -> None:
        super().__init__("This Idempotency-Key came with another request in the last 24 hours.")


class StaleVersion(ActrailError):
    status, code, title = 412, "stale_version", "Stale version"

    def __init__(self, version: int) -> None:
        super().__init__("It was changed meanwhile: read it again.", version=version)


class TooLarge(ActrailError):
    status, code, title = 413, "too_large", "Too large"


class UnsupportedMediaType(ActrailError):
    status, code, title = 415, "unsupported_media_type", "Unsupported media type"


@dataclass(frozen=True, slots=True)
class FieldError:
    """One broken rule: the field as a dotted path, and what it must be."""

    field: str
    message: str


class Invalid(ActrailError):
    status, code, title = 422, "invalid", "Invalid"

    def __init__(self, *errors: FieldError) -> None:
        super().__init__(
            "; ".join(f"{error.field}: {error.message}" for error in errors),
            errors=[asdict(error) for error in errors],
        )

    @classmethod
    def field(cls, field: str, message: str) -> Invalid:
        """The most frequent case: one field breaks one rule."""
        return cls(FieldError(field, message))


class TooManyRequests(ActrailError):
    status, code, title = 429, "too_many_requests", "Too many requests"

    def __init__(self, retry_after: int) -> None:
        super().__init__("This key asks too often. Nothing was done: ask again later.")
        self.retry_after = retry_after

    @property
    def headers(self) -> Mapping[str, str]:
        return {"Retry-After": str(self.retry_after)}


class Unavailable(ActrailError):
    status, code, title = 503, "unavailable", "Unavailable"

    def __init__(self, message: str, retry_after: int = 1) -> None:
        super().__init__(message)
        self.retry_after = retry_after

    @property
    def headers(self) -> Mapping[str, str]:
        return {"Retry-After": str(self.retry_after)}
