"""The one form in which texts are searched and compared. What is kept, sent and paid for is never changed by it."""

from __future__ import annotations

import hashlib
import re

from omnistudio.core.text import normalise

# Unicode's Quotation_Mark property, without the single ones, and double primes.
_DOUBLE = "«»“”„‟‹›⹂「」『』〝〞〟﹁﹂﹃﹄＂｢｣❝❞❠״″‶"
# The single quotation marks, what is typed for an apostrophe in one language or another, primes and accents that
# stand alone. Before NFKC: that takes these accents apart.
_SINGLE = "‘’‚‛ʹʻʼʽʾʿˈˊˋ՚׳′‵＇`´❛❜❟ꞌ"
# Dashes and minus signs; not the waves, which are other signs.
_DASHES = "-‐‑‒–—―−⁃˗⸺⸻﹘﹣－֊־⁻"
# Default_Ignorable_Code_Point: nothing of it is seen. Zero-width spaces and joiners, soft hyphens, marks of
# direction, selectors of variants. Thai texts carry spaces of no width between their words, Chinese ones selectors.
_UNSEEN = (
    (0x00AD, 0x00AD),
    (0x034F, 0x034F),
    (0x061C, 0x061C),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x206F),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFF8),
    (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A),
    (0xE0000, 0xE0FFF),
)
_PLAIN = {
    **dict.fromkeys(_DOUBLE, '"'),
    **dict.fromkeys(_SINGLE, "'"),
    **dict.fromkeys(_DASHES, "-"),
    # Turkish has four letters where others have two: each finds each.
    **dict.fromkeys("İı", "i"),
}
_QUOTES = re.compile(f"[{_DOUBLE}]")
# One expression finds what is to be changed: twenty times as quick as a table for each character.
_SIGNS = re.compile(
    "[" + re.escape("".join(_PLAIN)) + "".join(f"{chr(first)}-{chr(last)}" for first, last in _UNSEEN) + "]+"
)
# What is left of a capital I with a dot that was written as two characters.
_DOTTED = re.compile("i\u0307+")


def _plain(match: re.Match[str]) -> str:
    return "".join(_PLAIN.get(sign, "") for sign in match[0])


def folded(text: str) -> str:
    """The form in which prompts, presets, names and searches are kept and asked: NFKC, without case, with one kind of
    quotation mark, apostrophe and dash, and without what can't be seen. Folded twice is folded once."""
    composed = normalise("NFKC", _SIGNS.sub(_plain, text))
    plain = _SIGNS.sub(_plain, composed.casefold())
    return normalise("NFKC", _DOTTED.sub("i", plain))


def with_plain_quotes(text: str) -> str:
    """The text with one kind of quotation mark; each place in it stays the same place."""
    return _QUOTES.sub('"', text)


def folded_earlier(text: str) -> str:
    """The form in which rows were kept before this one; what has not been filled anew is found by it."""
    return normalise("NFKC", text).casefold()


def digest_of_fold(fold: str) -> str:
    """Equal for texts that only differ in what the fold takes away; never empty."""
    return hashlib.sha256(fold.encode()).hexdigest()
