"""Texts that a request carries: composed in linear time, and bounded before any work is done with them."""

from __future__ import annotations

import functools
import unicodedata
from itertools import groupby
from typing import Literal

from django.utils.translation import get_language, pgettext

# Shorter texts are left to `unicodedata` alone: what it wastes on them can't be noticed.
_SHORT = 1000
# A character of ours may come as several of theirs (a letter and its marks, the two that end a line), and as no more
# than this: a text with more is too long whatever it is composed to.
WIDEST = 4


def is_oversized(text: str, most: int) -> bool:
    """Whether a text is longer than anything that `most` characters can have come from: not to be looked at."""
    return len(text) > WIDEST * most


def normalise(form: Literal["NFC", "NFKC"], text: str) -> str:
    """`unicodedata.normalize`, in a time that grows with the length of the text and not with its square.

    Python puts the marks above and below a letter into their order by moving each past all others, which takes
    seconds for some ten thousand marks. Here they are sorted before it sees them; the result is the same.
    """
    if len(text) <= _SHORT or text.isascii():
        return unicodedata.normalize(form, text)
    whole: Literal["NFD", "NFKD"] = "NFD" if form == "NFC" else "NFKD"
    decomposed = "".join([_decomposed(whole, letter) for letter in text])
    runs = groupby(decomposed, key=lambda letter: unicodedata.combining(letter) != 0)
    ordered = ["".join(sorted(run, key=unicodedata.combining) if is_marks else run) for is_marks, run in runs]
    return unicodedata.normalize(form, "".join(ordered))


@functools.lru_cache(maxsize=8192)
def _decomposed(form: Literal["NFD", "NFKD"], letter: str) -> str:
    return unicodedata.normalize(form, letter)


def join_sentences(*sentences: str) -> str:
    """Sentences one after the other, as the reader's language writes them: Chinese has no space between them."""
    separator = "" if (get_language() or "").startswith("zh") else " "
    return separator.join(sentence for sentence in sentences if sentence)


def join_names(*names: str) -> str:
    """Names one after the other, with the comma that the reader's language has for them; empty ones are left out."""
    return pgettext("between names", ", ").join(name for name in names if name)


def join_facts(*facts: str) -> str:
    """The same for facts of different kinds about one thing: its size, its format."""
    return pgettext("between facts", ", ").join(fact for fact in facts if fact)
