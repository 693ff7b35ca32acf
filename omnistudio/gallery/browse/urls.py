"""The addresses of the gallery."""

from django.urls import path

from omnistudio.gallery.browse import views

urlpatterns = [
    path("gallery/", views.gallery, name="gallery"),
    path("gallery/<id:team_id>/", views.team_gallery, name="team_gallery"),
    path("gallery/favourites/", views.favourites, name="favourites"),
    path("gallery/trash/", views.trash, name="trash"),
    path("gallery/page/", views.wall_page, name="wall_page"),
    path("gallery/new/", views.wall_new, name="wall_new"),
    path("gallery/count/", views.wall_count, name="wall_count"),
]
