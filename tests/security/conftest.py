"""The people of the security tests: the owner and their team (a member, a viewer), and a stranger."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client
from hypothesis import HealthCheck, Phase

from omnistudio.accounts.models import Membership, Team, User
from omnistudio.accounts.teams.services import create_team
from tests.conftest import PASSWORD

# How hypothesis is used here: the same words in each run, few of them, and no search for the smallest that fails.
QUICK = {
    "deadline": None,
    "derandomize": True,
    "suppress_health_check": list(HealthCheck),
    "phases": (Phase.explicit, Phase.generate),
}


@pytest.fixture(autouse=True)
def _nothing_was_counted():
    """Limits count per address, and all tests come from one."""
    cache.clear()


@pytest.fixture
def team(owner: User, teammate: User) -> Team:
    """The owner's team; the teammate is a member."""
    made = create_team(owner, "Atelier Srisai")
    Membership.objects.create(team=made, user=teammate, role=Membership.Role.MEMBER)
    return made


@pytest.fixture
def viewer(team: Team) -> User:
    user = User.objects.create_user("viewer@example.com", PASSWORD, name="Tom Berg")
    Membership.objects.create(team=team, user=user, role=Membership.Role.VIEWER)
    return user


def browser_of(person: User, **options) -> Client:
    """A browser in which the person is signed in."""
    client = Client(**options)
    client.force_login(person)
    return client
