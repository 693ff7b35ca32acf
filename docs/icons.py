"""Draw the icons of the installed studio from the mark: `python docs/icons.py` writes static/img/icon-*.png."""

from __future__ import annotations

import math
from pathlib import Path

from PIL import Image, ImageDraw

IMAGES = Path(__file__).resolve().parents[1] / "static/img"
WALL, INK, CELADON = "#f6f6f5", "#20282a", "#2f7d6e"
FINE = 4  # drawn so many times larger, and made smaller: smooth edges


def icon(size: int, *, share: float, corner: float) -> Image.Image:
    """The mark on a wall-coloured tile; it takes `share` of the width, corners are round by `corner` of it."""
    wide = size * FINE
    picture = Image.new("RGBA", (wide, wide))
    draw = ImageDraw.Draw(picture)
    draw.rounded_rectangle((0, 0, wide - 1, wide - 1), wide * corner, WALL)
    unit = wide * share / 24  # the mark is drawn on a grid of 24
    middle = wide / 2

    def disc(x: float, y: float, r: float, colour: str) -> None:
        draw.ellipse([middle + (value - 12) * unit for value in (x - r, y - r, x + r, y + r)], colour)

    # The ring has its gap where the dot sits; a pen with a round tip draws it, clockwise from the right.
    for step in range(-3 * 8, 275 * 8):
        angle = math.radians(-step / 8)
        disc(12 + 8.5 * math.cos(angle), 12 - 8.5 * math.sin(angle), 1.1, INK)
    disc(18, 6, 3.1, CELADON)
    return picture.resize((size, size), Image.Resampling.LANCZOS)


def main() -> None:
    for name, size, share, corner in (
        ("icon-192", 192, 0.74, 0.22),
        ("icon-512", 512, 0.74, 0.22),
        # Systems cut these into shapes of their own: nothing of the mark is farther out than 40 % from the middle.
        ("icon-maskable-512", 512, 0.6, 0),
        ("icon-apple-180", 180, 0.66, 0),
    ):
        icon(size, share=share, corner=corner).save(IMAGES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
