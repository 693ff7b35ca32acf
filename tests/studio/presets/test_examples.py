"""Whose images a preset shows, and what undo restores."""

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

    def test_a_shared_item_is_the_example_until_unshared(
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

    def test_a_private_item_cannot_be_an_example_of_a_team_preset(self, as_owner, make_item, team):
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

    def test_a_private_example_is_never_shown(self, as_owner, as_teammate, make, make_item, team):
        task = keep_file(make_item())
        preset = make("Ours", team=team)
        Preset.objects.update(example=task)
        preset.refresh_from_db()
        for seen in (as_owner, as_teammate):
            assert self.picture(seen, preset) == 404
            assert "/example/" not in seen.get("/presets/").text

    def test_an_item_of_others_cannot_be_an_example(self, as_stranger, make_item):
        task = keep_file(make_item())
        answer = as_stranger.post("/presets/new/", sent(example=f"#{task.pk}"))
        assert f"There is no finished item #{task.pk} that you can see." in answer.text

    def test_a_teammates_example_disappears_when_unshared(self, as_owner, make, make_item, team, teammate):
        task = keep_file(make_item(person=teammate, team=team))
        preset = make(example=task)
        assert self.picture(as_owner, preset) == 200
        sharing.unshare(teammate, [task.pk])
        assert self.picture(as_owner, preset) == 404

    def test_a_trashed_or_purged_example_is_not_shown(self, as_owner, make, make_item):
        task = keep_file(make_item())
        preset = make(example=task)
        Task.objects.update(deleted_at=timezone.now())
        assert self.picture(as_owner, preset) == 404
        task.delete()
        preset.refresh_from_db()
        assert preset.example is None
        assert as_owner.get(f"/presets/{preset.pk}/fill/").status_code == 200

    def test_the_example_url_serves_only_the_example(self, as_owner, make, make_item):
        preset, other = make(example=keep_file(make_item())), keep_file(make_item())
        assert as_owner.get(f"/presets/{preset.pk}/example/{other.pk}/").status_code == 404


class TestDeleting:
    def test_a_preset_is_deleted_at_once_and_undo_restores_it(self, as_owner, make):
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

    def test_deleting_a_preset_keeps_the_search(self, as_owner, make):
        one, _other, _more = make("A vase"), make("A boat"), make("Two vases")
        answer = as_owner.post(f"/presets/{one.pk}/delete/", {"q": "vase"}, headers=HTMX)
        assert names(answer) == ["Two vases"]

    def test_a_preset_is_not_deleted_by_get(self, as_owner, make):
        preset = make()
        for act in ("delete", "restore"):
            assert as_owner.get(f"/presets/{preset.pk}/{act}/").status_code == 405

    def test_the_name_of_a_deleted_preset_of_others_is_hidden(self, as_stranger, make):
        preset = make("Secret name")
        presets.delete(preset)
        assert "Secret name" not in as_stranger.get(f"/presets/?deleted={preset.pk}").text

    def test_the_purge_deletes_presets_permanently(self, make, owner):
        old, fresh = make("Old"), make("Fresh")
        presets.delete(fresh)
        Preset.objects.filter(pk=old.pk).update(deleted_at=timezone.now() - timedelta(days=31))
        call_command("purge_trash", verbosity=0)
        assert list(Preset.objects.values_list("name", flat=True)) == ["Fresh"]
        assert presets.restore(owner, old.pk) is None

    def test_deleting_a_team_deletes_its_presets(self, make, team):
        make("Ours", team=team)
        make("Mine")
        team.delete()
        assert list(Preset.objects.values_list("name", flat=True)) == ["Mine"]
