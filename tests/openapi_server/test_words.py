"""The page names words that the drawing engine knows; each is checked with the engine, in every language."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.utils import translation

from omnistudio.openapi_server import vocabulary
from omnistudio.openapi_server.engines.drawing import moods
from omnistudio.openapi_server.engines.drawing.engine import FAIL_REASON
from omnistudio.openapi_server.engines.drawing.scenes import registry

KNOWN: list[tuple[Any, Any]] = [
    (vocabulary.SCENES, registry._LEXICON.best),
    (vocabulary.LIGHTS, moods.LIGHTS.best),
    (vocabulary.WEATHER, lambda word: moods.WEATHERS.best(word) or moods.STORMS.best(word)),
    (vocabulary.MOODS, moods.MOODS.best),
    (vocabulary.COLOURS, moods.COLOUR_WORDS.best),
]


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_the_engine_knows_every_word_that_the_page_names(language: str) -> None:
    with translation.override(language):
        unknown = [word for text, known in KNOWN for word in split(str(text)) if not known(word)]
    assert unknown == []


def test_every_scene_is_named() -> None:
    named = {registry._LEXICON.best(word) for word in split(str(vocabulary.SCENES))}
    assert named == set(registry.SCENES)


def test_the_reason_of_the_engine_can_be_translated() -> None:
    assert FAIL_REASON in vocabulary.REASONS


def split(text: str) -> list[str]:
    return [word.strip() for word in text.replace("、", ",").replace(",", ",").split(",") if word.strip()]
