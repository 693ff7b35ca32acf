"""Forms for teams, roles and invitations."""

from __future__ import annotations

import unicodedata
from datetime import timedelta
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from omnistudio.accounts.models import Invitation, Membership, Team, User
from omnistudio.accounts.queries import teams_to_share_with
from omnistudio.accounts.teams.services import Role

# Characters that change the direction of the text around them: a name must not reorder a page or a message.
_BIDI_CONTROLS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])


class TeamForm(forms.Form):
    """A team's name, on one line and without control characters."""

    name = forms.CharField(
        label=_("Name"),
        max_length=Team._meta.get_field("name").max_length,
        error_messages={"required": _("Give the team a name.")},
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off"}),
    )

    def clean_name(self) -> str:
        words = " ".join(self.cleaned_data["name"].translate(_BIDI_CONTROLS).split())
        name = "".join(letter for letter in words if unicodedata.category(letter) != "Cc")
        if all(unicodedata.category(letter)[0] in "CZ" for letter in name):
            raise forms.ValidationError(_("Give the team a name."))
        return name


def _periods() -> list[tuple[str, str]]:
    """Return how long a link may be valid, as choices (days, label) in the language of the page."""
    return [(str(n), ngettext("in %(n)d day", "in %(n)d days", n) % {"n": n}) for n in (1, 7, 30)]


class InvitationForm(forms.Form):
    """Email address, role and expiry of an invitation. Without an address, anybody who has the link may use it."""

    email = forms.EmailField(
        label=_("Email"),
        required=False,
        max_length=254,
        widget=forms.EmailInput(
            attrs={"class": "input", "autocomplete": "off", "placeholder": "name@example.com", "maxlength": 254}
        ),
    )
    role = forms.ChoiceField(
        label=_("Role"), choices=[(role, role.label) for role in (Role.MEMBER, Role.VIEWER, Role.OWNER)]
    )
    days = forms.ChoiceField(label=_("Link expires"), choices=_periods, initial="7")

    def __init__(self, team: Team, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.team = team

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        if email and Membership.objects.filter(team=self.team, user__email=email).exists():
            raise forms.ValidationError(_("This person is in the team already."))
        if email and Invitation.objects.waiting().filter(team=self.team, email=email).exists():
            raise forms.ValidationError(
                _("There is an invitation for this address already. Send it again, or revoke it first.")
            )
        return email

    @property
    def good_for(self) -> timedelta:
        return timedelta(days=int(self.cleaned_data["days"]))


class RoleForm(forms.Form):
    role = forms.ChoiceField(choices=Role.choices)


def offer_teams(field: forms.Field, user: User) -> None:
    """Let a field choose among the teams in which the person may share, in the order of the reader's language."""
    teams, choice = teams_to_share_with(user), cast("forms.ModelChoiceField[Team]", field)
    choice.queryset = Team.objects.filter(pk__in=[team.pk for team in teams])
    choice.choices = [("", choice.empty_label), *((team.pk, team.name) for team in teams)]
