"""The composer's form."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from omnistudio.accounts.models import Team
from omnistudio.core.http.params import parse_id
from omnistudio.core.text import is_oversized
from omnistudio.gallery.catalogue import catalogue
from omnistudio.gallery.models import Prompt
from omnistudio.openapi_client.catalogue import ASPECT_RATIOS, AUTO, MAX_PROMPT, MAX_REFERENCES
from omnistudio.studio.composer import wildcards

# The ruler: auto, then from tall to wide.
RATIOS = [AUTO, *sorted((r for r in ASPECT_RATIOS if r != AUTO), key=lambda r: ASPECT_RATIOS[r] or 0)]
VARIATIONS = (1, 2, 3, 4)


class TextField(forms.CharField):
    """A text, counted as it is kept: a browser sends two characters for the end of a line.

    What is far too long is not composed first: it is counted as it came, and refused.
    """

    def to_python(self, value: Any) -> str:
        text = str(super().to_python(value) or "")
        return text if self.max_length and is_oversized(text, self.max_length) else Prompt.normalised(text)


class IntegersField(forms.Field):
    """Several numbers under one name, as hidden inputs send them; what is no number is left out."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> list[int]:
        numbers = (parse_id(item) for item in value or [])
        return [pk for pk in numbers if pk is not None]


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        return [file for file in data or [] if file]


class ComposerForm(forms.Form):
    """What is to be made. The references are the ids of the person's own ones; files and a URL may come along."""

    prompt = TextField(
        max_length=MAX_PROMPT,
        error_messages={
            "required": _("Write a prompt first: describe what the image or video should show."),
            "max_length": _("The prompt has %(show_value)d characters; at most %(limit_value)d are allowed."),
        },
    )
    model = forms.ChoiceField(
        error_messages={
            "required": _("Choose a model."),
            "invalid_choice": _("“%(value)s” isn’t an available model. Choose one from the list."),
        }
    )
    ratio = forms.ChoiceField(
        choices=[(ratio, ratio) for ratio in RATIOS],
        error_messages={
            "required": _("Choose an aspect ratio."),
            "invalid_choice": _("“%(value)s” isn’t an available aspect ratio. Choose one from the list."),
        },
    )
    variations = forms.TypedChoiceField(
        coerce=int,
        choices=[(str(n), str(n)) for n in VARIATIONS],
        error_messages={
            "required": _("Choose how many variations to generate."),
            "invalid_choice": _("You can generate one to four variations at once."),
        },
    )
    team = forms.IntegerField(required=False, min_value=1, max_value=2**62)
    submission = forms.UUIDField(required=False)
    # What was asked before sending has been answered: the digest of what the person agrees to.
    confirmed = forms.CharField(required=False, max_length=65)
    references = IntegersField(required=False)
    files = FilesField(required=False)  # type: ignore[assignment] # the form's own files have that name, too
    reference_url = forms.CharField(required=False, max_length=2000, strip=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["model"].choices = [(m.model_id, m.name) for m in catalogue()]  # type: ignore[attr-defined]

    def shared_with(self, teams: Iterable[Team]) -> Team | None:
        """The team that the new items are shared with; an error where it is none of the person's."""
        wanted = self.cleaned_data.get("team")
        team = next((team for team in teams if team.pk == wanted), None)
        if wanted and team is None:
            self.add_error("team", _("You can no longer share with this team. Choose another one, or don’t share."))
        return team

    def clean_prompt(self) -> str:
        prompt: str = self.cleaned_data["prompt"].strip()
        if not prompt:
            raise forms.ValidationError(self.fields["prompt"].error_messages["required"])
        return prompt

    def clean(self) -> dict[str, Any]:
        """What the prompt's wildcards stand for, in `combinations`; an error where these are too many."""
        data: dict[str, Any] = super().clean() or {}
        if "prompt" in data and "variations" in data:
            found = wildcards.read(data["prompt"])
            if found.count * data["variations"] > wildcards.MAX_COMBINATIONS and found.groups:
                self.add_error("prompt", self._too_many(found, data["variations"]))
            elif found.groups:
                data["combinations"] = found.combinations()
                if not all(data["combinations"]):
                    empty = _("One of the combinations is empty. Write something around the braces.")
                    self.add_error("prompt", empty)
        return data

    @staticmethod
    def _too_many(found: wildcards.Wildcards, variations: int) -> str:
        brace = "{" + "|".join(found.longest) + "}"
        facts = {
            "tasks": found.count * variations,
            "combinations": found.count,
            "variations": variations,
            "most": wildcards.MAX_COMBINATIONS,
            "brace": brace if len(brace) <= 60 else brace[:59] + "…",
            "choices": len(found.longest),
        }
        if variations > 1 and found.count <= wildcards.MAX_COMBINATIONS:
            said = gettext(
                "%(combinations)d combinations with %(variations)d variations each are %(tasks)d tasks; at most "
                "%(most)d can be generated at once. Choose fewer variations, or shorten %(brace)s, which has "
                "%(choices)d choices."
            )
        else:
            said = gettext(
                "%(combinations)d combinations are too many: at most %(most)d can be generated at once. Shorten "
                "%(brace)s, which has %(choices)d choices."
            )
        return said % facts

    def too_many_references(self, count: int) -> bool:
        """Add the error where more than eight references are wanted."""
        if count > MAX_REFERENCES:
            self.add_error(
                "references",
                _("%(count)d references are too many: a task takes at most %(most)d. Remove some.")
                % {"count": count, "most": MAX_REFERENCES},
            )
        return count > MAX_REFERENCES


class AdoptForm(forms.Form):
    """The id under which the service knows a task whose answer was lost."""

    remote_id = forms.CharField(
        max_length=255,
        strip=True,
        error_messages={"required": _("Paste the task ID that the service shows for it.")},
    )
