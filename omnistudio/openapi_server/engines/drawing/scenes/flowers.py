"""Flowers from above that open: a lotus on water, a dahlia, a daisy, a peony."""

from __future__ import annotations

import numpy as np

from omnistudio.openapi_server.engines.drawing.colour import Array, linear, mix, smooth
from omnistudio.openapi_server.engines.drawing.noise import Tile, cloud
from omnistudio.openapi_server.engines.drawing.palette import ACCENT, BRIGHT, DARK, DEEP, MIDDLE, PALE
from omnistudio.openapi_server.engines.drawing.petals import KINDS, Bloom, Kind, Painter
from omnistudio.openapi_server.engines.drawing.raster import blurred, resized
from omnistudio.openapi_server.engines.drawing.stage import Frame, Scene, Stage


def _pad(stage: Stage, picture: Array, x: float, y: float, radius: float, notch: float, green: Array) -> None:
    """A lotus leaf with its shadow on the water, painted in place."""
    reach = radius * 1.35 + 0.06
    columns = np.flatnonzero(np.abs(stage.x[0] - x) < reach)
    rows = np.flatnonzero(np.abs(stage.y[:, 0] - y) < reach)
    if not columns.size or not rows.size:
        return
    picture = picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    across, down = stage.x[:, columns] - x, stage.y[rows] - y
    distance, angle = np.hypot(across, down), np.arctan2(down, across)
    wavy = radius * (1 + 0.02 * np.sin(angle * 7 + notch))
    edge = 1.3 * stage.pixel
    gap = np.abs((angle - notch + np.pi) % (2 * np.pi) - np.pi)
    slit = smooth(0.015, 0.06, distance * np.sin(np.minimum(gap, 1.5)) - 0.02 * distance / radius + 0.012)
    cover = smooth(edge, -edge, distance - wavy) * slit
    shadow = smooth(radius + 0.05, radius - 0.03, np.hypot(across - 0.015, down - 0.022))
    picture *= 1 - 0.42 * shadow[..., None]
    veins = 0.84 + 0.2 * np.abs(np.sin(angle * 8.5 + notch)) ** 0.35
    inner = np.clip(distance / radius, 0, 1)
    light = veins * (0.95 - 0.25 * (across + down) / radius) + 0.22 * smooth(0.9, 1.0, inner)
    colour = mix(green * 1.25, green * 0.38, inner[..., None]) * light[..., None]
    picture[:] = mix(picture, colour, cover[..., None])


def _backdrop(stage: Stage, water: bool) -> Array:
    """Still water with leaves, or soft foliage out of focus."""
    rng, palette = stage.rng("backdrop"), stage.palette
    ground = mix(palette.scheme[DARK], palette.scheme[DEEP], 0.35)
    ground = mix(ground, linear("#123a36"), 0.0 if palette.tinted else 0.6) * (0.55 if palette.night else 0.85)
    across, down = stage.x - stage.wide / 2, stage.y - stage.tall / 2
    fall = smooth(0.85, 0.0, np.hypot(across, down))[..., None]
    light = cloud(stage.width, stage.height, 2.2, stage.sub_seed("water light"), 4)[..., None]
    picture = ground * (0.5 + 0.9 * fall) * (1 + 0.35 * light) + palette.sky[2] * 0.035 * smooth(0, 1, light)
    green = mix(linear("#3f8259"), palette.scheme[MIDDLE], 0.25 if palette.tinted else 0.12)
    if water:
        for _ in range(int(rng.integers(6, 11))):
            turn, far = float(rng.uniform(0, 6.28)), float(rng.uniform(0.42, 0.75))
            x, y = stage.wide / 2 + far * np.cos(turn) * stage.wide, stage.tall / 2 + far * np.sin(turn) * stage.tall
            _pad(
                stage, picture, float(x), float(y), float(rng.uniform(0.13, 0.26)), float(rng.uniform(0, 6.28)), green
            )
        return picture.astype(np.float32)
    return _foliage(stage, picture, green)


def _foliage(stage: Stage, ground: Array, green: Array) -> Array:
    """Leaves out of focus, painted at a quarter of the size because they are blurred anyway."""
    rng = stage.rng("foliage")
    grid_x, grid_y = stage.x[:, ::4], stage.y[::4]
    picture = ground[::4, ::4].astype(np.float32)
    for _ in range(90):
        x, y = float(rng.random() * stage.wide), float(rng.random() * stage.tall)
        turn, long = float(rng.uniform(0, 6.28)), float(rng.uniform(0.08, 0.28))
        cosine, sine = np.float32(np.cos(turn)), np.float32(np.sin(turn))
        along = (grid_x - x) * cosine + (grid_y - y) * sine
        aside = (grid_y - y) * cosine - (grid_x - x) * sine
        leaf = smooth(1.1, 0.75, np.hypot(along / long, aside / (long * 0.3)))
        vein = 1 + 0.35 * smooth(0.05, 0.0, np.abs(aside) / long)
        picture = mix(picture, green * float(rng.uniform(0.1, 0.75)), (leaf * vein * 0.7)[..., None])
    soft = blurred(picture.astype(np.float32), stage.unit * 0.0022)
    return resized(soft, stage.width, stage.height)


