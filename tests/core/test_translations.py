"""Thai and Chinese are complete: every string is translated, compiled, and looked up wherever a page shows text."""

from __future__ import annotations

import ast
import gettext
import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy, ngettext_lazy

LANGUAGES = [code for code, _name in settings.LANGUAGES if code != "en"]
TEMPLATES = settings.BASE_DIR / "templates"

# What Django and allauth say on our pages, where they say it in English or clumsily. `makemessages` finds the
# strings here, so that they stay in our catalogues, which win over theirs.
THEIRS = [
    gettext_lazy("This field is required."),
    gettext_lazy("Enter a valid email address."),
    gettext_lazy("Enter a whole number."),
    gettext_lazy("Ensure this value is greater than or equal to %(limit_value)s."),
    gettext_lazy("Ensure this value is less than or equal to %(limit_value)s."),
    gettext_lazy("Null characters are not allowed."),
    gettext_lazy("The password is too similar to the %(verbose_name)s."),
    gettext_lazy("This password is too common."),
    gettext_lazy("Your password can’t be too similar to your other personal information."),
    gettext_lazy("Your password can’t be a commonly used password."),
    gettext_lazy("The email address and/or password you specified are not correct."),
    gettext_lazy("Too many failed login attempts. Try again later."),
    gettext_lazy("Be patient, you are sending too many requests."),
    gettext_lazy("Incorrect password."),
    gettext_lazy("Please type your current password."),
    gettext_lazy("You must type the same password each time."),
    gettext_lazy("The password reset token was invalid."),
    gettext_lazy("A user is already registered with this email address."),
    ngettext_lazy(
        "Ensure this value has at most %(limit_value)d character (it has %(show_value)d).",
        "Ensure this value has at most %(limit_value)d characters (it has %(show_value)d).",
        2,
    ),
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
        2,
    ),
    ngettext_lazy(
        "Your password must contain at least %(min_length)d character.",
        "Your password must contain at least %(min_length)d characters.",
        2,
    ),
]

PLACEHOLDERS = re.compile(r"%(?:\(\w+\))?[a-z]|</?[a-z][^>]*>")
SEVERAL_WORDS = re.compile(r"[A-Za-z]{2,}[,;:]? +[A-Za-z]{2,}")
NAMES = re.compile(r"Nano Banana|ChatGPT Image")
CODE = ("script", "style", "code", "pre")
SAID_BY_ATTRIBUTES = ("alt", "aria-label", "data-copied", "data-too-many", "placeholder", "title")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_string_is_translated(language: str) -> None:
    wanting = [entry["msgid"] for entry in entries(language) if "fuzzy" in entry["#,"] or not said(entry)]
    assert wanting == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_and_tags_are_those_of_the_english(language: str) -> None:
    english = [(entry, entry.get("msgid_plural", entry["msgid"])) for entry in entries(language) if entry["msgid"]]
    assert [text for entry, text in english if placeholders(text) != placeholders(said(entry))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalogue_is_up_to_date(language: str) -> None:
    with catalogue(language, "mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    del compiled[""]  # the header, without its dates
    assert compiled == {key(entry): said(entry) for entry in entries(language) if entry["msgid"]}


@pytest.mark.parametrize("language", LANGUAGES)
def test_django_and_allauth_speak_the_language(language: str) -> None:
    with translation.override("en"):
        english = [str(text) for text in THEIRS]
    with translation.override(language):
        assert [str(text) for text in THEIRS if str(text) in english] == []


def test_templates_say_nothing_outside_gettext() -> None:
    pages = (path for path in TEMPLATES.rglob("*.html") if path.parent.name != "code")
    plain = {path.relative_to(TEMPLATES): english_in(path.read_text()) for path in pages}
    assert {path: texts for path, texts in plain.items() if texts} == {}


def catalogue(language: str, suffix: str) -> Path:
    return settings.BASE_DIR / "locale" / translation.to_locale(language) / "LC_MESSAGES" / f"django.{suffix}"


def entries(language: str) -> Iterator[dict[str, str]]:
    """The entries of a .po file by field (`msgid`, `msgstr[0]` …); `#,` has the flags."""
    for block in catalogue(language, "po").read_text().split("\n\n"):
        entry, field = {"#,": ""}, ""
        for line in block.splitlines():
            if line.startswith('"'):
                entry[field] += ast.literal_eval(line)
            elif not line.startswith("#"):
                field, _, text = line.partition(" ")
                entry[field] = ast.literal_eval(text)
            elif line.startswith("#,"):
                entry["#,"] += line
        if "msgid" in entry:
            yield entry


def said(entry: dict[str, str]) -> str:
    """The translation; neither language has a plural of its own."""
    return entry.get("msgstr", "") or entry.get("msgstr[0]", "")


def key(entry: dict[str, str]) -> str | tuple[str, int]:
    """The entry's place in gettext's catalogue."""
    name = f"{entry['msgctxt']}\x04{entry['msgid']}" if "msgctxt" in entry else entry["msgid"]
    return (name, 0) if "msgid_plural" in entry else name


def placeholders(text: str) -> Counter[str]:
    return Counter(PLACEHOLDERS.findall(text))


def english_in(template: str) -> list[str]:
    """The English text of a template outside its translated blocks, tags and variables."""
    translated = re.compile(r"\{% *(blocktrans(?:late)?|comment)\b.*?%\}.*?\{% *end\1 *%\}", re.S)
    reader = Said()
    reader.feed(re.sub(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", "…", translated.sub("…", template), flags=re.S))
    return [text.strip() for text in reader.texts if SEVERAL_WORDS.search(NAMES.sub("", text))]


class Said(HTMLParser):
    """Collects what a page says: text, and the attributes that are read out or shown."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._in_code = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_code += tag in CODE
        self.texts += [value or "" for name, value in attrs if name in SAID_BY_ATTRIBUTES]

    def handle_endtag(self, tag: str) -> None:
        self._in_code -= tag in CODE

    def handle_data(self, data: str) -> None:
        if not self._in_code:
            self.texts.append(data)
