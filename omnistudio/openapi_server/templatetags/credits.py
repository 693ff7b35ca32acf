"""How numbers of credits, and the times of a ledger, are written."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils import formats, timezone

register = template.Library()


@register.filter
def signed(value: int) -> str:
    """`+1,000`, `−15`, with a minus sign that is as wide as the plus."""
    return f"{value:+,}".replace("-", "−")


@register.filter
def short_moment(when: datetime) -> str:
    """`14:32:08` of today, then the day, then the day with its year."""
    then, today = timezone.localtime(when), timezone.localdate()
    if then.date() == today:
        return formats.time_format(then, "H:i:s")
    return formats.date_format(then, "MONTH_DAY_FORMAT" if then.year == today.year else "DATE_FORMAT")
