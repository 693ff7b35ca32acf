"""Media in an object store: the whole way of a file, from the service to whoever may see it, and to its end."""

from __future__ import annotations

import hashlib
import io
import os
import time
import tracemalloc
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from omnistudio.core.storage import config as storage_settings
from omnistudio.core.trouble import StorageAway
from omnistudio.gallery.media import reference_links
from omnistudio.gallery.media.references import keep_reference
from omnistudio.gallery.models import Task, TaskReference
from omnistudio.gallery.share_links import services as share_links
from omnistudio.gallery.trash import services as trash
from tests.conftest import picture, read
from tests.contract.processes import answers, free_port, process, wait_for
from tests.gallery.export.test_zip import keep_file, metadata, opened
from tests.object_store import BUCKET
from tests.scripted_service import ScriptedService, answer, task
from tests.tracker.files import video
from tests.tracker.helpers import track, track_again


@pytest.fixture
def item(store, make_item) -> Task:
    return keep_file(make_item(prompt="แจกันศิลาดล a/celadon: vase?"))


def led_to(client: Client, path: str) -> str:
    """The signed address that a media view leads to."""
    response = client.get(path)
    assert response.status_code == 302, response.status_code
    return response.headers["Location"]


@pytest.mark.django_db(transaction=True)
def test_a_result_is_stored_and_served(store, make_task, settings, as_owner) -> None:
    """Sent, made, fetched, examined, stored with its small copies, and shown, on a storage without a path."""
    content = video(seconds=1.0)
    with ScriptedService() as service:
        settings.OMNI_API_URL = service.url
        service.on_get(then=task(3))
        service.on_file("result.mp4", then=answer(content, content_type="video/mp4"))
        made = make_task(model_id="seedance-2", kind="video", prompt="a river")
        track()
        track_again()
    made.refresh_from_db()
    assert (made.status, made.reason_words, made.trouble_words) == ("succeeded", "", "")
    assert (made.sha256, made.bytes) == (hashlib.sha256(content).hexdigest(), len(content))
    for which in ("file", "poster", "thumbnail", "preview"):
        answered = httpx.get(led_to(as_owner, f"/media/{made.pk}/{which}/"))
        assert answered.status_code == 200
        expected = {"poster": "image/jpeg", "thumbnail": "image/webp"}.get(which, "video/mp4")
        assert answered.headers["Content-Type"] == expected
        if which == "file":
            assert answered.content == content
    assert as_owner.get(f"/t/{made.pk}/").status_code == 200
    call_command("verify_media")


def test_a_range_of_a_file_is_served(item, as_owner) -> None:
    answered = httpx.get(led_to(as_owner, item.file_url), headers={"Range": "bytes=1-3"})
    assert (answered.status_code, answered.content) == (206, b"PNG")
    assert answered.headers["Content-Range"] == f"bytes 1-3/{len(picture())}"


def test_a_head_request_gets_a_signature_of_its_own(item, as_owner) -> None:
    response = as_owner.head(item.file_url)
    assert httpx.head(response.headers["Location"]).headers["Content-Length"] == str(len(picture()))
    assert httpx.get(response.headers["Location"]).status_code == 403


def test_a_download_has_its_name_in_the_signature(item, as_owner) -> None:
    address = led_to(as_owner, f"{item.file_url}?download")
    disposition = httpx.get(address).headers["Content-Disposition"]
    assert disposition.startswith("attachment; filename*=UTF-8''")
    assert "%E0%B9%81%E0%B8%88%E0%B8%81%E0%B8%B1%E0%B8%99" in disposition
    assert httpx.get(address.replace("attachment", "inline")).status_code == 403, "the name is signed, too"
    assert httpx.get(led_to(as_owner, item.file_url)).headers["Content-Disposition"] == "inline"


def test_those_who_may_not_see_it_get_no_url(item, as_stranger, client) -> None:
    for which in ("file", "thumbnail"):
        path = f"/media/{item.pk}/{which}/"
        response = as_stranger.get(path)
        assert response.status_code == 404
        assert "Location" not in response.headers
        assert client.get(path).headers["Location"].startswith("/auth/login/")
    assert httpx.get(f"{default_storage.endpoint_url}/{BUCKET}/{item.file.name}").status_code == 403


