"""Read and validate the body of a create request, with a readable reason for everything that can be wrong."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from omnistudio.openapi_server import catalogue
from omnistudio.openapi_server.catalogue import Model


class Refused(Exception):
    """The request is refused with `code` 0. The text is the reason, in the language of the request."""


@dataclass(frozen=True)
class TaskOrder:
    """A valid create request. `aspect_ratio` is empty if none was given."""

    model: Model
    prompt: str
    aspect_ratio: str
    image_urls: list[str]
    body_sha256: str


def read_order(body: bytes) -> TaskOrder:
    """Read a create request from its body. Fields that the contract does not define are ignored.

    Raises:
        Refused: with the first thing that is wrong.
    """
    fields = _fields(body)
    return TaskOrder(
        model=_model(fields.get("model_id")),
        prompt=_prompt(fields.get("prompt")),
        aspect_ratio=_aspect_ratio(fields.get("aspect_ratio")),
        image_urls=_image_urls(fields.get("image_urls")),
        body_sha256=sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest(),
    )


def _fields(body: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Refused(_("The body is not JSON.")) from error
    if not isinstance(fields, dict):
        raise Refused(_("The body is not a JSON object."))
    return fields


def _model(value: Any) -> Model:
    models = catalogue.models()
    if value in (None, ""):
        raise Refused(_("model_id is missing. Available: %(models)s.") % {"models": ", ".join(models)})
    if not isinstance(value, str) or value not in models:
        raise Refused(
            _("There is no model %(model)s. Available: %(models)s.")
            % {"model": _quoted(value), "models": ", ".join(models)}
        )
    return models[value]


def _prompt(value: Any) -> str:
    if not isinstance(value, str) or not (prompt := value.strip()):
        raise Refused(_("prompt is missing. Say in a few words what to generate."))
    if len(prompt) > catalogue.MAX_PROMPT:
        raise Refused(
            _("The prompt has %(length)d characters; at most %(most)d are allowed.")
            % {"length": len(prompt), "most": catalogue.MAX_PROMPT}
        )
    if not storable(prompt):
        raise Refused(_("The prompt has a character that is not text."))
    return prompt


def _aspect_ratio(value: Any) -> str:
    if value in (None, "", catalogue.AUTO):
        return ""
    if not isinstance(value, str) or value not in catalogue.RATIOS:
        raise Refused(
            _("There is no aspect_ratio %(ratio)s. Available: %(ratios)s.")
            % {"ratio": _quoted(value), "ratios": ", ".join((catalogue.AUTO, *catalogue.RATIOS))}
        )
    return value


def _image_urls(value: Any) -> list[str]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise Refused(_("image_urls is not a list of web addresses."))
    if len(value) > catalogue.MAX_IMAGE_URLS:
        raise Refused(
            _("There are %(count)d image_urls; at most %(most)d are allowed.")
            % {"count": len(value), "most": catalogue.MAX_IMAGE_URLS}
        )
    for url in value:
        if not _is_web_address(url):
            raise Refused(_("image_urls: %(url)s is not an http or https address.") % {"url": _quoted(url)})
    return value


def _is_web_address(value: Any) -> bool:
    if not isinstance(value, str) or len(value) > catalogue.MAX_URL or not storable(value):
        return False
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def storable(text: str) -> bool:
    """Whether the text can be stored: PostgreSQL refuses NUL, and UTF-8 lone surrogates, which JSON may contain."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\x00" not in text


def _quoted(value: Any) -> str:
    return json.dumps(value, ensure_ascii=True)[:80]
