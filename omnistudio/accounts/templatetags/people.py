"""What templates ask about people: their sessions, their names in a list."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django import template

from omnistudio.accounts.models import User
from omnistudio.core.text import join_facts, join_names

register = template.Library()

# The order tells them apart: nearly every browser also calls itself Safari, and many call themselves Chrome.
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
    """“Anna, Somchai”."""
    return join_names(*(person.display_name for person in people))


@register.filter
def first_names(people: Sequence[User]) -> str:
    """“Anna, Somchai, +3”: two of them, and how many more there are."""
    more = f"+{len(people) - 2}" if len(people) > 2 else ""
    return join_names(names(people[:2]), more)


@register.filter
def device(user_agent: str) -> str:
    """“Chrome, Android” from what a browser says of itself; empty where it says nothing that is known."""
    kinds = (
        next((name for name, sign in signs if re.search(sign, user_agent)), "") for signs in (_BROWSERS, _SYSTEMS)
    )
    return join_facts(*kinds)
