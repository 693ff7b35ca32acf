"""Whose pictures a preset shows, and what undo brings back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.management import call_command
from django.utils import timezone

from omnistudio.gallery.models import Preset, Task
from omnistudio.gallery.sharing import services as sharing
from omnistudio.studio.presets import services as presets
from tests.conftest import read
from tests.gallery.export.test_zip import keep_file
from tests.studio.presets.test_presets import HTMX, names, sent


class TestExamples:
    def picture(self, client: Any, preset: Preset) -> int:
        response = client.get(f"/presets/{preset.pk}/example/{preset.example_id}/")
        if response.status_code == 200:
            assert response.headers["Content-Type"] == "image/webp"
            assert read(response)
        return response.status_code

    def test_a_shared_work_is_the_example_until_it_is_taken_back(
        self, as_owner, as_viewer, as_stranger, owner, make, make_item, team
    ):
        task = keep_file(make_item(team=team))
        preset = make("Ours", team=team, example=task)
        for seen in (as_owner, as_viewer):
            assert self.picture(seen, preset) == 200
            assert f"/presets/{preset.pk}/example/" in seen.get("/presets/").text
        assert self.picture(as_stranger, preset) == 404
        sharing.unshare(owner, [task.pk])
        for page in ("/presets/", "/presets/panel/", f"/presets/{preset.pk}/form/", f"/presets/{preset.pk}/fill/"):
            for seen in (as_owner, as_viewer):
                assert "/example/" not in seen.get(page).text
        # Not even to its owner: what one sees on a team's preset is what the team sees.
        assert self.picture(as_owner, preset) == self.picture(as_viewer, preset) == 404
        assert f'value="#{task.pk}"' not in as_owner.get(f"/presets/{preset.pk}/").text

    def test_a_private_work_becomes_no_example_of_a_teams_preset(self, as_owner, make_item, team):
        task = keep_file(make_item())
        answer = as_owner.post("/presets/new/", sent(team=str(team.pk), example=f"#{task.pk}"))
        assert answer.status_code == 422
        assert f"#{task.pk} is not shared with Atelier Srisai." in answer.text
        assert as_owner.post("/presets/new/", sent(example=str(task.pk))).status_code == 302
        preset = Preset.objects.get()
        assert preset.example == task
        assert (
            as_owner.post(f"/presets/{preset.pk}/", sent(team=str(team.pk), example=f"#{task.pk}")).status_code == 422
        )

    def test_a_private_work_never_shows_however_it_came_there(self, as_owner, as_teammate, make, make_item, team):
        task = keep_file(make_item())
        preset = make("Ours", team=team)
        Preset.objects.update(example=task)
        preset.refresh_from_db()
        for seen in (as_owner, as_teammate):
            assert self.picture(seen, preset) == 404
            assert "/example/" not in seen.get("/presets/").text

    def test_a_work_of_somebody_else_is_no_example(self, as_stranger, make_item):
        task = keep_file(make_item())
        answer = as_stranger.post("/presets/new/", sent(example=f"#{task.pk}"))
        assert f"There is no finished item #{task.pk} that you can see." in answer.text

    def test_a_team_mates_work_in_my_own_preset_goes_with_the_sharing(
        self, as_owner, make, make_item, team, teammate
    ):
        task = keep_file(make_item(person=teammate, team=team))
        preset = make(example=task)
        assert self.picture(as_owner, preset) == 200
        sharing.unshare(teammate, [task.pk])
        assert self.picture(as_owner, preset) == 404

    def test_the_trash_and_the_end_of_a_work(self, as_owner, make, make_item):
        task = keep_file(make_item())
        preset = make(example=task)
        Task.objects.update(deleted_at=timezone.now())
        assert self.picture(as_owner, preset) == 404
        task.delete()
        preset.refresh_from_db()
        assert preset.example is None
        assert as_owner.get(f"/presets/{preset.pk}/fill/").status_code == 200

    def test_the_address_names_the_example_and_no_other_work(self, as_owner, make, make_item):
        preset, other = make(example=keep_file(make_item())), keep_file(make_item())
        assert as_owner.get(f"/presets/{preset.pk}/example/{other.pk}/").status_code == 404


class TestDeleting:
    def test_it_goes_at_once_and_undo_brings_it_back(self, as_owner, make):
        preset = make()
        answer = as_owner.post(f"/presets/{preset.pk}/delete/", headers=HTMX)
        assert names(answer) == []
        assert "“Portrait” is deleted." in answer.text
        assert f'hx-post="/presets/{preset.pk}/restore/"' in answer.text
        for path in (f"/presets/{preset.pk}/", f"/presets/{preset.pk}/fill/", f"/presets/{preset.pk}/form/"):
            assert as_owner.get(path).status_code == 404
        assert names(as_owner.get("/presets/")) == []
        answer = as_owner.post(f"/presets/{preset.pk}/restore/", headers=HTMX)
        assert names(answer) == ["Portrait"]
        assert "“Portrait” was restored." in answer.text

    def test_without_javascript_the_page_offers_it(self, as_owner, make):
        preset = make()
        answer = as_owner.post(f"/presets/{preset.pk}/delete/", follow=True)
        assert "“Portrait” is deleted." in answer.text
        assert f'action="/presets/{preset.pk}/restore/"' in answer.text
        answer = as_owner.post(f"/presets/{preset.pk}/restore/", follow=True)
        assert names(answer) == ["Portrait"]
        assert "is deleted" not in as_owner.get(f"/presets/?deleted={preset.pk}").text
        assert as_owner.get("/presets/?deleted=x").status_code == 200

    def test_the_search_stays(self, as_owner, make):
        one, _other, _more = make("A vase"), make("A boat"), make("Two vases")
        answer = as_owner.post(f"/presets/{one.pk}/delete/", {"q": "vase"}, headers=HTMX)
        assert names(answer) == ["Two vases"]

    def test_never_by_a_link(self, as_owner, make):
        preset = make()
        for act in ("delete", "restore"):
            assert as_owner.get(f"/presets/{preset.pk}/{act}/").status_code == 405

    def test_the_name_of_a_deleted_preset_of_others_is_not_told(self, as_stranger, make):
        preset = make("Secret name")
        presets.delete(preset)
        assert "Secret name" not in as_stranger.get(f"/presets/?deleted={preset.pk}").text

    def test_it_goes_for_good_with_the_trash(self, make, owner):
        old, fresh = make("Old"), make("Fresh")
        presets.delete(fresh)
        Preset.objects.filter(pk=old.pk).update(deleted_at=timezone.now() - timedelta(days=31))
        call_command("purge_trash", verbosity=0)
        assert list(Preset.objects.values_list("name", flat=True)) == ["Fresh"]
        assert presets.restore(owner, old.pk) is None

    def test_a_team_takes_its_presets_along(self, make, team):
        make("Ours", team=team)
        make("Mine")
        team.delete()
        assert list(Preset.objects.values_list("name", flat=True)) == ["Mine"]
