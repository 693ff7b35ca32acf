"""Presets: who sees and changes them, and what a form accepts."""

from __future__ import annotations

import re
from typing import Any

import pytest

from omnistudio.accounts.models import Membership
from omnistudio.gallery.models import Preset
from omnistudio.studio.presets import services as presets
from omnistudio.studio.presets.services import Content
from tests.gallery.export.test_zip import keep_file
from tests.studio.conftest import TEXT

HTMX = {"HX-Request": "true"}


_NAMES = re.compile(r'class="preset__name"[^>]*>([^<]*)<|<b[^>]*>([^<]*)</b><small')


def names(response: Any) -> list[str]:
    """The presets of a page or of the panel, in their order."""
    return [on_the_page or in_the_panel for on_the_page, in_the_panel in _NAMES.findall(response.text)]


def sent(**fields: str) -> dict[str, str]:
    return {"name": "Portrait", "text": TEXT, "model": "", "ratio": "", "team": "", "example": "", **fields}


class TestWhoSees:
    def test_the_list_shows_own_and_team_presets(self, as_owner, as_viewer, as_stranger, make, teammate, team):
        make("Mine")
        make("Ours", team=team)
        make("Theirs alone", person=teammate)
        for path in ("/presets/", "/presets/panel/"):
            assert names(as_owner.get(path)) == ["Mine", "Ours"]
            assert names(as_viewer.get(path)) == ["Ours"]
            assert names(as_stranger.get(path)) == []

    def test_presets_of_others_are_404(self, client, as_stranger, as_viewer, make, team):
        private, shared = make(), make("Ours", team=team)
        for path in ("fill", "form"):
            assert as_viewer.get(f"/presets/{shared.pk}/{path}/").status_code == 200
            assert as_viewer.get(f"/presets/{private.pk}/{path}/").status_code == 404
            for preset in (private, shared):
                assert as_stranger.get(f"/presets/{preset.pk}/{path}/").status_code == 404
                assert client.get(f"/presets/{preset.pk}/{path}/").status_code == 302
        for path in ("/presets/", "/presets/new/", "/presets/panel/", f"/presets/{shared.pk}/"):
            assert client.get(path).status_code == 302

    @pytest.mark.parametrize("act", ["", "delete/", "restore/"])
    def test_a_viewer_uses_and_does_not_change(self, as_viewer, as_stranger, make, team, act):
        preset = make("Ours", team=team)
        for other in (as_viewer, as_stranger):
            assert other.post(f"/presets/{preset.pk}/{act}", sent(name="Taken over")).status_code == 404
        assert list(Preset.objects.visible_to(preset.owner).values_list("name", flat=True)) == ["Ours"]

    def test_buttons_are_shown_to_those_who_may_change(self, as_viewer, as_teammate, make, team):
        preset = make("Ours", team=team)
        seen = as_viewer.get("/presets/").text
        assert "Use “Ours”" in seen
        assert "Edit “Ours”" not in seen
        assert as_viewer.get(f"/presets/{preset.pk}/").status_code == 404
        assert "Edit “Ours”" in as_teammate.get("/presets/").text
        assert as_teammate.get(f"/presets/{preset.pk}/").status_code == 200

    def test_a_former_member_no_longer_sees_team_presets(self, as_teammate, teammate, make, team):
        make("Ours", team=team)
        Membership.objects.filter(user=teammate).delete()
        assert names(as_teammate.get("/presets/")) == []


