"""References: every way to add them, and the errors of those that are refused."""

from __future__ import annotations

import base64
import io
import struct
import threading
import urllib.request
import zlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser import pages
from tests.browser.conftest import Scripted
from tests.browser.watching import Watch

WORDS = "words that stay whatever happens to a file"
# A file as a person drops or pastes it.
TRANSFER = """([base64, name, type]) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const transfer = new DataTransfer();
    transfer.items.add(new File([bytes], name, { type }));
    return transfer;
}"""


def transfer_of(page: Page, content: bytes, name: str = "a.png", mime: str = "image/png") -> object:
    return page.evaluate_handle(TRANSFER, [base64.b64encode(content).decode(), name, mime])


def test_a_drawing_begins_with_its_reference(page: Page) -> None:
    prompt = "in the colours of this picture"
    pages.compose(page, prompt, ratio="auto")
    pages.choose_files(page, pages.upload("wide.png", pages.png("#cc3311", (320, 160))))
    expect(pages.references(page)).to_have_count(1)
    pages.generate_button(page).click()
    (task,) = pages.tasks_of(page, prompt)
    image = pages.picture_of(page, task, prompt)
    assert image.evaluate("image => image.naturalWidth / image.naturalHeight") == pytest.approx(2, rel=0.01)
    expect(pages.runs(page, prompt)).to_contain_text("1 reference")


def test_references_are_dropped_pasted_and_chosen(scripted: Scripted, scripted_page: Page) -> None:
    page, prompt = scripted_page, "with three references"
    pages.compose(page, prompt)
    well = page.locator("#prompt-box")
    dropped = transfer_of(page, pages.png("#dd8800"))
    well.dispatch_event("dragover", {"dataTransfer": dropped})
    expect(well).to_have_class("prompt-box is-drop")
    well.dispatch_event("drop", {"dataTransfer": dropped})
    expect(well).to_have_class("prompt-box")
    expect(pages.references(page)).to_have_count(1)

    pasted = transfer_of(page, pages.png("#0088dd"))
    page.evaluate(
        """(clipboardData) => document.getElementById("prompt").dispatchEvent(
            new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }))""",
        pasted,
    )
    expect(pages.references(page)).to_have_count(2)
    jpeg = io.BytesIO()
    Image.new("RGB", (80, 60), "#225566").save(jpeg, "JPEG")
    pages.choose_files(page, pages.upload("photo.jpg", jpeg.getvalue(), "image/jpeg"))
    expect(pages.references(page)).to_have_count(3)
    # The same image again is the same reference.
    pages.choose_files(page, pages.upload("again.png", pages.png("#dd8800")))
    expect(page.locator(".ref--up")).to_have_count(0)
    expect(pages.references(page)).to_have_count(3)
    expect(pages.errors(page)).to_be_empty()

    pages.generate_button(page).click()
    (task,) = pages.tasks_of(page, prompt)
    pages.finished(page, task)
    expect(pages.runs(page, prompt)).to_contain_text("3 references")
    (sent,) = [one.body for one in scripted.service.creates if one.body["prompt"] == prompt]
    assert len(sent["image_urls"]) == 3
    # The service is not signed in: it must get the images by their links.
    for link in sent["image_urls"]:
        with urllib.request.urlopen(link) as answer:
            assert answer.headers["Content-Type"] in ("image/png", "image/jpeg")


def test_pasted_words_are_words(scripted: Scripted, scripted_page: Page) -> None:
    page = scripted_page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("navigator.clipboard.writeText('pasted words')")
    pages.prompt_box(page).focus()
    page.keyboard.press("ControlOrMeta+v")
    expect(pages.prompt_box(page)).to_have_value("pasted words")
    expect(pages.references(page)).to_have_count(0)


