"""Wildcards: what they stand for, and that nothing is sent before it was shown."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnistudio.gallery.media.references import keep_reference
from omnistudio.gallery.models import Run, Task
from omnistudio.studio.composer.wildcards import read
from tests.conftest import picture
from tests.studio.helpers import agree, answer_in

HTMX = {"HX-Request": "true"}
FORM = {"model": "gpt-image-2", "ratio": "1:1", "variations": "1"}


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("{red|celadon|ink black} vase", ["red vase", "celadon vase", "ink black vase"]),
        ("a {red|blue} {vase|bowl}", ["a red vase", "a red bowl", "a blue vase", "a blue bowl"]),
        ("a {|red} vase", ["a vase", "a red vase"]),
        ("{โคม|ดาว}ลอย", ["โคมลอย", "ดาวลอย"]),
        ("{a|a|b}", ["a", "b"]),
        ("a stray { brace", ["a stray { brace"]),
        ("json {}", ["json {}"]),
        ("{alone}", ["{alone}"]),
        ("{{light|soft}} vase", ["{{light|soft}} vase"]),
        ("{a|{b|c}}", ["{a|{b|c}}"]),
        ("a | b", ["a | b"]),
        ("}|{", ["}|{"]),
    ],
)
def test_combinations(prompt: str, expected: list[str]) -> None:
    found = read(prompt)
    assert found.combinations() == expected
    assert found.count == len(expected)


@given(st.text(alphabet="ab {}|\n", max_size=40))
def test_any_text_can_be_parsed(text: str) -> None:
    found = read(text)
    assert found.count >= 1
    if not found.groups:
        assert found.parts == (text,)


def test_the_price_of_every_prompt_is_counted_before_the_first_task_ever(as_owner) -> None:
    form = FORM | {"prompt": "{red|blue} {vase|bowl|jar}", "variations": "2", "model": "seedance-2"}
    asked = as_owner.post("/runs/", form, headers=HTMX).content.decode()
    assert "Generate 12" in asked
    assert "720 credits" in asked
    assert not Task.objects.exists()


def test_combinations_are_shown_and_counted_before_sending(as_owner, owner, make_task) -> None:
    make_task(credits=15, accepted_at="2026-01-01T00:00Z")
    form = FORM | {"prompt": "{red|blue} {vase|bowl|jar}", "variations": "2"}
    asked = as_owner.post("/runs/", form, headers=HTMX)
    assert Task.objects.count() == 1
    text = asked.content.decode()
    assert asked.headers["HX-Retarget"] == "#question"
    assert "6 combinations" in text
    assert "Generate 12" in text
    assert "180 credits" in text
    assert "blue jar" in text
    as_owner.post("/runs/", form | {"confirmed": answer_in(text)}, headers=HTMX)
    assert Task.objects.count() == 13
    runs = Run.objects.order_by("-pk")[:6]
    assert [run.tasks.first().prompt.text for run in runs][:2] == ["red vase", "red bowl"]
    assert Task.objects.filter(prompt__text="blue jar").count() == 2


@pytest.mark.parametrize(
    "change",
    [
        {"prompt": "{red|grey} vase"},
        {"prompt": "{red|blue|grey} vase"},
        {"prompt": "{blue|red} vase"},
        {"model": "seedance-2"},
        {"ratio": "16:9"},
        {"variations": "2"},
    ],
)
def test_a_confirmation_is_valid_for_its_submission_only(as_owner, change) -> None:
    form = FORM | {"prompt": "{red|blue} vase"}
    answer = answer_in(as_owner.post("/runs/", form, headers=HTMX).content.decode())
    asked = as_owner.post("/runs/", form | change | {"confirmed": answer}, headers=HTMX)
    assert asked.headers["HX-Retarget"] == "#question"
    assert answer_in(asked.content.decode()) != answer
    assert not Task.objects.exists()


@pytest.mark.parametrize("answer", ["1", "2", "", "0" * 64])
def test_an_unrelated_confirmation_is_asked_again(as_owner, answer) -> None:
    form = FORM | {"prompt": "{red|blue} vase", "confirmed": answer}
    assert "2 combinations" in as_owner.post("/runs/", form, headers=HTMX).content.decode()
    assert not Task.objects.exists()


def test_changed_references_teams_and_prices_are_confirmed_again(as_owner, owner, team, make_task, settings) -> None:
    settings.OMNI_API_IS_BUILT_IN = False  # a service whose prices are known by what was charged
    form = FORM | {"prompt": "{red|blue} vase"}
    for change in ({"references": [str(keep_reference(owner, io.BytesIO(picture())).pk)]}, {"team": str(team.pk)}):
        answer = answer_in(as_owner.post("/runs/", form, headers=HTMX).content.decode())
        asked = as_owner.post("/runs/", form | change | {"confirmed": answer}, headers=HTMX)
        assert asked.headers["HX-Retarget"] == "#question", change
    make_task(credits=60, accepted_at="2026-01-01T00:00Z")
    dearer = as_owner.post("/runs/", form | {"confirmed": answer}, headers=HTMX)
    assert "120 credits" in dearer.content.decode()
    assert Task.objects.count() == 1


def test_without_javascript_the_question_keeps_the_form(as_owner) -> None:
    page = as_owner.post("/runs/", FORM | {"prompt": "{red|blue} vase"}).content.decode()
    assert "{red|blue} vase</textarea>" in page
    assert "2 combinations" in page
    as_owner.post("/runs/", FORM | {"prompt": "{red|blue} vase", "confirmed": answer_in(page)})
    assert Task.objects.count() == 2


def test_seventeen_combinations_are_refused_naming_the_brace(as_owner) -> None:
    many = "{" + "|".join(f"c{n}" for n in range(17)) + "}"
    answer = as_owner.post("/runs/", FORM | {"prompt": f"{many} vase", "confirmed": "17"}, headers=HTMX)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "17 combinations are too many" in text
    assert "which has 17 choices" in text
    assert "{c0|c1|" in text
    form = FORM | {"prompt": "{a|b|c|d|e} vase", "variations": "4"}
    assert (
        "5 combinations with 4 variations each are 20 tasks"
        in as_owner.post("/runs/", form, headers=HTMX).content.decode()
    )
    assert not Task.objects.exists()


def test_the_same_submission_twice_is_sixteen_tasks(as_owner) -> None:
    form = FORM | {"prompt": "{a|b|c|d}{1|2|3|4}", "submission": "0b5c2f0e-5a9b-4f7e-9a5c-3a1f2b3c4d5e"}
    for _ in range(2):
        agree(as_owner, form, headers=HTMX)
    assert Task.objects.count() == 16
