"""What the README promises to be there is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()


def functions_of(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_link_leads_to_a_file():
    links = re.findall(r"\]\(([^)#]+)\)", README)

    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_every_test_named_as_proof_exists():
    named = re.findall(r"`(tests/\S+?\.py)(?:::(\w+)\*)?`", README)

    missing = [
        (path, prefix)
        for path, prefix in named
        if not (ROOT / path).exists()
        or (prefix and not any(name.startswith(prefix) for name in functions_of(ROOT / path)))
    ]

    assert len(named) > 10
    assert missing == []


def test_every_race_named_as_proof_is_run():
    races = set(re.findall(r"`([a-z_]+)`", " ".join(re.findall(r"races? (`.*?)(?:\||,? `tests)", README))))

    assert races
    assert races <= functions_of(ROOT / "tests" / "races" / "rounds.py")


def test_every_function_named_for_an_access_pattern_exists():
    named = re.findall(r"`([a-z_]+)\.([a-z_]+)`", README.partition("| access pattern |")[2])

    missing = [
        f"{module}.{function}"
        for module, function in named
        if function not in functions_of(ROOT / "chalicelib" / "table" / f"{module}.py")
    ]

    assert len(named) > 10
    assert missing == []
