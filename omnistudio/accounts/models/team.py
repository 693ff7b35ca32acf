"""Models of teams, memberships and invitations."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.core import signing
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from omnistudio.accounts.models.person import User


class TeamQuerySet(models.QuerySet["Team"]):
    def visible_to(self, user: User) -> TeamQuerySet:
        """Return the teams that the person is a member of."""
        return self.filter(memberships__user_id=user.pk)


class Team(models.Model):
    """People who share a gallery."""

    name = models.CharField(_("Name"), max_length=80)
    created_at = models.DateTimeField(auto_now_add=True)
    people = models.ManyToManyField(User, through="Membership", related_name="teams")

    objects = TeamQuerySet.as_manager()

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("team", args=[self.pk])


class Membership(models.Model):
    """A person in a team, and what they may do there."""

    class Role(models.TextChoices):
        OWNER = "owner", _("Owner")  # also invites, changes roles, and stops the sharing of others' items
        MEMBER = "member", _("Member")  # shares, comments, keeps collections
        VIEWER = "viewer", _("Viewer")  # only sees

    # The roles that may change what the team sees.
    CHANGING = (Role.OWNER, Role.MEMBER)

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=8, choices=Role.choices, default=Role.MEMBER)
    joined_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "user"], name="member_once_a_team")]

    def __str__(self) -> str:
        return f"{self.user} in {self.team} ({self.role})"


def _nonce() -> str:
    return secrets.token_hex(8)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def waiting(self) -> InvitationQuerySet:
        """Return those that were neither used nor revoked. Expired ones are among them."""
        return self.filter(accepted_at__isnull=True, revoked_at__isnull=True)

    def of_owners(self) -> InvitationQuerySet:
        """Return those created by somebody who is an active owner of the team now."""
        return self.filter(models.Exists(self._owners()))

    def of_former_owners(self) -> InvitationQuerySet:
        """Return those whose creator is not (any more) an active owner of the team, or has no account."""
        return self.exclude(models.Exists(self._owners()))

    def _owners(self) -> models.QuerySet[Membership]:
        owners = Membership.objects.filter(role=Membership.Role.OWNER, user__is_active=True)
        return owners.filter(team_id=models.OuterRef("team_id"), user_id=models.OuterRef("invited_by_id"))


class Invitation(models.Model):
    """A link by which one person joins a team with a given role, until it expires or is revoked."""

    GOOD_FOR = timedelta(days=7)
    _signer = signing.Signer(salt="omnistudio.invitation")

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="invitations")
    invited_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    role = models.CharField(max_length=8, choices=Membership.Role.choices, default=Membership.Role.MEMBER)
    # If set, only the person with this address may use the link.
    email = models.EmailField(blank=True)
    nonce = models.CharField(max_length=16, default=_nonce, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    objects = InvitationQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["team", "-id"])]

    def __str__(self) -> str:
        return f"invitation {self.pk} to {self.team}"

    @property
    def token(self) -> str:
        """Return the signed token of the link. It can't be guessed, and a new nonce makes older links invalid."""
        return self._signer.sign_object([self.pk, self.nonce])

    @classmethod
    def of_token(cls, token: str) -> Invitation | None:
        """Return the invitation with this token, in any state, or None if the token is forged or was replaced."""
        try:
            pk, nonce = cls._signer.unsign_object(token)
        except (signing.BadSignature, ValueError, TypeError):
            return None
        return cls.objects.select_related("team", "invited_by").filter(pk=pk, nonce=nonce).first()

    @property
    def is_open(self) -> bool:
        """Whether it was neither used nor revoked and has not expired."""
        return not (self.revoked_at or self.accepted_at) and self.expires_at > timezone.now()

    def lets_in(self) -> bool:
        """Whether somebody can join with it now: it is open, and its creator an active owner. One query at most."""
        return self.is_open and Invitation.objects.of_owners().filter(pk=self.pk).exists()
