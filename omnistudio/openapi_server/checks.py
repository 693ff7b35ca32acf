"""System checks of the settings of the built-in Open API, each with a hint that says what to do."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from omnistudio.openapi_server import catalogue


@register()
def models_are_written_rightly(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """Check that every entry of `OMNI_MODELS` has an id, a name and a kind."""
    try:
        catalogue.parsed(settings.OMNI_MODELS)
    except ValueError as error:
        return [
            Error(
                f"OMNI_MODELS: {error}.",
                hint="Write entries like omni-flash:Omni Flash:video, with commas between them.",
                id="omnistudio.openapi_server.E001",
            )
        ]
    return []


@register()
def the_engine_can_be_found(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """Check that the engine's module exists. Only the renderer imports it, because that takes a while."""
    module, _dot, name = settings.OPENAPI_SERVER["ENGINE"].rpartition(".")
    try:
        if module and name.isidentifier() and find_spec(module):
            return []
    except ImportError:
        pass
    return [
        Error(
            f"There is no engine {settings.OPENAPI_SERVER['ENGINE']!r}.",
            hint="OPENAPI_ENGINE is the dotted path of a class, like my_engines.flux.FluxEngine.",
            id="omnistudio.openapi_server.E002",
        )
    ]
