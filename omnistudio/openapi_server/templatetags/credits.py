"""Template filters that format numbers of credits and the times of ledger entries."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils import formats, timezone

from omnistudio.core.dates import short_date

register = template.Library()


@register.filter
def signed(value: int) -> str:
    """Format a number with its sign, such as `+1,000` or `−15`; the minus is as wide as the plus."""
    return f"{value:+,}".replace("-", "−")


@register.filter
def short_moment(when: datetime) -> str:
    """Format a moment of today as `14:32:08`, and an earlier one as its date."""
    then = timezone.localtime(when)
    return formats.time_format(then, "H:i:s") if then.date() == timezone.localdate() else short_date(then)