def test_the_redirect_is_cached_privately_and_no_longer_than_it_is_valid(item, as_owner) -> None:
    response = as_owner.get(item.file_url)
    good_for = int(parse_qs(urlsplit(response.headers["Location"]).query)["X-Amz-Expires"][0])
    kept, age = response.headers["Cache-Control"].split(", max-age=")
    assert kept == "private"
    assert 0 < int(age) < good_for == 3600


def test_a_signature_expires(item, as_owner, monkeypatch) -> None:
    """The moment of a signature is cut to the second, so one that is good for a second may end at once."""
    assert httpx.get(led_to(as_owner, item.file_url)).status_code == 200
    monkeypatch.setattr(default_storage._wrapped, "querystring_expire", 1)
    address = led_to(as_owner, item.file_url)
    time.sleep(2.1)
    assert httpx.get(address).status_code == 403


def test_a_share_link_redirects_to_a_fresh_signature(item, client, owner) -> None:
    link = share_links.make(owner, item, allow_download=True)
    path = reverse("shared_media", args=[link.token, item.pk, "file"])
    response = client.get(f"{path}?download")
    assert response.headers["Cache-Control"] == "private, no-cache"
    answered = httpx.get(response.headers["Location"])
    assert answered.content == picture()
    assert answered.headers["Content-Disposition"].startswith("attachment")
    share_links.revoke(link)
    gone = client.get(path)
    assert (gone.status_code, "Location" in gone.headers) == (404, False)


def test_a_reference_for_the_service_comes_from_us(store, owner, client, as_owner, as_stranger, make_task) -> None:
    reference = keep_reference(owner, ContentFile(picture("JPEG"), "a.jpg"))
    link = TaskReference.objects.create(task=make_task(), reference=reference, position=1)
    response = client.get(urlsplit(reference_links.reference_link(link)).path)
    assert (response.status_code, len(read(response))) == (200, reference.bytes)
    path = reverse("reference_file", args=[reference.pk, "thumbnail"])
    assert httpx.get(led_to(as_owner, path)).headers["Content-Type"] == "image/webp"
    assert as_stranger.get(path).status_code == 404


def test_a_zip_is_packed_from_the_store(item, make_item, as_owner) -> None:
    other = keep_file(make_item(prompt="a film", kind="video"), b"film" * 100_000, "result.mp4")
    gone = keep_file(make_item(prompt="gone"))
    default_storage.delete(gone.file.name)
    unpacked = opened(as_owner.post("/download/", {"ids": [item.pk, other.pk, gone.pk]}))
    assert sum(name.endswith(("png", "mp4")) for name in unpacked.namelist()) == 2
    assert unpacked.read(next(name for name in unpacked.namelist() if name.endswith("mp4"))) == b"film" * 100_000
    assert metadata(unpacked)["missing"] == 1


