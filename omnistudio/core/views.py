"""What belongs to every page and to none: help, the choice of language, and what makes the studio installable."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

SHELL_SUFFIXES = (".css", ".js", ".svg")
PLACES = ("studio", "gallery", "item", "history")


def _of(request: HttpRequest) -> dict[str, Any]:
    of = request.GET.get("of", "")
    return {"of": of if of in PLACES else "", "next": request.GET.get("next", ""), "here": "help"}


@login_not_required
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """How the studio is used, and all its keys."""
    return render(request, "pages/help.html", _of(request))


@login_not_required
@require_safe
def help_panel(request: HttpRequest) -> HttpResponse:
    """The keys of the page that asks, and the guide, to be shown over it."""
    return render(request, "pages/_help.html", {**_of(request), "is_panel": True})


@login_not_required
@require_safe
def languages(request: HttpRequest) -> HttpResponse:
    """The choice of language on a page of its own."""
    return render(request, "pages/languages.html", _of(request))


@login_not_required
@require_safe
def languages_panel(request: HttpRequest) -> HttpResponse:
    """The same, to be shown over the page that asks."""
    return render(request, "pages/_languages.html", {**_of(request), "is_panel": True})


@login_not_required
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """What the service worker shows when there is no network; it says nothing of anybody."""
    asked = request.GET.get("language", "")
    with translation.override(asked if asked in dict(settings.LANGUAGES) else translation.get_language()):
        return render(request, "pages/offline.html")


@login_not_required
@require_safe
def manifest(request: HttpRequest) -> JsonResponse:
    """The web app manifest, in the reader's language."""
    icons = [(192, "any", "icon-192"), (512, "any", "icon-512"), (512, "maskable", "icon-maskable-512")]
    told = {
        "id": "/",
        "name": "OmniStudio",
        "short_name": "OmniStudio",
        "description": _("Generate images and videos from text, with your team."),
        "lang": getattr(request, "LANGUAGE_CODE", settings.LANGUAGE_CODE),
        "start_url": reverse("studio"),
        "scope": "/",
        "display": "standalone",
        "background_color": "#f6f6f5",
        "theme_color": "#f6f6f5",
        "icons": [
            {"src": static(f"img/{name}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
            for size, purpose, name in icons
        ],
        "shortcuts": [{"name": _("Gallery"), "url": reverse("gallery")}],
    }
    return JsonResponse(told, content_type="application/manifest+json")


@login_not_required
@never_cache
@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """The service worker. Its text changes with the static files, and so it is taken anew with each of them."""
    shell = shell_files()
    version = hashlib.sha256("\n".join(shell).encode()).hexdigest()[:12]
    pages = [f"{reverse('offline')}?language={code}" for code, _name in settings.LANGUAGES]
    context = {"version": version, "shell": json.dumps([*shell, *pages])}
    return render(request, "pages/sw.js", context, content_type="text/javascript")


def shell_files() -> list[str]:
    """The addresses of the stylesheet, scripts and icons; only names with a fingerprint, which never change."""
    hashed: dict[str, str] = getattr(staticfiles_storage, "hashed_files", {})
    own = ("css/omnistudio", "js/", "img/", "django_htmx/htmx-2.min")
    names = sorted(name for name in hashed if name.startswith(own) and name.endswith(SHELL_SUFFIXES))
    return [static(name) for name in names]
