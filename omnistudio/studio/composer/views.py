"""The studio page and what its composer sends."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import reswap, retarget

from omnistudio.accounts.http import AuthenticatedHttpRequest
from omnistudio.accounts.models import Team
from omnistudio.accounts.queries import key_of, teams_to_share_with
from omnistudio.core import trouble
from omnistudio.core.http.params import parse_id
from omnistudio.gallery.models import Reference
from omnistudio.gallery.queries import references_of
from omnistudio.openapi_client.catalogue import MAX_PROMPT, MAX_REFERENCES, WARN_PROMPT, ratio_value
from omnistudio.studio import services
from omnistudio.studio.composer import wildcards
from omnistudio.studio.composer.duplicates import Question, question_of
from omnistudio.studio.composer.forms import RATIOS, VARIATIONS, ComposerForm
from omnistudio.studio.composer.values import (
    Values,
    asked_references,
    gathered_references,
    parent_of,
    remember,
    starting_values,
    typed_values,
)
from omnistudio.studio.feed import queries
from omnistudio.studio.feed.status import state_of
from omnistudio.studio.prices import price_of


@require_GET
def studio(request: AuthenticatedHttpRequest) -> HttpResponse:
    """The composer beside the feed."""
    values, references = starting_values(request), asked_references(request)
    before = parse_id(request.GET.get("before"))
    filled = ("prompt model ratio variations" if values.parent else "prompt") if values.prompt else ""
    return page(request, values, references=references, before=before, filled=filled)


@require_GET
def earlier(request: AuthenticatedHttpRequest) -> HttpResponse:
    """The feed's next page: runs older than `before`."""
    runs, more = queries.feed(request.user.pk, parse_id(request.GET.get("before")))
    return render(request, "studio/feed/_runs.html", {"runs": runs, "more": more})


@require_POST
def submit(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Write the tasks that the composer asks for. Where nothing can be written, that is said over what was typed."""
    form = ComposerForm(request.POST, request.FILES)
    form.full_clean()
    try:
        return _submitted(request, form)
    except Exception as error:
        kind = trouble.kind_of(error)
        if kind is None:
            raise
        form.add_error(None, trouble.words(kind))
        references = references_of(request.user.pk, form.cleaned_data.get("references", []))
        return _refused(request, form, references, status=503)


def _submitted(request: AuthenticatedHttpRequest, form: ComposerForm) -> HttpResponse:
    references = gathered_references(request.user, form)
    if key_of(request.user.pk) is None:
        form.add_error(None, _("You need an API key first. What you wrote stays here."))
    team = form.shared_with(teams_to_share_with(request.user))
    if form.errors:
        return _refused(request, form, references)
    wanted = _wanted(request, form, references, team)
    if question := question_of(request, request.user, wanted, form.cleaned_data["confirmed"]):
        return _asked(request, question, references)
    run, is_new = services.submit(request.user, wanted, form.cleaned_data["submission"])
    remember(request, wanted)
    if not request.htmx:
        return redirect("studio")
    shown = queries.runs_since(request.user.pk, parse_id(request.POST.get("after")), run.pk) if is_new else []
    context = {"runs": shown, **state_of(request.user.pk)}
    return render(request, "studio/composer/_submitted.html", context)


def _wanted(
    request: AuthenticatedHttpRequest, form: ComposerForm, references: list[Reference], team: Team | None
) -> services.Submission:
    data = form.cleaned_data
    return services.Submission(
        data["prompt"],
        data["model"],
        data["ratio"],
        data["variations"],
        references,
        team,
        parent_of(request.user, request.POST.get("parent")),
        data.get("combinations", ()),
    )


def _asked(request: AuthenticatedHttpRequest, question: Question, references: list[Reference]) -> HttpResponse:
    """The question in the composer, with all that was typed; nothing is sent yet."""
    if not request.htmx:
        return page(request, typed_values(request.POST, request), references=references, question=question)
    response = render(request, "studio/composer/_question.html", {"question": question})
    return reswap(retarget(response, "#question"), "outerHTML")


def _refused(
    request: AuthenticatedHttpRequest, form: ComposerForm, references: list[Reference], status: int = 422
) -> HttpResponse:
    """422 (or 503) with the errors: in place where htmx asks, else on the page with all that was typed."""
    if not request.htmx:
        return page(request, typed_values(request.POST, request), form=form, references=references, status=status)
    context = {"form": form, "key": key_of(request.user.pk)}
    response = render(request, "studio/composer/_errors.html", context, status=status)
    return reswap(retarget(response, "#composer-errors"), "outerHTML")


@require_GET
def summary(request: AuthenticatedHttpRequest) -> HttpResponse:
    """The line under the composer, and what is known of the models by now: cost and usual time."""
    context = {
        **_summary(request, typed_values(request.GET, request)),
        "choices": queries.model_choices(request.user),
    }
    return render(request, "studio/feed/_summary_answer.html", context)


def _summary(request: AuthenticatedHttpRequest, values: Values) -> dict[str, Any]:
    # The browser counts the wildcards while they are typed; the server counts them when they are sent.
    tasks = values.variations * min(parse_id(request.GET.get("combinations")) or 1, wildcards.MAX_COMBINATIONS)
    return {
        "values": values,
        "tasks": tasks,
        "kind": values.model.kind if values.model else "image",
        "cost": price_of(values.model_id, tasks) if values.model else None,
        "spent": queries.spent_this_month(request.user.pk),
        "key": key_of(request.user.pk),
    }


def page(
    request: AuthenticatedHttpRequest,
    values: Values,
    *,
    form: ComposerForm | None = None,
    references: list[Reference] | None = None,
    question: Question | None = None,
    before: int | None = None,
    filled: str = "",
    status: int = 200,
) -> HttpResponse:
    """The studio with a composer that holds `values`, whatever page the person comes from.

    `filled` names the fields whose values come before those of the browser's draft.
    """
    runs, more = queries.feed(request.user.pk, before)
    context = {
        "here": "studio",
        "filled": filled,
        "form": form,
        "references": references or [],
        "question": question,
        "runs": runs,
        "more": more,
        "before": before,
        "choices": queries.model_choices(request.user),
        "ratios": [(ratio, round(ratio_value(ratio, "image"), 4)) for ratio in RATIOS],
        "variations": VARIATIONS,
        "limits": {
            "prompt": MAX_PROMPT,
            "warn": WARN_PROMPT,
            "references": MAX_REFERENCES,
            "combinations": wildcards.MAX_COMBINATIONS,
            "wildcard": wildcards.GROUP,  # the page counts them as they are typed
        },
        "is_first_run": not runs and not before,
        **state_of(request.user.pk),
        **_summary(request, values),
    }
    return render(request, "studio/studio.html", context, status=status)
