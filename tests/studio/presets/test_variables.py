"""The variables of a preset's text: found, and filled; whatever else is in braces stays as it is."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnistudio.studio.presets.variables import Missing, Variable, fill, pieces, variables

WORDS = st.text(st.characters(exclude_characters="{}|\r\n", exclude_categories=["Cs"]), max_size=12)
NAMES = WORDS.filter(lambda name: name.strip()).map(lambda name: unicodedata.normalize("NFC", name).strip())
ANYTHING = st.text(st.sampled_from("{}|a ก水\u0301\n"), max_size=40)


def names(text: str) -> list[str]:
    return [variable.name for variable in variables(text)]


class TestVariables:
    def test_in_their_order_each_once(self):
        assert names("{{b}} and {{a}} and {{b}}") == ["b", "a"]

    def test_in_any_language(self):
        assert names("{{ประธาน}}ใต้{{ แสง |แสงเช้า}}, {{主题}} {{ἀρχή}} {{موضوع}}") == [
            "ประธาน", "แสง", "主题", "ἀρχή", "موضوع",
        ]  # fmt: skip

    def test_a_default_and_spaces_around(self):
        assert variables("{{ light |  soft | window light }}") == [Variable("light", "soft | window light")]

    def test_a_second_mention_gives_the_default_and_a_third_does_not_change_it(self):
        assert variables("{{a}} {{a|one}} {{a|two}}") == [Variable("a", "one")]
        assert variables("{{a|}} {{a|one}}") == [Variable("a", "one")]

    def test_composed_and_decomposed_are_one_name(self):
        assert names("{{cafe\u0301}} {{caf\u00e9}}") == ["caf\u00e9"]

    @pytest.mark.parametrize(
        "text",
        [
            "", "no braces", "{single|brace} vase", "{{}}", "{{ }}", "{{|default}}", "{{open", "close}}", "{ {a} }",
            "{{a}", "{a}}", "{{two\nlines}}", "{{a|{red|blue}}}", "}}{{", "{" * 200 + "}" * 200,
        ],
    )  # fmt: skip
    def test_invalid_placeholders_are_plain_text(self, text):
        assert variables(text) == []
        assert fill(text, {"a": "never"}) == text

    def test_a_brace_more_stays_around_it(self):
        assert fill("{{{a}}}", {"a": "x"}) == "{x}"
        assert fill("{red|{{a}}} vase", {"a": "blue"}) == "{red|blue} vase"

    def test_eight_thousand_characters_without_a_space_take_no_time(self):
        assert names("{{" + "ก" * 7996 + "}}") == ["ก" * 7996]
        for hard in ("{" * 8000, "{{a" * 2666, "{{a|" * 2000, "{{" + " " * 7998):
            assert variables(hard) == []


class TestFill:
    def test_values_and_defaults_fill_every_mention(self):
        text = "{{subject}}, {{light|soft window light}}, again {{subject}}"
        assert fill(text, {"subject": " โคมลอย "}) == "โคมลอย, soft window light, again โคมลอย"
        assert fill(text, {"subject": "水墨", "light": "moonlight"}) == "水墨, moonlight, again 水墨"
        assert fill(text, {"subject": "x", "light": "   "}) == "x, soft window light, again x"

    def test_missing_values_are_named(self):
        with pytest.raises(Missing) as error:
            fill("{{a}} {{b|x}} {{c}} {{d}}", {"c": "here", "d": " "})
        assert error.value.names == ["a", "d"]

    def test_values_of_other_names_are_left_out(self):
        assert fill("{{a}}", {"a": "x", "gone": "y"}) == "x"

    def test_braces_in_a_value_are_not_filled_again(self):
        assert fill("{{a}} {{b}}", {"a": "{{b}}", "b": "{red|blue}"}) == "{{b}} {red|blue}"

    def test_a_decomposed_name_is_found(self):
        assert fill("{{caf\u00e9}}", {"cafe\u0301": "x"}) == "x"


@given(ANYTHING)
def test_the_pieces_are_the_text_whatever_it_is(text: str) -> None:
    parts = pieces(text)
    assert "".join(part.text for part in parts) == text
    assert list(dict.fromkeys(part.variable for part in parts if part.variable)) == variables(text)


@given(ANYTHING)
def test_a_text_is_filled_or_names_what_is_missing(text: str) -> None:
    found = variables(text)
    if missing := [variable.name for variable in found if not variable.default]:
        with pytest.raises(Missing) as error:
            fill(text, {})
        assert error.value.names == missing
    else:
        parts = (part.variable.default if part.variable else part.text for part in pieces(text))
        assert fill(text, {}) == "".join(parts)
    filled = fill(text, {variable.name: "V" for variable in found})
    assert filled.count("V") == len([part for part in pieces(text) if part.variable])


@given(st.lists(st.tuples(NAMES, WORDS, WORDS, WORDS), min_size=1, max_size=8, unique_by=lambda gap: gap[0]))
def test_composed_placeholders_are_found_and_filled(gaps: list[tuple[str, str, str, str]]) -> None:
    text = "".join(f"{before}{{{{{name}|{default}}}}}" for name, default, _value, before in gaps)
    assert names(text) == [name for name, *_rest in gaps]
    full = [(name, default.strip() or "default", value, before) for name, default, value, before in gaps]
    text = "".join(f"{before}{{{{ {name} |{default}}}}}" for name, default, _value, before in full)
    wanted = "".join(f"{before}{value.strip() or default}" for _name, default, value, before in full)
    assert fill(text, {name: value for name, _default, value, _before in full}) == wanted


@given(ANYTHING, st.dictionaries(NAMES, WORDS, max_size=3))
def test_words_outside_the_braces_never_change(text: str, values: dict[str, str]) -> None:
    try:
        filled = fill(text, values)
    except Missing:
        return
    outside = [part.text for part in pieces(text) if part.variable is None]
    assert re.search(".*".join(map(re.escape, outside)), filled, re.DOTALL)
