"""CSS selectors, checked for syntax before they reach a customer's page.

cssselect2 parses with tinycss2, the tokenizer of CSS Syntax Level 3, and knows the grammar of Selectors
Level 4 (``:is``, ``:where``, ``:has``, ``:not`` with lists) that ``Element.closest`` knows. soupsieve
accepts ``:contains()`` and namespaces, which no browser does, and needs Beautiful Soup; cssselect
refuses selector lists in ``:not()``.
"""

from __future__ import annotations

import re

import cssselect2

from chalicelib.errors import Invalid

MAX_LENGTH = 2000

_STATES = re.compile(
    r":(?:autofill|default|defined|fullscreen|in-range|indeterminate|invalid|modal|open|optional"
    r"|out-of-range|placeholder-shown|popover-open|read-only|read-write|required|user-invalid"
    r"|user-valid|valid)(?![\w(-])"
)
"""Pseudo-classes of HTML that every browser matches and cssselect2, made for printing, does not know."""

_TRIPPED = (AttributeError, StopIteration, SyntaxError)
"""What cssselect2 trips over in text that is no selector, such as ``|``, ``:has(`` and ``:nth-child(+``."""


_WANTED = {
    "expected a compound selector": "an element, a class, an id or an attribute",
    "Expected a class name": "the name of a class",
    "Expected a pseudo-element name": "the name of a pseudo-element",
    "expected attribute name": "the name of an attribute",
    "expected attribute value": "a value in quotes",
    "expected attribute selector operator": "“=” or another operator",
    "expected ]": "“]”",
    "expected local name": "the name of an element",
}
"""What cssselect2 says it expected, for people; behind that it speaks of its tokens, or of None."""


def checked_selector(text: str, field: str = "selector") -> str:
    """The selector, trimmed. Raises Invalid when a browser would refuse it or never match it."""
    selector = text.strip()
    if not selector:
        raise Invalid.field(field, "must not be empty")
    if len(selector) > MAX_LENGTH:
        raise Invalid.field(field, f"must have at most {MAX_LENGTH} characters")
    try:
        compiled = cssselect2.compile_selector_list(_STATES.sub(":enabled", selector))
    except cssselect2.SelectorError as error:
        raise Invalid.field(field, f"must be a CSS selector: {_explained(error, selector)}") from error
    except RecursionError as error:
        raise Invalid.field(field, "must not be nested this deeply") from error
    except _TRIPPED as error:
        raise Invalid.field(field, "must be a CSS selector") from error
    if any(part.pseudo_element for part in compiled):
        raise Invalid.field(field, "must select elements, and a pseudo-element is none")
    return selector


def _explained(error: cssselect2.SelectorError, selector: str) -> str:
    """What is wrong with a selector, for people."""
    first, *rest = error.args
    said = str(rest[0]) if rest else ""
    if first == "Unknown pseudo-class":
        return f"there is no pseudo-class :{said}{'()' if f':{said}(' in selector.lower() else ''}"
    if isinstance(first, str):
        return f"{first[0].lower()}{first[1:]} {said}".strip()
    if said.startswith("undefined namespace prefix"):
        return "a prefix before “|” means nothing in a page"
    wanted = next((words for start, words in _WANTED.items() if said.startswith(start)), None)
    if first is None:
        return f"{wanted} is missing" if wanted else "it ends too early"
    if first.type == "error" and first.kind not in ")]}":
        return "a quote is not closed"
    written = first.serialize().strip()
    # A bracket that nobody has closed is serialised with an end that nobody has written.
    piece = f"“{written[0] if first.type.endswith('block') else written}”"
    return f"{piece} stands where {wanted} should" if wanted else f"{piece} is not understood"
