"""People of a team: an owner, a member (the teammate) and a viewer; the stranger is not in it."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.test import Client

from omnistudio.accounts.models import Invitation, Membership, Team, User
from omnistudio.accounts.teams import services as team_services
from omnistudio.accounts.teams.queries import link_of
from tests.conftest import PASSWORD


@pytest.fixture(autouse=True)
def _no_sign_up_was_counted():
    """The limits of allauth count per address, and all tests come from one."""
    cache.clear()


@pytest.fixture
def viewer(db) -> User:
    return User.objects.create_user("viewer@example.com", PASSWORD, name="Tom Berg")


@pytest.fixture
def team(owner: User, teammate: User, viewer: User) -> Team:
    made = team_services.create_team(owner, "Atelier Srisai")
    Membership.objects.create(team=made, user=teammate, role="member")
    Membership.objects.create(team=made, user=viewer, role="viewer")
    return made


@pytest.fixture
def seat(team: Team) -> Callable[[User], Membership]:
    """A person's place in the team."""
    return lambda person: Membership.objects.get(team=team, user=person)


@pytest.fixture
def signed_in() -> Callable[[User], Client]:
    def sign_in(person: User) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return sign_in


@pytest.fixture
def as_teammate(teammate: User, signed_in) -> Client:
    return signed_in(teammate)


@pytest.fixture
def as_viewer(viewer: User, signed_in) -> Client:
    return signed_in(viewer)


@pytest.fixture
def invitation(owner: User, team: Team) -> Invitation:
    """A link for whoever has it."""
    return team_services.invite(owner, team, role="member")


def path_of(invitation: Invitation) -> str:
    return urlsplit(link_of(invitation)).path
