"""Byte ranges: what a browser needs to seek in a video."""

import pytest
from django.core.files.base import ContentFile
from django.test import RequestFactory

from omnistudio.core.http.files import ranged
from tests.conftest import read

CONTENT = bytes(range(256)) * 4


def get(**headers):
    request = RequestFactory().get("/", headers=headers)
    return ranged(request, ContentFile(CONTENT), content_type="video/mp4", etag="abc", modified=1_700_000_000)


def test_without_a_range_the_whole_file_comes():
    response = get()
    assert (response.status_code, read(response)) == (200, CONTENT)
    assert response.headers["Accept-Ranges"] == "bytes"


@pytest.mark.parametrize(
    ("wanted", "first", "last"),
    [("bytes=0-0", 0, 0), ("bytes=10-19", 10, 19), ("bytes=1000-", 1000, 1023), ("bytes=-5", 1019, 1023),
     ("bytes=1000-5000", 1000, 1023), ("bytes=-5000", 0, 1023)],
)  # fmt: skip
def test_a_range_comes_with_its_place(wanted, first, last):
    response = get(Range=wanted)
    assert response.status_code == 206
    assert response.headers["Content-Range"] == f"bytes {first}-{last}/1024"
    assert response.headers["Content-Length"] == str(last - first + 1)
    assert read(response) == CONTENT[first : last + 1]


@pytest.mark.parametrize("wanted", ["bytes=1024-", "bytes=5000-6000", "bytes=-0", "bytes=20-10"])
def test_a_range_outside_the_file_is_416(wanted):
    response = get(Range=wanted)
    assert response.status_code == 416
    assert response.headers["Content-Range"] == "bytes */1024"


@pytest.mark.parametrize("wanted", ["bytes=0-1,5-6", "lines=1-2", "bytes=-", "bytes=a-b", ""])
def test_multiple_ranges_are_answered_with_the_whole_file(wanted):
    assert read(get(Range=wanted)) == CONTENT


def test_a_known_file_is_not_sent_again():
    assert get(**{"If-None-Match": '"abc"'}).status_code == 304


@pytest.mark.parametrize(
    ("condition", "status"),
    [
        ('"abc"', 206),
        ('"other"', 200),
        ("Tue, 14 Nov 2023 22:13:20 GMT", 206),
        ("Mon, 13 Nov 2023 22:13:20 GMT", 200),
    ],
)
def test_a_range_of_a_file_that_changed_is_answered_whole(condition, status):
    response = get(Range="bytes=0-9", **{"If-Range": condition})
    read(response)
    assert response.status_code == status
