"""How numbers of credits, and the times of a ledger, are written."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils import formats, timezone

from omnistudio.core.dates import short_date

register = template.Library()


@register.filter
def signed(value: int) -> str:
    """`+1,000`, `−15`, with a minus sign that is as wide as the plus."""
    return f"{value:+,}".replace("-", "−")


@register.filter
def short_moment(when: datetime) -> str:
    """`14:32:08` of today, then the date."""
    then = timezone.localtime(when)
    return formats.time_format(then, "H:i:s") if then.date() == timezone.localdate() else short_date(then)
