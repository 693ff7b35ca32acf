"""What the tests of this folder share."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from omnistudio.gallery.collections import services as collections
from omnistudio.gallery.models import Collection, ShareLink, Task
from omnistudio.gallery.share_links import services as share_links
from tests.gallery.export.test_zip import keep_file


@pytest.fixture(autouse=True)
def _no_tries_before():
    cache.clear()


@pytest.fixture
def item(make_item) -> Task:
    return keep_file(make_item(prompt="a celadon vase"))


@pytest.fixture
def link(owner, item) -> ShareLink:
    """A link to a private item of the owner's: no prompt, no download, no password."""
    return share_links.make(owner, item)


@pytest.fixture
def collection(owner, team, item) -> Collection:
    """A team's collection with an item of the owner's that is shared with the team."""
    Task.objects.filter(pk=item.pk).update(team=team)
    made = collections.create(owner, "Spring", team)
    collections.add(made, owner, [item.pk])
    return made
