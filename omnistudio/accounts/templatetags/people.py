"""Template filters for people: lists of names, and the browser of a session."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django import template

from omnistudio.accounts.models import User
from omnistudio.core.text import join_facts, join_names

register = template.Library()

# The order matters: nearly every browser also calls itself Safari, and many call themselves Chrome.
_BROWSERS = (
    ("Edge", r"Edg(e|A|iOS)?/"),
    ("Opera", r"OPR/|Opera"),
    ("Samsung Internet", r"SamsungBrowser/"),
    ("LINE", r"\bLine/"),
    ("Firefox", r"Firefox/|FxiOS/"),
    ("Chrome", r"Chrome/|Chromium/|CriOS/"),
    ("Safari", r"Safari/"),
)
_SYSTEMS = (
    ("Android", r"Android"),
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("Windows", r"Windows"),
    ("macOS", r"Mac OS X|Macintosh"),
    ("ChromeOS", r"CrOS"),
    ("Linux", r"Linux"),
)


@register.filter
def names(people: Sequence[User]) -> str:
    """Return all names as a list in the reader's language, such as “Anna, Somchai”."""
    return join_names(*(person.display_name for person in people))


@register.filter
def first_names(people: Sequence[User]) -> str:
    """Return the first two names and how many more there are, such as “Anna, Somchai, +3”."""
    more = f"+{len(people) - 2}" if len(people) > 2 else ""
    return join_names(names(people[:2]), more)


@register.filter
def device(user_agent: str) -> str:
    """Return the browser and the system of a User-Agent header, such as “Chrome, Android”; empty if unknown."""
    kinds = (
        next((name for name, sign in signs if re.search(sign, user_agent)), "") for signs in (_BROWSERS, _SYSTEMS)
    )
    return join_facts(*kinds)
