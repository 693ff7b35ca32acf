"""Searching prompts: words, exact words, without, numbers and names; Thai and Chinese from one character on."""

import pytest

from omnistudio.gallery.filters import Filter, filtered
from omnistudio.gallery.scopes import Scope
from omnistudio.gallery.search import Search, parse

PROMPTS = {
    "en": "Lanterns over the RIVER at night",
    "th": "โคมลอยเหนือแม่น้ำปิงในคืนยี่เป็ง",
    "zh": "水墨山水，远山层叠，一轮红日",
    "wide": "Ｎｅｏｎ city, Straße",
    "percent": "100% cotton_paper",
}


@pytest.mark.parametrize(
    ("text", "search"),
    [
        ("lantern river", Search(("lantern", "river"))),
        ('"over the river"', Search(("over the river",))),
        ("-boat lantern", Search(("lantern",), ("boat",))),
        ('-"red boat"', Search((), ("red boat",))),
        ("#2485", Search(numbers=(2485,))),
        ("ＮＥＯＮ", Search(("neon",))),
        ('"unclosed quote', Search(("unclosed quote",))),
        ('- # "" --', Search(("#",))),
        ("", Search()),
        ("\x00", Search()),
    ],
)
def test_what_was_typed_is_read(text, search):
    assert parse(text) == search


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("river", ["en"]),
        ("RIVER lantern", ["en"]),
        ('"over the river"', ["en"]),
        ('"river over"', []),
        ("โคม", ["th"]),
        ("ลอย แม่น้ำ", ["th"]),
        ("น้", ["th"]),
        ("水", ["zh"]),
        ("红日 远山", ["zh"]),
        ("neon strasse", ["wide"]),
        ("100%", ["percent"]),
        ("n_p", ["percent"]),
        ("-river -水 -โคม -neon", ["percent"]),
        ("absent", []),
    ],
)
def test_prompts_are_found(owner, hang, text, found):
    works = {name: hang(prompt=prompt).pk for name, prompt in PROMPTS.items()}
    tasks = filtered(Scope("mine", owner), Filter({"q": text}))
    assert sorted(tasks.values_list("pk", flat=True)) == sorted(works[name] for name in found)


def test_a_number_is_found(owner, hang):
    works = [hang().pk for _ in range(3)]
    tasks = filtered(Scope("mine", owner), Filter({"q": f"#{works[1]}"}))
    assert list(tasks.values_list("pk", flat=True)) == [works[1]]


def test_people_are_found_by_their_names(owner, teammate, hang, team):
    hang(team=team)
    hers = hang(person=teammate, team=team)
    tasks = filtered(Scope("team", owner, team=team), Filter({"q": "okafor vase"}))
    assert list(tasks.values_list("pk", flat=True)) == [hers.pk]


def test_a_private_prompt_is_never_found_by_others(teammate, hang, team):
    hang(prompt="a very secret plan")
    hang(prompt="a plan", team=team)
    tasks = filtered(Scope("team", teammate, team=team), Filter({"q": "secret"}))
    assert not tasks.exists()


def test_common_and_rare_words_give_the_same_answer(owner, hang, monkeypatch):
    for n in range(5):
        hang(prompt=f"lantern number {n}")
    hang(prompt="boat")
    chosen = Filter({"q": "lantern -3"})
    rare = set(filtered(Scope("mine", owner), chosen).values_list("pk", flat=True))
    monkeypatch.setattr("omnistudio.gallery.filters.RARE", 1)
    assert set(filtered(Scope("mine", owner), chosen).values_list("pk", flat=True)) == rare
    assert len(rare) == 4
