"""Presets in the composer: the form of a preset, what is wrong with it, and what comes of it."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from omnistudio.accounts.models import Membership, User
from omnistudio.gallery.models import Preset, Task
from omnistudio.studio.presets import services as presets
from omnistudio.studio.presets.services import Content

HTMX = {"HX-Request": "true"}
TEXT = "{{subject}}, {{light|soft window light}}, again {{subject}}"


@pytest.fixture
def make(owner: User) -> Callable[..., Preset]:
    """Make a preset of the owner's: `make("{{a}}", team=team)`."""

    def make_one(text: str = TEXT, name: str = "Portrait", **more: Any) -> Preset:
        return presets.create(owner, Content(name, text, **more))

    return make_one


def tight(page: str) -> str:
    """The markup without the whitespace that only lays it out."""
    return re.sub(r"\s*([<>])\s*", r"\1", page)


def fields(response: Any) -> dict[str, str]:
    """The form as it is shown: what a browser would send."""
    inputs = re.findall(r'<input[^>]*name="(v:[^"]*|digest)"[^>]*?value="([^"]*)"', response.text)
    return {html.unescape(name): html.unescape(value) for name, value in inputs}


def put_in(response: Any) -> dict[str, str]:
    """What the composer gets of a filled preset."""
    assert response.status_code == 200, response.text
    assert "preset-filled" in json.loads(response.headers["HX-Trigger-After-Swap"])
    pairs = re.findall(r'data-(prompt|model|ratio)="([^"]*)"', response.text)
    return {name: html.unescape(value) for name, value in pairs}


def fill(client: Any, preset: Preset, **values: str) -> Any:
    """Fill the form as it is now, in the panel."""
    form = fields(client.get(f"/presets/{preset.pk}/form/"))
    typed = {f"v:{name}": value for name, value in values.items()}
    return client.post(f"/presets/{preset.pk}/fill/", {**form, **typed}, headers=HTMX)


class TestTheForm:
    def test_a_field_for_each_variable_with_its_default(self, as_owner, make):
        preset = make()
        for path in ("form", "fill"):
            page = as_owner.get(f"/presets/{preset.pk}/{path}/")
            form = fields(page)
            assert list(form) == ["digest", "v:subject", "v:light"]
            assert (form["v:subject"], form["v:light"]) == ("", "soft window light")
            assert 'placeholder="soft window light"' in page.text
            assert page.text.count("data-gap=") == 3

    def test_the_panel_is_a_fragment_and_the_page_a_page(self, as_owner, make):
        preset = make()
        assert as_owner.get(f"/presets/{preset.pk}/form/").text.lstrip().startswith("<section")
        assert as_owner.get("/presets/panel/").text.lstrip().startswith("<section")
        page = as_owner.get(f"/presets/{preset.pk}/fill/").text
        assert "<html" in page
        assert "hx-post" not in page

    def test_fifty_variables(self, as_owner, make):
        preset = make(" ".join(f"{{{{ช่อง {n}|{n}}}}}" for n in range(50)))
        assert len(fields(as_owner.get(f"/presets/{preset.pk}/form/"))) == 51
        assert put_in(fill(as_owner, preset))["prompt"] == " ".join(str(n) for n in range(50))

    def test_a_text_without_variables(self, as_owner, make):
        preset = make("just words, {red|celadon} and {{}}")
        assert list(fields(as_owner.get(f"/presets/{preset.pk}/form/"))) == ["digest"]
        assert put_in(fill(as_owner, preset))["prompt"] == "just words, {red|celadon} and {{}}"

    def test_the_composer_has_the_button_and_a_plain_link(self, as_owner):
        page = as_owner.get("/").text
        assert re.search(r'id="open-presets"[^>]* href="/presets/"', page)
        assert '<noscript><button class="btn btn--quiet btn--sm" formaction="/presets/draft/">' in page


class TestFilled:
    def test_a_preset_fills_in_prompt_model_and_ratio(self, as_owner, make):
        preset = make(model_id="seedance-2", aspect_ratio="9:16")
        filled = put_in(fill(as_owner, preset, subject=' โคมลอย "ดอกบัว" <b> '))
        assert filled == {
            "prompt": 'โคมลอย "ดอกบัว" <b>, soft window light, again โคมลอย "ดอกบัว" <b>',
            "model": "seedance-2",
            "ratio": "9:16",
        }
        assert not Task.objects.exists()

    def test_settings_the_preset_does_not_name_stay(self, as_owner, make):
        filled = put_in(fill(as_owner, make(), subject="x"))
        assert (filled["model"], filled["ratio"]) == ("", "")
        gone = make(model_id="a-model-of-old", aspect_ratio="7:7")
        filled = put_in(fill(as_owner, gone, subject="x"))
        assert (filled["model"], filled["ratio"]) == ("", "")

    def test_an_emptied_field_takes_the_default(self, as_owner, make):
        assert put_in(fill(as_owner, make(), subject="x", light="  "))["prompt"] == "x, soft window light, again x"

    def test_a_viewer_of_the_team_uses_it(self, as_viewer, make, team):
        assert put_in(fill(as_viewer, make(team=team), subject="x"))["prompt"].startswith("x, ")

    def test_names_of_any_script_and_lines(self, as_owner, make):
        preset = make("วาด {{ สิ่งของ }}\n{{主题|山水}}\n{{موضوع|مزهرية}} {{cafe\u0301|x}}")
        prompt = put_in(fill(as_owner, preset, สิ่งของ="แจกัน\u200b", café="e\u0301"))["prompt"]
        assert prompt == "วาด แจกัน\u200b\n山水\nمزهرية \u00e9"

    def test_without_javascript_the_studio_opens_with_it(self, as_owner, make):
        preset = make(model_id="seedance-2")
        page = as_owner.post(f"/presets/{preset.pk}/fill/", {"v:subject": "<i>x</i>"})
        assert page.status_code == 200
        assert "&lt;i&gt;x&lt;/i&gt;, soft window light, again &lt;i&gt;x&lt;/i&gt;</textarea>" in page.text
        assert re.search(r'value="seedance-2"[^>]* checked', page.text)
        assert 'data-filled="prompt model"' in page.text
        assert "data-filled" not in as_owner.get("/").text


