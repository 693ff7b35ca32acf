"""Forms of the page `/open-api/`."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

MAX_GRANT = 1_000_000


class KeyForm(forms.Form):
    """The name of a key."""

    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        strip=True,
        error_messages={"required": _("Give the key a name, so that you can recognise it.")},
        help_text=_("What it is for, such as “Nightly posters”."),
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off"}),
    )


class CreditsForm(forms.Form):
    """The number of credits that an administrator adds."""

    credits = forms.IntegerField(
        label=_("Credits"),
        min_value=1,
        max_value=MAX_GRANT,
        initial=1_000,
        widget=forms.NumberInput(attrs={"class": "input", "inputmode": "numeric"}),
    )