def _blooms(stage: Stage, kind: Kind) -> list[Bloom]:
    """One large flower a little off the middle, sometimes with smaller ones."""
    rng = stage.rng("blooms")
    small = min(stage.wide, stage.tall)
    radius = small * float(rng.uniform(0.36, 0.46))
    x = stage.wide * float(
        rng.choice([0.38, 0.5, 0.5, 0.62]) if stage.wide > stage.tall * 1.2 else rng.uniform(0.45, 0.55)
    )
    y = stage.tall * float(rng.choice([0.4, 0.5, 0.6]) if stage.tall > stage.wide * 1.2 else rng.uniform(0.47, 0.54))
    blooms = [Bloom(kind, x, y, radius, float(rng.uniform(0, 6.28)), 0.0)]
    for _ in range(12):
        size = radius * float(rng.uniform(0.3, 0.58))
        other = Bloom(
            kind,
            float(rng.random()) * stage.wide,
            float(rng.random()) * stage.tall,
            size,
            float(rng.uniform(0, 6.28)),
            float(rng.uniform(0.05, 0.3)),
        )
        apart = all(np.hypot(other.x - b.x, other.y - b.y) > (other.radius + b.radius) * 1.02 for b in blooms)
        if apart and len(blooms) < 4:
            blooms.append(other)
    return blooms[::-1]


def _colours(stage: Stage) -> Array:
    """Body, root and tip of the petals, (3, 3)."""
    scheme, rng = stage.palette.scheme, stage.rng("petal colours")
    if stage.palette.tinted:
        return np.stack([mix(scheme[PALE], scheme[BRIGHT], 0.45), scheme[BRIGHT], scheme[MIDDLE]])
    sets = (
        ("#f7d9df", "#e58aa4", "#b13f6c"),
        ("#fdf3dc", "#f2c66f", "#d9793a"),
        ("#fbf6ec", "#e9dcc0", "#e8b4b4"),
        ("#f3d9f0", "#b98ad6", "#6f46a8"),
        ("#ffd9c2", "#f2906a", "#c03f3a"),
        ("#e3ecf7", "#9fb8e2", "#4f6fb5"),
    )
    body, root, tip = sets[int(rng.integers(len(sets)))]
    return np.stack([linear(body), linear(root), mix(linear(tip), scheme[ACCENT], 0.12)])


def prepare(stage: Stage) -> Frame:
    """The backdrop stands; ripples run over the water and the flowers open and turn."""
    rng = stage.rng("flowers")
    name = next((wanted for wanted in KINDS if wanted in stage.details), None)
    kind = KINDS[name or str(rng.choice(list(KINDS)))]
    backdrop = _backdrop(stage, kind.water)
    blooms, painter = _blooms(stage, kind), Painter(stage, _colours(stage), kind.point)
    main = blooms[-1]
    distance = np.hypot(stage.x - main.x, stage.y - main.y)
    bend = Tile.fractal(stage.sub_seed("bend"), 256, 3, 2.2).at(
        stage.x * 0.5 + 0 * stage.y, stage.y * 0.5 + 0 * stage.x
    )
    reach = np.exp(-distance * 1.9)

    def frame(moment: float) -> Array:
        if kind.water:
            ripple = np.sin(distance * 84 + bend * 2.6 - moment * 17) * reach
            picture = backdrop * (1 + 0.2 * ripple)[..., None]
        else:
            picture = backdrop * np.float32(1 + 0.06 * np.sin(moment * 6.28))
        for bloom in blooms:
            painter.bloom(picture, bloom, moment)
        return picture

    return frame


SCENE = Scene(
    name="flowers",
    words=(
        "flower,lotus,floral,bouquet,petal,dahlia,daisy,daisies,sunflower,peony,peonies,rose,tulip,orchid,garden,"
        "water lily,water lilies,chrysanthemum,jasmine",
        "ดอกไม้,ดอกบัว,บัว,กลีบดอก,ช่อดอกไม้,ดอกกุหลาบ,กุหลาบ,ดอกทานตะวัน,ทานตะวัน,กล้วยไม้,ดาวเรือง,มะลิ,สวนดอกไม้,ดอก",
        "花,莲花,蓮花,荷花,睡莲,睡蓮,牡丹,菊花,玫瑰,向日葵,花园,花園,花卉,兰花,蘭花,雏菊,雛菊",
    ),
    lights=("day", "dawn", "golden", "night", "dusk"),
    prepare=prepare,
    still_at=0.85,
    details={
        "lotus": ("lotus,water lily,water lilies", "บัว,ดอกบัว", "莲,蓮,荷"),
        "daisy": ("daisy,daisies,sunflower", "ทานตะวัน,เดซี่", "向日葵,雏菊,雛菊"),
        "peony": ("peony,peonies,rose,tulip", "กุหลาบ", "牡丹,玫瑰"),
        "dahlia": ("dahlia,chrysanthemum,marigold", "ดาวเรือง,เบญจมาศ", "菊花,大丽花,大麗花"),
    },
)
