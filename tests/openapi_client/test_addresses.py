"""The address of the service, in all the ways in which people write it."""

from __future__ import annotations

import pytest

from omnistudio.openapi_client import OpenAPIClient, api_root
from tests.openapi_client.helpers import KEY, create
from tests.scripted_service import ScriptedService


@pytest.mark.parametrize(
    "written",
    [
        "https://your-site.com",
        "https://your-site.com/",
        "https://your-site.com/api/v1",
        "https://your-site.com/api/v1/",
        "  HTTPS://Your-Site.com:443//  ",
    ],
)
def test_one_address_written_in_many_ways(written: str) -> None:
    assert api_root(written) == "https://your-site.com/api/v1"


@pytest.mark.parametrize(
    ("written", "root"),
    [
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000/api/v1"),
        ("http://[::1]:8000/", "http://[::1]:8000/api/v1"),
        ("https://host/omni/", "https://host/omni/api/v1"),
        ("https://host/omni/api/v1", "https://host/omni/api/v1"),
        ("https://host/myapi/v1", "https://host/myapi/v1/api/v1"),
        ("https://ไทย.example", "https://xn--o3cw4h.example/api/v1"),
    ],
)
def test_other_addresses(written: str, root: str) -> None:
    assert api_root(written) == root


@pytest.mark.parametrize(
    "written",
    [
        "",
        "your-site.com",
        "ftp://your-site.com",
        "https://",
        "https:///api/v1",
        "https://[::1",
        "https://xn--/",
        "https://host:0",
        "https://host:99999",
        "https://host:port",
        "https://ho\nst/",
        "https://user:secret@host",
        "https://host/?a=1",
        "https://host/#there",
    ],
)
def test_an_invalid_url_is_refused_without_quoting_it(written: str) -> None:
    with pytest.raises(ValueError, match="address of the Open API") as caught:
        OpenAPIClient(written, KEY)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("tail", ["", "/", "/api/v1", "/api/v1/"])
def test_each_base_url_gives_the_same_endpoint(service: ScriptedService, tail: str) -> None:
    create(service.url + tail)
    assert service.creates[0].path == "/api/v1/tasks/create"
