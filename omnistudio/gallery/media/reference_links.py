"""Links under which the service fetches references: signed, for one task, and good until a day after its end."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import timezone

from omnistudio.gallery.models import Reference, TaskReference

GOOD_FOR = timedelta(hours=26)  # after the task has ended; what is unconfirmed may still be made
_signer = signing.Signer(salt="omnistudio.task-reference")
# Links that a tracker of 0.1.0 has sent: an upgrade must not fail what is under way.
_signer_of_0_1 = signing.TimestampSigner(salt="omnistudio.reference")


def reference_link(link: TaskReference) -> str:
    """An absolute address of a task's reference under `PUBLIC_URL`, for the service.

    The same each time, so without a time in it: a task that is sent again under its Idempotency-Key must be the
    same request, or the service takes it for another one and refuses what it has made and charged already.
    """
    token = _signer.sign_object([link.task_id, link.reference_id])
    return settings.PUBLIC_URL + reverse("linked_reference", args=[token, f"reference.{link.reference.extension}"])


def reference_of_link(token: str) -> Reference | None:
    """The reference that a link stands for, or None where it is forged, its task gone or ended long ago."""
    try:
        task_id, reference_id = _signer.unsign_object(token)
    except (signing.BadSignature, ValueError, TypeError):
        return _of_0_1(token)
    links = TaskReference.objects.filter(task_id=task_id, reference_id=reference_id)
    link = links.select_related("task", "reference").first()
    if link is None or (link.task.finished_at and timezone.now() - link.task.finished_at > GOOD_FOR):
        return None
    return link.reference


def _of_0_1(token: str) -> Reference | None:
    try:
        pk = _signer_of_0_1.unsign_object(token, max_age=GOOD_FOR)
    except (signing.BadSignature, ValueError):
        return None
    return Reference.objects.filter(pk=pk).first()
