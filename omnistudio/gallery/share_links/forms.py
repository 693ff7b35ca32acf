"""What people enter about share links."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

EXPIRIES = [
    ("never", pgettext_lazy("of a link", "Never")),
    ("1", _("In a day")),
    ("7", _("In 7 days")),
    ("30", _("In 30 days")),
]


# Of a new link's password. Those of links that were made before are as they are.
SHORTEST = 8


class ShareLinkForm(forms.Form):
    """A new link."""

    expires = forms.ChoiceField(label=_("Expires"), choices=EXPIRIES, initial="never")
    password = forms.CharField(
        label=_("Password (optional)"),
        required=False,
        min_length=SHORTEST,
        max_length=128,
        error_messages={"min_length": _("A password has at least %(limit_value)d characters.")},
        help_text=format_lazy(_("At least {n} characters."), n=SHORTEST),
        strip=False,
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off", "spellcheck": "false"}),
    )
    show_prompt = forms.BooleanField(label=_("Show the prompt"), required=False, initial=True)
    allow_download = forms.BooleanField(label=_("Allow download"), required=False, initial=True)

    @property
    def good_for(self) -> timedelta | None:
        """How long the link leads somewhere; None for ever."""
        days = self.cleaned_data["expires"]
        return None if days == "never" else timedelta(days=int(days))


class PasswordForm(forms.Form):
    """The password of a link."""

    password = forms.CharField(
        label=_("Password"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"class": "input input--lg", "autocomplete": "off", "autofocus": True}),
    )
