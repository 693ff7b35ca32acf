"""The drawing engine, which turns an order into a finished file."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageOps

from omnistudio.openapi_server.engines.base import Artifact, EngineError, Order
from omnistudio.openapi_server.engines.drawing import journey, reference
from omnistudio.openapi_server.engines.drawing.brief import stage_for
from omnistudio.openapi_server.engines.drawing.film import FRAMES, RATE, film_writer
from omnistudio.openapi_server.engines.drawing.raster import Finish
from omnistudio.openapi_server.engines.drawing.sizes import size_for
from omnistudio.openapi_server.engines.drawing.stage import Frame, Scene, Stage, stable_seed
from omnistudio.openapi_server.engines.drawing.weather import with_weather

FAIL_MARK = "[[fail]]"
FAIL_REASON = "The prompt asked for a failure: it contains [[fail]]. Remove it to get a result."
PNG_EFFORT = 4


class DrawingEngine:
    """Draws images and videos from the words of a prompt, on the CPU. It is not an AI model."""

    def make(self, order: Order, folder: Path) -> Artifact:
        """Draw the order into the folder."""
        try:
            width, height = size_for(order.kind, order.aspect_ratio, _reference_size(order))
            seen = reference.load(order.references, width, height) if order.references else None
        except OSError as problem:
            raise EngineError(f"A reference picture could not be read: {problem}") from problem
        still = order.kind == "image"
        scene, stage = stage_for(order.prompt.replace(FAIL_MARK, " "), order.seed, width, height, still, seen)
        if FAIL_MARK in order.prompt:
            _fail_after_some_work(order)
        name = f"drawing-{stable_seed(order.kind, order.aspect_ratio, stage.seed, order.references):016x}"
        if still:
            return _still(scene, stage, seen, folder / f"{name}.png")
        frame = _drawn(scene, stage) if seen is None else journey.prepare(stage, scene, seen)
        return _film(stage, frame, seen is None, folder / f"{name}.mp4")


def _reference_size(order: Order) -> tuple[int, int] | None:
    if not order.references:
        return None
    with Image.open(order.references[0]) as picture:
        return ImageOps.exif_transpose(picture).size


def _fail_after_some_work(order: Order) -> None:
    """Draw a small picture and then fail: such a prompt simulates a failure in the middle of the work."""
    scene, stage = stage_for(order.prompt, order.seed, 160, 90, True)
    scene.prepare(stage)(0.0)
    raise EngineError(FAIL_REASON)


def _drawn(scene: Scene, stage: Stage) -> Frame:
    frame = scene.prepare(stage)
    return with_weather(stage, frame) if scene.outdoors else frame


def _still(scene: Scene, stage: Stage, seen: reference.Reference | None, path: Path) -> Artifact:
    light = _drawn(scene, stage)(scene.still_at)
    if seen is not None:
        light = reference.merged(light, seen, stage.unit)
    finish = Finish(stage.width, stage.height, stage.sub_seed("grain"))
    Image.fromarray(finish.bytes_of(light)).save(path, compress_level=PNG_EFFORT)
    return Artifact(path, "image/png", stage.width, stage.height, None)


def _film(stage: Stage, frame: Frame, shaded: bool, path: Path) -> Artifact:
    """Write the film. Without `shaded`, for one that starts from a reference, corners and highlights are kept."""
    finish = Finish(stage.width, stage.height, stage.sub_seed("grain"), 0.14 if shaded else 0.0, 0.003, shaded)
    with film_writer(path, stage.width, stage.height) as append:
        for number in range(FRAMES):
            append(finish.bytes_of(frame(number / (FRAMES - 1))))
    return Artifact(path, "video/mp4", stage.width, stage.height, FRAMES / RATE)
