"""The months of a gallery, for the scrubber that jumps into the past."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from omnistudio.gallery.browse.filters import first_id_since
from omnistudio.gallery.browse.scopes import Scope
from omnistudio.gallery.browse.url_filters import FIRST_YEAR, LAST_YEAR

MAX = 120
_FORM = re.compile(r"(\d{4})-(\d{2})")


@dataclass(frozen=True)
class Month:
    """One month; `name` is `2026-11`, as URLs have it."""

    first: date

    @property
    def name(self) -> str:
        return f"{self.first:%Y-%m}"


def months_of(scope: Scope) -> list[Month]:
    """The months from the scope's newest item to its oldest, newest first; two index look-ups."""
    made = scope.tasks.values_list("created_at", flat=True)
    newest, oldest = made.order_by("-pk").first(), made.order_by("pk").first()
    if newest is None or oldest is None:
        return []
    month, last = _month_of(newest), _month_of(oldest)
    months: list[Month] = []
    while month >= last and len(months) < MAX:
        months.append(Month(month))
        month = date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1)
    return months


def _month_of(moment: datetime) -> date:
    return timezone.localtime(moment).date().replace(day=1)


def month_bound(name: str) -> int | None:
    """The id before which the items of a month and of those before it lie; None for no month, or the newest."""
    match = _FORM.fullmatch(name)
    if not match or not 1 <= int(match[2]) <= 12 or not FIRST_YEAR <= int(match[1]) <= LAST_YEAR:
        return None
    year, month = int(match[1]), int(match[2])
    following = date(year + month // 12, month % 12 + 1, 1)
    return first_id_since(timezone.make_aware(datetime(following.year, following.month, 1)))
