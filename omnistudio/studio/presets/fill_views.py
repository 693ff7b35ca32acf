"""Presets in the composer: the panel in which one is chosen, its form, and what comes of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods
from django_htmx.http import trigger_client_event

from omnistudio.accounts.http import AuthenticatedHttpRequest
from omnistudio.core.text import WIDEST, is_oversized, join_sentences
from omnistudio.gallery.catalogue import catalogue
from omnistudio.gallery.models import Preset, Prompt
from omnistudio.openapi_client.catalogue import MAX_PROMPT
from omnistudio.studio.composer.forms import RATIOS
from omnistudio.studio.composer.values import starting_values
from omnistudio.studio.composer.views import page
from omnistudio.studio.presets import services as presets
from omnistudio.studio.presets.variables import Missing, TooLong, Variable, fill, normalised, pieces, variables
from omnistudio.studio.presets.views import list_context

# Before the name of a variable in the form, so that no variable takes the name of another field.
FIELD = "v:"


@dataclass(frozen=True)
class Gap:
    """A variable with what was typed for it."""

    variable: Variable
    position: int
    typed: str | None = None
    error: str = ""

    @property
    def field(self) -> str:
        return f"{FIELD}{self.variable.name}"

    @property
    def id(self) -> str:
        return f"gap-{self.position}"

    @property
    def value(self) -> str:
        return self.variable.default if self.typed is None else self.typed

    @property
    def preview(self) -> str:
        return self.value.strip() or self.variable.default or self.variable.name


@require_GET
def presets_panel(request: AuthenticatedHttpRequest) -> HttpResponse:
    """The presets to choose from, over the composer."""
    return render(request, "studio/presets/_panel.html", list_context(request))


@require_GET
def preset_form(request: AuthenticatedHttpRequest, preset_id: int) -> HttpResponse:
    """The form of one preset, over the composer."""
    preset = _seen(request, preset_id)
    return _form(request, preset, is_page=False) if preset else _gone(request, {}, is_page=False)


@require_http_methods(["GET", "HEAD", "POST"])
def fill_preset(request: AuthenticatedHttpRequest, preset_id: int) -> HttpResponse:
    """The form of one preset on a page of its own; filled in, it becomes the composer's prompt."""
    preset = _seen(request, preset_id)
    if request.method != "POST":
        if preset is None:
            raise Http404
        return _form(request, preset, is_page=True)
    typed = _typed(request)
    if preset is None:
        return _gone(request, typed)
    if request.POST.get("digest", _digest(preset)) != _digest(preset):
        return _form(request, preset, typed, changed=True)
    try:
        prompt = Prompt.normalised(fill(preset.text, typed, most=WIDEST * MAX_PROMPT))
    except Missing as error:
        return _form(request, preset, typed, missing=error.names)
    except TooLong as error:
        return _form(request, preset, typed, error=_too_long(error.count))
    if len(prompt) > MAX_PROMPT:
        return _form(request, preset, typed, error=_too_long(len(prompt)))
    return _filled(request, preset, prompt)


def _typed(request: AuthenticatedHttpRequest) -> dict[str, str]:
    """What was typed, by the name of its variable. A name that is longer than any text of a preset is of none."""
    named = ((name.removeprefix(FIELD), value) for name, value in request.POST.items() if name.startswith(FIELD))
    typed = ((name, str(value).replace("\x00", "")) for name, value in named if not is_oversized(name, MAX_PROMPT))
    return {normalised(name): value for name, value in typed}


def _seen(request: AuthenticatedHttpRequest, preset_id: int) -> Preset | None:
    return Preset.objects.visible_to(request.user).select_related("team").filter(pk=preset_id).first()


def _digest(preset: Preset) -> str:
    """What tells whether the text is still the one that the person saw."""
    return hashlib.sha256(preset.text.encode()).hexdigest()[:16]


def _too_long(count: int) -> str:
    text = _("The prompt would have %(count)d characters; at most %(most)d are allowed. Shorten it by %(over)d.")
    return text % {"count": count, "most": MAX_PROMPT, "over": count - MAX_PROMPT}


def _form(
    request: AuthenticatedHttpRequest,
    preset: Preset,
    typed: dict[str, str] | None = None,
    *,
    missing: list[str] | None = None,
    error: str = "",
    changed: bool = False,
    is_page: bool | None = None,
) -> HttpResponse:
    """The form; after something went wrong 422, with all that was typed, also for variables that are gone."""
    wrong = {name: _("Write something here: there is no default.") for name in missing or ()}
    known = {
        variable.name: Gap(variable, position, (typed or {}).get(variable.name), wrong.get(variable.name, ""))
        for position, variable in enumerate(variables(preset.text), start=1)
    }
    context: dict[str, Any] = {
        "shown": presets.seen_by(request.user, [preset])[0],
        "gaps": list(known.values()),
        "pieces": [(part.text, part.variable and known[part.variable.name]) for part in pieces(preset.text)],
        "first": _first([*known.values()]),
        "digest": _digest(preset),
        "error": error,
        "changed": changed,
        "lost": [(name, value) for name, value in (typed or {}).items() if name not in known and value.strip()],
    }
    return _panel(request, context, is_page, status=200 if typed is None else 422)


def _first(gaps: list[Gap]) -> Gap | None:
    """Where the person goes on: the first field that is wrong, else the first."""
    return next((gap for gap in gaps if gap.error), gaps[0] if gaps else None)


def _gone(request: AuthenticatedHttpRequest, typed: dict[str, str], is_page: bool | None = None) -> HttpResponse:
    """404, and yet with what was typed: the preset was deleted while it was being filled."""
    lost = [(name, value) for name, value in typed.items() if value.strip()]
    return _panel(request, {"gone": True, "lost": lost}, is_page, status=404)


def _panel(
    request: AuthenticatedHttpRequest, context: dict[str, Any], is_page: bool | None, status: int
) -> HttpResponse:
    if is_page is None:
        is_page = not request.htmx
    template = "studio/presets/fill.html" if is_page else "studio/presets/_fill.html"
    return render(request, template, {"here": "presets", "is_page": is_page, **context}, status=status)


def _filled(request: AuthenticatedHttpRequest, preset: Preset, prompt: str) -> HttpResponse:
    """The prompt, and the model and the ratio where the preset names them, for the composer."""
    model_id = preset.model_id if preset.model_id in catalogue() else ""
    ratio = preset.aspect_ratio if preset.aspect_ratio in RATIOS else ""
    if request.htmx:
        context = {"prompt": prompt, "model_id": model_id, "ratio": ratio}
        response = render(request, "studio/presets/_filled.html", context)
        return trigger_client_event(response, "preset-filled", after="swap")
    start = starting_values(request)
    values = replace(start, prompt=prompt, model_id=model_id or start.model_id, ratio=ratio or start.ratio)
    filled = ["prompt", *(["model"] if model_id else []), *(["ratio"] if ratio else [])]
    return page(request, values, filled=join_sentences(*filled))
