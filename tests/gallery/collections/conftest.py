"""What the tests of this folder share."""

from __future__ import annotations

import pytest

from omnistudio.gallery.collections import services as collections
from omnistudio.gallery.models import Collection


@pytest.fixture
def collection(owner, team) -> Collection:
    """A collection of the team, made by its owner."""
    return collections.create(owner, "Spring", team)


@pytest.fixture
def private(owner) -> Collection:
    return collections.create(owner, "Only mine")
