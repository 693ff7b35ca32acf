"""Links under which the service fetches references."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from omnistudio.gallery import links
from omnistudio.gallery.services import keep_reference
from tests.conftest import picture, read


@pytest.fixture
def path(owner, settings) -> str:
    settings.PUBLIC_URL = "https://studio.example.com"
    link = links.reference_link(keep_reference(owner, SimpleUploadedFile("a.png", picture())))
    assert link.startswith("https://studio.example.com/")
    return urlsplit(link).path


def test_a_link_needs_no_sign_in_and_says_what_it_is_by_its_name(client, path):
    response = client.get(path)
    assert read(response).startswith(b"\x89PNG")
    assert response.headers["Content-Type"] == "image/png"
    assert path.endswith(".png")


def test_a_forged_link_leads_nowhere(client, path):
    token = path.split("/")[3]
    for forged in (path.replace(token, token[:-2] + "xx"), path.replace(token, "1"), path.replace(token, "a:b:c")):
        assert client.get(forged).status_code == 404


def test_a_link_is_good_for_a_day_and_no_longer(client, path, monkeypatch):
    later = (timezone.now() + timedelta(hours=25)).timestamp()
    monkeypatch.setattr("time.time", lambda: later)
    assert read(client.get(path))
    monkeypatch.setattr("time.time", lambda: later + 7200)
    assert client.get(path).status_code == 404
