"""Every paid result is stored, whatever its kind and however many files it has."""

from __future__ import annotations

import html
import io
import json
import re
import zipfile
from pathlib import Path

import pytest
from django.urls import reverse

from omnistudio.core.counters import tally
from omnistudio.core.models import Counter
from omnistudio.gallery.media import integrity
from omnistudio.gallery.models import Output, Task
from omnistudio.gallery.trash import services as trash
from omnistudio.gallery.trash.services import put_in_trash
from tests.conftest import picture
from tests.scripted_service import answer, envelope, status, task, unauthorized
from tests.tracker.files import png_that_claims, sound, video
from tests.tracker.helpers import card, now, track, track_again

pytestmark = pytest.mark.django_db(transaction=True)

PNG, OTHER = picture("PNG", (300, 200)), picture("PNG", (200, 300), colour="#123456")
MP4 = video((64, 48), 1)
SOUND = sound()
COLOURS = (("a", "#102030"), ("b", "#405060"), ("c", "#708090"))


def body(response) -> bytes:
    return b"".join(response.streaming_content)


@pytest.fixture
def with_sound(service) -> None:
    """Each video comes with a sound of its own."""
    service.on_file("result.mp4", then=answer(MP4))
    service.on_file("a.m4a", then=answer(SOUND))
    service.on_get(then=task(3, audio_url=f"{service.url}/files/a.m4a"))


@pytest.mark.parametrize(
    ("content", "kind", "words"),
    [
        (MP4, "video", ""),
        (SOUND, "audio", ""),
        (png_that_claims(60_000, 60_000), "file", "too large"),
        (b"%PDF-1.7 and so on", "file", ""),
    ],
    ids=["a video", "a sound", "a bomb", "a document"],
)
def test_a_file_of_another_kind_is_stored_unchanged(service, make_task, as_owner, content, kind, words) -> None:
    service.on_file("result.png", then=answer(content))
    made = make_task()
    track()
    assert (now(made).status, made.file_kind, made.credits) == ("succeeded", kind, 15)
    assert (made.reason == "not_shown") == (kind == "file")
    assert words in made.reason_words
    download = as_owner.get(made.file_url)
    assert body(download) == content
    assert download["Content-Disposition"].startswith("inline" if kind != "file" else "attachment")
    shown = card(as_owner, made)
    assert "Retry" not in shown
    page = html.unescape(as_owner.get(f"/t/{made.pk}/").content.decode())
    for text in (shown, page):
        assert made.reason_words in text
        assert ("File (" in text) == (kind == "file")
    assert service.charges == 1


def test_a_result_with_only_audio_is_stored_and_played(service, make_task, as_owner) -> None:
    service.on_file("a.m4a", then=answer(SOUND))
    service.on_get(then=task(3, image_url=None, audio_url=f"{service.url}/files/a.m4a"))
    made = make_task()
    track()
    assert (now(made).status, made.file_kind, made.outputs.count()) == ("succeeded", "audio", 0)
    for page in (as_owner.get("/"), as_owner.get(f"/t/{made.pk}/")):
        assert f'src="{made.file_url}"' in page.content.decode()
    assert body(as_owner.get(made.file_url)) == SOUND


def test_each_image_of_a_list_is_stored(service, make_task, as_owner, as_stranger) -> None:
    service.on_file("1.png", then=answer(PNG))
    service.on_file("2.png", then=answer(OTHER))
    service.on_get(then=task(3, image_url=[f"{service.url}/files/1.png", f"{service.url}/files/2.png"]))
    made = make_task()
    track()
    [output] = now(made).outputs.all()
    assert (made.status, output.state, output.position, output.width) == ("succeeded", "stored", 2, 200)
    assert body(as_owner.get(made.file_url)) == PNG
    assert body(as_owner.get(output.file_url)) == OTHER
    assert body(as_owner.get(output.thumbnail_url))
    assert as_stranger.get(output.file_url).status_code == 404
    assert as_owner.get(f"/media/{made.pk}/outputs/3/file/").status_code == 404
    for page in (as_owner.get("/"), as_owner.get(f"/t/{made.pk}/")):
        assert f'href="{output.file_url}"' in page.content.decode()


