"""A test that is skipped in CI unexpectedly is a failure."""

import pytest

pytest_plugins = ["pytester"]

SKIPPED_TEST = "import pytest\ndef test_it(): pytest.skip('no browser')"
SKIPPED_MODULE = "import pytest\npytest.importorskip('no_such_module')"
EXPECTED_FAILURE = "import pytest\n@pytest.mark.xfail\ndef test_it(): assert False"


def test_a_skip_fails_in_ci_and_says_why(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CI", "true")
    pytester.makepyfile(SKIPPED_TEST)

    result = pytester.runpytest_inprocess("-p", "tests.skips")

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*skipped in CI: no browser*"])


def test_a_skipped_module_fails_in_ci(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CI", "true")
    pytester.makepyfile(SKIPPED_MODULE)

    result = pytester.runpytest_inprocess("-p", "tests.skips")

    result.assert_outcomes(errors=1)


def test_an_expected_failure_is_no_skip(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CI", "true")
    pytester.makepyfile(EXPECTED_FAILURE)

    result = pytester.runpytest_inprocess("-p", "tests.skips")

    result.assert_outcomes(xfailed=1)


def test_a_skip_elsewhere_than_in_ci_is_a_skip(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("CI", raising=False)
    pytester.makepyfile(SKIPPED_TEST)

    result = pytester.runpytest_inprocess("-p", "tests.skips")

    result.assert_outcomes(skipped=1)
