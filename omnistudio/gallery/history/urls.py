"""The addresses of the history."""

from django.urls import path, re_path

from omnistudio.gallery.history import export, views

urlpatterns = [
    path("history/", views.history, name="history"),
    path("history/team/<id:team_id>/", views.team_history, name="team_history"),
    path("history/rows/", views.prompt_rows, name="prompt_rows"),
    re_path(r"^history/export\.(?P<kind>csv|json)$", export.export_history, name="export_history"),
    path("history/<address:address>/", views.prompt, name="prompt"),
    path("history/<address:address>/remixes/", views.prompt_remixes, name="prompt_remixes"),
    path("history/<address:address>/star/", views.star_prompt, name="star_prompt"),
    path("history/<address:address>/delete/", views.delete_prompt, name="delete_prompt"),
]
