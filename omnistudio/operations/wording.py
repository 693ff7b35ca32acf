"""What the pages of the operations say of a trouble and a role."""

from __future__ import annotations

from django.utils.translation import gettext as _

from omnistudio.gallery.models import Task

Trouble = Task.Trouble


def trouble_words(trouble: str) -> str:
    """What holds tasks up."""
    return {
        str(Trouble.BUSY): _("The service is not accepting these tasks for now"),
        str(Trouble.UNREACHABLE): _("The service does not answer"),
        str(Trouble.STRANGE): _("The service’s responses can’t be read"),
        str(Trouble.KEY): _("The service rejects the key"),
        str(Trouble.FETCH): _("The result can’t be saved yet"),
    }.get(trouble, trouble)
