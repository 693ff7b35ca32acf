"""The addresses of downloads: a ZIP of what is selected, or of a collection."""

from django.urls import path

from omnistudio.gallery.export import views

urlpatterns = [
    path("download/", views.download, name="download"),
    path("collections/<id:collection_id>/download/", views.download_collection, name="download_collection"),
]
