"""The day in a file's name and in the facts of a ZIP is that of the pages."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime

import pytest
from django.utils import timezone

from omnistudio.gallery.export.zip import wordless_name
from omnistudio.gallery.models import Task
from tests.conftest import read
from tests.gallery.export.test_zip import keep_file


@pytest.fixture
def late(settings, make_item) -> Task:
    """Made at 20:30 in London, when it is 03:30 of the next day in Bangkok, where the studio is."""
    settings.TIME_ZONE = "Asia/Bangkok"
    timezone.get_default_timezone.cache_clear()
    task = keep_file(make_item(created_at=datetime(2026, 3, 31, 20, 30, tzinfo=UTC)))
    yield task
    timezone.get_default_timezone.cache_clear()


def test_a_download_is_named_after_the_day_of_the_page(late, as_owner):
    assert "Apr 1, 2026" in as_owner.get(f"/t/{late.pk}/").text
    response = as_owner.get(f"{late.file_url}?download")
    read(response)
    assert "UTF-8''2026-04-01_" in response.headers["Content-Disposition"]
    assert wordless_name(late).startswith("2026-04-01_")


def test_a_zip_names_the_same_day(late, as_owner):
    response = as_owner.post("/download/", {"ids": [late.pk]})
    with zipfile.ZipFile(io.BytesIO(read(response))) as archive:
        assert any(name.startswith("2026-04-01_") for name in archive.namelist())
        told = json.loads(archive.read("metadata.json"))
        assert "2026-04-01T03:30:00+07:00" in json.dumps(told)
        assert b"2026-04-01T03:30:00+07:00" in archive.read("metadata.csv")
