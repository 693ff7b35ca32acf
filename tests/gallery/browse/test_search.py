"""Searching prompts: words, exact words, without, numbers and names; Thai and Chinese from one character on."""

import io

import pytest
from django.core.management import call_command
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from omnistudio.gallery.browse.filters import Filter, filtered
from omnistudio.gallery.browse.refolding import Refolding, is_done
from omnistudio.gallery.browse.scopes import Scope
from omnistudio.gallery.browse.search import Search, parse
from omnistudio.gallery.folding import digest_of_fold, folded, folded_earlier
from omnistudio.gallery.history.filters import HistoryFilter
from omnistudio.gallery.history.filters import filtered as history
from omnistudio.gallery.models import Prompt

# Each row: a prompt, and searches that must find it.
MEETING = [
    ("ตลาด\u200bน้ำ\u200bยาม\u200bเช้า", ["ตลาดน้ำ", "ตลาด\u200bน้ำ", "น้ำยามเช้า"]),
    ("ตลาดน้ำยามเช้า", ["ตลาด\u200bน้ำ", "ตลาด\u2060น้ำ"]),
    ("the red lantern over the river", ["“red lantern”", "＂red lantern＂", "「red lantern」", "«RED lantern»"]),
    ("the “red lantern” over the river", ['lantern" over', "red lantern", "lantern” over"]),
    ("the painter’s studio", ["painter's", "painter’s", "painter´s", "painterʼs", "painter‘s"]),
    ("the painter's studio", ["painter’s", "painter＇s", "painter′s"]),
    ("İSTANBUL skyline", ["istanbul", "İstanbul", "ISTANBUL", "ıstanbul", "i̇stanbul"]),
    ("istanbul skyline", ["İSTANBUL", "İstanbul", "I\u0307stanbul"]),
    ("water\u00admelon", ["watermelon", "water\u00admelon", "WATER\u200bMELON"]),
    ("watermelon", ["water\u00admelon"]),
    ("a well\u2010known 12–24 mm lens", ["well-known", "12-24", "12−24", "well‑known"]),
    ("می\u200cخواهم", ["میخواهم", "می\u200cخواهم"]),
    ("👩\u200d👧 in a garden", ["👩", "👧", "👩\u200d👧"]),
    ("葛\U000e0100城の月", ["葛城", "葛\U000e0100城"]),
    ("cafe\u200d\u0301 at noon", ["café"]),
]
SEARCHES = [(prompt, text) for prompt, texts in MEETING for text in texts]

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
        ("“red lantern” boat", Search(("red lantern", "boat"))),
        ("＂red lantern＂", Search(("red lantern",))),
        ("「red lantern」", Search(("red lantern",))),
        ("『red lantern』 „over“ «the river»", Search(("red lantern", "over", "the river"))),
        ("红灯笼“过河”", Search(("红灯笼", "过河"))),
        ("“painter’s studio”", Search(("painter's studio",))),
        ("－river lantern", Search(("lantern",), ("river",))),
        ("−river –boat lantern", Search(("lantern",), ("river", "boat"))),
        ("－“red boat”", Search((), ("red boat",))),
        ("well-known 1–2", Search(("well-known", "1-2"))),
        ("river — boat —night", Search(("river", "boat", "-night"))),
        ("\u200b\u00ad", Search()),
        ("＃2485", Search(numbers=(2485,))),
    ],
)
def test_queries_are_parsed(text, search):
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
def test_prompts_are_found(owner, make_item, text, found):
    items = {name: make_item(prompt=prompt).pk for name, prompt in PROMPTS.items()}
    tasks = filtered(Scope("mine", owner), Filter({"q": text}))
    assert sorted(tasks.values_list("pk", flat=True)) == sorted(items[name] for name in found)


def test_a_number_is_found(owner, make_item):
    items = [make_item().pk for _ in range(3)]
    tasks = filtered(Scope("mine", owner), Filter({"q": f"#{items[1]}"}))
    assert list(tasks.values_list("pk", flat=True)) == [items[1]]


def test_people_are_found_by_their_names(owner, teammate, make_item, team):
    make_item(team=team)
    hers = make_item(person=teammate, team=team)
    tasks = filtered(Scope("team", owner, team=team), Filter({"q": "okafor vase"}))
    assert list(tasks.values_list("pk", flat=True)) == [hers.pk]


def test_a_private_prompt_is_never_found_by_others(teammate, make_item, team):
    make_item(prompt="a very secret plan")
    make_item(prompt="a plan", team=team)
    tasks = filtered(Scope("team", teammate, team=team), Filter({"q": "secret"}))
    assert not tasks.exists()