class TestSearch:
    @pytest.mark.parametrize(
        ("q", "found"),
        [
            ("ยี่", ["โคม"]), ("墨", ["Ink"]), ("INK", ["Ink"]), ("ｉｎｋ", ["Ink"]), ("photograph lens", ["Photo"]),
            ('"long lens"', ["Photo"]), ("photograph -lens", []), ("nowhere", []), ("%", []), ("#12", ["Photo"]),
            ("", ["Ink", "Photo", "โคม"]),
        ],
    )  # fmt: skip
    def test_names_and_texts_in_every_language(self, as_owner, make, q, found):
        make("Photo", "A photograph with a long lens #12")
        make("Ink", "水墨山水")
        make("โคม", "โคมลอยในคืนยี่เป็ง")
        for path in ("/presets/", "/presets/panel/"):
            assert names(as_owner.get(path, {"q": q})) == found

    def test_the_list_is_bounded_and_says_so(self, as_owner, make, monkeypatch):
        monkeypatch.setattr(presets, "MAX_SHOWN", 2)
        for name in "bca":
            make(name)
        page = as_owner.get("/presets/")
        assert names(page) == ["a", "b"]
        assert "These are the first 2." in page.text

    def test_the_queries_do_not_grow(self, as_owner, make, make_item, team, django_assert_max_num_queries):
        for number in range(12):
            make(f"Preset {number}", example=keep_file(make_item(team=team)), team=team if number % 2 else None)
        for path in ("/presets/", "/presets/panel/"):
            with django_assert_max_num_queries(8):
                assert as_owner.get(path).text.count("/example/") == 12


class TestTheForm:
    def test_a_preset_is_created_edited_and_found(self, as_owner, owner, team):
        answer = as_owner.post("/presets/new/", sent(text=" ลม {{ที่}}\r\nบรรทัด ", model="seedance-2", ratio="9:16"))
        assert answer.headers["Location"] == "/presets/"
        preset = Preset.objects.get()
        assert (preset.owner, preset.team, preset.text) == (owner, None, "ลม {{ที่}}\nบรรทัด")
        assert (preset.model_id, preset.aspect_ratio) == ("seedance-2", "9:16")
        assert "is saved" in as_owner.get("/presets/").text

        page = as_owner.get(f"/presets/{preset.pk}/").text
        assert 'value="9:16" selected' in page
        as_owner.post(f"/presets/{preset.pk}/", sent(name="Wind", team=str(team.pk)))
        preset.refresh_from_db()
        assert (preset.name, preset.team, preset.model_id) == ("Wind", team, "")
        assert names(as_owner.get("/presets/?q=window")) == ["Wind"]
        assert names(as_owner.get("/presets/?q=บรรทัด")) == []

    @pytest.mark.parametrize(
        ("fields", "says"),
        [
            ({"name": ""}, "This field is required."),
            ({"name": "x" * 81}, "at most 80 characters (it has 81)"),
            ({"text": " \r\n "}, "This field is required."),
            ({"text": "ก" * 8001}, "The text has 8001 characters; at most 8000 are allowed."),
            ({"text": " ".join(f"{{{{v{n}}}}}" for n in range(51))}, "The text has 51 variables"),
            ({"model": "no-such"}, "“no-such” isn’t an available model."),
            ({"ratio": "7:7"}, "“7:7” isn’t an available aspect ratio."),
            ({"team": "99999"}, "You can no longer share with this team."),
            ({"example": "a picture"}, "Enter the number of an item, such as #2485."),
            ({"example": "#99999"}, "There is no finished item #99999 that you can see."),
        ],
    )
    def test_errors_keep_the_typed_values(self, as_owner, fields, says):
        answer = as_owner.post("/presets/new/", sent(**fields))
        assert answer.status_code == 422
        assert says in answer.text
        assert 'value="Portrait"' in answer.text or "name" in fields
        assert not Preset.objects.exists()

    def test_values_at_the_limits_are_accepted(self, as_owner):
        fifty = " ".join(f"{{{{v{n}}}}}" for n in range(50))
        ends = "\r\n".join(["x" * 99] * 80)  # 8,000 once a line's end is one character
        for text in (fifty, "ก" * 8000, ends + "x"):
            assert as_owner.post("/presets/new/", sent(name="น" * 80, text=text)).status_code == 302
        assert Preset.objects.count() == 3

    def test_markup_is_text(self, as_owner, make):
        preset = make("<b>bold</b>", "<script>alert(1)</script> {{<i>x</i>|<u>}}")
        for path in ("", "panel/", f"{preset.pk}/", f"{preset.pk}/fill/", f"{preset.pk}/form/"):
            page = as_owner.get(f"/presets/{path}").text
            for markup in ("<b>bold", "<script>alert", "<i>x", "<u>"):
                assert markup not in page
            assert "&lt;b&gt;bold" in page

    def test_texts_carry_their_language(self, as_owner, make):
        make("โคมลอย", "水墨山水 {{主题}}")
        preset = make("Quiet", "غرفة هادئة {{موضوع}}")
        page = as_owner.get("/presets/").text
        assert 'lang="th">โคมลอย' in page
        assert 'lang="zh-Hans">水墨' in page
        assert 'lang="ar" dir="rtl">غرفة' in page
        assert 'lang="ar" dir="rtl">موضوع' in as_owner.get(f"/presets/{preset.pk}/fill/").text

    def test_only_its_owner_moves_a_preset(self, as_teammate, make, team):
        preset = make("Ours", team=team)
        assert "Visible to" not in as_teammate.get(f"/presets/{preset.pk}/").text
        as_teammate.post(f"/presets/{preset.pk}/", sent(name="Still ours", team=""))
        preset.refresh_from_db()
        assert (preset.name, preset.team) == ("Still ours", team)

    def test_a_viewer_cannot_move_a_preset_to_the_team(self, as_viewer, viewer, team):
        assert as_viewer.post("/presets/new/", sent(team=str(team.pk))).status_code == 422
        with pytest.raises(Membership.DoesNotExist):
            presets.create(viewer, Content("Portrait", TEXT, team=team))

    def test_the_number_of_presets_is_limited(self, as_owner, make, team, monkeypatch):
        monkeypatch.setattr(presets, "MAX_PRESETS", 1)
        preset = make()
        answer = as_owner.post("/presets/new/", sent(name="One more"))
        assert answer.status_code == 422
        assert "There are 1 presets already." in answer.text
        make("Ours", team=team)
        assert as_owner.post(f"/presets/{preset.pk}/", sent(team=str(team.pk))).status_code == 422
        assert as_owner.post(f"/presets/{preset.pk}/", sent(name="Renamed")).status_code == 302

    def test_a_preset_deleted_while_being_edited(self, as_owner, make):
        preset = make()
        presets.delete(preset)
        answer = as_owner.post(f"/presets/{preset.pk}/", sent(text="my {{long}} work"))
        assert answer.status_code == 404
        assert "This preset no longer exists." in answer.text
        assert "my {{long}} work" in answer.text
        assert 'action="/presets/new/"' in answer.text
        assert Preset.objects.get().text == TEXT

    def test_a_preset_deleted_between_read_and_write(self, owner, make):
        preset = make()
        presets.delete(preset)
        assert not presets.change(preset, owner, Content("Again", "text"))
        assert not Preset.objects.kept().exists()


