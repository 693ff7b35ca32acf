"""No catalogue and no page says a word that the vocabulary gave up, or has marks of one script behind another."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from django.conf import settings

from tests.core.test_spoken_pages import OPEN_PAGES, PAGES, Said, found
from tests.core.test_translations import entries, said

__all__ = ["found"]  # a fixture: something of everything

LANGUAGES = [code for code, _name in settings.LANGUAGES]
# Elements that stand in a line with what is around them; all others begin a line of their own.
INLINE = {"a", "b", "strong", "em", "i", "span", "small", "code", "kbd", "time", "mark", "ins", "del", "label"}


def given_up(language: str) -> list[tuple[re.Pattern[str], re.Pattern[str] | None]]:
    """What may not be said in a language, each with what may stand all the same."""
    rules = []
    for line in (Path(__file__).parent / "given_up_words.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            code, pattern, *rest = line.split("\t")
            if code == language:
                exceptions = re.compile(rest[0], re.IGNORECASE) if rest else None
                rules.append((re.compile(pattern, re.IGNORECASE), exceptions))
    return rules


def faults_in(texts: Iterable[str], language: str) -> list[str]:
    """The texts that say one of the words, each with the word."""
    rules = given_up(language)
    return sorted(
        f"{match[0]!r} in {text!r}"
        for text in set(texts)
        for pattern, exceptions in rules
        for match in pattern.finditer(exceptions.sub("", text) if exceptions else text)
    )


class Lines(Said):
    """What a page says, a line for each block, with a space where a reader sees one."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        before, was_silent = len(self.texts), bool(self._silent)
        super().handle_starttag(tag, attrs)
        if self._silent and not was_silent and tag in INLINE:
            self.texts.append("…")  # code, or a text in a language of its own, stands here
        self.texts[before:] = [f"\n{text}\n" for text in self.texts[before:]]
        if tag not in INLINE:
            self.texts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        super().handle_endtag(tag)
        if tag not in INLINE:
            self.texts.append("\n")

    def handle_data(self, data: str) -> None:
        super().handle_data(re.sub(r"\s+", " ", data))

    def lines(self) -> list[str]:
        text = "".join(part if part.strip() or part == "\n" else " " for part in self.texts)
        return [" ".join(line.split()) for line in text.splitlines()]


def lines_of(page: str) -> list[str]:
    reader = Lines()
    reader.feed(page)
    return reader.lines()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_catalogue_says_a_word_that_was_given_up(language: str) -> None:
    other = language if language != "en" else "th"
    texts = [entry.get("msgid", "") if language == "en" else said(entry) for entry in entries(other)]
    assert len(texts) > 1000
    assert faults_in(texts, language) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_says_a_word_that_was_given_up(as_owner, client, found, language: str) -> None:
    spoken = {"Accept-Language": language}
    pages = [(as_owner, path) for path in PAGES] + [(client, path) for path in OPEN_PAGES]
    told = {
        path: faults_in(lines_of(browser.get(path.format(**found), headers=spoken).text), language)
        for browser, path in pages
    }
    assert {path: faults for path, faults in told.items() if faults} == {}


def test_the_words_are_found_where_they_stand() -> None:
    assert faults_in(["Your works hang here", "print this page", "it works"], "en")
    assert not faults_in(["print this page", "This link no longer works", "3 running", "First frame"], "en")
    assert faults_in(lines_of("<p>完成。 <a href='/'>继续</a></p>"), "zh-hans")
    assert not faults_in(lines_of("<p>完成。</p> <p>继续</p>"), "zh-hans")
    assert faults_in(lines_of("<p>ภาพ.</p>"), "th")
