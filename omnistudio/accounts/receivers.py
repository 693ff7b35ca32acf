"""React to sign-ups, sign-ins and sign-outs, and to changes of people and memberships."""

import logging
from typing import Any

from allauth.account.signals import user_signed_up
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.http import HttpRequest

from omnistudio.accounts import services
from omnistudio.accounts.models import Membership, User
from omnistudio.accounts.security import client_ip
from omnistudio.accounts.teams import services as team_services

log = logging.getLogger(__name__)


@receiver(user_signed_up)
def on_signed_up(request: HttpRequest, user: User, **kwargs: Any) -> None:
    services.welcome(user)


@receiver(user_logged_in)
def on_logged_in(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Log the sign-in, and copy the language into the session, so that polling need not read the user."""
    log.info("person %s signed in from %s", user.pk, client_ip.of(request))
    if user.language:
        request.session["language"] = user.language


@receiver(user_logged_out)
def on_logged_out(request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    log.info("person %s signed out", user.pk if user else "?")


@receiver(user_login_failed)
def on_login_failed(request: HttpRequest | None = None, **kwargs: Any) -> None:
    """Log the client's network, not the email address: it may be a password typed into the wrong field."""
    log.warning("a sign-in failed from %s", client_ip.of(request) if request else "?")


@receiver([post_save, post_delete], sender=Membership)
def on_membership_changed(instance: Membership, created: bool = False, raw: bool = False, **kwargs: Any) -> None:
    """Revoke the invitations of former owners, also when a membership is changed or deleted in the admin."""
    if not created and not raw:
        team_services.revoke_invitations_of_former_owners(team_id=instance.team_id)


@receiver(post_save, sender=User)
def on_person_changed(instance: User, created: bool = False, raw: bool = False, **kwargs: Any) -> None:
    """Revoke the invitations of a person who was deactivated.

    No query is made if only other columns were saved, as at a sign-in.
    """
    columns = kwargs.get("update_fields")
    if not instance.is_active and not created and not raw and (columns is None or "is_active" in columns):
        team_services.revoke_invitations_of_former_owners(invited_by_id=instance.pk)
