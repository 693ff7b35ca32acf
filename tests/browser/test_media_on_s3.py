"""With an object store the pages show what it holds, under the site's own strict policy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser import pages
from tests.browser.servers import Studio
from tests.browser.watching import Watch
from tests.object_store import ObjectStore


@pytest.fixture
def elsewhere(prepared: Studio, running_store: ObjectStore, tmp_path: Path) -> Iterator[Studio]:
    """A studio that keeps its files in the store."""
    with Studio(tmp_path / "studio", MEDIA_STORAGE_URL=running_store.url("in-a-browser")) as studio:
        studio.prepare_like(prepared)
        studio.start("up")
        studio.wait_until_open("tracker", "renderer")
        yield studio


def test_an_image_is_generated_shown_and_downloaded(
    elsewhere: Studio, running_store: ObjectStore, new_context: Callable[..., Any], watch: Watch
) -> None:
    context = new_context(base_url=elsewhere.url)
    watch.follow(context, elsewhere.url, running_store.endpoint)
    page = context.new_page()
    pages.sign_up(page)
    prompt = "โคมลอยเหนือแม่น้ำปิง"
    (task,) = pages.generate(page, prompt)
    pages.picture_of(page, task, prompt)
    assert any(path.endswith(".thumbnail.webp") for method, path in running_store.requests if method == "GET")
    assert not list((elsewhere.folder / "media").rglob("*.png"))
    page.goto(f"/t/{task}/")
    large = page.locator(f'img[src="/media/{task}/file/"]').first
    expect(large).to_have_js_property("complete", True)
    assert large.evaluate("image => image.naturalWidth") >= 1024
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").first.click()
    assert "โคมลอยเหนือแม่น้ำปิง" in download.value.suggested_filename
    assert download.value.path().read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
