"""A team with an owner, a member and a viewer, and finished items."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from omnistudio.accounts.models import Membership, Team, User
from omnistudio.accounts.teams.services import create_team
from omnistudio.gallery.models import Task


@pytest.fixture
def team(owner: User, teammate: User) -> Team:
    """The owner's team; the teammate is a member."""
    made = create_team(owner, "Atelier Srisai")
    Membership.objects.create(team=made, user=teammate, role=Membership.Role.MEMBER)
    return made


@pytest.fixture
def viewer(team: Team) -> User:
    user = User.objects.create_user("viewer@example.com", name="Vera")
    Membership.objects.create(team=team, user=user, role=Membership.Role.VIEWER)
    return user


@pytest.fixture
def as_teammate(teammate: User) -> Client:
    client = Client()
    client.force_login(teammate)
    return client


@pytest.fixture
def as_viewer(viewer: User) -> Client:
    client = Client()
    client.force_login(viewer)
    return client


@pytest.fixture
def make_item(make_task: Callable[..., Task]) -> Callable[..., Task]:
    """Make a finished item: `make_item(prompt="…", team=team, person=teammate)`."""

    def make(**fields) -> Task:
        return make_task(**{"status": "succeeded", "width": 64, "height": 64, "thumbnail": "t.webp", **fields})

    return make
