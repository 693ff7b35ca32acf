"""What is too much is refused, or told in short, before it is worked on. Times are those of the thread."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Callable
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from omnistudio.accounts.models import User
from omnistudio.core import images
from omnistudio.core import text as texts
from omnistudio.core.http import params
from omnistudio.gallery.collections import services as collections
from omnistudio.gallery.models import Collection, CollectionItem, Preset, Reference, Task
from omnistudio.gallery.text_diff import Budget, cut, difference, told
from omnistudio.studio.composer import wildcards
from omnistudio.studio.presets import services as presets
from omnistudio.studio.presets.services import Content
from omnistudio.studio.presets.variables import TooLong, fill
from omnistudio.studio.services import Submission, submit
from tests.conftest import picture

# 120 kB of marks that stand above a letter, and then as many that stand below it. Half a megabyte of them would take
# minutes where the bound is missing: that is for test_hostile_values.py.
MARKS = "a" + "\u0301" * 30_000 + "\u0323" * 30_000
# Within the bound of a prompt that is not composed yet, and a hundred times the work of an ordinary one.
FEWER = "a" + "\u0301" * 15_000 + "\u0323" * 15_000


@contextmanager
def within(seconds: float):
    started = time.thread_time()
    yield
    took = time.thread_time() - started
    assert took < seconds, f"{took:.2f} s"


def has(response: Any, words: str) -> bool:
    """Not `words in response.text`: where that fails, pytest itself would compose all these marks."""
    return words in response.text


# ------------------------------------------------------------------ texts
@pytest.mark.parametrize("form", ["NFC", "NFKC"])
@pytest.mark.parametrize(
    "text",
    [FEWER, "a" + "\u0301\u0323" * 15_000, "\u0f73" * 30_000, "\ufdfa" * 30_000],
    ids=["one after the other", "in turn", "two in one", "eighteen in one"],
)
def test_to_compose_a_text_takes_no_more_than_its_length(form: Any, text: str) -> None:
    with within(0.5):
        texts.normalise(form, text)


@given(st.text(st.sampled_from("aกé각\u1100\u1161\u11a8\u0301\u0323\u0344\u0f73\u0f71ﷺﬁ水\u3099か"), max_size=60))
def test_the_composed_text_is_that_of_python(text: str) -> None:
    long = text * (texts._SHORT // max(1, len(text)) + 2)
    for form in ("NFC", "NFKC"):
        for one in (text, long):
            assert texts.normalise(form, one) == unicodedata.normalize(form, one)  # type: ignore[arg-type]


def test_a_post_of_combining_marks_is_refused_quickly(as_owner: Client) -> None:
    """Twice 120 kB of them took five seconds, in which a process answered nobody."""
    form = {"prompt": MARKS, "model": "gpt-image-2", "ratio": "1:1", "variations": "1"}
    with within(1):
        response = as_owner.post("/runs/", form)
    assert response.status_code == 422
    assert has(response, "at most 8000")
    with within(1):
        assert as_owner.post("/runs/", {**form, "prompt": FEWER}).status_code == 422
    assert not Task.objects.exists()


def test_a_prompt_near_the_limit_is_counted_as_stored(as_owner: Client) -> None:
    """Two characters for the end of a line and an accent of its own are one, up to where nothing is composed."""
    form = {"model": "gpt-image-2", "ratio": "1:1", "variations": "1", "prompt": "e\u0301\r\n" * 4000 + "e"}
    assert "The prompt has 8001 characters" in as_owner.post("/runs/", form).text
    assert as_owner.post("/runs/", {**form, "prompt": "e\u0301\r\n" * 3999 + "e"}, follow=True).status_code == 200
    assert Task.objects.get().prompt.text == "é\n" * 3999 + "e"


@pytest.fixture
def preset(owner: User) -> Preset:
    return presets.create(owner, Content("Portrait", "{{a}} and {{a}}, {{b|x}}"))


@pytest.mark.parametrize("htmx", [{}, {"HX-Request": "true"}])
def test_no_value_and_no_name_of_a_preset_takes_long(as_owner: Client, preset: Preset, htmx: dict[str, str]) -> None:
    path = f"/presets/{preset.pk}/fill/"
    with within(1.5):
        too_long = as_owner.post(path, {"v:a": MARKS}, headers=htmx)
        fields = urlencode({f"v:{MARKS}": "x", "v:a": "kept"})
        named = as_owner.post(path, fields, "application/x-www-form-urlencoded", headers=htmx)
        saved = as_owner.post("/presets/new/", {"name": MARKS, "text": MARKS})
    assert too_long.status_code == saved.status_code == 422
    assert has(too_long, "The prompt would have 120010 characters")
    assert named.status_code == 200


def test_a_short_text_may_mention_a_long_value_often() -> None:
    """Nothing of it is joined before it is counted: it would be hundreds of megabytes."""
    with within(0.5), pytest.raises(TooLong) as caught:
        fill("{{a}}" * 1500, {"a": "x" * 400_000}, most=32_000)
    assert caught.value.count == 600_000_000


def test_a_brace_of_bars_that_is_not_closed_is_read_once() -> None:
    with within(0.1):
        assert wildcards.read("{" + "|" * 7_999).groups == ()
    assert wildcards.read("{red|blue|} vase").groups == (("red", "blue", ""),)


# ------------------------------------------------------------------ references, numbers
def test_at_most_eight_of_a_hundred_files_are_read(as_owner: Client, monkeypatch) -> None:
    looked_at = []

    def counted(*args: Any, **options: Any) -> Any:
        looked_at.append(1)
        return real(*args, **options)

    real = images.Image.open
    monkeypatch.setattr(images.Image, "open", counted)
    files = [SimpleUploadedFile(f"{n}.png", picture(colour=f"#0000{n:02x}")) for n in range(99)]
    form = {"prompt": "x", "model": "gpt-image-2", "ratio": "1:1", "variations": "1", "files": files}
    response = as_owner.post("/runs/", form)
    assert response.status_code == 422
    assert "99 references are too many: a task takes at most 8" in response.text
    assert Reference.objects.count() == 8, "what fits is kept, so that it need not be added again"
    assert len(looked_at) <= 4 * 8


def test_files_find_no_room_where_references_were_chosen_before(as_owner: Client, owner: User) -> None:
    files = [SimpleUploadedFile(f"{n}.png", picture(colour=f"#0000{n:02x}")) for n in range(7)]
    form = {"prompt": "x", "model": "gpt-image-2", "ratio": "1:1", "variations": "1"}
    as_owner.post("/runs/", {**form, "files": files})
    chosen = list(Reference.objects.values_list("pk", flat=True))
    assert len(chosen) == 7
    more = [SimpleUploadedFile(f"{n}.png", picture(colour=f"#00{n:02x}00")) for n in range(1, 4)]
    response = as_owner.post("/runs/", {**form, "references": chosen, "files": more})
    assert "10 references are too many" in response.text
    assert Reference.objects.count() == 8


def test_a_form_full_of_numbers_is_read_to_its_bound() -> None:
    many = ",".join(map(str, range(400_000)))
    with within(0.5):
        assert len(params.whole_numbers([many, many])) == params.MAX
        assert len(params.parse_pairs(f"{n}.1" for n in range(400_000))) <= params.MAX


def test_the_address_of_a_comparison_is_one_that_servers_take(as_owner: Client) -> None:
    answer = as_owner.post("/gallery/compare/", {"ids": ",".join(str(10**17 + n) for n in range(1000))})
    assert len(answer.headers["Location"]) < 4000


# ------------------------------------------------------------------ differences
REPETITIVE = [
    ("水山" * 4000, "山水日" * 2666),
    ("ab " * 2600, "ba c " * 1600),
    ("水" * 4000 + "山" * 4000, "山" * 4000 + "水" * 4000),
    ("\U0001f1e6" * 8000, "\U0001f1e6\U0001f1e7" * 4000),
    ("โคม ลอย " * 1000, "ลอย โคม ไฟ " * 720),
]


@pytest.mark.parametrize(("old", "new"), REPETITIVE, ids=range(len(REPETITIVE)))
def test_repetitive_texts_are_compared_quickly(old: str, new: str) -> None:
    with within(1.5):
        pieces = difference(old, new)
    assert "".join(piece.text for piece in pieces if piece.kind != "gone") == new
    assert "".join(piece.text for piece in pieces if piece.kind != "new") == old


def test_all_differences_of_a_page_share_one_budget() -> None:
    budget = Budget()
    with within(3):
        for _ in range(60):
            told("水山" * 700, "山水日" * 466, budget)
    assert budget.left >= 0


def test_long_texts_of_words_are_still_compared_word_by_word() -> None:
    """Eight thousand characters with each ninth word another one: what people change in a long prompt."""
    old = [f"word{n * 7919 % 301}" for n in range(1000)]
    new = [f"new{n}" if n % 9 == 4 else word for n, word in enumerate(old)]
    pieces = difference(" ".join(old), " ".join(new))
    assert [piece.text for piece in pieces if piece.kind == "new"] == [f"new{n}" for n in range(4, 1000, 9)]


def test_where_hardly_anything_is_the_same_the_text_stands_without_marks() -> None:
    assert told("水山" * 4000, "山水日" * 2666) == []
    assert [piece.kind for piece in told("a red vase", "a blue vase")] == ["same", "gone", "new", "same"]


@given(
    st.text(st.sampled_from("ab水 \n.🇦\u0301"), max_size=40), st.text(st.sampled_from("ab水 \n.🇦\u0301"), max_size=40)
)
def test_spaces_are_reported_unchanged(old: str, new: str) -> None:
    pieces = difference(old, new)
    assert "".join(piece.text for piece in pieces if piece.kind != "gone") == new
    assert "".join(piece.text for piece in pieces if piece.kind != "new") == old
    assert "".join(cut(old)) == old


def test_a_prompt_page_with_remixes_of_repetitive_chinese_is_there_at_once(as_owner: Client, owner: User) -> None:
    """Five remixes took 89 seconds."""
    first = submit(owner, Submission("水山" * 600, "gpt-image-2", "1:1", 1))[0].tasks.get()
    for n in range(5):
        submit(owner, Submission("山水日" * (390 + n) + "月", "gpt-image-2", "1:1", 1, parent=first))
    child = Task.objects.exclude(pk=first.pk).latest("pk")
    paths = [history_of(first), f"{history_of(first)}remixes/?scope=mine", f"/t/{child.pk}/"]
    for path in paths:
        with within(2):
            page = as_owner.get(path)
        assert page.status_code == 200
        assert "山水日山水日" in page.text, "the text is there, with marks or without"


def history_of(task: Task) -> str:
    return f"/history/{task.prompt.address}/"


# ------------------------------------------------------------------ places in a collection
@pytest.fixture
def collection(owner: User, make_task: Callable[..., Task]) -> Collection:
    made = collections.create(owner, "Only mine")
    collections.add(made, owner, [make_task(status="succeeded").pk for _ in range(4)])
    return made


def in_order(collection: Collection) -> list[int]:
    return list(collection.items.order_by("position", "id").values_list("task_id", flat=True))


@pytest.mark.parametrize("place", [2**31 - 1, 2**31, 10**17])
def test_an_invented_position_does_not_break_a_collection(
    as_owner: Client, owner: User, collection: Collection, make_task: Callable[..., Task], place: int
) -> None:
    first, second, *rest = in_order(collection)
    as_owner.post(f"/collections/{collection.pk}/remove/", {"ids": f"{first},{second}"})
    answer = as_owner.post(f"/collections/{collection.pk}/put-back/", {"places": [f"{first}.{place}", f"{second}.1"]})
    assert answer.status_code == 302
    assert in_order(collection) == [second, *rest, first], "beyond the end is the end"
    assert max(collection.items.values_list("position", flat=True)) < 100
    more = make_task(status="succeeded").pk
    assert as_owner.post("/collections/add/", {"collection": collection.pk, "ids": more}).status_code == 302
    assert in_order(collection)[-1] == more


def test_a_broken_collection_is_repaired(owner: User, collection: Collection, make_task: Callable[..., Task]) -> None:
    *others, last = in_order(collection)
    CollectionItem.objects.filter(task_id=last).update(position=2**31 - 1)
    more = make_task(status="succeeded").pk
    assert collections.add(collection, owner, [more]).ids == [more]
    assert in_order(collection) == [*others, last, more]
    assert max(collection.items.values_list("position", flat=True)) < 10
