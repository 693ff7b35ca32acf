"""Which scene, light and colour the words of a prompt ask for."""

from __future__ import annotations

import pytest

from omnistudio.openapi_server.engines.drawing.moods import COLOUR_WORDS, LIGHTS, MOODS
from omnistudio.openapi_server.engines.drawing.scenes.registry import OTHERWISE, SCENES, scene_for

SCENE_TABLE = [
    ("Misty mountains at dawn", "mountains"),
    ("ทะเลหมอกยามเช้าบนดอย", "mountains"),
    ("群山晨雾", "mountains"),
    ("Sand dunes of the desert", "dunes"),
    ("ทะเลทรายยามเย็น", "dunes"),
    ("沙漠中的骆驼", "dunes"),
    ("sunset over the sea", "sea"),
    ("a seaside village", "sea"),
    ("พระอาทิตย์ตกที่ทะเล", "sea"),
    ("日落時的大海", "sea"),
    ("northern lights over a cabin", "aurora"),
    ("แสงเหนือเหนือภูเขา", "aurora"),
    ("北极光", "aurora"),
    ("lanterns over the river at night", "lanterns"),
    ("โคมลอยยี่เป็งเหนือแม่น้ำ", "lanterns"),
    ("孔明燈", "lanterns"),
    ("A stack of stones", "still life"),
    ("แจกันเซรามิกสีเขียวไข่กา", "still life"),
    ("青瓷花瓶", "still life"),
    ("pink lotus flowers", "flowers"),
    ("ดอกบัวสีชมพู", "flowers"),
    ("莲花", "flowers"),
    ("night city", "city"),
    ("เมืองกรุงเทพยามค่ำคืน", "city"),
    ("上海的城市夜景", "city"),
    ("Mountains in ink wash", "ink"),
    ("ภาพวาดหมึกจีน ภูเขา", "ink"),
    ("水墨群山", "ink"),
    ("a ringed planet in space", "planet"),
    ("ดาวเคราะห์ในอวกาศ", "planet"),
    ("太空中的行星", "planet"),
    ("a misty pine forest", "forest"),
    ("ป่าไผ่ในสายฝน", "forest"),
    ("竹林深處", "forest"),
    ("paper cut mountains", "paper"),
    ("งานตัดกระดาษรูปภูเขา", "paper"),
    ("剪纸群山", "paper"),
    ("a Bauhaus poster", "poster"),
    ("โปสเตอร์เรขาคณิต", "poster"),
    ("包豪斯海报", "poster"),
    ("flowing silk", "silk"),
    ("ผ้าไหม", "silk"),
    ("丝绸", "silk"),
    ("black marble", "marble"),
    ("หินอ่อน", "marble"),
    ("大理石", "marble"),
]


@pytest.mark.parametrize(("prompt", "name"), SCENE_TABLE)
def test_words_name_a_scene(prompt: str, name: str) -> None:
    assert scene_for(prompt).name == name


@pytest.mark.parametrize("prompt", ["a season of change", "an undersecretary", "mind over matter", "烟花", ""])
def test_parts_of_words_are_ignored(prompt: str) -> None:
    assert scene_for(prompt).name in OTHERWISE


@pytest.mark.parametrize(
    ("prompt", "light"),
    [
        ("sunset over the sea", "dusk"),
        ("the city at night", "night"),
        ("golden hour in the hills", "golden"),
        ("รุ่งอรุณ", "dawn"),
        ("ยามค่ำคืน", "night"),
        ("黄昏", "dusk"),
        ("正午", "day"),
        ("nightingale", None),
    ],
)
def test_words_name_a_light(prompt: str, light: str | None) -> None:
    assert LIGHTS.best(prompt) == light


@pytest.mark.parametrize(
    ("prompt", "colours"),
    [
        ("a red boat on a teal lake", ["red", "teal"]),
        ("golden hour", []),
        ("celadon vase", ["celadon"]),
        ("สีแดงและสีทอง", ["red", "gold"]),
        ("深蓝与金色", ["indigo", "gold"]),
        ("black and white", []),
        ("a bored wolf", []),
    ],
)
def test_words_name_colours(prompt: str, colours: list[str]) -> None:
    assert COLOUR_WORDS.names(prompt) == colours


def test_words_name_moods() -> None:
    assert MOODS.names("a pastel, neon dream") == ["pastel", "neon"]
    assert MOODS.names("ขาวดำ") == ["noir"]
    assert MOODS.names("赛博朋克") == ["neon"]


def test_every_scene_has_words_in_three_languages() -> None:
    for scene in SCENES.values():
        assert all(words.strip() for words in scene.words), scene.name
