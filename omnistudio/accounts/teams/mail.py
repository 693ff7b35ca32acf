"""Send invitations by email."""

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
    """Send the link to the invited address, in the recipient's language if known, else in the inviter's.

    Don't call it in a transaction: it talks to the mail server, for at most `MAIL_SECONDS` in each step.

    Returns:
        Whether the mail server accepted the message. The invitation is valid in any case.
    """
    inviter = invitation.invited_by
    reader = User.objects.filter(email__iexact=invitation.email).first()
    spoken = [person.language for person in (reader, inviter) if person and person.language]
    with translation.override(spoken[0] if spoken else translation.get_language()):
        known = {"invitation": invitation, "team": invitation.team, "inviter": inviter, "link": link_of(invitation)}
        subject = render_to_string("accounts/email/invitation_subject.txt", known)
        body = render_to_string("accounts/email/invitation.txt", known)
    message = EmailMessage(
        # On one line, whatever a name contains: a line break would begin another header.
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
    """Whether the invitation names an address and a mail server is configured."""
    return bool(settings.CAN_SEND_EMAIL and invitation.email)
