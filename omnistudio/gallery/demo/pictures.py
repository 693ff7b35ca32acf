"""The few real files that all items of the demo share: drawn by the built-in engine, or plain and quick."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal, cast

import av
from django.conf import settings
from django.core.files import File
from django.core.files.base import ContentFile
from django.utils.module_loading import import_string
from PIL import Image

from omnistudio.gallery.demo.words import THEMES
from omnistudio.gallery.media import ingest
from omnistudio.gallery.models import Task

# Whatever lies below this name is shared by many rows: no single item may take it along when it goes.
FOLDER = "demo"
_ORDER = "omnistudio.openapi_server.engines.base.Order"
_STILL_RATIOS = ("3:4", "16:9", "1:1", "4:3", "2:3", "3:2", "9:16", "4:5")
_FILM_RATIOS = ("16:9", "9:16", "1:1")
_PLAIN_SIDE = 240

Kind = Literal["image", "video"]


@dataclass(frozen=True)
class Medium:
    """A stored file with its small copies: what it shows, and the fields of the rows that have it."""

    theme: str
    kind: Kind
    aspect_ratio: str
    fields: dict[str, Any]


def make_media(*, plain: bool, tell: Callable[[str], None] = lambda _line: None) -> list[Medium]:
    """Make two stills of each theme and a film of some, and put them into the storage, over what was there."""
    media: list[Medium] = []
    wishes = list(_wishes())
    with tempfile.TemporaryDirectory(prefix="demo-") as name:
        for number, (theme, kind, ratio, prompt) in enumerate(wishes):
            folder = Path(name) / str(number)
            folder.mkdir()
            path = _plain(kind, ratio, number, folder) if plain else _drawn(kind, ratio, prompt, number, folder)
            media.append(Medium(theme, kind, ratio, _store(path, kind)))
            tell(f"file {number + 1} of {len(wishes)}: {theme}, {kind}, {ratio}")
    return media


def remove_media() -> None:
    """Take the shared files out of the storage."""
    storage = Task._meta.get_field("file").storage
    try:
        folders = storage.listdir(FOLDER)[0]
    except FileNotFoundError:
        return
    for folder in folders:
        for name in storage.listdir(f"{FOLDER}/{folder}")[1]:
            storage.delete(f"{FOLDER}/{folder}/{name}")
        storage.delete(f"{FOLDER}/{folder}")


def _wishes() -> list[tuple[str, Kind, str, str]]:
    stills: list[tuple[str, Kind, str, str]] = []
    films: list[tuple[str, Kind, str, str]] = []
    for number, theme in enumerate(THEMES):
        subjects = theme.subjects["en"]
        for which in (0, 1):
            ratio = _STILL_RATIOS[(number + which * 3) % len(_STILL_RATIOS)]
            light = "at dusk" if (number + which) % 2 else "at dawn"
            stills.append((theme.name, "image", ratio, f"{subjects[which]} {light}"))
        if theme.filmed:
            films.append((theme.name, "video", _FILM_RATIOS[len(films) % 3], f"{subjects[0]} in mist, at dusk"))
    return stills + films


def _drawn(kind: Kind, ratio: str, prompt: str, seed: int, folder: Path) -> Path:
    """The engine is known by its dotted path alone: the gallery does not know the built-in server."""
    engine = import_string(settings.OPENAPI_SERVER["ENGINE"])()
    order = import_string(_ORDER)(kind=kind, prompt=prompt, aspect_ratio=ratio, seed=seed)
    return cast(Path, engine.make(order, folder).path)


def _plain(kind: Kind, ratio: str, number: int, folder: Path) -> Path:
    across, down = (int(side) for side in ratio.split(":"))
    scale = _PLAIN_SIDE / max(across, down)
    width, height = (round(side * scale / 2) * 2 for side in (across, down))
    shade = Image.linear_gradient("L").resize((width, height))
    dark, light = f"hsl({number * 19 % 360}, 40%, 30%)", f"hsl({number * 19 % 360}, 45%, 80%)"
    picture = Image.composite(Image.new("RGB", shade.size, light), Image.new("RGB", shade.size, dark), shade)
    if kind == "image":
        picture.save(folder / "plain.png")
        return folder / "plain.png"
    path = folder / "plain.mp4"
    with av.open(str(path), "w", options={"movflags": "+faststart"}) as container:
        stream = container.add_stream("libx264", rate=Fraction(12))
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for _frame in range(12):
            container.mux(stream.encode(av.VideoFrame.from_image(picture)))
        container.mux(stream.encode())
    return path


def _store(path: Path, kind: Kind) -> dict[str, Any]:
    """Put one file and its small copies below `demo/`; the fields for every row that shares them."""
    storage = Task._meta.get_field("file").storage
    result = ingest.examine(path, kind)
    content = path.read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    small = {"thumbnail": ("thumbnail.webp", result.thumbnail), "poster": ("poster.jpg", result.poster)}
    small["preview"] = ("preview.mp4", result.preview)
    fields: dict[str, Any] = {
        "content_type": result.content_type,
        "width": result.width,
        "height": result.height,
        "seconds": result.seconds,
        "bytes": len(content),
        "sha256": sha256,
    }
    copies: dict[str, tuple[str, bytes | None]] = {"file": (f"file.{result.extension}", content), **small}
    for field, (name, data) in copies.items():
        if data:
            where = f"{FOLDER}/{sha256[:16]}/{name}"
            if storage.exists(where):
                storage.delete(where)
            fields[field] = storage.save(where, cast(File, ContentFile(data)))
    return fields
