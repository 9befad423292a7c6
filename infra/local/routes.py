"""Which route of a Chalice app a path belongs to, as API Gateway decides it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Match:
    """The resource a path belongs to (`/v1/sites/{site_id}`), and what stands for its parameters."""

    resource: str
    parameters: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Pattern:
    resource: str
    segments: tuple[str, ...]
    names: tuple[str | None, ...]

    def match(self, segments: tuple[str, ...]) -> Match | None:
        parameters = {}
        for actual, expected, name in zip(segments, self.segments, self.names, strict=True):
            if name is not None and actual:
                parameters[name] = actual
            elif actual != expected:
                return None
        return Match(self.resource, parameters)


class Routes:
    """The resources of an app, ready to be matched: in each place a fixed segment goes before a parameter."""

    def __init__(self, resources: Iterable[str]) -> None:
        """Take resource paths; raises ValueError for one that API Gateway would not take."""
        self._fixed: dict[tuple[str, ...], Match] = {}
        self._patterns: dict[int, list[_Pattern]] = {}
        for pattern in sorted(map(_pattern, resources), key=_parameters_last):
            if any(pattern.names):
                self._patterns.setdefault(len(pattern.segments), []).append(pattern)
            else:
                self._fixed[pattern.segments] = Match(pattern.resource, {})

    def match(self, path: str) -> Match | None:
        """Return the resource of a decoded path, or None. A slash at the end makes no difference."""
        segments = _split(path)
        if match := self._fixed.get(segments):
            return match
        for pattern in self._patterns.get(len(segments), ()):
            if match := pattern.match(segments):
                return match
        return None


def _split(path: str) -> tuple[str, ...]:
    return tuple(path.removesuffix("/").split("/"))


def _pattern(resource: str) -> _Pattern:
    segments = _split(resource)
    return _Pattern(resource, segments, tuple(map(_parameter, segments)))


def _parameter(segment: str) -> str | None:
    if segment.startswith("{") and segment.endswith("}"):
        return segment[1:-1]
    if "{" in segment or "}" in segment:
        raise ValueError(f"API Gateway takes a parameter for a whole segment only, not {segment!r}")
    return None


def _parameters_last(pattern: _Pattern) -> list[bool]:
    return [name is not None for name in pattern.names]
