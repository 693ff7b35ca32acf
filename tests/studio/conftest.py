"""The team and its works, as the gallery's tests have them."""

from tests.gallery.conftest import as_teammate, as_viewer, hang, team, viewer

__all__ = ["as_teammate", "as_viewer", "hang", "team", "viewer"]
