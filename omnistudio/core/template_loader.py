"""Templates are written to be read, with an attribute a line where there are many; pages do without that whitespace.

A line break with its indentation is one break between elements, one space inside a tag, and nothing at the ends. It
is done once, when a template is loaded. What is in `pre`, `textarea`, `script` and `style` stays as it is.
"""

from __future__ import annotations

import re

from django.template import Origin
from django.template.loaders.filesystem import Loader as FilesystemLoader

_TOKEN = re.compile(
    r"(?P<django>\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\})"
    r"|(?P<raw><(?P<name>pre|textarea|script|style)\b.*?</(?P=name)>)"
    r"|(?P<open><(?=[a-zA-Z/!]))"
    r"|(?P<close>>)"
    r"|(?P<quote>[\"'])"
    r"|(?P<line>[ \t]*\n\s*)"
    r"|(?P<text>[^{<>\"'\n \t]+|.)",
    re.S,
)


class Loader(FilesystemLoader):
    """Django's, for the project's own templates."""

    def get_contents(self, origin: Origin) -> str:
        text = super().get_contents(origin)
        return compact(text) if str(origin.name).endswith(".html") else text


def compact(text: str) -> str:
    """`text`, the source of an HTML template, without the whitespace that only lays it out."""
    out: list[str] = []
    in_tag, quote = False, ""
    for token in _TOKEN.finditer(text):
        kind, part = token.lastgroup, token[0]
        if kind == "open" and not in_tag:
            in_tag = True
        elif kind == "quote" and in_tag and quote in ("", part):
            quote = "" if quote else part
        elif kind == "close" and in_tag and not quote:
            in_tag = False
            if out and out[-1] == " ":
                out.pop()
        elif kind == "line":
            before = out[-1] if out else ""
            if (in_tag and before.endswith(" ")) or before.startswith(("{% load ", "{#")):
                continue
            part = " " if in_tag else "\n"
        out.append(part)
    return "".join(out).strip()
