"""Prompts: each text once."""

import pytest

from omnistudio.gallery.models import Prompt


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("one", "other"),
    [("a vase", "a vase\n"), ("a\r\nb", "a \nb"), ("café", "cafe\u0301"), ("กำ", "กำ ")],
)
def test_the_same_text_in_another_dress_is_the_same_prompt(one, other):
    assert Prompt.of(one) == Prompt.of(other)


@pytest.mark.django_db
@pytest.mark.parametrize(("one", "other"), [("a vase", "A vase"), ("a b", "a  b")])
def test_another_text_is_another_prompt(one, other):
    assert Prompt.of(one) != Prompt.of(other)


@pytest.mark.django_db
def test_what_searches_look_into_has_one_form():
    assert Prompt.of("Ａ ＣＥＬＡＤＯＮ Straße").search_text == "a celadon strasse"