class TestWhatGoesWrong:
    def test_a_variable_without_a_value_says_so_in_its_field(self, as_owner, make):
        preset = make("{{a}} {{b|x}} {{c}}")
        for headers in (HTMX, {}):
            answer = as_owner.post(f"/presets/{preset.pk}/fill/", {"v:a": "typed"}, headers=headers)
            assert answer.status_code == 422
            assert answer.text.count("Write something here: there is no default.") == 1
            assert re.search(
                r'id="gap-3"[^>]*aria-invalid="true" aria-describedby="gap-3-error" autofocus', answer.text
            )
            assert fields(answer)["v:a"] == "typed"

    def test_a_prompt_that_gets_too_long_says_by_how_many(self, as_owner, make):
        preset = make("x" * 100 + "{{a}}")
        assert len(put_in(fill(as_owner, preset, a="ก" * 7900))["prompt"]) == 8000
        answer = fill(as_owner, preset, a="ก" * 7903)
        assert answer.status_code == 422
        assert "The prompt would have 8003 characters; at most 8000 are allowed. Shorten it by 3." in answer.text
        assert fields(answer)["v:a"] == "ก" * 7903

    def test_a_preset_that_was_deleted_meanwhile(self, as_owner, make):
        preset = make()
        form = fields(as_owner.get(f"/presets/{preset.pk}/form/"))
        presets.delete(preset)
        for headers in (HTMX, {}):
            sent = {**form, "v:subject": "half an <b>hour</b>"}
            answer = as_owner.post(f"/presets/{preset.pk}/fill/", sent, headers=headers)
            assert answer.status_code == 404
            assert "This preset no longer exists. What you typed is below." in answer.text
            assert "<dd>half an &lt;b&gt;hour&lt;/b&gt;</dd>" in tight(answer.text)
            assert "Use this prompt" not in answer.text
        assert "This preset no longer exists." in as_owner.get(f"/presets/{preset.pk}/form/").text

    def test_a_preset_that_the_person_may_no_longer_see(self, as_viewer, viewer, make, team):
        preset = make("a secret of the {{team}}", team=team)
        Membership.objects.filter(user=viewer).delete()
        answer = as_viewer.post(f"/presets/{preset.pk}/fill/", {"v:team": "mine"}, headers=HTMX)
        assert answer.status_code == 404
        assert "a secret" not in answer.text
        assert "<dd>mine</dd>" in tight(answer.text)

    def test_a_text_that_lost_a_variable_meanwhile(self, as_owner, owner, make):
        preset = make()
        form = fields(as_owner.get(f"/presets/{preset.pk}/form/"))
        presets.change(preset, owner, Content("Portrait", "{{subject}} at {{hour|noon}}"))
        sent = {**form, "v:subject": "a vase", "v:light": "moonlight"}
        answer = as_owner.post(f"/presets/{preset.pk}/fill/", sent, headers=HTMX)
        assert answer.status_code == 422
        assert "The text of this preset has been changed in the meantime." in answer.text
        assert "<dt>light</dt><dd>moonlight</dd>" in tight(answer.text)
        again = fields(answer)
        assert (again["v:subject"], again["v:hour"]) == ("a vase", "noon")
        answer = as_owner.post(f"/presets/{preset.pk}/fill/", again, headers=HTMX)
        assert put_in(answer)["prompt"] == "a vase at noon"

    def test_renaming_a_preset_does_not_block_filling(self, as_owner, owner, make):
        preset = make("{{a}}")
        form = fields(as_owner.get(f"/presets/{preset.pk}/form/"))
        presets.change(preset, owner, Content("Renamed", "{{a}}"))
        answer = as_owner.post(f"/presets/{preset.pk}/fill/", {**form, "v:a": "x"}, headers=HTMX)
        assert put_in(answer)["prompt"] == "x"

    @pytest.mark.parametrize("value", ["\x00", " \x00 ", "\u3000"])
    def test_an_empty_value_counts_as_missing(self, as_owner, make, value):
        answer = as_owner.post(f"/presets/{make('{{a}}').pk}/fill/", {"v:a": value}, headers=HTMX)
        assert answer.status_code == 422

    def test_strangers_cannot_use_a_preset(self, as_stranger, client, make):
        preset = make("a secret {{a}}")
        answer = as_stranger.post(f"/presets/{preset.pk}/fill/", {"v:a": "x"})
        assert answer.status_code == 404
        assert "a secret" not in answer.text
        assert client.post(f"/presets/{preset.pk}/fill/", {"v:a": "x"}).status_code == 302