def test_a_large_file_is_streamed_in_parts(make_item, as_owner, settings, tmp_path) -> None:
    """96 MB in a ZIP and alone, from a store in another process; this one holds only a few pieces."""
    port = free_port()
    arguments = ["-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with process(arguments, {**os.environ}, tmp_path / "moto.log"):
        wait_for(lambda: answers(port), 30)
        place = storage_settings.read(f"s3://a:b@large-files?endpoint_url=http://127.0.0.1:{port}")
        settings.STORAGES = {**settings.STORAGES, "default": place.storage}
        default_storage.client.create_bucket(Bucket="large-files")
        (tmp_path / "large").write_bytes(b"x" * 96_000_000)
        made = make_item(prompt="large", content_type="video/mp4")
        tracemalloc.start()
        with (tmp_path / "large").open("rb") as file:
            made.file.save("result.mp4", File(file))
        response = as_owner.post("/download/", {"ids": [made.pk]})
        length = sum(map(len, response.streaming_content))
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert length > 96_000_000
    assert most < 30_000_000


def test_a_file_can_be_read_from_a_position(store) -> None:
    name = default_storage.save("a.bin", ContentFile(bytes(range(256)) * 4096))
    with default_storage.open(name) as file:
        assert (file.size, file.read(2)) == (1_048_576, b"\0\1")
        file.seek(700_003)
        assert file.read(2) == bytes([700_003 % 256, 700_004 % 256])
        file.seek(-1, io.SEEK_END)
        assert (file.read(), file.read()) == (b"\xff", b"")
    with pytest.raises(FileNotFoundError):
        default_storage.open("none.bin")
    assert default_storage.save("a.bin", ContentFile(b"b")) != name, "what is stored is not written over"


def test_the_purge_deletes_all_files_of_an_item(store, item, make_item) -> None:
    other = keep_file(make_item())
    prefix = default_storage.location
    assert len(store.keys(prefix)) == 4
    Task.objects.filter(pk=item.pk).update(deleted_at=timezone.now())
    assert trash.purge_deleted_before(timezone.now()) == 1
    assert store.keys(prefix) == {f"{prefix}/{other.file.name}", f"{prefix}/{other.thumbnail.name}"}


def test_files_are_checked_and_mended(store, item, capsys) -> None:
    default_storage.delete(item.thumbnail.name)
    with pytest.raises(SystemExit):
        call_command("verify_media")
    assert "thumbnail: is missing" in capsys.readouterr().out
    call_command("verify_media", "--fix-thumbnails")
    assert "1 looked at, 0 wrong, 1 mended." in capsys.readouterr().out
    store.client.put_object(Bucket=BUCKET, Key=default_storage.key_of(item.file.name), Body=b"other")
    with pytest.raises(SystemExit):
        call_command("verify_media")
    assert "has 5 bytes instead of" in capsys.readouterr().out


def test_an_unreachable_store_is_not_a_missing_file(store, item, settings, capsys) -> None:
    elsewhere = f"s3://a:b@{BUCKET}?endpoint_url=http://127.0.0.1:{free_port()}"
    settings.STORAGES = {**settings.STORAGES, "default": storage_settings.read(elsewhere).storage}
    with pytest.raises(CommandError, match="The storage does not answer, so nothing can be said") as ended:
        call_command("verify_media")
    assert ended.value.returncode == 2
    assert capsys.readouterr().out == "", "no file is called wrong"
    for ask in (
        lambda: default_storage.open("a.png"),
        lambda: default_storage.exists("a.png"),
        lambda: default_storage.save("a.png", ContentFile(b"a")),
        lambda: default_storage.delete("a.png"),
        lambda: default_storage.listdir("a"),
    ):
        with pytest.raises(StorageAway):
            ask()


def test_a_missing_bucket_is_not_reported_as_missing_files(store, item, settings) -> None:
    there = settings.STORAGES["default"]
    options = {**there["OPTIONS"], "bucket_name": "no-such-bucket"}
    settings.STORAGES = {**settings.STORAGES, "default": {**there, "OPTIONS": options}}
    with pytest.raises(CommandError, match="The storage does not answer"):
        call_command("verify_media")


def test_a_zip_from_an_unreachable_store_is_refused(store, item, settings, owner) -> None:
    elsewhere = f"s3://a:b@{BUCKET}?endpoint_url=http://127.0.0.1:{free_port()}"
    settings.STORAGES = {**settings.STORAGES, "default": storage_settings.read(elsewhere).storage}
    browser = Client(raise_request_exception=False)
    browser.force_login(owner)
    response = browser.post("/download/", {"ids": item.pk})
    assert response.status_code == 503
    assert "The storage of the files does not answer." in response.text
    assert f'name="ids" value="{item.pk}"' in response.text, "to try again"
    item.refresh_from_db()
    assert item.downloaded_at is None


def test_a_zip_is_aborted_when_its_store_fails_midway(store, item, as_owner, monkeypatch) -> None:
    response = as_owner.post("/download/", {"ids": item.pk})
    monkeypatch.setattr("omnistudio.core.storage.s3.ObjectStorage.size", _away)
    with pytest.raises(StorageAway):
        read(response)


def _away(*_args: object) -> int:
    raise StorageAway("it went")
