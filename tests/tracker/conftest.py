"""What every test of the tracker starts from: a scripted service, and a tracker in a hurry that talks to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from omnistudio.core.models import Heartbeat
from tests.scripted_service import ScriptedService


@pytest.fixture
def service() -> Iterator[ScriptedService]:
    with ScriptedService() as running:
        yield running


@pytest.fixture(autouse=True)
def _in_a_hurry(settings, service: ScriptedService) -> None:
    """The scripted service is the Open API, and nothing that goes well waits for anything."""
    settings.OMNI_API_URL = service.url
    settings.TRACKER = {
        **settings.TRACKER,
        "CALL_SECONDS": 5.0,
        "LEASE_SECONDS": 20.0,
        "COLLECT_SECONDS": 5.0,
        "POLL_SECONDS": 0.0,
        "MAX_POLL_SECONDS": 0.0,
    }


@pytest.fixture
def a_tracker_lives(db) -> None:
    """A heartbeat of just now, so that the page does not say that no tracker runs."""
    Heartbeat.beat(Heartbeat.Role.TRACKER, "tracker@another:1")


@pytest.fixture
def step_by_step(settings) -> None:
    """A task that goes well is looked at again in a minute, so each `track_again` is one look."""
    settings.TRACKER["POLL_SECONDS"] = settings.TRACKER["MAX_POLL_SECONDS"] = 60.0
