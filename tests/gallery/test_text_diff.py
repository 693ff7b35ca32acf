"""The difference between two prompts."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnistudio.gallery.text_diff import cut, difference


def shown(old: str, new: str) -> str:
    marks = {"same": "{}", "new": "[+{}]", "gone": "[-{}]"}
    return "".join(marks[piece.kind].format(piece.text) for piece in difference(old, new))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("ridges at first light", "ridges at dusk", "ridges at [-first light][+dusk]"),
        ("a vase", "a red vase", "a [+red ]vase"),
        ("don't stop", "don't go", "don't [-stop][+go]"),
        ("โคมลอยสีส้ม", "โคมลอยสีแดง", "โคมลอยสี[-ส้ม][+แดง]"),
        ("一轮红日", "一轮白日", "一轮[-红][+白]日"),
        ("same", "same", "same"),
        ("", "new", "[+new]"),
        ("cafe\u0301 au lait", "cafe au lait", "[-cafe\u0301][+cafe] au lait"),
        ("a 👩‍👩‍👧 b", "a 👩‍👩‍👦 b", "a [-👩‍👩‍👧][+👩‍👩‍👦] b"),
        ("قطة سوداء", "قطة بيضاء", "قطة [-سوداء][+بيضاء]"),
    ],
)
def test_word_by_word(old: str, new: str, expected: str) -> None:
    assert shown(old, new) == expected


def test_thai_is_cut_between_characters_and_never_before_a_mark() -> None:
    assert cut("น้ำตก") == ["น้ำ", "ต", "ก"] or cut("น้ำตก") == ["น้", "ำ", "ต", "ก"]
    assert "".join(cut("โคมลอยนับพัน")) == "โคมลอยนับพัน"


@given(st.text(max_size=200), st.text(max_size=200))
def test_the_pieces_are_the_texts(old: str, new: str) -> None:
    pieces = difference(old, new)
    assert "".join(piece.text for piece in pieces if piece.kind != "gone") == new
    assert "".join(piece.text for piece in pieces if piece.kind != "new") == old
    assert all(one.kind != other.kind for one, other in pairwise(pieces))


def test_texts_too_long_to_compare_differ_in_their_middle() -> None:
    kinds = [piece.kind for piece in difference("a" + "水山" * 4000 + "z", "a" + "山水日" * 2600 + "z")]
    assert kinds == ["same", "gone", "new", "same"]
