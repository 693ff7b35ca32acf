"""Dates as pages say them: in each language's own short form, the same everywhere."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import formats, timezone
from django.utils.translation import pgettext


def short_date(when: date | datetime) -> str:
    """“Nov 28, 2026”, in the person's language; of a moment the day where the studio is."""
    day = timezone.localtime(when) if isinstance(when, datetime) and timezone.is_aware(when) else when
    # Translators: a date beside other words, in the letters of Django’s date formats; as short as it is clear.
    return formats.date_format(day, pgettext("date format", "M j, Y"))


def date_and_time(when: datetime) -> str:
    """“Nov 28, 2026, 14:05”, in the person's language, where the studio is."""
    # Translators: as “M j, Y”, with the time of day.
    return formats.date_format(timezone.localtime(when), pgettext("date format", "M j, Y, H:i"))
