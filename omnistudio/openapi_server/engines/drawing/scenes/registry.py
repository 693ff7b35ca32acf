"""Every scene, and the choice of one by the words of a prompt."""

from __future__ import annotations

from omnistudio.openapi_server.engines.drawing.lexicon import Lexicon
from omnistudio.openapi_server.engines.drawing.scenes import (
    aurora,
    city,
    dunes,
    flowers,
    forest,
    ink,
    lanterns,
    mountains,
    planet,
    posters,
    sea,
    silk,
    still_life,
)
from omnistudio.openapi_server.engines.drawing.stage import Scene, stable_seed

SCENES: dict[str, Scene] = {
    scene.name: scene
    for scene in (
        mountains.SCENE,
        dunes.SCENE,
        sea.SCENE,
        aurora.SCENE,
        lanterns.SCENE,
        still_life.SCENE,
        flowers.SCENE,
        city.SCENE,
        ink.SCENE,
        planet.SCENE,
        forest.SCENE,
        posters.PAPER,
        posters.TILES,
        silk.SILK,
        silk.MARBLE,
    )
}
OTHERWISE = ("silk", "silk", "marble")
# Phrases in which a scene's word means something else.
_NOT_SCENES = (
    "stone age,rock music,mars bar,rolling stone,new york cheesecake,sea bass,grand canal",
    "ทองคำขาว,เขาวงกต,เขาคือ",
    "花样,棉花,雪花,火花,烟花,煙花,海绵,海綿,上海,珠海,山药,山藥,茶色,沙发,沙發,沙拉,青海",
)


def _lexicon() -> Lexicon:
    lexicon = Lexicon()
    lexicon.add("", _NOT_SCENES)
    for scene in SCENES.values():
        lexicon.add(scene.name, scene.words, scene.weight)
    return lexicon


_LEXICON = _lexicon()


def scene_for(prompt: str) -> Scene:
    """The scene a prompt names; an abstract one if it names none."""
    name = _LEXICON.best(prompt) or OTHERWISE[stable_seed(prompt, "scene") % len(OTHERWISE)]
    return SCENES[name]
