"""Known weaknesses of what is locked fail the gate; a database that cannot be asked does not."""

from __future__ import annotations

import json

import pytest

from infra.audit import Verdict, of_npm, of_uv

WEAK = {"auditReportVersion": 2, "vulnerabilities": {"esbuild": {"severity": "moderate"}}}
CLEAN = {"auditReportVersion": 2, "vulnerabilities": {}}
REFUSED = {"message": "405 Method Not Allowed", "statusCode": 405}


@pytest.mark.parametrize(
    ("printed", "verdict", "text"),
    [
        (json.dumps(WEAK), Verdict.WEAK, "esbuild"),
        (json.dumps(CLEAN), Verdict.CLEAN, ""),
        (json.dumps(REFUSED), Verdict.SILENT, "405 Method Not Allowed"),
        ("", Verdict.SILENT, ""),
    ],
)
def test_what_npm_prints_is_a_verdict_only_when_it_is_a_report(printed, verdict, text):
    assert of_npm(printed) == (verdict, text)


@pytest.mark.parametrize(("code", "verdict"), [(0, Verdict.CLEAN), (1, Verdict.WEAK), (2, Verdict.SILENT)])
def test_how_uv_ends_tells_weaknesses_from_a_database_that_is_not_there(code, verdict):
    assert of_uv(code, "said") == (verdict, "said")
