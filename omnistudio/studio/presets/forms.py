"""What people enter about presets."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from omnistudio.accounts.models import Team, User
from omnistudio.accounts.teams.forms import offer_teams
from omnistudio.core.http.params import parse_id
from omnistudio.gallery.catalogue import catalogue
from omnistudio.gallery.models import Preset, Task
from omnistudio.openapi_client.catalogue import AUTO, MAX_PROMPT
from omnistudio.studio.composer.forms import RATIOS, TextField
from omnistudio.studio.presets import services as presets
from omnistudio.studio.presets.variables import MAX_VARIABLES, variables


class ItemField(forms.CharField):
    """The number of an item, with or without its `#`; None where it is left empty."""

    def clean(self, value: Any) -> Any:
        digits = str(value or "").strip().removeprefix("#")
        if not digits:
            return None
        number = parse_id(digits)
        if number is None:
            raise forms.ValidationError(_("Enter the number of an item, such as #2485."))
        return number


class PresetForm(forms.Form):
    """A preset: its name, its text, and what goes with it. `team` is there for whoever may say whose it is."""

    name = forms.CharField(
        label=_("Name"), max_length=80, widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off"})
    )
    text = TextField(
        label=_("Text"),
        max_length=MAX_PROMPT,
        help_text=_(
            "Write {{subject}} for a part that changes each time, or {{light|soft window light}} to suggest a "
            "default."
        ),
        widget=forms.Textarea(attrs={"class": "input preset-text", "rows": 6}),
        error_messages={
            "max_length": _("The text has %(show_value)d characters; at most %(limit_value)d are allowed.")
        },
    )
    model = forms.ChoiceField(
        label=_("Model"),
        required=False,
        error_messages={"invalid_choice": _("“%(value)s” isn’t an available model. Choose one from the list.")},
    )
    ratio = forms.ChoiceField(
        label=_("Aspect ratio"),
        required=False,
        error_messages={
            "invalid_choice": _("“%(value)s” isn’t an available aspect ratio. Choose one from the list.")
        },
    )
    team = forms.ModelChoiceField(
        Team.objects.none(),
        required=False,
        empty_label=_("Only me"),
        label=_("Visible to"),
        error_messages={
            "invalid_choice": _("You can no longer share with this team. Choose another one, or don’t share.")
        },
    )
    example = ItemField(
        label=_("Example image"),
        required=False,
        help_text=_("The number of an item, such as #2485. A team’s preset shows an item that the team can see."),
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off", "maxlength": "20"}),
    )

    def __init__(self, user: User, *args: Any, preset: Preset | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.preset = user, preset
        as_chosen = ("", _("As chosen in the studio"))
        self.fields["model"].choices = [as_chosen, *((m.model_id, m.name) for m in catalogue())]  # type: ignore[attr-defined]
        ratios = [(ratio, _("auto") if ratio == AUTO else ratio) for ratio in RATIOS]
        self.fields["ratio"].choices = [as_chosen, *ratios]  # type: ignore[attr-defined]
        if preset and preset.owner_id != user.pk:
            del self.fields["team"]
        else:
            offer_teams(self.fields["team"], user)

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        count = len(variables(text))
        if count > MAX_VARIABLES:
            raise forms.ValidationError(
                ngettext(
                    "The text has %(count)d variable; a preset can have at most %(most)d. Remove some.",
                    "The text has %(count)d variables; a preset can have at most %(most)d. Remove some.",
                    count,
                )
                % {"count": count, "most": MAX_VARIABLES}
            )
        return text

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if number := data.get("example"):
            data["example"] = self._example(number)
        return data

    @property
    def _team(self) -> Team | None:
        if "team" in self.fields:
            return self.cleaned_data.get("team")
        return self.preset.team if self.preset else None

    def _example(self, number: int) -> Task | None:
        if found := presets.possible_example(self.user, number, self._team):
            return found
        if presets.possible_example(self.user, number, None):
            text = _("#%(id)d is not shared with %(team)s. Share it first, or choose another.")
            self.add_error("example", text % {"id": number, "team": self._team})
        else:
            self.add_error("example", _("There is no finished item #%(id)d that you can see.") % {"id": number})
        return None

    @property
    def content(self) -> presets.Content:
        """What was entered, once it is valid."""
        data = self.cleaned_data
        return presets.Content(data["name"], data["text"], data["model"], data["ratio"], data["example"], self._team)
