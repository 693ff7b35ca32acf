"""The studio with many models: their times and prices are queried together."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext


@pytest.mark.parametrize("path", ["/", "/summary/?model=gpt-image-2"])
def test_twenty_models_cost_as_many_queries_as_three(as_owner, settings, path) -> None:
    def queries() -> int:
        as_owner.get(path)
        with CaptureQueriesContext(connection) as captured:
            assert as_owner.get(path).status_code == 200
        return len(captured)

    few = queries()
    settings.OMNI_MODELS = ",".join(f"more-{number}:Model {number}:image" for number in range(20))
    assert "Model 19" in as_owner.get("/").content.decode()
    assert queries() == few
