"""Forms for signing in and up, passwords, and the settings of an account."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import (
    ChangePasswordForm,
    LoginForm,
    ReauthenticateForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
    SetPasswordForm,
    SignupForm,
)
from allauth.core import context
from django import forms
from django.conf import settings
from django.contrib import messages
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from omnistudio.accounts.teams import invitation_session
from omnistudio.openapi_client import is_key_form


class SignInForm(LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("Email")
        self.fields["password"].help_text = ""  # the template has its own text
        _plain(self)


class SignUpForm(SignupForm):
    name = forms.CharField(
        label=pgettext_lazy("of a person", "Name"),
        max_length=80,
        required=False,
        help_text=_("Optional. Without a name, others see the part of your email before the @."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.invitation = invitation_session.invitation_of(context.request)
        address = self.invitation.email if self.invitation else ""
        if address and kwargs.get("data") is not None:
            # The address of the invitation counts, not the one that was submitted.
            kwargs["data"] = kwargs["data"].copy()
            kwargs["data"]["email"] = address
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("Email")
        if address:
            self.fields["email"].initial = address
            self.fields["email"].widget.attrs["readonly"] = True
            self.fields["email"].help_text = _("The invitation is for this address.")
        self.fields["password1"].label = _("Password")
        self.fields["password1"].help_text = _("At least 10 characters. A sentence works well.")
        _plain(self)

    def save(self, request: Any) -> Any:
        user = super().save(request)
        if self.invitation:
            messages.success(request, gettext("You joined “%(team)s”.") % {"team": self.invitation.team})
        if user and self.cleaned_data.get("name"):
            user.name = self.cleaned_data["name"]
            user.save(update_fields=["name"])
        return user


def _plain(form: forms.Form) -> None:
    """Give the fields of a form their large style, and remove placeholders that repeat the label."""
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)
        if not isinstance(field.widget, forms.CheckboxInput):
            field.widget.attrs["class"] = "input input--lg"


class PlainFields:
    """Mixin that gives a form of allauth the labels and style of this site."""

    fields: dict[str, forms.Field]
    labels = {
        "oldpassword": _("Current password"),
        "password1": _("New password"),
        "password2": _("New password, again"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.labels.keys() & self.fields.keys():
            self.fields[name].label = self.labels[name]
        _plain(self)  # type: ignore[arg-type]


class PasswordChangeForm(PlainFields, ChangePasswordForm):
    pass


class PasswordSetForm(PlainFields, SetPasswordForm):
    pass


class ConfirmForm(PlainFields, ReauthenticateForm):
    pass


class PasswordResetForm(PlainFields, ResetPasswordForm):
    pass


class PasswordFromKeyForm(PlainFields, ResetPasswordKeyForm):
    pass


class KeyForm(forms.Form):
    """Accepts a key for the Open API. Spaces around it are removed, as they come with copying."""

    key = forms.CharField(
        label=_("Your key"),
        max_length=300,
        strip=True,
        error_messages={"required": _("Paste your key. It begins with sk- and has 32 more characters.")},
        widget=forms.PasswordInput(
            render_value=False,
            attrs={
                "class": "input input--mono",
                "autocomplete": "off",
                "spellcheck": "false",
                "placeholder": "sk-",
            },
        ),
    )

    def clean_key(self) -> str:
        key: str = self.cleaned_data["key"]
        if not is_key_form(key):
            raise forms.ValidationError(
                _(
                    "This doesn’t look like a key. A key starts with sk-, followed by 32 letters and digits, with "
                    "no spaces."
                )
            )
        return key


class LanguageForm(forms.Form):
    language = forms.ChoiceField(choices=settings.LANGUAGES)


class ThemeForm(forms.Form):
    theme = forms.ChoiceField(choices=settings.THEMES)


class NameForm(forms.Form):
    name = forms.CharField(max_length=80, required=False, strip=True)
