"""Downloads of several items: one streamed ZIP with their metadata, and nothing of items one may not see."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage

from omnistudio.gallery.collections import services as collections
from omnistudio.gallery.export import zip as archive
from omnistudio.gallery.export.zip import Archive
from omnistudio.gallery.models import Collection, Task
from tests.conftest import picture, read


def keep_file(task: Task, content: bytes | None = None, name: str = "result.png") -> Task:
    """Give a task a file and a thumbnail, as a finished one has them."""
    content = picture() if content is None else content
    task.content_type, task.bytes = ("video/mp4" if name.endswith("mp4") else "image/png"), len(content)
    task.sha256 = hashlib.sha256(content).hexdigest()
    task.file.save(name, ContentFile(content), save=False)
    task.thumbnail.save("thumbnail.webp", ContentFile(picture("WEBP")), save=False)
    task.save()
    return task


def opened(response) -> zipfile.ZipFile:
    assert response.status_code == 200, response.content
    content = read(response)
    if "Content-Length" in response.headers:
        assert len(content) == int(response.headers["Content-Length"])
    unpacked = zipfile.ZipFile(io.BytesIO(content))
    assert unpacked.testzip() is None
    return unpacked


def metadata(unpacked: zipfile.ZipFile) -> dict:
    return json.loads(unpacked.read("metadata.json"))


def rows(unpacked: zipfile.ZipFile) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(unpacked.read("metadata.csv").decode("utf-8-sig"))))


@pytest.fixture
def items(make_item, team) -> list[Task]:
    """Two items of the owner's: a private image and a shared video."""
    return [
        keep_file(make_item(prompt="a celadon vase", credits=15), b"one"),
        keep_file(make_item(prompt="ดอกบัว", kind="video", team=team, credits=60, seconds=4.0), b"two!", "result.mp4"),
    ]


def test_a_selection_is_a_zip_of_the_files_as_they_are(as_owner, items):
    response = as_owner.post("/download/", {"ids": [task.pk for task in items]})
    unpacked = opened(response)
    names = [task.download_name for task in reversed(items)]
    assert unpacked.namelist() == [*names, "metadata.json", "metadata.csv"]
    assert [unpacked.read(name) for name in names] == [b"two!", b"one"]
    assert {info.compress_type for info in unpacked.infolist()} == {zipfile.ZIP_STORED}
    assert response.headers["Content-Type"] == "application/zip"
    assert "attachment; filename*=UTF-8''" in response.headers["Content-Disposition"]
    assert response.headers["Content-Disposition"].endswith("2-items.zip")
    assert response.headers["Cache-Control"] == "private, no-store"


def test_ids_may_be_separated_by_commas_and_come_twice(as_owner, items):
    one, two = items
    unpacked = opened(as_owner.post("/download/", {"ids": [f"{one.pk}, {two.pk}", two.pk]}))
    assert len(metadata(unpacked)["works"]) == 2
    assert metadata(unpacked)["left_out"] == 0


def test_metadata_contain_what_is_known(as_owner, items):
    unpacked = opened(as_owner.post("/download/", {"ids": [task.pk for task in items]}))
    video, image = metadata(unpacked)["works"]
    assert image == {
        "number": items[0].pk,
        "file": items[0].download_name,
        "prompt": "a celadon vase",
        "model": "gpt-image-2",
        "ratio": "1:1",
        "width": 64,
        "height": 64,
        "seconds": None,
        "credits": 15,
        "person": "Nok Srisai",
        "created": items[0].created_at.isoformat(timespec="seconds"),
        "shared_with": None,
        "note": None,
    }
    assert (video["shared_with"], video["seconds"], video["prompt"]) == ("Atelier Srisai", 4.0, "ดอกบัว")
    assert rows(unpacked)[0]["shared with"] == "Atelier Srisai"
    assert unpacked.read("metadata.csv").startswith(b"\xef\xbb\xbfnumber,file,prompt,model,ratio")


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "  =1", "＝1+1"])
def test_no_cell_of_the_csv_is_a_formula(start):
    facts = {"file": "a.png", "prompt": f"{start} cmd", "credits": -5}
    [line] = csv.reader(io.StringIO(archive.metadata_csv([facts], list(facts)).decode("utf-8-sig").split("\n", 1)[1]))
    assert line == ["a.png", f"'{start} cmd", "-5"]


