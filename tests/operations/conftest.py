"""The gallery's cast, too: a team, a teammate in it, works that hang."""

from tests.gallery.conftest import as_teammate, as_viewer, hang, team, viewer

__all__ = ["as_teammate", "as_viewer", "hang", "team", "viewer"]
