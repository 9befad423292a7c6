"""Imports point one way: dashboard to api, api and jobs to table and domain, table to domain."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = [ROOT / "app.py", *sorted((ROOT / "chalicelib").rglob("*.py"))]
PURE_LIBRARIES = {"cssselect2", "orjson", "ulid"}
"""What the domain may use: libraries without I/O."""


def _place(path: Path) -> str:
    """Where a module belongs: a folder of chalicelib, or itself."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return parts[1] if parts[0] == "chalicelib" and len(parts) > 1 else parts[0]


def _imported(path: Path) -> Iterator[tuple[str, str]]:
    """Names of the modules a file imports anywhere in it: as written, and where ours belong (else "")."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names = [node.module or ""]
            if node.module == "chalicelib":
                names = [f"chalicelib.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            parts = name.split(".")
            yield name, parts[1] if parts[0] == "chalicelib" and len(parts) > 1 else ""


def _ours(place: str) -> set[str]:
    """Our packages that the modules of one import."""
    return {ours for path in SOURCES if _place(path) == place for _, ours in _imported(path) if ours} - {
        place
    }


def _importers(library: str) -> set[str]:
    """Where a library is imported."""
    return {
        _place(path) for path in SOURCES for name, _ in _imported(path) if name.partition(".")[0] == library
    }


def test_the_domain_imports_the_errors_and_small_pure_libraries_alone():
    libraries = {
        name.partition(".")[0]
        for path in SOURCES
        if _place(path) == "domain"
        for name, ours in _imported(path)
        if not ours
    }

    assert _ours("domain") == {"errors"}
    assert libraries - sys.stdlib_module_names <= PURE_LIBRARIES


def test_the_errors_and_settings_import_nothing_of_ours_and_metrics_the_settings_alone():
    assert _ours("errors") | _ours("settings") == set()
    assert _ours("observability") == {"settings"}


def test_the_table_imports_the_domain_and_nothing_that_uses_the_table():
    assert _ours("table") <= {"domain", "errors", "observability", "settings"}


@pytest.mark.parametrize(
    ("place", "other"),
    [
        ("api", "jobs"),
        ("jobs", "api"),
        ("api", "cli"),
        ("jobs", "cli"),
        ("dashboard", "jobs"),
        ("jobs", "dashboard"),
        ("dashboard", "cli"),
        ("api", "dashboard"),
    ],
)
def test_what_answers_http_what_runs_in_the_background_and_what_is_typed_know_nothing_of_each_other(
    place, other
):
    assert other not in _ours(place)


def test_the_pages_import_no_table():
    assert not {"table", "api", "dashboard", "jobs", "cli"} & _ours("web")


def test_chalice_is_at_the_edges_only():
    assert _importers("chalice") <= {"app", "api", "dashboard", "jobs"}


def test_pydantic_is_at_the_http_edge_only():
    assert _importers("pydantic") == {"api", "dashboard"}


def test_templates_are_rendered_where_they_are():
    assert _importers("jinja2") == {"web"}


def test_dynamodb_is_spoken_in_the_table_layer_only():
    assert _importers("pynamodb") == {"table"}


def test_aws_is_spoken_in_the_table_layer_and_in_a_package_of_its_own_that_know_nothing_of_each_other():
    assert _importers("botocore") == {"aws", "table"}
    assert _ours("aws") <= {"errors", "observability", "settings"}
    assert "aws" not in _ours("table") | _ours("domain")


def test_boto3_which_lambda_has_in_a_version_of_its_own_is_nowhere():
    assert _importers("boto3") == set()


def test_no_module_has_a_name_that_says_nothing():
    folders = ("chalicelib", "infra", "tests")
    modules = [
        path
        for folder in folders
        for path in (ROOT / folder).rglob("*.py")
        if "node_modules" not in path.parts
    ]

    assert not {
        path for path in modules if path.stem in {"utils", "helpers", "manager", "base", "common", "misc"}
    }


def test_keys_are_built_in_one_module_alone():
    """Keys are capital words between number signs, which nothing else that is put together has."""
    built = {
        f"{path.name}:{node.lineno}"
        for path in SOURCES
        if path.name != "keys.py"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.JoinedStr) and re.search(r"[A-Z]{2}#|#[A-Z]{2}", ast.unparse(node))
    }

    assert built == set()


@pytest.mark.parametrize("module", ["jinja2", "pydantic", "pynamodb"])
def test_importing_the_app_imports_no_slow_library_that_intake_never_needs(module):
    program = f"import sys, app; print({module!r} in sys.modules)"

    result = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )

    assert result.stdout.strip() == "False"
