"""The stored files against the record."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from omnistudio.gallery.media import ingest
from omnistudio.gallery.models import Task
from tests.conftest import picture
from tests.gallery.export.test_zip import keep_file
from tests.gallery.media.test_preview import film


def verified(capsys, *options: str) -> tuple[int, list[str]]:
    """The exit code of the command, and its lines."""
    try:
        call_command("verify_media", *options)
        code = 0
    except SystemExit as ended:
        code = int(ended.code or 0)
    return code, capsys.readouterr().out.splitlines()


@pytest.fixture
def item(make_item) -> Task:
    return keep_file(make_item())


def test_intact_files_have_no_findings(item, make_item, capsys):
    make_item(status="failed")
    assert verified(capsys) == (0, ["1 looked at, 0 wrong, 0 mended."])


def test_a_missing_file(item, capsys):
    Path(item.file.path).unlink()
    code, lines = verified(capsys)
    assert code == 1
    assert lines == [f"#{item.pk} file: is missing ({item.file.name})", "1 looked at, 1 wrong, 0 mended."]


def test_a_file_that_was_cut_off(item, capsys):
    Path(item.file.path).write_bytes(picture()[:50])
    code, lines = verified(capsys)
    assert code == 1
    assert f"has 50 bytes instead of {len(picture())}" in lines[0]


def test_a_file_of_the_same_length_with_other_bytes(item, capsys):
    content = bytearray(picture())
    content[-1] ^= 1
    Path(item.file.path).write_bytes(bytes(content))
    assert "another sum" in verified(capsys)[1][0]


def test_trashed_items_are_checked_too(item, capsys):
    Task.objects.update(deleted_at="2026-01-01T00:00Z")
    Path(item.file.path).unlink()
    assert verified(capsys)[0] == 1


def test_a_missing_thumbnail_is_recreated(item, capsys):
    Path(item.thumbnail.path).unlink()
    assert verified(capsys)[0] == 1
    code, lines = verified(capsys, "--fix-thumbnails")
    assert code == 0
    assert lines[-2:] == [f"#{item.pk} mended", "1 looked at, 0 wrong, 1 mended."]
    assert verified(capsys)[0] == 0


def test_a_thumbnail_that_never_existed_is_created(item, capsys):
    Task.objects.update(thumbnail="")
    assert "was never made" in verified(capsys)[1][0]
    assert verified(capsys, "--fix-thumbnails")[0] == 0
    item.refresh_from_db()
    assert Path(item.thumbnail.path).read_bytes()[8:12] == b"WEBP"


def test_no_thumbnail_is_created_from_a_broken_file(item, capsys):
    Path(item.file.path).write_bytes(b"no picture")
    Path(item.thumbnail.path).unlink()
    assert verified(capsys, "--fix-thumbnails")[0] == 1
    assert not Path(item.thumbnail.path).exists()


def test_poster_and_preview_of_a_video_are_recreated(make_task, tmp_path, capsys):
    path = film(tmp_path / "a.mp4", seconds=1)
    task = make_task(kind="video", status="succeeded")
    fields = ingest.store(task, path, ingest.examine(path, "video"), hashlib.sha256(path.read_bytes()).hexdigest())
    Task.objects.update(**fields)
    task.refresh_from_db()
    for which in ("poster", "preview"):
        Path(getattr(task, which).path).unlink()
    assert len(verified(capsys)[1]) == 3
    assert verified(capsys, "--fix-thumbnails")[0] == 0
    assert verified(capsys)[0] == 0


def test_an_unmounted_folder_is_not_reported_as_missing_files(item, capsys, settings, tmp_path):
    for folder in ("nowhere", "empty"):
        settings.MEDIA_ROOT = tmp_path / folder
        if folder == "empty":
            settings.MEDIA_ROOT.mkdir()
        with pytest.raises(CommandError, match=r"The storage does not answer.*Is it mounted") as ended:
            verified(capsys)
        assert ended.value.returncode == 2
        assert capsys.readouterr().out == ""


def test_a_zip_from_an_unmounted_folder_is_refused(item, owner, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "nowhere"
    browser = Client(raise_request_exception=False)
    browser.force_login(owner)
    assert browser.post("/download/", {"ids": item.pk}).status_code == 503


def test_a_backup_from_an_unmounted_folder_is_refused(item, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "nowhere"
    with pytest.raises(CommandError, match="Is it mounted"):
        call_command("backup", str(tmp_path / "b.tar"))
    assert not list(tmp_path.glob("b.tar*"))
