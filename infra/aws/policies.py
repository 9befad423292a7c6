"""Holds the permissions of a template to what is explained: `python -m infra.aws.policies TEMPLATE`.

Every wildcard in an action, a resource or a principal must have its reason in the resource's metadata, under
``Wildcards`` and the statement's id; and each reason must be of a wildcard that is there. A function has a
role of its own.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

Template = Mapping[str, Any]
_FIELDS = ("Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal")


def violations(template: Template) -> list[str]:
    """What is wrong with the template's permissions, a sentence each; none when all is as it should be."""
    return [*_unexplained(template), *_shared_roles(template)]


def _unexplained(template: Template) -> Iterator[str]:
    for name, resource in template["Resources"].items():
        reasons = dict(resource.get("Metadata", {}).get("Wildcards", {}))
        for statement in _statements(resource):
            sid = statement.get("Sid", "")
            if not _has_wildcard(statement):
                continue
            if not reasons.pop(sid, ""):
                yield f"{name}: the statement '{sid}' has a wildcard without a reason"
        for sid in reasons:
            yield f"{name}: there is no wildcard in a statement '{sid}' to give a reason for"


def _shared_roles(template: Template) -> Iterator[str]:
    roles = Counter(
        json.dumps(resource["Properties"].get("Role"))
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::Serverless::Function"
    )
    for role, number in roles.items():
        if number > 1 or role == "null":
            yield f"{number} functions share the role {role}"


def _statements(resource: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The statements of every policy document in a resource's properties, wherever it stands."""
    pending = [resource.get("Properties", {})]
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            if isinstance(value.get("Statement"), list):
                yield from value["Statement"]
            else:
                pending += value.values()
        elif isinstance(value, list):
            pending += value


def _has_wildcard(statement: Mapping[str, Any]) -> bool:
    return any("*" in json.dumps(statement.get(field, "")) for field in _FIELDS)


def main(template: str) -> int:
    """Print what is wrong; return the exit code."""
    found = violations(json.loads(Path(template).read_text()))
    print(
        "\n".join(found) or "Every permission is named or explained.",
        file=sys.stderr if found else sys.stdout,
    )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
