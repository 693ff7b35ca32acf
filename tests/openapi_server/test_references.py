"""References, fetched from a real HTTP server."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from omnistudio.openapi_server.models import Job
from omnistudio.openapi_server.render import references
from omnistudio.openapi_server.render.references import Unusable, fetch_all
from omnistudio.openapi_server.render.renderer import Renderer
from omnistudio.openapi_server.render.workshop import Interrupted
from tests.openapi_server.conftest import Api


class Handler(SimpleHTTPRequestHandler):
    """Serves a folder; `/slow` takes a while."""

    def do_GET(self) -> None:
        if self.path == "/slow":
            time.sleep(1)
        super().do_GET()

    def log_message(self, *_args: Any) -> None:
        """Quiet."""


@pytest.fixture
def pictures(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    folder = tmp_path / "pictures"
    folder.mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield folder, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def url(pictures: tuple[Path, str], settings: Any) -> Callable[..., str]:
    """Save an image; return its address on a host that is allowed."""
    folder, host = pictures
    settings.OPENAPI_SERVER["PRIVATE_HOSTS"] = [host.removeprefix("http://")]

    def save(name: str, size: tuple[int, int] = (20, 10), content: bytes = b"") -> str:
        if content:
            (folder / name).write_bytes(content)
        else:
            Image.new("RGB", size, "teal").save(folder / name)
        return f"{host}/{name}"

    return save


@pytest.fixture
def here(tmp_path: Path) -> Path:
    folder = tmp_path / "here"
    folder.mkdir()
    return folder


def test_references_are_fetched_in_order_and_named_by_type(url: Any, here: Path) -> None:
    paths = fetch_all([url("a.png"), url("b.jpg"), url("c.webp")], here)
    assert [path.name for path in paths] == ["reference-1.png", "reference-2.jpg", "reference-3.webp"]
    with Image.open(paths[1]) as picture:
        assert (picture.format, picture.size) == ("JPEG", (20, 10))


def test_the_engine_gets_them(url: Any, api: Api, renderer: Renderer) -> None:
    api.create(image_urls=[url("a.png"), url("b.png"), url("c.png")])
    renderer.run_once()
    assert Job.objects.get().width == 64 * 3


def test_an_unreachable_reference_fails_the_job_and_refunds(
    url: Any, api: Api, renderer: Renderer, left: Any
) -> None:
    missing = url("a.png").replace("a.png", "missing.png")
    api.create(image_urls=[url("a.png"), missing])
    renderer.run_once()
    job = Job.objects.get()
    assert job.status == Job.Status.FAILED
    assert job.reason == "Reference 2 can’t be used. 127.0.0.1 answered 404 instead of the file."
    assert left() == 100


def test_a_private_address_is_refused_unless_it_is_allowed(url: Any, here: Path, settings: Any) -> None:
    address = url("a.png")
    settings.OPENAPI_SERVER["PRIVATE_HOSTS"] = []
    with pytest.raises(Unusable, match="inside a private network"):
        fetch_all([address], here)


def test_this_instance_may_be_fetched_from(settings: Any) -> None:
    settings.PUBLIC_URL, settings.OMNI_API_URL, settings.PORT = "https://studio.local", "http://10.0.0.5:9000", 8123
    assert references.private_hosts() == {
        "studio.local:443",
        "10.0.0.5:9000",
        "127.0.0.1:8123",
        "localhost:8123",
    }


def test_a_file_that_is_not_an_image_is_refused(url: Any, here: Path) -> None:
    with pytest.raises(Unusable, match="This image can’t be used"):
        fetch_all([url("a.png", content=b"<svg/>")], here)


def test_an_image_with_too_many_pixels_is_refused(url: Any, here: Path, settings: Any) -> None:
    settings.MAX_PICTURE_PIXELS = 100
    with pytest.raises(Unusable, match="too large"):
        fetch_all([url("a.png")], here)


def test_a_file_that_is_too_long_is_refused(url: Any, here: Path, settings: Any) -> None:
    settings.MAX_REFERENCE_BYTES = 10
    with pytest.raises(Unusable, match="larger than"):
        fetch_all([url("a.png")], here)


def test_a_renderer_that_has_to_end_does_not_wait_for_a_slow_server(url: Any, here: Path) -> None:
    started = time.monotonic()
    with pytest.raises(Interrupted):
        fetch_all([url("a.png").replace("a.png", "slow")], here, lambda: True)
    assert time.monotonic() - started < 0.9


def test_no_references_start_nothing(here: Path) -> None:
    assert fetch_all([], here) == ()
