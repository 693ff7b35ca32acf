"""Still lifes: balanced stones, ceramics in a row, a vase among plain shapes."""

from __future__ import annotations

import numpy as np

from omnistudio.openapi_server.engines.drawing.colour import Array, linear, mix
from omnistudio.openapi_server.engines.drawing.palette import ACCENT, BRIGHT, DARK, DEEP, MIDDLE, PALE
from omnistudio.openapi_server.engines.drawing.stage import Frame, Scene, Stage
from omnistudio.openapi_server.engines.drawing.studio import Mood, Studio, View
from omnistudio.openapi_server.engines.drawing.turned import Profile, Solid
from omnistudio.openapi_server.engines.drawing.vessels import VESSELS, drum, pebble, smoothed

DISTANCE = 5.4


class Table:
    """Collects solids with their outlines."""

    def __init__(self) -> None:
        self.solids: list[Solid] = []
        self.outlines: list[Array] = []

    def put(self, outline: Array, x: float, y: float, z: float, colour: Array, **looks: float) -> None:
        """Stand one solid on the table."""
        profile = Profile([(float(r), float(h)) for r, h in outline], 0.014)
        self.solids.append(Solid(profile, x, y + 0.014, z, colour.astype(np.float32), **looks))
        self.outlines.append(outline)


def _stones(stage: Stage, table: Table) -> None:
    """A tower of stones with a round one at its side."""
    rng, scheme = stage.rng("stones"), stage.palette.scheme
    colours = [scheme[i] for i in rng.permutation([DEEP, MIDDLE, BRIGHT, PALE, ACCENT])]
    level = 0.0
    count = int(rng.integers(4, 6))
    for index in range(count):
        share = 1 - index / count
        radius = (0.24 + 0.56 * share) * float(rng.uniform(0.85, 1.12))
        half = float(rng.uniform(0.16, 0.25)) * (0.75 + 0.4 * share)
        x = float(rng.normal(0, 0.06)) * (index > 0)
        table.put(
            pebble(radius, half),
            x,
            level,
            float(rng.normal(0, 0.04)),
            colours[index % 5] * 0.9,
            gloss=0.12,
            speckle=0.22,
            flat=float(rng.uniform(0.8, 0.97)),
            turn=float(rng.uniform(0, 3.1)),
        )
        level += half * 1.95
    side = float(rng.choice([-1, 1]))
    size = float(rng.uniform(0.24, 0.33))
    table.put(
        pebble(size, size),
        side * float(rng.uniform(1.05, 1.25)),
        0,
        float(rng.uniform(-0.1, 0.45)),
        colours[count % 5],
        gloss=0.15,
        speckle=0.15,
    )
    table.put(
        pebble(0.16, 0.1),
        -side * float(rng.uniform(0.9, 1.2)),
        0,
        -0.5,
        colours[(count + 1) % 5],
        gloss=0.1,
        speckle=0.2,
    )


def _row(stage: Stage, table: Table) -> None:
    """Ceramics in a row, close together, some a little behind."""
    rng, scheme = stage.rng("row"), stage.palette.scheme
    names = list(rng.permutation(list(VESSELS)))[: int(rng.integers(4, 6))]
    wanted = [name for name in ("bowl", "bottle", "vase") if name in stage.details]
    names = list(dict.fromkeys([*wanted, *names]))[: max(4, len(names))]
    order = rng.permutation([DEEP, MIDDLE, BRIGHT, PALE, ACCENT, PALE])
    widths = [max(radius for radius, _ in VESSELS[name]) for name in names]
    x = -sum(widths) * 0.95
    for index, name in enumerate(names):
        x += widths[index] * 0.95
        z = float(rng.uniform(-0.35, 0.35)) + 0.25 * (index % 2)
        glaze = mix(scheme[order[index % 6]], linear("#e9e2d4"), 0.12)
        table.put(smoothed(VESSELS[name]), x, 0, z, glaze * 0.88, gloss=float(rng.uniform(0.15, 0.6)), speckle=0.07)
        x += widths[index] * 0.95


def _product(stage: Stage, table: Table) -> None:
    """One vase on a plinth, with a drum and balls."""
    rng, scheme = stage.rng("product"), stage.palette.scheme
    side = float(rng.choice([-1, 1]))
    glaze = (
        linear("#b9cfc0")
        if not stage.palette.tinted and rng.random() < 0.4
        else scheme[int(rng.choice([MIDDLE, BRIGHT]))]
    )
    name = str(rng.choice(["vase", "moon", "jar", "amphora"]))
    table.put(drum(1.1, 0.2), 0, 0, 0.1, scheme[PALE] * 0.9, gloss=0.05, speckle=0.03)
    table.put(smoothed(VESSELS[name]), -0.1 * side, 0.22, 0.1, glaze * 0.9, gloss=0.6, speckle=0.05)
    tall = float(rng.uniform(0.6, 1.0))
    table.put(drum(0.4, tall), 1.0 * side, 0, 0.95, scheme[DEEP] * 1.2, gloss=0.08, speckle=0.03)
    table.put(pebble(0.22, 0.22), 1.02 * side, tall + 0.02, 0.95, scheme[ACCENT], gloss=0.35, speckle=0.03)
    table.put(pebble(0.13, 0.13), -0.72 * side, 0.22, -0.32, scheme[ACCENT], gloss=0.35, speckle=0.03)