def test_items_of_other_people_are_left_out_and_counted(
    as_stranger, as_owner, as_teammate, items, stranger, make_item
):
    theirs = keep_file(make_item(person=stranger))
    unpacked = opened(as_stranger.post("/download/", {"ids": [theirs.pk, items[0].pk, items[1].pk, 10**17]}))
    assert [item["number"] for item in metadata(unpacked)["works"]] == [theirs.pk]
    assert metadata(unpacked)["left_out"] == 3
    unpacked = opened(as_teammate.post("/download/", {"ids": [task.pk for task in items]}))
    assert [item["number"] for item in metadata(unpacked)["works"]] == [items[1].pk]
    assert b"celadon" not in b"".join(unpacked.read(name) for name in unpacked.namelist())


def test_a_selection_without_visible_items_is_404_and_a_visitor_signs_in(as_stranger, client, items):
    assert as_stranger.post("/download/", {"ids": items[0].pk}).status_code == 404
    assert client.post("/download/", {"ids": items[0].pk}).status_code == 302
    assert as_stranger.get("/download/").status_code == 405


def test_trashed_items_are_left_out(as_owner, items):
    Task.objects.filter(pk=items[0].pk).update(deleted_at="2026-01-01T00:00Z")
    assert metadata(opened(as_owner.post("/download/", {"ids": [task.pk for task in items]})))["left_out"] == 1


def test_ten_thousand_ids_and_no_ids_are_refused(as_owner):
    response = as_owner.post("/download/", {"ids": ",".join(map(str, range(1, 10_001)))})
    assert response.status_code == 422
    assert "1000 items" in response.content.decode()
    for nothing in ({}, {"ids": ""}, {"ids": "a,-1,' OR 1=1"}):
        assert as_owner.post("/download/", nothing).status_code == 422


def test_a_missing_file_is_noted_and_the_rest_is_packed(as_owner, items, make_item):
    items[0].file.storage.delete(items[0].file.name)
    pending = make_item(status="failed")
    unpacked = opened(as_owner.post("/download/", {"ids": [pending.pk, *(task.pk for task in items)]}))
    assert unpacked.namelist() == [items[1].download_name, "metadata.json", "metadata.csv"]
    told = {item["number"]: item for item in metadata(unpacked)["works"]}
    assert metadata(unpacked)["missing"] == 2
    assert told[items[0].pk]["file"] is None
    assert told[items[0].pk]["note"] == "Its file is missing from the storage."
    assert told[pending.pk]["note"] == "It has no file."


class Remote(FileSystemStorage):
    """A storage that has no folder here, as S3 has none."""

    def path(self, name: str) -> str:
        raise NotImplementedError

    def _open(self, name, mode="rb"):
        return ContentFile((Path(self.location) / name).read_bytes(), name)


def test_a_remote_storage_is_not_asked_for_sizes_before_sending(as_owner, items, monkeypatch):
    items[0].file.storage.delete(items[0].file.name)
    monkeypatch.setattr(archive, "_storage", Remote)
    response = as_owner.post("/download/", {"ids": [task.pk for task in items]})
    assert "Content-Length" not in response.headers
    unpacked = opened(response)
    assert unpacked.read(items[1].download_name) == b"two!"
    assert metadata(unpacked)["missing"] == 1


