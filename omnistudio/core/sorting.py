"""Names in the order in which a reader of the page's language looks for them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import TypeVar

from django.utils.translation import get_language

T = TypeVar("T")

# A Thai dictionary files a word under its first consonant, though these vowels are written before it.
_VOWEL_AND_CONSONANT = re.compile(r"([เแโใไ])([ก-ฮ])")
# Accents of Latin letters, and the Thai marks that a dictionary looks at last.
_MARKS = re.compile(r"[\u0300-\u036f\u0e47-\u0e4e]")
_HAN = re.compile(r"[\u3400-\u9fff]")
_OWN_SCRIPT = {"th": re.compile(r"[\u0e00-\u0e7f]"), "zh": _HAN}


def sorted_by_name(things: Iterable[T], name: Callable[[T], str] = str) -> list[T]:
    """Sort things by their names as the reader's language does: its own script first, as in Unicode's CLDR.

    Case, accents and tone marks decide only between names that are otherwise equal. Chinese characters are sorted by
    pinyin where GB/T 2312 does so (level 1, the 3,755 commonest); rarer ones follow. `docs/decisions/` says why this
    is not left to ICU.

    Args:
        things: what is sorted; things of one name keep their order, and those without a name come first.
        name: gives the name of a thing.
    """
    own = _OWN_SCRIPT.get((get_language() or "")[:2])

    def key(thing: T) -> tuple[bool, bool, list[bytes], str]:
        text = name(thing)
        return text != "", not (own and own.match(text)), _letters(text), text

    return sorted(things, key=key)


def _letters(text: str) -> list[bytes]:
    plain = _MARKS.sub("", unicodedata.normalize("NFD", text).casefold())
    return [_rank(letter) for letter in _VOWEL_AND_CONSONANT.sub(r"\2\1", plain)]


def _rank(letter: str) -> bytes:
    if not _HAN.match(letter):
        return b"\x00" + letter.encode("utf-32-be", "surrogatepass")
    code = letter.encode("gb18030")
    is_common = len(code) == 2 and b"\xb0\xa1" <= code <= b"\xd7\xf9"
    return (b"\x01" if is_common else b"\x02") + code
