"""The models, the ratios and the limits, and the setting that adds models."""

from __future__ import annotations

import pytest

from omnistudio.openapi_client import (
    ASPECT_RATIOS,
    DEFAULT_ASPECT_RATIO,
    MAX_PROMPT,
    MAX_REFERENCES,
    WARN_PROMPT,
    Catalogue,
    Model,
)
from omnistudio.openapi_client.catalogue import ratio_value


def test_the_models_of_the_page_come_first_and_in_its_order() -> None:
    assert list(Catalogue()) == [
        Model("seedance-2", "Seedance 2.0", "video"),
        Model("gpt-image-2", "ChatGPT Image 2", "image"),
        Model("nano-banana-2", "Nano Banana 2", "image"),
    ]


def test_a_setting_adds_models() -> None:
    catalogue = Catalogue.from_text(" omni-flash:Omni Flash:video , omni-pro:Omni Pro:Image, ")
    assert len(catalogue) == 5
    assert catalogue["omni-flash"] == Model("omni-flash", "Omni Flash", "video")
    assert catalogue["omni-pro"].kind == "image"
    assert [model.model_id for model in catalogue.of_kind("video")] == ["seedance-2", "omni-flash"]


@pytest.mark.parametrize("text", ["", " ", ",", " , "])
def test_an_empty_setting_adds_no_model(text: str) -> None:
    assert list(Catalogue.from_text(text)) == list(Catalogue())


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("omni-flash", "model_id:Name:kind"),
        ("omni-flash:Omni Flash", "model_id:Name:kind"),
        ("a:b:video:c", "model_id:Name:kind"),
        ("omni flash:Omni Flash:video", "model_id takes"),
        (":Omni Flash:video", "model_id takes"),
        ("omni-flash::video", "name takes"),
        (f"omni-flash:{'x' * 81}:video", "name takes"),
        ("omni-flash:Omni Flash:audio", "image or video, not 'audio'"),
        ("omni-flash:Omni Flash:", "image or video"),
        ("seedance-2:Mine:video", "'seedance-2' is in the catalogue already"),
        ("a:A:video,a:B:image", "'a' is in the catalogue already"),
    ],
)
def test_an_invalid_entry_is_named_with_its_error(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        Catalogue.from_text(text)


def test_an_unknown_model_is_none() -> None:
    catalogue = Catalogue()
    assert catalogue.get("omni-flash") is None
    assert "omni-flash" not in catalogue
    assert "seedance-2" in catalogue
    with pytest.raises(KeyError):
        catalogue["omni-flash"]


def test_the_ratios_are_those_of_the_contract() -> None:
    assert " ".join(ASPECT_RATIOS) == "auto 1:1 16:9 9:16 4:3 3:4 3:2 2:3 4:5 5:4 21:9"
    for name, value in ASPECT_RATIOS.items():
        if name == "auto":
            assert value is None
        else:
            width, height = map(int, name.split(":"))
            assert value == pytest.approx(width / height)


@pytest.mark.parametrize(
    ("ratio", "kind", "value"),
    [
        ("21:9", "image", 21 / 9),
        ("auto", "video", 16 / 9),
        ("auto", "image", 1.0),
        (None, "video", 16 / 9),
        ("", "image", 1.0),
        ("7:5", "video", 16 / 9),
    ],
)
def test_every_card_has_a_ratio(ratio: str | None, kind: str, value: float) -> None:
    assert ratio_value(ratio, kind) == pytest.approx(value)


def test_the_defaults_and_limits_are_those_of_the_contract() -> None:
    assert dict(DEFAULT_ASPECT_RATIO) == {"video": "16:9", "image": "1:1"}
    assert (MAX_REFERENCES, MAX_PROMPT, WARN_PROMPT) == (8, 8000, 4000)