@pytest.mark.usefixtures("with_sound")
def test_a_sound_is_stored_zipped_verified_and_deleted_with_its_video(service, make_task, owner, as_owner) -> None:
    made = make_task(model_id="seedance-2")
    track()
    [output] = now(made).outputs.all()
    assert (made.status, output.kind, output.seconds is not None) == ("succeeded", "audio", True)
    assert f'src="{output.file_url}"' in as_owner.get("/").content.decode()

    zipped = zipfile.ZipFile(io.BytesIO(body(as_owner.post(reverse("download"), {"ids": made.pk}))))
    assert zipped.read(output.download_name) == SOUND
    told = json.loads(zipped.read("metadata.json"))
    assert [item["file"] for item in told["works"]] == [made.download_name, output.download_name]
    assert (told["missing"], [item["credits"] for item in told["works"]]) == (0, [60, None])

    assert [fault for stored in integrity.stored_results() for fault in integrity.faults_of(stored)] == []
    path = Path(output.file.path)
    path.write_bytes(b"something else")
    faults = [str(fault) for stored in integrity.stored_results() for fault in integrity.faults_of(stored)]
    assert [fault.partition(" file")[0] for fault in faults] == [f"#{made.pk}, output 2"]

    put_in_trash(owner, [made.pk])
    trash.purge(owner, [made.pk])
    assert not path.exists()
    assert not path.parent.exists()
    assert not Output.objects.exists()


@pytest.mark.usefixtures("with_sound")
def test_missing_audio_does_not_fail_the_video(service, make_task, as_owner) -> None:
    service.on_file("a.m4a", then=status(404))
    made = make_task(model_id="seedance-2")
    for _ in range(3):
        assert now(made).status != "succeeded"
        track_again()
    [output] = now(made).outputs.all()
    assert (made.status, output.state, output.words) == (
        "succeeded",
        "lost",
        "127.0.0.1 answered 404 instead of the file.",
    )
    assert len([one for one in service.fetches if one.name == "result.mp4"]) == 1, "it was here already"
    shown = card(as_owner, made)
    assert "Result 2 could not be downloaded." in shown
    assert "Retry download" in shown

    service.on_file("a.m4a", then=answer(SOUND))
    as_owner.post(f"/t/{made.pk}/fetch-again/")
    assert now(made).status == "running"
    track()
    [output] = now(made).outputs.all()
    assert (made.status, output.state, output.words) == ("succeeded", "stored", "")
    assert len([one for one in service.fetches if one.name == "result.mp4"]) == 1
    assert service.charges == 1


@pytest.mark.usefixtures("with_sound")
def test_a_changed_result_url_is_fetched(service, make_task) -> None:
    service.on_get(
        task(3, audio_url=f"{service.url}/files/expired.m4a"), then=task(3, audio_url=f"{service.url}/files/a.m4a")
    )
    made = make_task(model_id="seedance-2")
    track_again()
    assert now(made).trouble == "fetch"
    track_again()
    assert (now(made).status, made.outputs.get().state) == ("succeeded", "stored")


def test_a_success_without_a_file_is_polled_again_and_reported(service, make_task, as_owner) -> None:
    service.on_get(then=task(3, image_url=None))
    made = make_task()
    track()
    assert (now(made).status, made.trouble) == ("running", "fetch")
    for _ in range(9):
        track_again()
    assert (now(made).status, made.reason) == ("failed", "result_lost")
    shown = card(as_owner, made)
    assert "The service says that it is done, but gives no file." in shown
    assert "15 credits charged" in shown
    assert re.findall("Retry(?: download)?", shown) == ["Retry download", "Retry"]
    service.on_get(then=task(3))
    as_owner.post(f"/t/{made.pk}/fetch-again/")
    track()
    assert now(made).status == "succeeded"