def _mood(stage: Stage, side: float) -> Mood:
    palette = stage.palette
    rng = stage.rng("mood")
    light = np.array([side * 0.62, float(rng.uniform(0.6, 0.82)), -0.45], np.float32)
    if stage.light in ("golden", "dusk"):
        light[1] = 0.46
    dark = palette.night or "dark" in stage.moods
    room = (
        mix(palette.scheme[PALE], palette.sky[3], 0.4) if not dark else mix(palette.scheme[DARK], palette.sky[1], 0.4)
    )
    floor = mix(room, palette.scheme[PALE if not dark else DEEP], 0.35)
    return Mood(
        key=mix(np.float32(1.0), palette.sun, 0.6) * (1.55 if not dark else 1.7),
        ambient=mix(palette.sky[1], np.float32(0.5), 0.5) * (0.62 if not dark else 0.22),
        room_high=room * (0.86 if not dark else 0.28),
        room_low=room * (0.98 if not dark else 0.6),
        floor=np.clip(floor, 0, 0.86) * 0.9,
        light=light / np.linalg.norm(light),
    )


def prepare(stage: Stage) -> Frame:
    """Bake the light, then walk a camera slowly around the table while leaf light moves over it."""
    rng = stage.rng("still life")
    kinds = {"stones": _stones, "row": _row, "product": _product}
    asked = [kind for kind in kinds if kind in stage.details]
    if stage.details & {"bowl", "bottle", "vase"} and not asked:
        asked = ["row", "product"]
    kind = str(rng.choice(asked or list(kinds)))
    table = Table()
    kinds[kind](stage, table)
    side = float(rng.choice([-1, 1]))
    mood = _mood(stage, side)
    studio = Studio(table.solids, table.outlines, mood, stage.sub_seed("studio") % 2**31)
    left = min(solid.x - solid.profile.radius for solid in table.solids)
    right = max(solid.x + solid.profile.radius for solid in table.solids)
    high = max(solid.y + solid.profile.high for solid in table.solids)
    spread = max((right - left) * 1.32 / stage.wide, high * 1.75 / stage.tall) / DISTANCE
    target = ((left + right) / 2, high * 0.46, 0.1)
    start, swing = float(rng.uniform(-0.22, 0.1)), 0.2

    def frame(moment: float) -> Array:
        angle = start + swing * moment
        near = DISTANCE * (1 - 0.06 * moment)
        place = (target[0] + near * float(np.sin(angle)), high * 0.46 + 0.95, target[2] - near * float(np.cos(angle)))
        return studio.picture(stage.width, stage.height, View.looking(place, target, spread), moment)

    return frame


SCENE = Scene(
    name="still life",
    words=(
        "still life,vase,ceramic,pottery,stone,pebble,bowl,porcelain,teapot,tea,product,sculpture,jar,cup,bottle,"
        "balanced stones,cairn,rock,clay,perfume,minimal",
        "แจกัน,เซรามิก,เครื่องปั้นดินเผา,หิน,ก้อนหิน,กรวด,ชาม,ถ้วย,หุ่นนิ่ง,ขวด,ถ้วยชา,กาน้ำชา,สินค้า,ไห,เครื่องเคลือบ",
        "静物,靜物,花瓶,陶瓷,瓷器,青瓷,陶器,石头,石頭,卵石,鹅卵石,鵝卵石,碗,茶,茶壶,茶壺,产品,產品,瓶,叠石,疊石,杯",
    ),
    lights=("day", "dawn", "golden", "day", "dawn", "night"),
    prepare=prepare,
    still_at=0.45,
    details={
        "stones": ("stone,pebble,rock,cairn,zen", "หิน,ก้อนหิน,กรวด", "石头,石頭,卵石,石,叠石,疊石"),
        "vase": ("vase", "แจกัน,ไห", "花瓶,瓶"),
        "bowl": ("bowl,cup,tea", "ชาม,ถ้วย", "碗,杯,茶"),
        "bottle": ("bottle,perfume", "ขวด", "酒瓶"),
        "row": ("ceramic,pottery,porcelain,clay", "เซรามิก,เครื่องปั้นดินเผา,เครื่องเคลือบ", "陶瓷,瓷器,陶器"),
        "product": ("product,minimal,podium", "สินค้า", "产品,產品"),
    },
)
