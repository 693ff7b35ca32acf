"""Views of the page `/open-api/`: keys, credits, and how to use the API."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from omnistudio.accounts.http import AuthenticatedHttpRequest
from omnistudio.accounts.models import User
from omnistudio.openapi_server import catalogue, queries, vocabulary
from omnistudio.openapi_server.forms import CreditsForm, KeyForm
from omnistudio.openapi_server.models import Key, LedgerEntry
from omnistudio.openapi_server.services import credits, keys

DRAWING_ENGINE = "omnistudio.openapi_server.engines.drawing.DrawingEngine"


@require_safe
@login_not_required
def openapi(request: HttpRequest) -> HttpResponse:
    """Show the documentation to everybody, and to signed-in people their keys and credits."""
    return _page(request)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def make_key(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Create a key and show it once, in the response to the form; it is not stored."""
    if request.method != "POST":
        return _back("keys")
    form = KeyForm(request.POST)
    if form.is_valid():
        try:
            key, secret = keys.make_key(request.user, form.cleaned_data["name"])
        except keys.TooManyKeys:
            form.add_error("name", _("You have %(most)d keys. Revoke one first.") % {"most": Key.MAX_A_PERSON})
        else:
            return _page(request, made=key, secret=secret)
    return _page(request, status=422, key_form=form)


@require_http_methods(["GET", "HEAD", "POST"])
def rename_key(request: AuthenticatedHttpRequest, key_id: int) -> HttpResponse:
    """Rename a key."""
    key = get_object_or_404(Key.objects.of(request.user).live(), pk=key_id)
    form = KeyForm(request.POST or None, initial={"name": key.name})
    if request.method == "POST" and form.is_valid():
        keys.rename_key(key, form.cleaned_data["name"])
        return _back("keys")
    context = {"here": "openapi", "key": key, "form": form}
    return render(request, "openapi_server/rename_key.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def revoke_key(request: AuthenticatedHttpRequest, key_id: int) -> HttpResponse:
    """Revoke a key after a confirmation."""
    key = get_object_or_404(Key.objects.of(request.user).live(), pk=key_id)
    if request.method == "POST":
        keys.revoke_key(key)
        messages.success(request, _("“%(name)s” was revoked.") % {"name": key.name})
        return _back("keys")
    context = {"here": "openapi", "key": key, "is_the_studios": queries.is_the_studios(key)}
    return render(request, "openapi_server/revoke_key.html", context)


@require_POST
def add_credits(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Add credits to the administrator's own account."""
    if not request.user.is_staff:
        raise Http404
    form = CreditsForm(request.POST)
    if not form.is_valid():
        return _page(request, status=422, credits_form=form)
    amount = form.cleaned_data["credits"]
    credits.grant(request.user, amount, LedgerEntry.Note.ADDED)
    said = ngettext("%(n)s credit was added.", "%(n)s credits were added.", amount)
    messages.success(request, said % {"n": f"{amount:,}"})
    return _back("ledger")


@require_safe
def ledger_csv(request: AuthenticatedHttpRequest) -> StreamingHttpResponse:
    """Return the person's whole ledger as CSV, oldest entry first."""
    response = StreamingHttpResponse(_csv_lines(request), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="ledger.csv"'
    return response


def _csv_lines(request: AuthenticatedHttpRequest) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(["time", "kind", "what", "task_id", "key", "credits", "balance"])
    for row in queries.ledger_rows(request.user):
        entry = row.entry
        yield writer.writerow(
            [
                entry.created_at.isoformat(timespec="seconds"),
                entry.kind,
                _harmless(entry.what),
                entry.job.task_id if entry.job else "",
                entry.key.masked if entry.key else "",
                entry.credits,
                row.balance,
            ]
        )


class _Echo:
    """A file for `csv.writer` whose `write` returns the line."""

    def write(self, line: str) -> str:
        return line


def _harmless(text: str) -> str:
    """Prefix a text that a spreadsheet would take for a formula with an apostrophe."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _back(section: str) -> HttpResponse:
    return redirect(f"{reverse('openapi')}#{section}")


def _page(request: HttpRequest, status: int = 200, **extra: Any) -> HttpResponse:
    context: dict[str, Any] = {
        "here": "openapi",
        "host": request.build_absolute_uri("/").rstrip("/"),
        "placeholder": "sk-" + "x" * keys.LENGTH,
        "models": catalogue.models().values(),
        "ratios": catalogue.RATIOS,
        "limits": catalogue,
        "megabytes": settings.MAX_REFERENCE_BYTES // 1_000_000,
        "groups": vocabulary.GROUPS,
        "settings": settings.OPENAPI_SERVER,
        "service": settings.OMNI_API_URL,
        "draws": settings.OPENAPI_SERVER["ENGINE"] == DRAWING_ENGINE,
    }
    if isinstance(request.user, User):
        context |= _of_the_person(request.user, request.GET.get("before", ""))
    return render(request, "openapi_server/openapi.html", context | extra, status=status)


def _of_the_person(user: User, before: str) -> dict[str, Any]:
    return {
        "keys": queries.keys_of(user),
        "studios_key": queries.studios_key(user),
        "balance": queries.balance(user.pk),
        "held": queries.held(user),
        "ledger": queries.ledger_page(user, int(before) if re.fullmatch("[0-9]{1,18}", before) else None),
        "key_form": KeyForm(),
        "credits_form": CreditsForm(),
        "nobody_renders": queries.nobody_renders(),
    }
