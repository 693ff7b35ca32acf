"""Filters in the URL, of any list: read once, ignored where they are invalid, and written back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar, Self
from urllib.parse import urlencode

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from omnistudio.gallery.browse.search import MAX_LENGTH, Search, parse
from omnistudio.gallery.catalogue import catalogue

# So early and so late that the day after, and the moment in UTC, exist as well.
FIRST_YEAR, LAST_YEAR = 1970, 9000
DAYS = [MinValueValidator(date(FIRST_YEAR, 1, 1)), MaxValueValidator(date(LAST_YEAR, 12, 31))]


def model_choices() -> list[tuple[str, Any]]:
    """The choices of a filter by model."""
    return [("", _("Any")), *((model.model_id, model.name) for model in catalogue())]


class UrlFilterForm(forms.Form):
    """What every such list can be filtered by. An invalid value is ignored, and the page says so."""

    q = forms.CharField(required=False, max_length=MAX_LENGTH)
    model = forms.ChoiceField(required=False)
    person = forms.IntegerField(required=False, min_value=1, max_value=2**62)
    since = forms.DateField(required=False, validators=DAYS)
    until = forms.DateField(required=False, validators=DAYS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["model"].choices = model_choices()  # type: ignore[attr-defined]


@dataclass(frozen=True)
class UrlFilter:
    """The filters in force, as they were read from the URL; each is an attribute, empty where it is not set."""

    form: ClassVar[type[forms.Form]] = UrlFilterForm
    values: dict[str, Any] = field(default_factory=dict)
    # The names of filters whose value was invalid.
    ignored: tuple[str, ...] = ()

    @classmethod
    def of(cls, query: Mapping[str, Any]) -> Self:
        form = cls.form(query)
        form.is_valid()
        return cls({name: value for name, value in form.cleaned_data.items() if value}, tuple(form.errors))

    def __bool__(self) -> bool:
        return bool(self.values)

    def __getattr__(self, name: str) -> Any:
        if name in self.form.base_fields:
            return self.values.get(name, "")
        raise AttributeError(name)

    @property
    def search(self) -> Search:
        return parse(self.values.get("q", ""))

    def query(self, **more: Any) -> str:
        """The filters as a query string, with `more` added or put in their place; what is empty is left out."""
        merged = {**self.values, **more}
        pairs = {
            name: "on" if value is True else value for name, value in merged.items() if value not in ("", None, False)
        }
        return urlencode(pairs)
