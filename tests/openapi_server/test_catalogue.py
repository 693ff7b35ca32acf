from __future__ import annotations

from typing import Any

import pytest

from omnistudio.openapi_server import catalogue, checks
from omnistudio.openapi_server.engines import Order
from omnistudio.openapi_server.engines.drawing.sizes import RATIOS


def test_it_begins_with_the_models_of_the_contract() -> None:
    assert [(model.id, model.name, model.kind) for model in catalogue.models().values()] == [
        ("seedance-2", "Seedance 2.0", "video"),
        ("gpt-image-2", "ChatGPT Image 2", "image"),
        ("nano-banana-2", "Nano Banana 2", "image"),
    ]


def test_a_setting_adds_models() -> None:
    found = catalogue.parsed(" omni-flash : Omni Flash : Video ,, omni/pro:Omni Pro:image,")
    assert [model.id for model in found.values()][3:] == ["omni-flash", "omni/pro"]
    assert found["omni-flash"].kind == "video"


BAD = ["omni-flash", "omni-flash:Omni Flash", "a b:Name:image", "a::image", "a:Name:sound", "seedance-2:Mine:video"]


@pytest.mark.parametrize("text", BAD)
def test_a_setting_that_can_not_be_read_is_found_at_the_start(text: str, settings: Any) -> None:
    settings.OMNI_MODELS = text
    (error,) = checks.models_are_written_rightly(None)
    assert error.id == "omnistudio.openapi_server.E001"


@pytest.mark.parametrize("path", ["", "NoDot", "no.such.module.Engine", "omnistudio.openapi_server.nothing.Engine"])
def test_an_engine_that_is_not_there_is_found_at_the_start(path: str, settings: Any) -> None:
    settings.OPENAPI_SERVER["ENGINE"] = path
    (error,) = checks.the_engine_can_be_found(None)
    assert error.id == "omnistudio.openapi_server.E002"


def test_the_engines_that_there_are_pass(settings: Any) -> None:
    for path in (settings.OPENAPI_SERVER["ENGINE"], "omnistudio.openapi_server.engines.drawing.DrawingEngine"):
        settings.OPENAPI_SERVER["ENGINE"] = path
        assert checks.the_engine_can_be_found(None) == []


def test_the_ratios_are_those_that_the_drawing_engine_draws() -> None:
    assert set(catalogue.RATIOS) == set(RATIOS)
    assert Order("image", "", catalogue.AUTO, 1).aspect_ratio == "auto"
