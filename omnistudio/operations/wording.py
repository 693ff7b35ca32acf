"""Texts of the operations pages about what holds tasks up."""

from __future__ import annotations

from django.utils.translation import gettext as _

from omnistudio.gallery.models import Task

Trouble = Task.Trouble


def trouble_words(trouble: str) -> str:
    """Return a sentence that says what holds tasks up, in the reader's language."""
    return {
        str(Trouble.BUSY): _("The service is not accepting these tasks for now"),
        str(Trouble.UNREACHABLE): _("The service does not answer"),
        str(Trouble.STRANGE): _("The service’s responses can’t be read"),
        str(Trouble.KEY): _("The service rejects the key"),
        str(Trouble.FETCH): _("The result can’t be saved yet"),
    }.get(trouble, trouble)
