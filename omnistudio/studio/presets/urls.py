"""The addresses of presets, under `presets/`."""

from django.urls import path

from omnistudio.studio.presets import fill_views
from omnistudio.studio.presets import views as preset_views

urlpatterns = [
    path("", preset_views.presets_page, name="presets"),
    path("new/", preset_views.new_preset, name="new_preset"),
    path("draft/", preset_views.draft_preset, name="draft_preset"),
    path("panel/", fill_views.presets_panel, name="presets_panel"),
    path("<id:preset_id>/", preset_views.edit_preset, name="edit_preset"),
    path("<id:preset_id>/delete/", preset_views.delete_preset, name="delete_preset"),
    path("<id:preset_id>/restore/", preset_views.restore_preset, name="restore_preset"),
    path("<id:preset_id>/form/", fill_views.preset_form, name="preset_form"),
    path("<id:preset_id>/fill/", fill_views.fill_preset, name="fill_preset"),
    path("<id:preset_id>/example/<id:task_id>/", preset_views.preset_example, name="preset_example"),
]
