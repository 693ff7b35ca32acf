"""What people enter about collections."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from omnistudio.accounts.models import Team, User
from omnistudio.accounts.teams.forms import offer_teams
from omnistudio.gallery.models import Collection


class NameForm(forms.Form):
    """A name."""

    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off"}),
    )


class NewCollectionForm(NameForm):
    """A name, and whose collection it is: one's own, or a team's in which one is more than a viewer."""

    team = forms.ModelChoiceField(
        Team.objects.none(), required=False, empty_label=_("Only me"), label=_("Visible to")
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_teams(self.fields["team"], user)


class OrderForm(forms.Form):
    """An order of a collection."""

    order = forms.ChoiceField(choices=Collection.Order.choices)
