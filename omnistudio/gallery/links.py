"""Links under which the service fetches references: signed, and good for a day."""

from __future__ import annotations

from django.conf import settings
from django.core import signing
from django.urls import reverse

from omnistudio.gallery.models import Reference

GOOD_FOR_SECONDS = 26 * 3600  # longer than a task may take
_signer = signing.TimestampSigner(salt="omnistudio.reference")


def reference_link(reference: Reference) -> str:
    """An absolute address of the picture under `PUBLIC_URL`, for the service."""
    token = _signer.sign_object(reference.pk)
    return settings.PUBLIC_URL + reverse("linked_reference", args=[token, f"reference.{reference.extension}"])


def reference_of_link(token: str) -> int | None:
    """The id that a link stands for, or None where it is forged or too old."""
    try:
        return int(_signer.unsign_object(token, max_age=GOOD_FOR_SECONDS))
    except (signing.BadSignature, ValueError):
        return None
