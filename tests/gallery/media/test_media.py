"""Media: to those who may see them, with ranges, under a good name, and with a policy of their own."""

import pytest
from django.core.files.base import ContentFile

from omnistudio.gallery.models import Task
from tests.conftest import picture, read


def headers_of(client, path):
    response = client.get(path)
    read(response)
    return response.headers


@pytest.fixture
def item(make_task) -> Task:
    """A finished image of the owner's."""
    task = make_task(status="succeeded", prompt="ดอกบัว: a celadon/vase?", content_type="image/png", sha256="ab" * 32)
    task.file.save("result.png", ContentFile(picture()), save=False)
    task.thumbnail.save("thumbnail.webp", ContentFile(picture("WEBP")), save=False)
    task.save()
    return task


def test_the_owner_sees_the_file_and_the_thumbnail(as_owner, item):
    assert read(as_owner.get(item.file_url)) == picture()
    assert headers_of(as_owner, item.thumbnail_url)["Content-Type"] == "image/webp"


def test_a_stranger_and_a_visitor_do_not_see_them(as_stranger, client, item):
    for which in ("file", "thumbnail", "poster"):
        assert as_stranger.get(f"/media/{item.pk}/{which}/").status_code == 404
        assert client.get(f"/media/{item.pk}/{which}/").status_code == 302


def test_trashed_files_are_not_served(as_owner, item):
    Task.objects.update(deleted_at="2026-01-01T00:00Z")
    assert as_owner.get(item.file_url).status_code == 404


def test_a_range_of_a_file_is_served(as_owner, item):
    response = as_owner.get(item.file_url, headers={"Range": "bytes=1-3"})
    assert (response.status_code, read(response)) == (206, b"PNG")


def test_a_range_of_thousands_of_digits_is_ignored(as_owner, item):
    for wanted in ("9" * 5000 + "-", "-" + "9" * 5000, "٣-٥"):
        response = as_owner.get(item.file_url, headers={"Range": f"bytes={wanted}"})
        assert response.status_code == 200
        assert read(response)


def test_a_file_is_cached_privately_and_sandboxed(as_owner, item):
    headers = headers_of(as_owner, item.file_url)
    assert headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_a_download_has_a_good_name_and_no_header_can_be_smuggled_in(as_owner, item):
    Task.objects.update(model_id="x\r\nSet-Cookie: a=b")
    disposition = headers_of(as_owner, f"{item.file_url}?download")["Content-Disposition"]
    assert disposition.startswith("attachment; filename*=UTF-8''")
    assert "%E0%B8%94%E0%B8%AD%E0%B8%81%E0%B8%9A" in disposition
    assert "\r" not in disposition
    assert "celadon-vase" in disposition


def test_a_missing_file_is_404(as_owner, item):
    item.file.storage.delete(item.file.name)
    assert as_owner.get(item.file_url).status_code == 404


def test_a_missing_poster_is_404(as_owner, item):
    assert as_owner.get(f"/media/{item.pk}/poster/").status_code == 404
