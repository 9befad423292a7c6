"""What a page can say to the tag: calls, attributes, and where it finds the intake."""

import pytest
from playwright.sync_api import Page

from chalicelib.domain.tag import SiteOptions, TagCampaign, TagTracker
from chalicelib.domain.tracker import DomEvent
from tests.browser.tag.site import TAG_PATH, Site

STUB = """<script>
window.actrail=window.actrail||(a=>(["track","identify","page","consent","onVariation"].forEach(m=>a[m]=(...v)=>a.q.push([m,...v])),a))({q:[]})
</script>"""


def test_a_tracked_action_has_params_and_a_label(site: Site, page: Page) -> None:
    page.goto(site.put("/"))

    page.evaluate("actrail.track('product.add', { product_id: '42', size: 44 }, 'Blue shoe')")

    event = site.first("product.add")
    assert event["params"] == {"product_id": "42", "size": 44}
    assert event["label"] == "Blue shoe"


def test_an_identifier_travels_as_an_event_of_the_profile(site: Site, page: Page) -> None:
    page.goto(site.put("/"))

    page.evaluate("actrail.identify({ email: 'ada@example.com' })")

    assert site.first("profile.identify")["params"] == {"email": "ada@example.com"}


def test_calls_made_before_the_script_is_there_are_made_up_for(site: Site, page: Page) -> None:
    early = (
        "<script>actrail.track('cart.add', { n: 1 }); actrail.onVariation((...v) => { seen = v; })</script>"
    )
    site.compile(campaigns=[TagCampaign(3, (0, 100))])
    script = f'<script async src="{site.intake}{TAG_PATH}"></script>'

    page.goto(site.put("/", head=STUB + early + script))

    assert site.first("cart.add")["params"] == {"n": 1}
    assert site.actions()[:4] == ["session.start", "campaign.exposure", "page.visit", "cart.add"]
    assert page.evaluate("seen") == [3, 1]


def test_a_refusal_before_the_script_is_there_leaves_no_trace(site: Site, page: Page) -> None:
    page.goto(site.put("/", head=f"{STUB}<script>actrail.consent(false)</script>{site.snippet}"))

    page.evaluate("actrail.track('cart.add')")

    assert site.stays_without("page.visit")
    assert page.context.cookies() == []


def test_a_script_that_is_on_the_page_twice_works_once(site: Site, page: Page) -> None:
    page.goto(site.put("/", head=STUB + site.snippet + STUB + site.snippet))
    site.first("page.visit")

    page.evaluate("actrail.track('cart.add')")

    site.first("cart.add")
    assert site.actions() == ["session.start", "page.visit", "cart.add"]


def test_an_element_named_like_the_tag_is_not_taken_for_it(site: Site, page: Page) -> None:
    page.goto(site.put("/", '<form id="actrail"></form>', head="<p id=actrail></p>" + site.snippet))

    page.evaluate("actrail.track('cart.add')")

    assert site.first("cart.add")


def test_what_cannot_be_sent_breaks_neither_the_caller_nor_what_follows(site: Site, page: Page) -> None:
    page.goto(site.put("/"))

    page.evaluate("""() => {
        const loop = {}; loop.loop = loop;
        actrail.track('cart.loop', loop); actrail.track('cart.big', { n: 1n }); actrail.onVariation(1);
        actrail.track('cart.add');
    }""")

    site.first("cart.add")
    assert site.actions("cart") == ["cart.add"]


def test_the_variation_is_on_the_page_and_given_to_callbacks_early_and_late(site: Site, page: Page) -> None:
    site.compile(campaigns=[TagCampaign(3, (0, 100)), TagCampaign(9, (0,))])
    page.goto(site.put("/"))

    page.evaluate("""() => {
        seen = [];
        actrail.onVariation(() => { throw new Error("the page's own"); });
        actrail.onVariation((campaign, variation) => seen.push([campaign, variation]));
    }""")

    assert page.evaluate("seen") == [[3, 1]]
    assert page.locator("html").get_attribute("data-actrail-3") == "1"
    assert page.locator("html").get_attribute("data-actrail-9") is None


