"""The addresses of all parts of the gallery."""

from django.urls import include, path

PARTS = ("browse", "items", "collections", "share_links", "history", "trash", "export", "media")

urlpatterns = [path("", include(f"omnistudio.gallery.{part}.urls")) for part in PARTS]
