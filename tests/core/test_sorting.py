"""Names are sorted as the reader's language does."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from omnistudio.core.sorting import sorted_by_name

NAMES = ["北京", "zoo", "โรงแรม", "Émile", "上海", "กาแฟ", "emil", "阿里", "Emma", "เขียว", "10", "ขาว"]


@pytest.mark.parametrize(
    ("language", "in_order"),
    [
        ("en", ["10", "emil", "Émile", "Emma", "zoo", "กาแฟ", "ขาว", "เขียว", "โรงแรม", "阿里", "北京", "上海"]),
        ("th", ["กาแฟ", "ขาว", "เขียว", "โรงแรม", "10", "emil", "Émile", "Emma", "zoo", "阿里", "北京", "上海"]),
        ("zh-hans", ["阿里", "北京", "上海", "10", "emil", "Émile", "Emma", "zoo", "กาแฟ", "ขาว", "เขียว", "โรงแรม"]),
    ],
)
def test_names_stand_in_the_order_of_the_readers_language(language, in_order):
    with override(language):
        assert sorted_by_name(NAMES) == in_order
        assert sorted_by_name(reversed(NAMES)) == in_order


def test_marks_decide_only_between_equal_letters():
    with override("th"):
        assert sorted_by_name(["ข้าว", "ขาว", "ข่าว", "ขาวนา"]) == ["ขาว", "ข่าว", "ข้าว", "ขาวนา"]


def test_rare_characters_follow_the_common_ones():
    with override("zh-hans"):
        assert sorted_by_name(["龘", "丂", "做", "安"]) == ["安", "做", "丂", "龘"]


def test_any_text_has_a_place():
    assert sorted_by_name(["\ud800", "", "🙂", "a"], name=lambda text: text)[0] == ""
