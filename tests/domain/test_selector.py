"""Selectors: what browsers take is taken, and what they refuse is refused before it reaches a page."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.selector import MAX_LENGTH, checked_selector
from chalicelib.errors import Invalid

VALID = [
    "a", "*", "#buy", ".button", "a.button#buy", "#äöü", ".\\31 0", "a , b", "form > button", "h1 + p",
    "h1 ~ p", "[data-test]", '[data-test="add-to-cart"]', "[href^='/buy']", '[href$=".pdf" i]',
    "[class*=btn]", "[lang|=en]", "[rel~=nofollow]", "a:not(.b, .c)", ":is(a, button)", ":where(.x) .y",
    "li:has(> a[href])",
    "li:nth-child(2n+1)", "li:nth-last-of-type(3)", "li:first-child", "p:only-of-type", "p:empty", ":root",
    "input:checked", "input:disabled", "input:enabled", "input:required", "input:optional", "a:hover",
    "button:focus-visible", "input:placeholder-shown", "dialog:modal", "details:open", "a:any-link", "a:link",
    "input:user-invalid", ":defined", "main:focus-within", "li:nth-child(2 of .x)", "a[href",
]  # fmt: skip
INVALID = [
    "", " ", "a >", "> a", "a >> b", "a,,b", ",a", "a,", "#", ".", "1a", "#1a", "[", "[]", "a]",
    "a:contains(x)", "a:eq(1)", "a:visible", "a:first", "div:has-text('x')", "text=Buy", "//a",
    "xpath=//a", "a::before", "|", ":has(", ":nth-child(+", ":lang('", ":lang(a (", ":lang(a{=",
    "a:not()", ":nth-child(x)", "a{", "a;b", "@media", "<a>", "a:hover:", "ns|a", "a!",
]  # fmt: skip


def verdict_of(text: str) -> str | Invalid:
    """The selector, or its refusal."""
    try:
        return checked_selector(text)
    except Invalid as refusal:
        return refusal


@pytest.mark.parametrize("selector", VALID)
def test_what_browsers_take_is_taken(selector):
    assert checked_selector(f" {selector} ") == selector


@pytest.mark.parametrize("selector", INVALID)
def test_what_browsers_refuse_or_never_match_is_refused(selector):
    with pytest.raises(Invalid) as refusal:
        checked_selector(selector, "fallback_selectors.0")

    (error,) = refusal.value.details["errors"]
    assert error["field"] == "fallback_selectors.0"


@pytest.mark.parametrize(
    ("selector", "explained"),
    [
        ("a >", "an element, a class, an id or an attribute is missing"),
        ("a >> b", "“>” stands where an element, a class, an id or an attribute should"),
        ("a..b", "“.” stands where the name of a class should"),
        ("a.", "the name of a class is missing"),
        ("[", "the name of an attribute is missing"),
        ("[a=", "a value in quotes is missing"),
        ("[a=1]", "“1” stands where a value in quotes should"),
        ("[a!=b]", "“!” stands where “=” or another operator should"),
        ("[a=b c]", "“c” stands where “]” should"),
        ("a:", "it ends too early"),
        ("a]", "“]” is not understood"),
        ("[a=']", "a quote is not closed"),
        ("a:contains(x)", "there is no pseudo-class :contains()"),
        ("a:first", "there is no pseudo-class :first"),
        ("li:nth-child(x)", "invalid arguments for :nth-child()"),
        ("svg|a", "a prefix before “|” means nothing in a page"),
    ],
)
def test_a_refusal_says_what_is_wrong_in_words_of_people(selector, explained):
    with pytest.raises(Invalid) as refusal:
        checked_selector(selector)

    (error,) = refusal.value.details["errors"]
    assert error["message"] == f"must be a CSS selector: {explained}"


@pytest.mark.parametrize("length", [MAX_LENGTH, MAX_LENGTH + 1])
def test_a_selector_has_at_most_2000_characters(length):
    selector = "a" * length

    if length == MAX_LENGTH:
        assert checked_selector(selector) == selector
    else:
        with pytest.raises(Invalid, match="2000"):
            checked_selector(selector)


@pytest.mark.parametrize("depth", [300, 330])
def test_a_selector_that_is_nested_too_deeply_is_refused_and_does_no_harm(depth):
    with pytest.raises(Invalid):
        checked_selector(":not(" * depth + "a" + ")" * depth)


PARTS = [
    "a", ".b", "#c", "*", "|", "[", "]", "(", ")", "=", "~=", ",", ">", "+", "~", " ", ":", "'", '"x"', "\\",
    "{", "}", ";", "!", "@m", "\x00", "é", "/*", "*/", "2n+1", " of ", ":hover", "::before", ":not(", ":is(",
    ":has(", ":where(", ":nth-child(", ":lang(", ":dir(", ":host(", "url(", "<!--", "-",
]  # fmt: skip


@settings(max_examples=1000)
@given(st.lists(st.sampled_from(PARTS), max_size=7).map("".join))
def test_any_text_is_taken_or_refused_for_people_and_nothing_else(text):
    verdict = verdict_of(text)

    if isinstance(verdict, Invalid):
        assert not re.search(r"None|Token|EOF|literal", str(verdict))
    else:
        assert checked_selector(verdict) == verdict
