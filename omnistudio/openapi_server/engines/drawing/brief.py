"""Reading a prompt: which scene, which light and weather, which colours."""

from __future__ import annotations

import numpy as np

from omnistudio.openapi_server.engines.drawing.lexicon import Lexicon
from omnistudio.openapi_server.engines.drawing.moods import COLOUR_WORDS, LIGHTS, MOODS, STORMS, WEATHERS
from omnistudio.openapi_server.engines.drawing.palette import Palette, base_palette, with_colours, with_mood
from omnistudio.openapi_server.engines.drawing.reference import Reference, palette_of
from omnistudio.openapi_server.engines.drawing.scenes.registry import scene_for
from omnistudio.openapi_server.engines.drawing.stage import Scene, Stage, stable_seed
from omnistudio.openapi_server.engines.drawing.weather import in_weather


def stage_for(
    prompt: str, seed: int, width: int, height: int, still: bool, reference: Reference | None = None
) -> tuple[Scene, Stage]:
    """The scene a prompt asks for and the stage it is drawn on, in the reference's colours if there is one."""
    text = " ".join(prompt.split()).lower()
    scene = scene_for(text)
    root = stable_seed(text, seed)
    rng = np.random.default_rng(stable_seed(root, "palette"))
    light = LIGHTS.best(text) or str(rng.choice(scene.lights))
    moods = frozenset(MOODS.names(text))
    if moods & {"neon", "dark"} and LIGHTS.best(text) is None and "night" in scene.lights:
        light = "night"
    weather = frozenset(WEATHERS.names(text) + STORMS.names(text))
    palette = palette_for(text, light, moods, rng)
    if scene.outdoors:
        palette = in_weather(palette, weather)
    if reference is not None:
        palette = palette_of(reference, palette)
    stage = Stage(
        width=width,
        height=height,
        palette=palette,
        light=light,
        weather=weather,
        moods=moods,
        prompt=text,
        seed=root,
        still=still,
        details=_details_in(scene, text),
    )
    return scene, stage


def palette_for(text: str, light: str, moods: frozenset[str], rng: np.random.Generator) -> Palette:
    """The palette of a time of day, led by the colours and moods a prompt names."""
    palette = with_colours(base_palette(light, rng), COLOUR_WORDS.names(text))
    for mood in sorted(moods):
        palette = with_mood(palette, mood)
    return palette


def _details_in(scene: Scene, text: str) -> frozenset[str]:
    lexicon = Lexicon()
    for name, words in scene.details.items():
        lexicon.add(name, words)
    return frozenset(lexicon.names(text))