def test_an_error_of_ours_while_storing_is_no_fault_of_the_file(service, make_task, monkeypatch) -> None:
    def full(*args: object, **options: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("omnistudio.tracker.downloads.ingest.store", full)
    made = make_task()
    for _ in range(12):
        track_again()
    assert (now(made).status, made.trouble) == ("running", "fetch")
    assert "The studio can’t save the file at the moment." in made.trouble_words
    monkeypatch.undo()
    track_again()
    assert now(made).status == "succeeded"


def test_the_old_link_to_a_sound_at_the_service_stays(make_task, as_owner) -> None:
    made = make_task()
    Task.objects.update(status="succeeded", file="a.png", width=1, height=1, audio_url="https://cdn.example/a.mp3")
    assert 'href="https://cdn.example/a.mp3"' in as_owner.get("/").content.decode()
    assert made.outputs.count() == 0


@pytest.mark.parametrize(
    "then",
    [status(404), task(4, msg="expired"), envelope(0, "no such task"), unauthorized()],
    ids=["404", "failed by now", "unknown by now", "the key is rejected"],
)
@pytest.mark.usefixtures("with_sound")
def test_a_failed_second_fetch_keeps_the_stored_file(service, settings, make_task, as_owner, then) -> None:
    service.on_file("a.m4a", then=status(404))
    made = make_task(model_id="seedance-2")
    for _ in range(3):
        track_again()
    finished = now(made).finished_at
    as_owner.post(f"/t/{made.pk}/fetch-again/")
    service.on_get(then=then)
    settings.TRACKER["DEADLINE_SECONDS"] = 0.0
    for _ in range(8):
        track_again()
    assert (now(made).status, made.refunded, bool(made.file)) == ("succeeded", None, True)
    assert (made.outputs.get().state, made.finished_at) == ("lost", finished)


def test_why_a_file_is_not_shown_stays_true_when_another_is_fetched_again(service, make_task, as_owner) -> None:
    service.on_file("1.pdf", then=answer(b"%PDF-1.7 and so on"))
    service.on_get(then=task(3, image_url=[f"{service.url}/files/1.pdf", f"{service.url}/files/2.png"]))
    made = make_task()
    for _ in range(3):
        track_again()
    why = now(made).reason_words
    assert why
    service.on_file("2.png", then=answer(PNG))
    as_owner.post(f"/t/{made.pk}/fetch-again/")
    track()
    assert (now(made).status, made.reason, made.reason_words) == ("succeeded", "not_shown", why)


@pytest.mark.usefixtures("with_sound")
def test_audio_of_a_lost_video_is_on_the_card(service, make_task, as_owner) -> None:
    service.on_file("result.mp4", then=status(404))
    made = make_task(model_id="seedance-2")
    for _ in range(3):
        track_again()
    [output] = now(made).outputs.all()
    assert (made.status, made.reason, output.state) == ("failed", "result_lost", "stored")
    assert f'src="{output.file_url}"' in as_owner.get("/").content.decode()


@pytest.mark.usefixtures("with_sound")
def test_each_stored_file_is_counted_once(service, make_task) -> None:
    tally.flush()
    before = dict(Counter.objects.filter(name="media_files").values_list("name", "value"))
    make_task(model_id="seedance-2")
    track()
    tally.flush()
    after = dict(Counter.objects.filter(name="media_files").values_list("name", "value"))
    assert after["media_files"] - before.get("media_files", 0) == 2


def test_outputs_that_are_named_in_another_order_are_the_same(service, make_task) -> None:
    urls = [service.on_file(f"{name}.png", then=answer(picture("PNG", (40, 30), colour))) for name, colour in COLOURS]
    service.on_file("b.png", status(503))
    a, b, c = urls
    service.on_get(task(3, image_url=[a, b]), then=task(3, image_url=[b, c, a]))
    made = make_task()
    track()
    assert now(made).trouble == "fetch"
    track_again()
    assert now(made).status == "succeeded"
    kept = [(1, made.result_url), *made.outputs.values_list("position", "result_url")]
    assert kept == [(1, a), (2, b), (3, c)]
    assert {output.state for output in made.outputs.all()} == {"stored"}
    assert len({made.sha256, *made.outputs.values_list("sha256", flat=True)}) == 3


def test_links_with_a_new_signature_at_each_look_are_the_same_outputs(service, make_task) -> None:
    for look in (1, 2, 3):
        service.on_file(f"a.png?s={look}", then=answer(PNG))
        service.on_file(f"b.png?s={look}", then=answer(PNG) if look == 3 else status(503))
    a, b = f"{service.url}/files/a.png?s=", f"{service.url}/files/b.png?s="
    service.on_get(
        task(3, image_url=[f"{a}1", f"{b}1"]),
        task(3, image_url=[f"{b}2", f"{a}2"]),
        then=task(3, image_url=[f"{a}3", f"{b}3"]),
    )
    made = make_task()
    for _ in range(3):
        track_again()
    [output] = now(made).outputs.all()
    assert (made.status, output.state, output.result_url) == ("succeeded", "stored", f"{b}3")