class TestSavedFrom:
    def test_an_item_fills_in_prompt_model_ratio_and_example(self, as_owner, make_item):
        task = keep_file(make_item(prompt='a "vase"', model_id="nano-banana-2", aspect_ratio="4:5"))
        assert f"/presets/new/?work={task.pk}" in as_owner.get(f"/t/{task.pk}/").text
        page = as_owner.get(f"/presets/new/?work={task.pk}").text
        assert "a &quot;vase&quot;</textarea>" in page
        assert 'value="nano-banana-2" selected' in page
        assert 'value="4:5" selected' in page
        assert f'value="#{task.pk}"' in page
        assert not Preset.objects.exists()

    def test_an_item_of_others_fills_in_nothing(self, as_stranger, as_owner, make_item):
        task = make_item(prompt="a secret")
        for number in (task.pk, "x", "", "9" * 40):
            assert as_stranger.get(f"/presets/new/?work={number}").status_code == 404
        task = make_item(status="failed", thumbnail="")
        assert f'value="#{task.pk}"' not in as_owner.get(f"/presets/new/?work={task.pk}").text

    def test_the_composer_passes_on_the_typed_prompt(self, as_owner):
        typed = {"prompt": "น้ำ " * 1900, "model": "seedance-2", "ratio": "21:9"}
        page = as_owner.post("/presets/draft/", typed)
        assert page.status_code == 200
        assert typed["prompt"].strip() in page.text
        assert 'value="seedance-2" selected' in page.text
        assert 'value="21:9" selected' in page.text
        assert as_owner.get("/presets/draft/").status_code == 405
        assert not Preset.objects.exists()
