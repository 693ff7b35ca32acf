"""The whitespace that lays a template out is not sent, and nothing else is lost."""

from __future__ import annotations

import pytest
from django.conf import settings

from omnistudio.core.template_loader import compact

COMPACTED = [
    ('<a\n  class="b"\n  href="{% url "c" %}"\n>\n  d\n</a>\n', '<a class="b" href="{% url "c" %}">\nd\n</a>'),
    ("<a {% if a > b %}\n   c{% endif %}>", "<a {% if a > b %} c{% endif %}>"),
    ("<p>one\n      two</p>", "<p>one\ntwo</p>"),
    ('<p title="one\n  two">', '<p title="one two">'),
    ("<pre>\n  a\n</pre>\n   <b>", "<pre>\n  a\n</pre>\n<b>"),
    ("<textarea\n  id='a'\n>\n  b</textarea>", "<textarea\n  id='a'\n>\n  b</textarea>"),
    ("it's\n  5 < 6\n  > 4", "it's\n5 < 6\n> 4"),
    ("{# it's a note #}\n  <b>", "{# it's a note #}<b>"),
    ("{% load i18n %}\n  <b>", "{% load i18n %}<b>"),
    ('<img\n  alt=""\n>', '<img alt="">'),
]


@pytest.mark.parametrize(("written", "sent"), COMPACTED)
def test_only_the_layout_is_left_out(written: str, sent: str) -> None:
    assert compact(written) == sent
    assert compact(sent) == sent


def test_every_template_is_what_it_was_but_for_whitespace() -> None:
    files = list((settings.BASE_DIR / "templates").rglob("*.html"))
    assert len(files) > 150
    for file in files:
        text = file.read_text()
        assert "".join(compact(text).split()) == "".join(text.split()), file


def test_no_sentence_to_translate_is_laid_out_by_hand() -> None:
    """Its line breaks would be part of what translators see, and the page asks for another sentence."""
    for file in (settings.BASE_DIR / "templates").rglob("*.html"):
        for part in file.read_text().split("{% blocktrans")[1:]:
            head, _, rest = part.partition("%}")
            words = rest.split("{% endblocktrans")[0]
            assert "trimmed" in head or "\n" not in words, f"{file}: {words[:80]}"