@pytest.fixture
def picture_server() -> Iterator[tuple[str, list[str]]]:
    """A small server inside the private network, and the paths that were requested."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            content = pages.png()
            self.send_response(200)
            self.send_header("Content-Type", "image/png")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/secret.png", asked
        server.shutdown()
        thread.join()


def test_a_private_address_is_refused_and_stays_to_be_mended(
    scripted: Scripted, scripted_page: Page, watch: Watch, picture_server: tuple[str, list[str]]
) -> None:
    page, (url, asked) = scripted_page, picture_server
    watch.expects(422)
    pages.prompt_box(page).fill(WORDS)
    toggle = page.get_by_role("button", name="From URL")
    expect(toggle).to_have_attribute("aria-expanded", "false")
    toggle.click()
    field = page.get_by_label("URL of an image")
    expect(field).to_be_focused()
    field.fill(url)
    field.press("Enter")
    expect(said(page)).to_contain_text("127.0.0.1 is an address inside a private network; it is not fetched.")
    expect(field).to_have_value(url)
    expect(pages.prompt_box(page)).to_have_value(WORDS)
    expect(pages.references(page)).to_have_count(0)
    assert asked == []

    field.fill("not an address")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(said(page)).to_contain_text("not an address: Only addresses that begin with http:// or https://")
    # Without “Add” it is fetched when the form is sent; the refusal is shown in the same place.
    field.fill(url)
    pages.generate_button(page).click()
    expect(said(page)).to_contain_text("is an address inside a private network")
    expect(field).to_have_value(url)
    expect(pages.prompt_box(page)).to_have_value(WORDS)
    assert asked == []


def said(page: Page) -> Locator:
    """The complaint, which must be where the person looks."""
    errors = pages.errors(page)
    expect(errors).to_be_in_viewport()
    expect(errors.locator(".field__error")).to_have_count(1)
    return errors


def jpeg_cut_off() -> bytes:
    whole = io.BytesIO()
    Image.effect_noise((300, 200), 60).save(whole, "JPEG")
    return whole.getvalue()[: len(whole.getvalue()) // 2]


def png_of_900_million_pixels() -> bytes:
    header = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", len(header)) + b"IHDR" + header + struct.pack(">I", zlib.crc32(b"IHDR" + header))
    data = zlib.compress(bytes(1000))
    rest = struct.pack(">I", len(data)) + b"IDAT" + data + struct.pack(">I", zlib.crc32(b"IDAT" + data))
    return b"\x89PNG\r\n\x1a\n" + chunk + rest


BAD_FILES = {
    "drawing.svg": (
        lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>',
        "This image can’t be used",
    ),
    "notes.png": (lambda: b"only words, whatever the name says", "This image can’t be used"),
    "cut.jpg": (jpeg_cut_off, "damaged or cut off"),
    "huge.jpg": (lambda: b"\xff\xd8\xff" + bytes(40_000_000), "40 MB; a reference can be at most 20 MB"),
    "bomb.png": (png_of_900_million_pixels, "The image is too large"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_is_refused_with_its_reason(
    scripted: Scripted, scripted_page: Page, watch: Watch, tmp_path: Path, name: str
) -> None:
    page, (content, reason) = scripted_page, BAD_FILES[name]
    watch.expects(422)
    path = tmp_path / name
    path.write_bytes(content())
    pages.prompt_box(page).fill(WORDS)
    pages.choose_files(page, path)
    expect(said(page)).to_contain_text(reason)
    expect(said(page)).to_contain_text(name)
    expect(page.locator(".ref")).to_have_count(0)
    expect(pages.prompt_box(page)).to_have_value(WORDS)
    # The next one, which is good, is taken, and the complaint goes.
    pages.choose_files(page, pages.upload("good.png", pages.png()))
    expect(pages.references(page)).to_have_count(1)
    expect(pages.errors(page)).to_be_empty()


def test_a_ninth_reference_is_one_too_many(scripted: Scripted, scripted_page: Page) -> None:
    page = scripted_page
    pages.prompt_box(page).fill(WORDS)
    pages.choose_files(page, [pages.upload(f"{n}.png", pages.png(f"#{n}{n}4466")) for n in range(9)])
    expect(said(page)).to_contain_text("A task takes at most 8 references.")
    expect(pages.references(page)).to_have_count(8)
    expect(pages.prompt_box(page)).to_have_value(WORDS)
    # After one is taken out there is room again.
    pages.references(page).last.get_by_role("button", name="Remove reference").click()
    pages.choose_files(page, pages.upload("other.png", pages.png("#ffffff")))
    expect(pages.references(page)).to_have_count(8)
    expect(pages.errors(page)).to_be_empty()
