"""What tests with several processes start from: a scripted service, and trackers that are really processes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.concurrency.processes import Trackers
from tests.scripted_service import ScriptedService


@pytest.fixture
def service() -> Iterator[ScriptedService]:
    with ScriptedService() as running:
        yield running


@pytest.fixture
def trackers(service: ScriptedService, tmp_path: Path) -> Iterator[Trackers]:
    """Starts trackers against the service; at the end none is left."""
    with Trackers(service.url, tmp_path) as running:
        yield running
