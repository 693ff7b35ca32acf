"""The filters of the history: they combine, and live in the URL."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from omnistudio.gallery.browse.filters import few_prompts, has_an_index, holds, midnight
from omnistudio.gallery.browse.refolding import as_rows_are
from omnistudio.gallery.browse.scopes import Scope
from omnistudio.gallery.browse.search import Search
from omnistudio.gallery.browse.url_filters import UrlFilter, UrlFilterForm
from omnistudio.gallery.folding import folded
from omnistudio.gallery.models import PromptUse
from omnistudio.gallery.stats.contributions import StatsScope

SORTS = [("", _("Last used")), ("most", _("Most used")), ("kept", _("Highest pick rate"))]
# What a list is ordered by, always with the newest row first among equals.
ORDERS = {"": "last_used_at", "most": "uses", "kept": "kept_rank"}
# So many of a list's first prompts are asked how often the words come; with so many hits a page is full soon.
SAMPLE, OFTEN = 600, 12


class HistoryForm(UrlFilterForm):
    """What the URL of a history may say."""

    starred = forms.BooleanField(required=False)
    sort = forms.ChoiceField(choices=SORTS, required=False)


class HistoryFilter(UrlFilter):
    """The filters of a history in force. The order is not among them: it leaves nothing out."""

    form = HistoryForm

    def __bool__(self) -> bool:
        return bool(self.values.keys() - {"sort"})


def counted_scope(scope: Scope, person: int | None = None) -> StatsScope:
    """Whose numbers a page of this scope shows; in a team also those of one person in it."""
    if scope.team is None:
        return StatsScope.of(owner_id=scope.user.pk)
    return StatsScope.of(team_id=scope.team.pk, owner_id=person)


def filtered(scope: Scope, chosen: HistoryFilter) -> QuerySet[PromptUse]:
    """The prompts of a scope that pass the filters, in no order yet."""
    uses = PromptUse.objects.filter(scope=counted_scope(scope, chosen.person or None).name, model_id=chosen.model)
    if chosen.since:
        uses = uses.filter(last_used_at__gte=midnight(chosen.since))
    if chosen.until:
        uses = uses.filter(first_used_at__lt=midnight(chosen.until + timedelta(days=1)))
    if chosen.starred:
        uses = uses.filter(prompt_id__in=scope.user.prompt_stars.values("prompt_id"))
    return _searched(uses, chosen.search, scope) if chosen.q else uses


def _searched(uses: QuerySet[PromptUse], search: Search, scope: Scope) -> QuerySet[PromptUse]:
    """Prompts that hold all words, or that somebody with a word in the name has used."""
    if search.numbers:
        uses = uses.filter(prompt_id__in=scope.tasks.filter(pk__in=search.numbers).values("prompt_id"))
    search = as_rows_are(search)
    named, words = _named(scope, search)
    along = named
    for word in words:
        along &= holds(search.forms(word))
    for word in search.without:
        along &= ~holds(search.forms(word))
    if words and (has_an_index(words) or not _comes_often(uses, along)):
        few = few_prompts(search, words)
        along = along if few is None else Q(prompt_id__in=few) & named
    return uses.filter(along)


def _named(scope: Scope, search: Search) -> tuple[Q, list[str]]:
    """The condition of the words that are in somebody's name, and the other words."""
    people = {person.pk: folded(person.display_name) for person in scope.people} if scope.team else {}
    named, others = Q(), []
    for word in search.words:
        scopes = [counted_scope(scope, pk).name for pk, name in people.items() if word in name]
        if PromptUse.objects.filter(scope__in=scopes).exists():
            theirs = PromptUse.objects.filter(scope__in=scopes, model_id="", prompt_id=OuterRef("prompt_id"))
            named &= Q(Exists(theirs)) | holds(search.forms(word))
        else:
            others.append(word)
    return named, others


def _comes_often(uses: QuerySet[PromptUse], wanted: Q) -> bool:
    """Whether the newest prompts of the list have so many of the wanted that a look along it soon fills a page."""
    newest = uses.order_by("-last_used_at", "-id").values("pk")[:SAMPLE]
    hits = PromptUse.objects.filter(pk__in=newest).filter(wanted)[:OFTEN].count()
    return hits >= OFTEN or newest.count() < SAMPLE
