"""The filters of a list in words, for a page that has no matches."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Iterator

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from omnistudio.core.dates import short_date
from omnistudio.gallery.browse.filters import RATIOS
from omnistudio.gallery.browse.scopes import Scope
from omnistudio.gallery.browse.url_filters import UrlFilter
from omnistudio.gallery.catalogue import model_name


def no_match(scope: Scope, chosen: UrlFilter) -> str:
    """“No items match “lantern” in videos (May 2026).”"""
    words, kind = str(chosen.q).strip(), _kind(chosen)
    filters = _list(_filters(scope, chosen))
    values = {"words": words, "kind": kind, "filters": filters}
    if words and kind and filters:
        return _("No items match “%(words)s” in %(kind)s (%(filters)s).") % values
    if words and kind:
        return _("No items match “%(words)s” in %(kind)s.") % values
    if words and filters:
        return _("No items match “%(words)s” (%(filters)s).") % values
    if words:
        return _("No items match “%(words)s”.") % values
    return _("No items match these filters: %(filters)s.") % {"filters": _list(filter(None, (kind, filters)))}


def no_prompt_matches(scope: Scope, chosen: UrlFilter) -> str:
    """The same of a history."""
    values = {"words": str(chosen.q).strip(), "filters": _list(_filters(scope, chosen))}
    if values["words"] and values["filters"]:
        return _("No prompts match “%(words)s” (%(filters)s).") % values
    if values["words"]:
        return _("No prompts match “%(words)s”.") % values
    return _("No prompts match these filters: %(filters)s.") % values


def _list(parts: Iterable[str]) -> str:
    # Translators: between the filters of a list, as in “videos, Nano Banana 2, May 2026”.
    return pgettext("between filters", ", ").join(parts)


def _kind(chosen: UrlFilter) -> str:
    kind = str(chosen.values.get("kind", ""))
    return {"image": _("images"), "video": _("videos")}.get(kind, "")


def _filters(scope: Scope, chosen: UrlFilter) -> Iterator[str]:
    values = chosen.values
    if status := values.get("status"):
        yield {"failed": _("failed tasks"), "ongoing": _("tasks in progress"), "all": _("tasks in any state")}[status]
    if model := values.get("model"):
        yield model_name(model)
    if person := values.get("person"):
        name = next((one.display_name for one in scope.people if one.pk == person), "")
        yield _("by %(name)s") % {"name": name} if name else _("by somebody who is not here")
    if ratio := values.get("ratio"):
        yield str(dict(RATIOS)[ratio]).lower()
    if values.get("liked"):
        yield _("favourites")
    if values.get("starred"):
        yield _("starred prompts")
    if values.get("references"):
        yield _("with references")
    yield from _days(chosen)


def _days(chosen: UrlFilter) -> Iterator[str]:
    since, until = chosen.values.get("since"), chosen.values.get("until")
    if (
        since
        and until
        and since.day == 1
        and until == since.replace(day=calendar.monthrange(since.year, since.month)[1])
    ):
        yield date_format(since, "YEAR_MONTH_FORMAT")
    elif since and since == until:
        yield short_date(since)
    elif since and until:
        yield _("from %(first)s to %(last)s") % {"first": short_date(since), "last": short_date(until)}
    elif since:
        yield _("since %(date)s") % {"date": short_date(since)}
    elif until:
        yield _("until %(date)s") % {"date": short_date(until)}
