"""A result that can't be had or can't be shown: tried again for a while, then said plainly, and never paid twice."""

from __future__ import annotations

import pytest
from django.conf import settings as django_settings

from omnistudio.gallery import text as wording
from omnistudio.gallery.models import Task
from omnistudio.studio.services import fetch_again
from tests.conftest import picture
from tests.media_files import mpo
from tests.scripted_service import (
    Behaviour,
    answer,
    close_silently,
    endless,
    hang,
    html,
    redirect,
    reset_after_request,
    status,
    task,
    trickle,
    truncated,
)
from tests.tracker.files import endless_head, png_that_claims, sound, unannounced, video
from tests.tracker.helpers import card, now, track, track_again

pytestmark = pytest.mark.django_db(transaction=True)

PNG = picture("PNG", (300, 200))
MP4 = video((320, 240), 2, rate=24)
WEBM = video(format="webm", codec="libvpx")
PLAYLIST = b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/hostname\n#EXT-X-ENDLIST\n"

GONE = [
    pytest.param(status(404), "127.0.0.1 answered 404 instead of the file.", id="404"),
    pytest.param(status(403), "127.0.0.1 answered 403 instead of the file.", id="403"),
    pytest.param(status(410), "127.0.0.1 answered 410 instead of the file.", id="410"),
    pytest.param(endless(), "The file is larger than 20 MB.", id="5 GB, announced"),
    pytest.param(unannounced(bytes(1 << 20), 30), "The file is larger than 20 MB.", id="30 MB, unannounced"),
    pytest.param(redirect("/files/result.png"), "The address redirects too many times.", id="a redirect to itself"),
]
NOT_YET = [
    pytest.param(status(500), "127.0.0.1 answered 500 instead of the file.", id="500"),
    pytest.param(status(429), "127.0.0.1 answered 429 instead of the file.", id="429"),
    pytest.param(answer(PNG, 206), "127.0.0.1 answered 206 instead of the file.", id="a part of it"),
    pytest.param(reset_after_request(), "127.0.0.1 does not answer.", id="a reset"),
    pytest.param(close_silently(), "127.0.0.1 does not answer.", id="closed without a word"),
    pytest.param(truncated(PNG[:100], len(PNG)), "The download from 127.0.0.1 was interrupted.", id="broke off"),
]
TOO_SLOW = [
    pytest.param(hang(), "127.0.0.1 does not answer.", id="no answer"),
    pytest.param(trickle(seconds=0.1), "127.0.0.1 sends the file too slowly.", id="in drops"),
    pytest.param(endless_head(), "127.0.0.1 does not answer.", id="a head that never ends"),
]
NO_PICTURES = [
    pytest.param(html(), "The file is not an image that can be shown.", id="a page in HTML"),
    pytest.param(answer(b"hello"), "The file is not an image that can be shown.", id="text"),
    pytest.param(answer(b""), "The file is empty.", id="an empty file"),
    pytest.param(answer(PLAYLIST), "The file is not an image that can be shown.", id="a playlist"),
    pytest.param(answer(PNG[:400]), "The image is damaged or cut off.", id="half a PNG, whole by its length"),
    pytest.param(unannounced(PNG[:400]), "The image is damaged or cut off.", id="half a PNG of no length"),
]
NO_VIDEOS = [
    pytest.param(answer(b"hello"), "The file is not a video that can be played.", id="text"),
    pytest.param(answer(b""), "The file is empty.", id="an empty file"),
    pytest.param(answer(PLAYLIST), "The file is not a video that can be played.", id="a playlist of our own files"),
    pytest.param(answer(WEBM[: len(WEBM) // 2]), "The video is damaged or cut off.", id="half a WebM"),
    pytest.param(answer(MP4[:-2000]), "The video is damaged or cut off.", id="an MP4 cut off at its end"),
    pytest.param(
        answer(video(moov_first=False)[:-300]), "The video is damaged or cut off.", id="an MP4 without its index"
    ),
    pytest.param(answer(MP4[:40]), "The video is damaged or cut off.", id="the head of an MP4"),
]


@pytest.fixture(autouse=True)
def _small_files_only(settings) -> None:
    settings.MAX_RESULT_BYTES = 20_000_000


def is_given_up(service, made: Task, client, reason: str, words: str, tries: int) -> None:
    """After `tries` the task failed, its person reads why and what it cost, and nothing lies about."""
    track()
    assert wording.trouble(now(made)).startswith(f"The file can’t be downloaded yet: {words}")
    assert wording.trouble(made) in card(client, made)
    for _ in range(tries - 1):
        assert (now(made).status, made.trouble, made.is_saving) == ("running", "fetch", True)
        track_again()
    assert (now(made).status, made.reason, made.credits, made.refunded) == ("failed", reason, made.credits, None)
    assert (made.holder, made.lease_until, made.trouble) == ("", None, "")
    shown = card(client, made)
    assert words in shown
    assert f"{made.credits} credits charged" in shown
    assert "Retry download" in shown
    assert service.charges == len(service.creates) == 1
    assert list((django_settings.DATA_DIR / "tmp").iterdir()) == []


@pytest.mark.parametrize(("behaviour", "words"), GONE)
def test_a_file_that_will_never_come_is_given_up_soon(
    service, make_task, as_owner, behaviour: Behaviour, words: str
) -> None:
    service.on_file("result.png", then=behaviour)
    is_given_up(service, make_task(), as_owner, "result_lost", words, tries=3)


@pytest.mark.parametrize(("behaviour", "words"), NOT_YET)
def test_a_file_that_may_come_yet_is_tried_again(
    service, make_task, as_owner, behaviour: Behaviour, words: str
) -> None:
    service.on_file("result.png", behaviour)
    made = make_task()
    track()
    assert (now(made).status, made.trouble, made.trouble_words) == ("running", "fetch", words)
    assert f"The file can’t be downloaded yet: {words}" in card(as_owner, made)
    track_again()
    assert (now(made).status, made.trouble, made.trouble_words) == ("succeeded", "", "")
    assert service.charges == 1


def test_a_file_that_does_not_come_is_tried_ten_times(service, make_task, as_owner) -> None:
    service.on_file("result.png", then=status(500))
    words = "127.0.0.1 answered 500 instead of the file."
    is_given_up(service, make_task(), as_owner, "result_lost", words, tries=10)


@pytest.mark.parametrize(("behaviour", "words"), TOO_SLOW)
def test_a_file_that_comes_too_slowly_lets_go_in_time(
    service, settings, make_task, behaviour: Behaviour, words: str
) -> None:
    settings.TRACKER["COLLECT_SECONDS"] = 0.6
    service.on_file("result.png", behaviour)
    made = make_task()
    track()
    assert (now(made).status, made.trouble, made.trouble_words) == ("running", "fetch", words)
    track_again()
    assert now(made).status == "succeeded"


@pytest.mark.parametrize(("behaviour", "words"), NO_PICTURES)
def test_a_file_that_is_not_an_image_is_reported(
    service, make_task, as_owner, behaviour: Behaviour, words: str
) -> None:
    service.on_file("result.png", then=behaviour)
    is_given_up(service, make_task(), as_owner, "result_bad", words, tries=3)


@pytest.mark.parametrize(("behaviour", "words"), NO_VIDEOS)
def test_a_file_that_is_not_a_video_is_reported(
    service, make_task, as_owner, behaviour: Behaviour, words: str
) -> None:
    service.on_file("result.mp4", then=behaviour)
    is_given_up(service, make_task(model_id="seedance-2"), as_owner, "result_bad", words, tries=3)


@pytest.mark.parametrize(
    ("content", "model_id", "kind", "content_type"),
    [
        pytest.param(MP4, "gpt-image-2", "video", "video/mp4", id="a video for a picture"),
        pytest.param(PNG, "seedance-2", "image", "image/png", id="a picture for a video"),
        pytest.param(sound(), "seedance-2", "audio", "audio/mp4", id="only sound"),
        pytest.param(picture("AVIF"), "gpt-image-2", "image", "image/avif", id="AVIF"),
        pytest.param(mpo(), "gpt-image-2", "image", "image/jpeg", id="two pictures in one JPEG"),
        pytest.param(picture("TIFF"), "gpt-image-2", "file", "application/octet-stream", id="TIFF"),
        pytest.param(png_that_claims(60_000, 60_000), "gpt-image-2", "file", "application/octet-stream", id="a bomb"),
        pytest.param(
            bytes(range(256)) * 9, "gpt-image-2", "file", "application/octet-stream", id="nobody knows what"
        ),
    ],
)
def test_every_paid_result_is_stored(service, make_task, as_owner, content, model_id, kind, content_type) -> None:
    for name in ("result.png", "result.mp4"):
        service.on_file(name, then=answer(content))
    made = make_task(model_id=model_id)
    track()
    assert (now(made).status, made.file_kind, made.content_type) == ("succeeded", kind, content_type)
    with made.file.open() as file:
        assert file.read() == content
    assert len(service.fetches) == 1
    assert f'href="{made.file_url}?download"' in as_owner.get("/").text


def test_an_abandoned_download_can_be_retried_at_no_cost(service, make_task, as_owner) -> None:
    service.on_file("result.png", status(404), status(404), status(404))
    made = make_task()
    for _ in range(3):
        track_again()
    assert now(made).status == "failed"
    as_owner.post(f"/t/{made.pk}/fetch-again/")
    assert now(made).status == "running"
    track()
    assert (now(made).status, made.reason, made.reason_words, made.refunded) == ("succeeded", "", "", None)
    assert service.charges == 1
    assert not fetch_again(made)


def test_looks_that_failed_do_not_count_as_fetches_that_failed(service, make_task) -> None:
    service.on_get(*[status(500)] * 12, task(3))
    service.on_file("result.png", status(503))
    made = make_task()
    for _ in range(13):
        track_again()
    assert (now(made).status, made.trouble) == ("running", "fetch")
    track_again()
    assert now(made).status == "succeeded"


def test_a_link_that_is_another_the_next_time_is_the_one_that_is_fetched(service, make_task) -> None:
    service.on_get(task(3, image_url=f"{service.url}/files/expired.png"), task(3))
    made = make_task()
    track()
    assert now(made).trouble == "fetch"
    track_again()
    assert (now(made).status, made.result_url) == ("succeeded", f"{service.url}/files/result.png")


@pytest.mark.parametrize(
    "behaviour", [status(404), answer(b"hello")], ids=["where it is fetched", "where it is read"]
)
def test_errors_are_shown_in_the_language_of_the_person(service, owner, make_task, behaviour) -> None:
    owner.language = "zh-hans"
    owner.save()
    service.on_file("result.mp4", behaviour)
    made = make_task(model_id="seedance-2")
    track()
    assert now(made).trouble == "fetch"
    assert any("\u4e00" <= letter <= "\u9fff" for letter in made.trouble_words), made.trouble_words
