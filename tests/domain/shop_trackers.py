"""Trackers as a shop has them, for what is measured with many."""

import random

from chalicelib.domain.tag import TagTracker
from chalicelib.domain.tracker import DomEvent

COMPONENTS = [
    "header",
    "nav-menu",
    "hero",
    "footer",
    "sidebar",
    "product-card",
    "cart",
    "checkout",
    "account",
    "search",
    "pricing-table",
    "blog",
    "newsletter",
    "reviews",
    "gallery",
    "filters",
    "login-form",
    "signup-form",
    "wishlist",
    "mega-menu",
    "cookie-banner",
    "size-guide",
    "store-finder",
    "delivery-options",
    "payment-methods",
    "order-summary",
    "promo-bar",
    "breadcrumbs",
    "quick-view",
    "recommendations",
]
PARTS = [
    "button",
    "link",
    "title",
    "image",
    "card",
    "price",
    "quantity",
    "size",
    "color",
    "submit",
    "close",
    "toggle",
    "banner",
    "form",
    "input",
    "details",
    "share",
    "play",
    "next",
    "previous",
    "remove",
    "add",
    "download",
    "apply",
]
PATHS = [
    "pricing",
    "contact",
    "about",
    "blog",
    "help",
    "returns",
    "shipping",
    "shoes",
    "men",
    "women",
    "kids",
    "sale",
    "new-in",
    "gift-cards",
    "stores",
    "careers",
    "faq",
    "terms",
    "privacy",
    "account",
    "orders",
]
FORMS = {
    '[data-testid="{component}-{part}"]': 50,
    "#{component}-{part}": 15,
    ".{component} .{part}": 5,
    ".{component}__{part}": 5,
    '.{component} a[href="/{path}"]': 10,
    '[aria-label="{title} {component}"]': 5,
    '.{component} [name="{part}"]': 5,
    ".{component} > li:nth-of-type({place}) a": 5,
}
"""Forms as the selector finder prefers them, with their share in percent."""
EVENTS = {"click": 86, "mousedown": 1, "submit": 4, "change": 3, "hover": 1, "visible": 3, "scroll": 2}
PARAMS = {"hover": {"milliseconds": 1000}, "visible": {"percent": 50, "milliseconds": 1000}}


def realistic_trackers(count: int, campaigns: tuple[int, ...] = (), seed: int = 1) -> list[TagTracker]:
    """Trackers made a component at a time: two to eight elements, mostly selected in one form.

    A tenth of the numbers is missing, since trackers were deleted; one of twenty has a fallback; half of them
    belong to one of the campaigns, if there are any.
    """
    chance = random.Random(seed)
    made: dict[str, TagTracker] = {}
    number = 0
    while len(made) < count:
        component, form = chance.choice(COMPONENTS), _any(chance, FORMS)
        campaign = chance.choice([None] * len(campaigns) + list(campaigns)) if campaigns else None
        for _ in range(chance.randint(2, 8)):
            words = _words(chance, component)
            selector = (form if chance.random() < 0.8 else _any(chance, FORMS)).format(**words)
            fallbacks = (_any(chance, FORMS).format(**words),) if chance.random() < 0.05 else ()
            event = _any(chance, EVENTS)
            params = {"percent": chance.choice([25, 50, 75])} if event == "scroll" else PARAMS.get(event, {})
            number += chance.choice([1] * 9 + [2])
            tracker = TagTracker(number, DomEvent(event), selector, fallbacks, params, campaign)
            made.setdefault(selector, tracker)
    return sorted(made.values(), key=lambda tracker: tracker.number)[:count]


def _any(chance: random.Random, shares: dict[str, int]) -> str:
    return chance.choices(list(shares), list(shares.values()))[0]


def _words(chance: random.Random, component: str) -> dict[str, str | int]:
    part = chance.choice(PARTS)
    return {
        "component": component,
        "part": part,
        "title": part.title(),
        "path": chance.choice(PATHS),
        "place": chance.randint(1, 6),
    }
