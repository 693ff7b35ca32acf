"""Give new people credits and a key, and delete the files of deleted jobs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.utils import translation
from django.utils.translation import gettext

from omnistudio.accounts.models import User
from omnistudio.accounts.signals import person_joined
from omnistudio.openapi_server.models import Job
from omnistudio.openapi_server.services import credits, jobs, keys


@receiver(person_joined)
def on_person_joined(user: User, **kwargs: Any) -> str | None:
    """Give a new person welcome credits and return a key for them, which `accounts` stores encrypted.

    Returns None if the studio uses another service.
    """
    if not settings.OMNI_API_IS_BUILT_IN:
        return None
    credits.welcome(user)
    with translation.override(user.language or translation.get_language()):
        _key, secret = keys.make_key(user, gettext("Studio"))
    return secret


@receiver(post_delete, sender=Job)
def on_job_deleted(instance: Job, **kwargs: Any) -> None:
    """Delete the files of a deleted job once the deletion is committed."""
    if instance.result:
        transaction.on_commit(lambda: jobs.delete_files(instance))
