"""Answers to an action: a fragment with a toast for htmx, the page with a message without it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

Level = Literal["success", "warning"]
LEVELS = {"success": messages.SUCCESS, "warning": messages.WARNING}
Context = Mapping[str, Any] | Callable[[], Mapping[str, Any]]


def respond(
    request: HttpRequest,
    fragment: str,
    context: Context,
    *,
    message: str,
    redirect_to: str,
    level: Level = "success",
) -> HttpResponse:
    """Answer an action that is done, or could not be.

    Args:
        fragment: the template for htmx; it gets `text` and `level` with the context, for its toast.
        context: or a function that makes it, which is called only where the fragment is drawn.
        message: for the person; none where nothing is to be said.
        redirect_to: without htmx, the path or name of the page that shows the message.
    """
    if not getattr(request, "htmx", False):
        if message:
            messages.add_message(request, LEVELS[level], message)
        return redirect(redirect_to)
    found = context() if callable(context) else context
    return render(request, fragment, {**found, "text": message, "level": level})
