"""The mails of a local system are listed and opened for whose they are, and harmless whatever is in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from chalicelib.aws import mail, mail_folder
from chalicelib.domain.list_id import campaign_of, list_id
from chalicelib.settings import settings
from tests.api.callers import Tenant
from tests.dashboard.people import Person

HOSTILE = "<p onclick=steal()>Hello</p><script>steal()</script><img src=https://evil.example/x>"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where mails land."""
    monkeypatch.setenv("ACTRAIL_MAIL_FOLDER", str(tmp_path / "mail"))
    settings.cache_clear()
    yield tmp_path / "mail"
    settings.cache_clear()


def written(campaign: dict[str, Any], name: str = "one", html: str = HOSTILE, plot: str = "") -> str:
    """The id of a mail that was just sent of a campaign."""
    message = EmailMessage()
    message["To"] = "ann@example.com"
    message["Subject"] = f"{name} <i>verdict</i>"
    message["Message-ID"] = f"<{name}@actrail>"
    message["List-Id"] = list_id(campaign["id"])
    message.set_content("the text & more")
    message.add_alternative(html, subtype="html")
    if plot:
        message.add_attachment(plot.encode(), maintype="image", subtype="svg+xml", filename='a"b.svg')
    mail.send(message)
    return next(each.id for each in mail_folder.listed() if each.subject.startswith(f"{name} "))


def subjects(seen) -> list[str]:
    return re.findall(r'<a href="/mails/\w+">(\w+) &lt;i&gt;', seen.html)


def test_mails_are_listed_newest_first_with_whom_and_what_they_are_about(analyst, api, folder):
    campaign = api.new_campaign("Summer")
    for name in ("first", "second"):
        written(campaign, name)

    seen = analyst.see("/subscriptions")

    assert subjects(seen) == ["second", "first"]
    assert "second <i>verdict</i> ann@example.com Summer" in seen.text
    assert subjects(analyst.see("/mails", part=True)) == ["second", "first"]


def test_those_of_one_campaign_are_shown_alone(analyst, api, folder):
    summer, winter = api.new_campaign("Summer"), api.new_campaign("Winter")
    written(summer, "hot")
    written(winter, "cold")

    assert subjects(analyst.see("/subscriptions", campaign=summer["id"])) == ["hot"]


def test_a_mail_is_opened_with_its_page_in_a_frame_and_its_text_escaped(analyst, api, folder):
    mail_id = written(api.new_campaign("Summer"))

    seen = analyst.see(f"/mails/{mail_id}")

    assert (seen.status, "ann@example.com" in seen.text) == (200, True)
    assert f'<iframe class="framed" src="/mails/{mail_id}/frame" sandbox ' in seen.html
    assert "the text &amp; more" in seen.html
    assert "<i>" not in seen.html
    assert "steal" not in seen.html
    assert "unsafe" not in seen.headers["Content-Security-Policy"]


def test_the_frame_has_the_mail_as_it_is_and_may_do_nothing(analyst, api, folder):
    mail_id = written(api.new_campaign())

    seen = analyst.see(f"/mails/{mail_id}/frame")

    parts = [each.partition(" ") for each in seen.headers["Content-Security-Policy"].split("; ")]
    policy = {name: value for name, _, value in parts}
    assert seen.html.strip() == HOSTILE
    assert policy["default-src"] == "'none'"
    assert policy["sandbox"] == ""
    assert policy["frame-ancestors"] == "'self'"
    assert policy["form-action"] == policy["base-uri"] == "'none'"
    assert policy["img-src"] == "data:"
    assert "script-src" not in policy
    assert seen.headers["X-Content-Type-Options"] == "nosniff"


def test_a_plot_is_saved_and_not_shown(analyst, api, folder):
    with_plot = written(api.new_campaign(), plot="<svg><script>steal()</script></svg>")
    without = written(api.new_campaign("Other"), "other")

    seen = analyst.see(f"/mails/{with_plot}/plot")

    assert seen.headers["Content-Disposition"] == 'attachment; filename="report.svg"'
    assert seen.html.startswith("<svg>")
    assert "report.svg" in analyst.see(f"/mails/{with_plot}").text
    assert analyst.see(f"/mails/{without}/plot").status == 404


def test_nobody_sees_mails_of_another_account(analyst, api, folder, client):
    mail_id = written(api.new_campaign("Summer"))
    stranger = Person.signed_in(Tenant.signed_up(client, "Globex").edit)

    seen = stranger.see("/subscriptions")
    statuses = [stranger.see(f"/mails/{mail_id}{part}").status for part in ("", "/frame", "/plot")]

    assert "No mail was written yet." in seen.text
    assert statuses == [404] * 3


def test_a_mail_that_names_no_campaign_is_nobodys(analyst, folder):
    folder.mkdir()
    (folder / "x.eml").write_bytes(b"Subject: x\r\n\r\nx")
    (found,) = mail_folder.listed()

    assert "No mail was written yet." in analyst.see("/subscriptions").text
    assert analyst.see(f"/mails/{found.id}").status == 404


@pytest.mark.parametrize("mail_id", ["0" * 32, "..%2F..%2Fcredentials.json", "x.eml", "a%00b"])
def test_nothing_but_mails_is_opened(analyst, folder, mail_id):
    folder.mkdir()
    (folder.parent / "credentials.json").write_text("secret")

    assert analyst.see(f"/mails/{mail_id}").status == 404


@pytest.mark.parametrize("stage", ["local", "actrail-prod"])
def test_where_mails_are_sent_there_are_none_to_see(analyst, api, folder, monkeypatch, stage):
    mail_id = written(api.new_campaign())
    monkeypatch.setenv("ACTRAIL_STAGE", stage)
    if stage == "local":
        monkeypatch.delenv("ACTRAIL_MAIL_FOLDER")
    settings.cache_clear()

    assert "Mails on this machine" not in analyst.see("/subscriptions").text
    assert analyst.see(f"/mails/{mail_id}").status == 404


@pytest.mark.parametrize("text", ["", "<a.b>", "<x.reports.actrail.evil>", "<A.reports.actrail>"])
def test_a_list_id_of_others_names_no_campaign(text):
    assert campaign_of(text) == ""
    assert campaign_of(f"Reports {list_id('0a1')}") == "0a1"
