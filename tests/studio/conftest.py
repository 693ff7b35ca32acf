"""The team and its items, as in the gallery's tests; presets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from omnistudio.accounts.models import User
from omnistudio.gallery.models import Preset
from omnistudio.studio.presets import services as presets
from omnistudio.studio.presets.services import Content
from tests.gallery.conftest import as_teammate, as_viewer, make_item, team, viewer

__all__ = ["as_teammate", "as_viewer", "make_item", "team", "viewer"]

TEXT = "{{subject}}, {{light|soft window light}}"


@pytest.fixture
def make(owner: User) -> Callable[..., Preset]:
    """Make a preset of the owner's: `make("Name", team=team)`."""

    def make_one(name: str = "Portrait", text: str = TEXT, person: User | None = None, **more: Any) -> Preset:
        return presets.create(person or owner, Content(name, text, **more))

    return make_one
