"""The filters of a gallery: they combine, and live in the URL."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django import forms
from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, Q, Value
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from omnistudio.gallery.browse.refolding import as_rows_are
from omnistudio.gallery.browse.scopes import Scope
from omnistudio.gallery.browse.search import Search
from omnistudio.gallery.browse.url_filters import UrlFilter, UrlFilterForm
from omnistudio.gallery.catalogue import catalogue
from omnistudio.gallery.folding import folded
from omnistudio.gallery.models import Prompt, Task, TaskReference
from omnistudio.gallery.models.task import TaskQuerySet

# More prompts than this hold the words: then the newest items are looked through, which ends soon.
RARE = 1000
# So many of a scope's newest items are asked how often the words come; with so many hits a page is full soon.
SAMPLE, OFTEN = 600, 4

KINDS = [("", _("All")), ("image", _("Images")), ("video", _("Videos"))]
STATUSES = [("", _("Done")), ("failed", _("Failed")), ("ongoing", _("In progress")), ("all", _("Any"))]
RATIOS = [("", _("Any")), ("tall", _("Tall")), ("square", _("Square")), ("wide", _("Wide"))]


class FilterForm(UrlFilterForm):
    """What the URL of a gallery may say."""

    kind = forms.ChoiceField(choices=KINDS, required=False)
    status = forms.ChoiceField(choices=STATUSES, required=False)
    ratio = forms.ChoiceField(choices=RATIOS, required=False)
    liked = forms.BooleanField(required=False)
    references = forms.BooleanField(required=False)


class Filter(UrlFilter):
    """The filters of a gallery in force."""

    form = FilterForm


def filtered(scope: Scope, chosen: Filter) -> TaskQuerySet:
    """The items of a scope that pass the filters, in no order yet."""
    values = chosen.values
    tasks = scope.tasks.filter(_status(values.get("status", ""), scope))
    if kind := values.get("kind"):
        tasks = tasks.filter(kind=kind)
    if model := values.get("model"):
        tasks = tasks.filter(model_id=model)
        if kind and _makes(model) != kind:
            return tasks.none()  # nothing is found by looking through all items of the model
    if person := values.get("person"):
        tasks = tasks.filter(owner_id=person)
    if ratio := values.get("ratio"):
        tasks = tasks.filter(_SHAPES[ratio])
    if values.get("liked"):
        tasks = tasks.filter(pk__in=scope.user.favourites.values("task_id"))
    if values.get("references"):
        tasks = tasks.filter(_with_references())
    tasks = _between(tasks, values.get("since"), values.get("until"))
    return _searched(tasks, chosen.search, scope) if values.get("q") else tasks


_SHAPES = {
    "tall": Q(width__lt=F("height") * 0.9),
    "square": Q(width__gte=F("height") * 0.9, width__lte=F("height") * 1.2),
    "wide": Q(width__gt=F("height") * 1.2),
}


def _status(status: str, scope: Scope) -> Q:
    match status:
        case "failed":
            return Q(status__in=[Task.Status.FAILED, Task.Status.UNCONFIRMED])
        case "ongoing":
            # By their ids: they are few, and may be none, which a look along the list would find out at its end.
            return Q(pk__in=scope.tasks.filter(status__in=Task.UNFINISHED).values("pk"))
        case "all":
            return Q()
    return Q() if scope.kind == "trash" else Q(status=Task.Status.SUCCEEDED)


def _makes(model_id: str) -> str:
    """The kind of what a model makes."""
    model = catalogue().get(model_id)
    return model.kind if model else ""


def _with_references() -> Q:
    """Tasks with references: where these are few, by their ids; else each task of the list is asked."""
    first = TaskReference.objects.filter(position=1)
    few = list(first.values_list("task_id", flat=True)[: RARE + 1])
    return Q(pk__in=few) if len(few) <= RARE else Q(Exists(first.filter(task_id=OuterRef("pk"))))


def first_id_since(moment: datetime) -> int | None:
    """The first item made at `moment` or later: ids rise with time, so a date is a bound of the key."""
    return Task.objects.filter(created_at__gte=moment).order_by("created_at").values_list("pk", flat=True).first()


def _between(tasks: TaskQuerySet, since: Any, until: Any) -> TaskQuerySet:
    if since:
        first = first_id_since(midnight(since))
        tasks = tasks.filter(pk__gte=first) if first else tasks.none()
    if until and (end := first_id_since(midnight(until + timedelta(days=1)))):
        tasks = tasks.filter(pk__lt=end)
    return tasks


def midnight(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _searched(tasks: TaskQuerySet, search: Search, scope: Scope) -> TaskQuerySet:
    """Items whose prompt holds all words, or whose person has a word in the name."""
    if search.numbers:
        tasks = tasks.filter(pk__in=search.numbers)
    search = as_rows_are(search)
    people = {person.pk: folded(person.display_name) for person in scope.people} if search.words else {}
    by_name, words = Q(), []
    for word in search.words:
        # Whoever has no items in the scope would only make the search long.
        if named := [pk for pk, name in people.items() if word in name and scope.tasks.filter(owner_id=pk).exists()]:
            by_name &= Q(owner_id__in=named) | holds(search.forms(word))
        else:
            words.append(word)
    along = Q()
    for word in words:
        along &= holds(search.forms(word))
    for word in search.without:
        along &= ~holds(search.forms(word))
    if words and (has_an_index(words) or not _comes_often(by_name & along, scope)):
        few = few_prompts(search, words)
        # By the items' ids: SQLite without statistics would look through the whole scope for the few.
        along = along if few is None else Q(pk__in=Task.objects.filter(prompt_id__in=few).values("pk"))
    return tasks.filter(by_name & along)


def has_an_index(words: list[str]) -> bool:
    """Whether the database finds prompts by one of the words without reading them all: PostgreSQL by trigrams."""
    return connection.vendor == "postgresql" and any(len(word) >= 3 for word in words)


def holds(forms: Sequence[str]) -> Q:
    """Items whose prompt holds a word in one of its forms, for a look along the list.

    Not `__contains`: PostgreSQL would take its trigram index, read every prompt with the word and sort their items.
    """
    return _any(Q(GreaterThan(StrIndex(F("prompt__search_text"), Value(form)), 0)) for form in forms)


def _any(conditions: Iterable[Q]) -> Q:
    return reduce(or_, conditions)


def contains(forms: Sequence[str]) -> Q:
    """Rows with a `search_text` of their own that holds a word in one of its forms."""
    return _any(Q(search_text__contains=form) for form in forms)


def _comes_often(wanted: Q, scope: Scope) -> bool:
    """Whether the scope's newest items have so many of the wanted that a look along the list soon fills a page.

    To collect the prompts of a common word takes long just where it does not help. A short list is looked through.
    """
    seen = scope.tasks.order_by("-pk")[:SAMPLE].aggregate(items=Count("pk"), hits=Count("pk", filter=wanted))
    return seen["items"] < SAMPLE or seen["hits"] >= OFTEN


def few_prompts(search: Search, words: list[str]) -> list[int] | None:
    """The ids of the prompts that hold these words of a search, or None where these are many."""
    prompts = Prompt.objects.all()
    for word in words:
        prompts = prompts.filter(contains(search.forms(word)))
    for word in search.without:
        prompts = prompts.exclude(contains(search.forms(word)))
    ids = list(prompts.values_list("pk", flat=True)[: RARE + 1])
    return ids if len(ids) <= RARE else None
