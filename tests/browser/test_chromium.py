"""What drives a browser says what to install where there is none."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.chromium import NoChromium, launched


@pytest.mark.parametrize("whole", [True, False])
def test_without_a_chromium_it_is_said_what_to_install(monkeypatch, tmp_path, whole):
    nothing_to_start: Any = None
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(NoChromium, match="apt-get install --no-install-recommends chromium"):
        launched(nothing_to_start, whole=whole)
