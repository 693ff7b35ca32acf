"""Prompts: each text once."""

import pytest

from omnistudio.gallery.models import Prompt


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("one", "other"),
    [("a vase", "a vase\n"), ("a\r\nb", "a \nb"), ("café", "cafe\u0301"), ("กำ", "กำ ")],
)
def test_equivalent_spellings_of_a_text_are_the_same_prompt(one, other):
    assert Prompt.of(one) == Prompt.of(other)


@pytest.mark.django_db
@pytest.mark.parametrize(("one", "other"), [("a vase", "A vase"), ("a b", "a  b")])
def test_a_different_text_is_a_different_prompt(one, other):
    assert Prompt.of(one) != Prompt.of(other)


@pytest.mark.django_db
def test_the_search_text_is_normalized():
    assert Prompt.of("Ａ ＣＥＬＡＤＯＮ Straße").search_text == "a celadon strasse"