def test_items_with_the_same_name_get_different_file_names():
    names = archive._Names()
    assert [names.unique(name) for name in ("a.png", "A.png", "a.png", "metadata.json")] == [
        "a.png",
        "A_2.png",
        "a_3.png",
        "metadata_2.json",
    ]


@pytest.mark.parametrize("model", ["../../etc/passwd", "/abs/olute", "a\\..\\b", "..", "x\x00y", "line\nbreak"])
def test_no_file_name_leaves_the_folder(as_owner, items, model):
    Task.objects.filter(pk=items[0].pk).update(model_id=model.replace("\x00", ""))
    for name in opened(as_owner.post("/download/", {"ids": items[0].pk})).namelist():
        assert not set(name) & set("/\\\n")
        assert not name.startswith(".")


def test_a_collection_is_downloaded_by_those_who_see_it(
    as_owner, as_teammate, as_viewer, as_stranger, client, items, owner, team
):
    collection = collections.create(owner, "Für Ostern / เทศกาล", team)
    collections.add(collection, owner, [task.pk for task in items])
    path = f"/collections/{collection.pk}/download/"
    response = as_owner.get(path)
    assert len(metadata(opened(response))["works"]) == 2
    assert unquote(response.headers["Content-Disposition"]).endswith("_für-ostern-เทศกาล.zip")
    for other in (as_teammate, as_viewer):
        told = metadata(opened(other.get(path)))
        assert [item["number"] for item in told["works"]] == [items[1].pk]
        assert told["left_out"] == 0, "not even how many private items there are"
    assert as_stranger.get(path).status_code == 404
    assert client.get(path).status_code == 302
    private = Collection.objects.create(owner=owner, name="mine")
    assert as_teammate.get(f"/collections/{private.pk}/download/").status_code == 404


def test_a_thai_name_keeps_its_vowels_and_tones():
    assert archive.safe_name("ฤดูใบไม้ผลิ 春/光: a\\b") == "ฤดูใบไม้ผลิ-春-光-a-b"


def test_an_empty_collection_is_an_empty_zip(as_owner, owner):
    collection = collections.create(owner, "?")
    assert opened(as_owner.get(f"/collections/{collection.pk}/download/")).namelist() == [
        "metadata.json",
        "metadata.csv",
    ]


def test_the_queries_do_not_grow_with_the_items(as_owner, items, make_item, django_assert_max_num_queries):
    ids = [keep_file(make_item()).pk for _ in range(12)]
    with django_assert_max_num_queries(18):  # the first time, each item is recorded as downloaded
        read(as_owner.post("/download/", {"ids": ids}))
    with django_assert_max_num_queries(7):
        read(as_owner.post("/download/", {"ids": ids}))


def test_an_aborted_download_closes_the_file(as_owner, items, monkeypatch):
    still_open = []
    opening = FileSystemStorage.open

    def remembered(self, *args):
        still_open.append(opening(self, *args))
        return still_open[-1]

    monkeypatch.setattr(FileSystemStorage, "open", remembered)
    response = as_owner.post("/download/", {"ids": [task.pk for task in items]})
    for _ in range(2):
        next(iter(response.streaming_content))
    response.close()
    assert all(file.closed for file in still_open)


def test_a_large_zip_takes_little_memory(db, owner, make_item, settings):
    """300 MB in 6 files of holes; what the process holds grows by a few pieces, not by a file."""
    for number in range(6):
        task = keep_file(make_item(prompt=f"large {number}"))
        with open(task.file.path, "r+b") as file:
            file.truncate(50_000_000)
    made = Archive(Task.objects.order_by("-pk"))
    assert made.length is not None
    assert made.length > 300_000_000
    before, sent = _resident(), 0
    most = before
    for number, piece in enumerate(made.stream()):
        sent += len(piece)
        if number % 50 == 0:
            most = max(most, _resident())
    assert sent == made.length
    assert most - before < 60_000_000


def _resident() -> int:
    """Bytes of memory that the process holds at this moment."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096
