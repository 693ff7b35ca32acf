"""What every test here starts from: a scripted service of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.scripted_service import ScriptedService


@pytest.fixture
def service() -> Iterator[ScriptedService]:
    with ScriptedService() as running:
        yield running
