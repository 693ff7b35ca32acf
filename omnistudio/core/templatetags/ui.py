"""Small parts of pages: icons, the language of a text, durations, fields."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from django import template
from django.forms import BaseForm, BoundField
from django.templatetags.static import static
from django.utils import formats, timezone
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from omnistudio.core import dates
from omnistudio.core.storage import static as staticfiles
from omnistudio.core.text import join_facts, join_names, join_sentences

register = template.Library()

_SCRIPTS = (
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("zh-Hans", re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
)
_RIGHT_TO_LEFT = ("ar", "he")


@register.simple_tag
@cache  # a page has a hundred, and where the sprite is does not change while a process runs
def icon(name: str, classes: str = "") -> SafeString:
    """An icon of the sprite, hidden from screen readers: the words stand beside it."""
    css = f"i {classes}".strip()
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#i-{}"/></svg>', css, static("img/icons.svg"), name
    )


@register.simple_tag
def stylesheets() -> SafeString:
    """The links to the stylesheets: to one where the static files were collected."""
    links = ((static(path),) for path in staticfiles.stylesheets())
    return format_html_join("\n  ", '<link rel="stylesheet" href="{}">', links)


@register.simple_tag
def lang_of(text: str, *, inherits: bool = False) -> SafeString:
    """`lang="th"` where the script of a text tells its language, so that lines break and breathe rightly.

    With `inherits` nothing where the page is in that language, for what stands on it by the dozen.
    """
    for code, script in _SCRIPTS:
        if script.search(text):
            if inherits and code.lower() == get_language():
                break
            direction = ' dir="rtl"' if code in _RIGHT_TO_LEFT else ""
            return mark_safe(f'lang="{code}"{direction}')  # noqa: S308 (codes of our own)
    return mark_safe("")


@register.simple_tag
def sentences(*parts: object) -> SafeString:
    """Sentences one after the other, each escaped unless it is markup; empty ones are left out."""
    return mark_safe(join_sentences(*_escaped(parts)))  # noqa: S308 (each part is escaped)


@register.simple_tag
def comma_list(*parts: object) -> SafeString:
    """Facts about one thing, with commas; otherwise as `sentences`."""
    return mark_safe(join_facts(*_escaped(parts)))  # noqa: S308 (each part is escaped)


@register.filter(name="commas")
def with_commas(parts: Iterable[object]) -> SafeString:
    """Names of a list, with commas."""
    return mark_safe(join_names(*_escaped(tuple(parts))))  # noqa: S308 (each part is escaped)


@register.filter(name="sentences")
def joined_sentences(parts: Iterable[object]) -> SafeString:
    """`sentences` for what is a list already: the errors of a field."""
    return sentences(*parts)


@register.filter
def all_errors(form: BaseForm) -> SafeString:
    """All that is wrong with a form, its fields in their order and then the whole, as sentences."""
    of_fields = (error for field in form for error in field.errors)
    return sentences(*of_fields, *form.non_field_errors())


def _escaped(parts: tuple[object, ...]) -> list[str]:
    return [conditional_escape(str(part)) for part in parts if part not in (None, "")]


@register.filter
def clock(value: timedelta | float | None) -> str:
    """`1:05`, `0:09`: minutes and seconds, for what is going on."""
    if value is None:
        return ""
    seconds = int(value.total_seconds() if isinstance(value, timedelta) else value)
    return f"{seconds // 60}:{seconds % 60:02d}"


@register.filter
def duration(value: timedelta | float | None) -> str:
    """“20 s”, “2 min”, “1 min 5 s”: how long something takes, for a sentence."""
    if value is None:
        return ""
    seconds = round(value.total_seconds() if isinstance(value, timedelta) else value)
    minutes, rest = divmod(seconds, 60)
    if not minutes:
        return _("%(n)s s") % {"n": rest}
    if not rest:
        return _("%(n)s min") % {"n": minutes}
    return _("%(min)s min %(s)s s") % {"min": minutes, "s": rest}


@register.filter
def in_seconds(value: timedelta | None) -> int:
    """Whole seconds of a duration."""
    return int(value.total_seconds()) if value else 0


@register.filter
def moment(when: datetime | None) -> str:
    """For `<time datetime>`: to the second, as HTML takes no more than milliseconds."""
    return when.isoformat(timespec="seconds") if when else ""


@register.filter
def ago(when: datetime | None) -> str:
    """“just now”, “3 min ago”, “2 h ago”, then the date."""
    if when is None:
        return ""
    seconds = (timezone.now() - when).total_seconds()
    if seconds < 60:
        return _("just now")
    if seconds < 3600:
        minutes = int(seconds // 60)
        return ngettext("%(n)d min ago", "%(n)d min ago", minutes) % {"n": minutes}
    if seconds < 86_400:
        hours = int(seconds // 3600)
        return ngettext("%(n)d h ago", "%(n)d h ago", hours) % {"n": hours}
    return dates.short_date(when)


@register.filter("short_date")
def day(when: date | None) -> str:
    """“Nov 28, 2026” in the person's language, or nothing."""
    return dates.short_date(when) if when else ""


@register.filter
def date_and_time(when: datetime | None) -> str:
    """“Nov 28, 2026, 14:05” in the person's language, or nothing."""
    return dates.date_and_time(when) if when else ""


@register.filter
def time_ago(when: datetime | None) -> str:
    """The same as an element whose words the page keeps true (`ago.js`); what is a date already stays as it is."""
    if when is None or timezone.now() - when >= timedelta(days=1):
        return ago(when)
    at = when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return format_html('<time datetime="{}" data-ago>{}</time>', at, ago(when))


@register.filter
def ago_attr(when: datetime | None) -> SafeString:
    """`data-ago="90"`, the seconds so far, for an element that ends with `ago`.

    In a list of many tiles it weighs less than an element more in each.
    """
    if when is None or timezone.now() - when >= timedelta(days=1):
        return mark_safe("")
    return format_html('data-ago="{}"', str(int((timezone.now() - when).total_seconds())))


@register.simple_tag
def ago_words() -> SafeString:
    """The words of `ago` for the browser, and the server's clock, as its own may be wrong."""
    few = [ngettext("%(n)d min ago", "%(n)d min ago", 2), ngettext("%(n)d h ago", "%(n)d h ago", 2)]
    words = "|".join([_("just now"), *few]).replace("%(n)d", "{n}")
    now = str(int(timezone.now().timestamp()))
    return format_html('<template id="ago" data-at="{}" data-words="{}"></template>', now, words)


@register.filter
def thousands(value: int | None) -> str:
    """`1,240`, in every language: Django would group Chinese numbers by four."""
    return f"{value or 0:,}"


@register.filter
def megabytes(value: int | None) -> str:
    """`1.2 MB`, or `85 kB` below a megabyte."""
    size = value or 0
    if size < 1_000_000:
        return f"{formats.number_format(-(-size // 1000))} kB"
    return f"{formats.number_format(size / 1_000_000, 1)} MB"


@register.inclusion_tag("shared/_field.html")
def field(bound: BoundField, **extra: Any) -> dict[str, Any]:
    """A field with its label, hint and errors, tied together for screen readers."""
    described = []
    if bound.help_text:
        described.append(f"{bound.auto_id}_hint")
    if bound.errors:
        described.append(f"{bound.auto_id}_error")
    attributes: dict[str, Any] = dict(extra)
    if described:
        attributes["aria-describedby"] = " ".join(described)
    if bound.errors:
        attributes["aria-invalid"] = "true"
    return {"field": bound, "widget": bound.as_widget(attrs=attributes)}