def test_the_variation_is_there_before_the_body_is_drawn(site: Site, page: Page) -> None:
    site.compile(campaigns=[TagCampaign(3, (100,))])
    early = "<script>found = document.documentElement.getAttribute('data-actrail-3')</script>"

    page.goto(site.put("/", early))

    assert page.evaluate("found") == "0"


def test_a_click_on_a_declared_element_sends_its_action_label_and_params(site: Site, page: Page) -> None:
    page.goto(
        site.put(
            "/",
            '<button data-actrail-action="product.add" data-actrail-label="Blue shoe" '
            'data-actrail-param-product_id="42" data-actrail-param-size="44"><b>Buy</b></button>',
        )
    )

    page.click("b")

    event = site.first("product.add")
    assert event["label"] == "Blue shoe"
    assert event["params"] == {"product_id": "42", "size": "44"}


FORM = """
<form data-actrail-action="lead.create" data-actrail-param-source="footer" onsubmit="return false">
  <input name="email" data-actrail-field value="ada@example.com">
  <input name="phone" value="not asked for">
  <input name="secret" type="password" data-actrail-field value="never">
  <select name="topic" data-actrail-field="subject"><option value="sales">Sales</select>
  <input name="plan" type="radio" data-actrail-field value="free">
  <input name="plan" type="radio" data-actrail-field value="paid" checked>
  <input name="news" type="checkbox" data-actrail-field value="yes">
  <textarea name="text" data-actrail-field>Hello</textarea>
  <button>Send</button>
</form>
"""


def test_a_declared_form_sends_the_marked_fields_when_it_is_submitted_and_never_a_password(
    site: Site, page: Page
) -> None:
    page.goto(site.put("/", FORM))

    page.click("select")
    page.click("button")

    assert site.first("lead.create")["params"] == {
        "source": "footer",
        "email": "ada@example.com",
        "subject": "sales",
        "plan": "paid",
        "text": "Hello",
    }
    assert site.actions("lead") == ["lead.create"]


def test_a_strict_content_security_policy_needs_the_hosts_of_script_and_intake_only(
    site: Site, page: Page
) -> None:
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    site.compile(TagTracker(1, DomEvent.CLICK, "#buy"), TagTracker(2, DomEvent.VISIBLE, "#buy"))
    policy = f"default-src 'none'; script-src {site.intake}; connect-src {site.intake}"
    site.page_headers = {"Content-Security-Policy": policy}
    page.goto(site.put("/", '<button id="buy">Buy</button>'))

    page.click("#buy")

    assert site.first("element.click")["tracker_id"] == "1"
    assert not [text for text in refused if "Content Security Policy" in text and "favicon" not in text]


def test_the_intake_is_where_the_script_comes_from_whatever_the_stage(site: Site, page: Page) -> None:
    script = f'<script src="{site.intake}/prod{TAG_PATH}?v=1"></script>'

    page.goto(site.put("/", head=script))

    site.first("page.visit")
    assert site.batches[0].path == "/prod/v1/events"


def test_another_intake_can_be_configured(site: Site, page: Page) -> None:
    site.compile(options=SiteOptions(bots_allowed=True, base_url=site.intake + "/"))
    inline = f"<script>{site.script.decode()}</script>"

    page.goto(site.put("/", head=inline))

    assert site.first("page.visit")


@pytest.mark.parametrize("title", ["Shoes & \U0001f45f", "Schöne Grüße \u2028 </script>"])
def test_text_of_any_language_arrives_as_it_is(site: Site, page: Page, title: str) -> None:
    page.goto(site.put("/"))

    page.evaluate("title => actrail.track('test.text', { title })", title)

    assert site.first("test.text")["params"] == {"title": title}
