"""How long a call may take: longer than the service's own clients wait for it."""

from __future__ import annotations

from omnistudio import settings as defaults
from omnistudio.tracker.checks import leases_outlive_calls
from omnistudio.tracker.clients import Clients
from tests.conftest import KEY

# `omnivideo-sdk` 0.1.0: `timeout: float = 60.0`.
THEIRS = 60


def test_a_create_is_waited_for_as_long_as_the_services_own_clients_do(settings) -> None:
    settings.TRACKER = defaults.TRACKER
    timeouts = Clients._client(KEY)._timeouts
    assert timeouts.read > THEIRS, "an answer that comes after a long silence would be lost"
    assert timeouts.total > THEIRS
    assert leases_outlive_calls(None) == []
    assert defaults.TRACKER["LEASE_SECONDS"] - timeouts.total >= 15
