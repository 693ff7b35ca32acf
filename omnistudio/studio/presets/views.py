"""The pages of presets: the list, a new one, changing and deleting; the pictures of their examples."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from omnistudio.accounts.http import AuthenticatedHttpRequest
from omnistudio.core.http.params import parse_id
from omnistudio.gallery.browse.search import MAX_LENGTH
from omnistudio.gallery.media.views import media_answer
from omnistudio.gallery.models import Preset, Task
from omnistudio.studio.presets import services as presets
from omnistudio.studio.presets.forms import PresetForm


@require_GET
def presets_page(request: AuthenticatedHttpRequest) -> HttpResponse:
    """One's own presets and those of one's teams."""
    context = {"here": "presets", **list_context(request)}
    gone = Preset.objects.of(request.user).filter(pk=parse_id(request.GET.get("deleted")) or 0)
    context["deleted"] = gone.filter(deleted_at__isnull=False).first()
    return render(request, "studio/presets/presets.html", context)


def list_context(request: AuthenticatedHttpRequest) -> dict[str, Any]:
    """The presets that hold the words of `q`, from the address or from the form that was sent."""
    q = (request.GET.get("q") or request.POST.get("q") or "")[:MAX_LENGTH]
    groups, more = presets.preset_groups(request.user, q)
    return {"groups": groups, "more": more, "q": q, "most": presets.MAX_SHOWN}


@require_http_methods(["GET", "HEAD", "POST"])
def new_preset(request: AuthenticatedHttpRequest) -> HttpResponse:
    """A new preset; with `?work=` from an item: its prompt, model and ratio, and itself as the example."""
    if request.method != "POST":
        return _form_page(request, PresetForm(request.user, initial=_from_item(request)))
    form = PresetForm(request.user, request.POST)
    if form.is_valid():
        try:
            made = presets.create(request.user, form.content)
        except presets.Full:
            form.add_error(None, _full())
        else:
            return _saved(request, made.name)
    return _form_page(request, form, status=422)


def _from_item(request: AuthenticatedHttpRequest) -> dict[str, Any]:
    if "work" not in request.GET:
        return {}
    tasks = Task.objects.visible_to(request.user).select_related("prompt")
    task = get_object_or_404(tasks, pk=parse_id(request.GET["work"]) or 0)
    example = f"#{task.pk}" if presets.possible_example(request.user, task.pk, None) else ""
    return {"text": task.prompt.text, "model": task.model_id, "ratio": task.aspect_ratio, "example": example}


@require_POST
def draft_preset(request: AuthenticatedHttpRequest) -> HttpResponse:
    """The form of a new preset with what is in the composer; nothing is saved yet."""
    sent = request.POST
    initial = {"text": sent.get("prompt", ""), "model": sent.get("model", ""), "ratio": sent.get("ratio", "")}
    return _form_page(request, PresetForm(request.user, initial=initial))


@require_http_methods(["GET", "HEAD", "POST"])
def edit_preset(request: AuthenticatedHttpRequest, preset_id: int) -> HttpResponse:
    """Change a preset. Where it was deleted meanwhile, what was typed can be saved as a new one."""
    preset = Preset.objects.changeable_by(request.user).select_related("team").filter(pk=preset_id).first()
    if request.method != "POST":
        if preset is None:
            raise Http404
        return _form_page(request, PresetForm(request.user, preset=preset, initial=_initial(request, preset)), preset)
    form = PresetForm(request.user, request.POST, preset=preset)
    if form.is_valid() and preset:
        try:
            if presets.change(preset, request.user, form.content):
                return _saved(request, form.content.name)
        except presets.Full:
            form.add_error(None, _full())
        else:
            preset = None
    if preset is None:
        form.add_error(
            None, _("This preset no longer exists. What you typed is still here: save it as a new preset.")
        )
    return _form_page(request, form, preset, status=422 if preset else 404)


def _initial(request: AuthenticatedHttpRequest, preset: Preset) -> dict[str, Any]:
    example = presets.example_of(preset, request.user)
    return {
        "name": preset.name,
        "text": preset.text,
        "model": preset.model_id,
        "ratio": preset.aspect_ratio,
        "team": preset.team_id,
        "example": f"#{example.pk}" if example else "",
    }


def _form_page(
    request: HttpRequest, form: PresetForm, preset: Preset | None = None, status: int = 200
) -> HttpResponse:
    context = {"here": "presets", "form": form, "preset": preset}
    return render(request, "studio/presets/preset.html", context, status=status)


def _saved(request: HttpRequest, name: str) -> HttpResponse:
    messages.success(request, _("“%(name)s” is saved.") % {"name": name})
    return redirect("presets")


def _full() -> str:
    return _("There are %(most)d presets already. Delete one first.") % {"most": presets.MAX_PRESETS}


@require_POST
def delete_preset(request: AuthenticatedHttpRequest, preset_id: int) -> HttpResponse:
    """Take a preset away; the answer offers to bring it back."""
    preset = get_object_or_404(Preset.objects.changeable_by(request.user), pk=preset_id)
    presets.delete(preset)
    if not request.htmx:
        return redirect(f"{reverse('presets')}?deleted={preset.pk}")
    said = _("“%(name)s” is deleted.") % {"name": preset.name}
    return _list(request, said, undo=preset)


@require_POST
def restore_preset(request: AuthenticatedHttpRequest, preset_id: int) -> HttpResponse:
    """Bring back a preset that was deleted."""
    preset = presets.restore(request.user, preset_id)
    if preset is None:
        raise Http404
    said = _("“%(name)s” was restored.") % {"name": preset.name}
    if request.htmx:
        return _list(request, said)
    messages.success(request, said)
    return redirect("presets")


def _list(request: AuthenticatedHttpRequest, said: str, undo: Preset | None = None) -> HttpResponse:
    context = {**list_context(request), "text": said, "undo": undo, "again": True}
    return render(request, "studio/presets/_changed.html", context)


@require_safe
def preset_example(request: AuthenticatedHttpRequest, preset_id: int, task_id: int) -> HttpResponseBase:
    """The small picture of a preset's example, as long as whoever sees the preset may see the item."""
    preset = get_object_or_404(Preset.objects.visible_to(request.user), pk=preset_id, example_id=task_id)
    example = presets.example_of(preset, request.user)
    if example is None:
        raise Http404
    return media_answer(request, example, "thumbnail", "inline")
