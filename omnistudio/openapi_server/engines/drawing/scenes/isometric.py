"""A small city block seen from above at an angle, with lit windows and moving cars."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from omnistudio.openapi_server.engines.drawing.colour import Array, decode, encode, mix
from omnistudio.openapi_server.engines.drawing.palette import ACCENT, BRIGHT, DARK, DEEP, MIDDLE, PALE
from omnistudio.openapi_server.engines.drawing.stage import Frame, Stage

BLOCKS = 9
STREETS = (3, 6)
ZOOM = 0.06
Colour = tuple[int, int, int]
Point = tuple[float, float]


def _paint(colour: Array, light: float = 1.0) -> Colour:
    """An 8 bit display colour of linear light."""
    red, green, blue = (int(part * 255) for part in encode(np.asarray(colour) * light))
    return red, green, blue


class Block:
    """Draws the block once: a picture, a second one with other windows lit, and a mask of open streets."""

    def __init__(self, stage: Stage) -> None:
        self.scale = 1.7 if stage.still else 1.5
        self.width, self.height = int(stage.width * self.scale), int(stage.height * self.scale)
        self.rng = stage.rng("block")
        self.cell = min(self.width / (BLOCKS * 2.2), self.height / (BLOCKS * 1.42))
        self.origin = (self.width / 2, self.height / 2 - self.cell * BLOCKS * 0.39)
        scheme = stage.palette.scheme
        self.night = stage.palette.night or stage.light == "dusk"
        wall = [mix(scheme[i], np.float32(0.5), 0.1) for i in (MIDDLE, BRIGHT, PALE, ACCENT, BRIGHT, DEEP)]
        self.walls = [colour * (0.6 if self.night else 0.95) for colour in wall]
        high, low = (
            (stage.palette.sky[1], stage.palette.sky[0]) if self.night else (scheme[PALE], stage.palette.sky[2])
        )
        self.ground = mix(scheme[DARK], stage.palette.sky[1], 0.4) * (1.15 if self.night else 1.6)
        self.base = self._backdrop(high * (0.55 if self.night else 1), low * (0.55 if self.night else 1))
        self.streets = Image.new("L", self.base.size)
        self.other = self.base.copy()
        self.pens = [ImageDraw.Draw(self.base), ImageDraw.Draw(self.other)]
        self.mask = ImageDraw.Draw(self.streets)
        self._plate()
        for i in range(BLOCKS):
            for j in range(BLOCKS):
                self._lot(i, j)
        self.base, self.other = self._bloom(self.base), self._bloom(self.other)

    def at(self, i: float, j: float, up: float = 0.0) -> Point:
        """The picture place of a place on the block; `up` in cells."""
        return self.origin[0] + (i - j) * self.cell, self.origin[1] + (i + j) * self.cell / 2 - up * self.cell

    def _backdrop(self, high: Array, low: Array) -> Image.Image:
        share = np.linspace(0, 1, self.height, dtype=np.float32)[:, None, None]
        rows = encode(mix(high, low, share)) * 255 + self.rng.random((self.height, self.width, 1), np.float32)
        return Image.fromarray(np.clip(rows, 0, 255).astype(np.uint8))

    def _both(self, points: list[Point], fill: Colour, street: int = 0) -> None:
        for pen in self.pens:
            pen.polygon(points, fill=fill)
        self.mask.polygon(points, fill=street)

    def _plate(self) -> None:
        low, high, thick = -0.3, BLOCKS + 0.3, 0.65
        corners = [self.at(low, low), self.at(high, low), self.at(high, high), self.at(low, high)]
        left = [corners[3], corners[2], self.at(high, high, -thick), self.at(low, high, -thick)]
        right = [corners[2], corners[1], self.at(high, low, -thick), self.at(high, high, -thick)]
        self._both(left, _paint(self.ground, 0.6))
        self._both(right, _paint(self.ground, 0.36))
        self._both(corners, _paint(self.ground, 1.1))

    def _lot(self, i: int, j: int) -> None:
        square = [self.at(i, j), self.at(i + 1, j), self.at(i + 1, j + 1), self.at(i, j + 1)]
        if i in STREETS or j in STREETS:
            self._both(square, _paint(self.ground, 0.8), 255)
        elif self.rng.random() < 0.17:
            self._park(i, j, square)
        else:
            self._house(i, j)

    def _park(self, i: int, j: int, square: list[Point]) -> None:
        green = np.array([0.05, 0.17, 0.1], np.float32) * (1 if self.night else 2.2)
        self._both(square, _paint(green, 0.7))
        for _ in range(4):
            x, y = self.at(i + float(self.rng.uniform(0.2, 0.8)), j + float(self.rng.uniform(0.2, 0.8)))
            size = self.cell * float(self.rng.uniform(0.15, 0.26))
            for pen in self.pens:
                pen.ellipse([x - size, y - size * 2.2, x + size, y - size * 0.2], fill=_paint(green, 1.3))
                pen.ellipse(
                    [x - size * 0.85, y - size * 2.15, x + size * 0.3, y - size * 0.9], fill=_paint(green, 2.0)
                )

    def _house(self, i: int, j: int) -> None:
        colour = self.walls[int(self.rng.integers(len(self.walls)))]
        middle = 1.25 - abs(i - BLOCKS / 2) / BLOCKS - abs(j - BLOCKS / 2) / BLOCKS
        up = 0.55 + float(self.rng.random()) ** 2 * 3.4 * middle
        i0, i1, j0, j1 = i + 0.1, i + 0.9, j + 0.1, j + 0.9
        at = self.at
        self._both([at(i0, j1), at(i1, j1), at(i1, j1, up), at(i0, j1, up)], _paint(colour, 0.34))
        self._both([at(i1, j1), at(i1, j0), at(i1, j0, up), at(i1, j1, up)], _paint(colour, 0.16))
        self._both([at(i0, j0, up), at(i1, j0, up), at(i1, j1, up), at(i0, j1, up)], _paint(colour))
        if self.rng.random() < 0.4:
            k0, k1, l0, l1 = i + 0.35, i + 0.65, j + 0.35, j + 0.65
            self._both(
                [at(k0, l1, up), at(k1, l1, up), at(k1, l1, up + 0.2), at(k0, l1, up + 0.2)], _paint(colour, 0.5)
            )
            self._both(
                [at(k1, l1, up), at(k1, l0, up), at(k1, l0, up + 0.2), at(k1, l1, up + 0.2)], _paint(colour, 0.25)
            )
            self._both(
                [at(k0, l0, up + 0.2), at(k1, l0, up + 0.2), at(k1, l1, up + 0.2), at(k0, l1, up + 0.2)],
                _paint(colour, 1.1),
            )
        lit = np.array([1.0, 0.66, 0.24], np.float32)
        for level in range(int((up - 0.1) / 0.34)):
            for column in range(3):
                for side in range(2):
                    self._window(i0, i1, j0, j1, 0.14 + level * 0.34, 0.14 + column * 0.28, side, lit, colour)

    def _window(
        self, i0: float, i1: float, j0: float, j1: float, low: float, start: float, side: int, lit: Array, wall: Array
    ) -> None:
        end, high = start + 0.18, low + 0.18
        if side == 0:
            left, right = i0 + (i1 - i0) * start, i0 + (i1 - i0) * end
            points = [
                self.at(left, j1, low),
                self.at(right, j1, low),
                self.at(right, j1, high),
                self.at(left, j1, high),
            ]
        else:
            left, right = j1 + (j0 - j1) * start, j1 + (j0 - j1) * end
            points = [
                self.at(i1, left, low),
                self.at(i1, right, low),
                self.at(i1, right, high),
                self.at(i1, left, high),
            ]
        share = 0.55 if self.night else 0.12
        chance, dim = float(self.rng.random()), float(self.rng.uniform(0.6, 1.0))
        for number, pen in enumerate(self.pens):
            on = chance < share + (0.05 if number else 0.0) and (number == 0 or chance > 0.05)
            pen.polygon(points, fill=_paint(lit, dim) if on else _paint(wall, 0.1))

    def _bloom(self, picture: Image.Image) -> Image.Image:
        if not self.night:
            return picture
        soft = picture.filter(ImageFilter.GaussianBlur(self.cell * 0.35)).point(
            lambda value: max(0, value - 62) * 0.75
        )
        return ImageChops.screen(picture, soft)


def _cars(block: Block, stage: Stage) -> list[tuple[bool, float, float, float, bool]]:
    """Street direction, lane, start, speed and whether the lamps seen are white."""
    rng = stage.rng("cars")
    cars = []
    for _ in range(22):
        away = bool(rng.random() < 0.5)
        lane = float(rng.choice(STREETS)) + (0.3 if away else 0.7)
        cars.append((bool(rng.random() < 0.5), lane, float(rng.random()) * BLOCKS, (2.4 if away else -2.4), away))
    return cars


def prepare(stage: Stage) -> Frame:
    """The block is drawn once; windows fade, cars drive and the camera closes in slowly."""
    block = Block(stage)
    cars = _cars(block, stage)

    def frame(moment: float) -> Array:
        share = 0.5 + 0.5 * float(np.sin(6.28 * moment * 0.75))
        picture = Image.blend(block.base, block.other, share)
        lamps = Image.new("RGB", picture.size)
        pen = ImageDraw.Draw(lamps)
        for across, lane, start, speed, away in cars:
            place = (start + speed * moment * (1.0 + lane % 0.2)) % BLOCKS
            x, y = block.at(place, lane) if across else block.at(lane, place)
            for reach, colour in (
                (0.14, (70, 48, 20) if away else (70, 14, 10)),
                (0.055, (255, 236, 190) if away else (255, 70, 50)),
            ):
                size = reach * block.cell
                pen.ellipse([x - size, y - size * 0.7, x + size, y + size * 0.7], fill=colour)
        lamps = ImageChops.multiply(lamps, Image.merge("RGB", [block.streets] * 3))
        picture = ImageChops.add(picture, lamps)
        inset = ZOOM * moment * 0.5
        box = (block.width * inset, block.height * inset, block.width * (1 - inset), block.height * (1 - inset))
        small = picture.resize((stage.width, stage.height), Image.Resampling.BICUBIC, box=box, reducing_gap=None)
        return decode(np.asarray(small, np.float32) / 255)

    return frame