def test_common_and_rare_words_give_the_same_answer(owner, make_item, monkeypatch):
    for n in range(5):
        make_item(prompt=f"lantern number {n}")
    make_item(prompt="boat")
    chosen = Filter({"q": "lantern -3"})
    rare = set(filtered(Scope("mine", owner), chosen).values_list("pk", flat=True))
    monkeypatch.setattr("omnistudio.gallery.browse.filters.RARE", 1)
    assert set(filtered(Scope("mine", owner), chosen).values_list("pk", flat=True)) == rare
    assert len(rare) == 4


def found(owner, text: str) -> tuple[list[int], list[int]]:
    """The prompts that the gallery and the history find."""
    scope, query = Scope("mine", owner), QueryDict(mutable=True)
    query["q"] = text
    tasks = filtered(scope, Filter.of(query)).values_list("prompt_id", flat=True)
    uses = history(scope, HistoryFilter.of(query)).values_list("prompt_id", flat=True)
    return sorted(tasks), sorted(uses)


@pytest.mark.parametrize(("prompt", "text"), SEARCHES)
def test_characters_of_all_keyboards_match(owner, make_item, prompt, text):
    wanted = make_item(prompt=prompt).prompt_id
    make_item(prompt="something else that is there")
    assert found(owner, text) == ([wanted], [wanted])


def test_every_minus_sign_excludes(owner, make_item):
    make_item(prompt="the red lantern over the river")
    other = make_item(prompt="the red lantern").prompt_id
    for minus in "-－−–":
        assert found(owner, f"{minus}river lantern") == ([other], [other])


def test_the_text_and_its_digest_stay_exact(owner, make_item):
    text = "ตลาด\u200bน้ำ, the painter’s “studio” – İ"
    prompt = make_item(prompt=text).prompt
    assert prompt.text == text
    assert prompt.digest == Prompt.digest_of(text)
    assert prompt != Prompt.of('ตลาดน้ำ, the painter\'s "studio" - i')
    assert prompt.fold_digest == Prompt.of('ตลาดน้ำ, the painter\'s "studio" - i').fold_digest


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=30))
def test_folding_is_idempotent(text):
    assert folded(folded(text)) == folded(text)
    assert len(digest_of_fold(folded(text))) == 64


class TestRowsOfAnEarlierVersion:
    @pytest.fixture
    def old(self, owner, make_item):
        """Prompts as the version before has written them, and writes them still."""
        texts = ["the painter’s studio", "İSTANBUL skyline", "a plain lantern"]
        ids = [make_item(prompt=text).prompt_id for text in texts]
        for pk, text in zip(ids, texts, strict=True):
            Prompt.objects.filter(pk=pk).update(search_text=folded_earlier(text), fold_digest="")
        return ids

    def test_old_and_new_rows_are_found(self, owner, make_item, old):
        new = make_item(prompt="the painter's house").prompt_id
        assert found(owner, "painter’s") == ([old[0], new], [old[0], new])
        assert found(owner, "lantern -painter’s") == ([old[2]], [old[2]])
        assert found(owner, "İstanbul") == ([old[1]], [old[1]])
        assert found(owner, "plain") == ([old[2]], [old[2]])

    def test_old_rows_are_refolded_and_then_found(self, owner, old):
        assert not is_done()
        refolding = Refolding()
        assert [refolding.step(2), refolding.step(2), refolding.step(2)] == [2, 1, 0]
        assert is_done()
        assert found(owner, "painter's")[0] == [old[0]]
        assert found(owner, "istanbul")[0] == [old[1]]

    def test_an_interrupted_refolding_continues(self, old):
        Refolding().step(1)
        left = list(Prompt.objects.filter(fold_digest="").values_list("pk", flat=True))
        assert sorted(left) == sorted(old)[1:]
        said = io.StringIO()
        call_command("fold_prompts", stdout=said)
        assert "2 prompts to fill." in said.getvalue()
        assert is_done()

    def test_rows_written_later_by_an_old_release_are_refolded_too(self, old, monkeypatch):
        refolding = Refolding()
        assert refolding.work(5) == 3
        Prompt.objects.bulk_create([Prompt(digest="0" * 64, text="x’y", search_text="x’y")])
        assert not refolding.is_due  # it rests
        monkeypatch.setattr("omnistudio.gallery.browse.refolding.time.monotonic", lambda: 1e9)
        assert refolding.is_due
        assert refolding.work(5) == 1
        assert is_done()
