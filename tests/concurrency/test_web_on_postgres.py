"""Several processes that serve pages from one PostgreSQL: each has connections of its own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.browser.servers import Studio
from tests.postgres import Postgres, programs

PEOPLE, REQUESTS = 8, 100


@pytest.mark.slow
@pytest.mark.skipif(programs() is None, reason="PostgreSQL is not installed")
def test_concurrent_requests_use_connections_of_their_process(tmp_path: Path) -> None:
    with (
        Postgres() as server,
        Studio(tmp_path / "studio", DATABASE_URL=server.create("studio"), WEB_WORKERS="2") as studio,
    ):
        studio.prepare()
        studio.start("web")
        studio.wait_until_open()

        def ask(_person: int) -> list[int]:
            with httpx.Client(base_url=studio.url, timeout=20) as browser:
                return [browser.get("/auth/signup/").status_code for _ in range(REQUESTS)]

        with ThreadPoolExecutor(PEOPLE) as people:
            answers = [status for statuses in people.map(ask, range(PEOPLE)) for status in statuses]
        assert answers == [200] * PEOPLE * REQUESTS, studio.tail()
