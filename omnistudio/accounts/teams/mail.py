"""The one message that teams send: an invitation."""

from __future__ import annotations

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation

from omnistudio.accounts.models import Invitation, User
from omnistudio.accounts.teams.queries import link_of

log = logging.getLogger(__name__)


def send_invitation(invitation: Invitation) -> bool:
    """Send the link to the address that it is for: in the reader's language, else in that of whoever invites.

    Not inside a transaction: it talks to the mail server, `MAIL_SECONDS` at most for each step. Returns whether the
    server took it; the invitation is good in any case.
    """
    inviter = invitation.invited_by
    reader = User.objects.filter(email__iexact=invitation.email).first()
    spoken = [person.language for person in (reader, inviter) if person and person.language]
    with translation.override(spoken[0] if spoken else translation.get_language()):
        known = {"invitation": invitation, "team": invitation.team, "inviter": inviter, "link": link_of(invitation)}
        subject = render_to_string("accounts/email/invitation_subject.txt", known)
        body = render_to_string("accounts/email/invitation.txt", known)
    message = EmailMessage(
        # One line, whatever stands in a name: a second line would be a header of its own.
        subject=" ".join(subject.split()),
        body=body,
        to=[invitation.email],
        reply_to=[inviter.email] if inviter else None,
    )
    try:
        return message.send() == 1
    except (SMTPException, OSError, ValueError):
        log.exception("Invitation %s could not be mailed", invitation.pk)
        return False


def can_send(invitation: Invitation) -> bool:
    """Whether there is an address, and a server that takes mail."""
    return bool(settings.CAN_SEND_EMAIL and invitation.email)
