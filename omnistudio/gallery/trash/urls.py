"""The addresses of the trash's own actions."""

from django.urls import path

from omnistudio.gallery.trash import views

urlpatterns = [
    path("trash/restore/", views.restore_from_trash, name="restore_from_trash"),
    path("trash/purge/", views.purge_from_trash, name="purge_from_trash"),
]
