"""The names that the rest of the house may rely on, and the shape of the error tree."""

from __future__ import annotations

import subprocess
import sys

import pytest

from omnistudio import openapi_client
from omnistudio.openapi_client import errors

PUBLIC = {
    "ASPECT_RATIOS",
    "AnswerLost",
    "Catalogue",
    "CreatedTask",
    "DEFAULT_ASPECT_RATIO",
    "KeyState",
    "Kind",
    "MAX_PROMPT",
    "MAX_REFERENCES",
    "Model",
    "NotSent",
    "OpenAPIClient",
    "OpenAPIError",
    "OutputKind",
    "ProtocolError",
    "Redirected",
    "Refused",
    "RemoteOutput",
    "RemoteTask",
    "ServerTrouble",
    "TaskStatus",
    "Timeouts",
    "TurnedAway",
    "Unauthorized",
    "WARN_PROMPT",
    "api_root",
    "is_key_form",
    "mask",
    "redact",
}


def test_the_public_names_are_these() -> None:
    assert set(openapi_client.__all__) == PUBLIC
    assert all(hasattr(openapi_client, name) for name in PUBLIC)


def test_every_error_is_exported() -> None:
    assert set(errors.__all__) <= PUBLIC


@pytest.mark.parametrize("name", sorted(set(errors.__all__) - {"OpenAPIError"}))
def test_every_error_is_an_openapi_error_and_stands_in_the_tree(name: str) -> None:
    assert issubclass(getattr(errors, name), errors.OpenAPIError)
    assert f"── {name} " in (errors.__doc__ or "")


def test_a_redirect_is_a_refusal() -> None:
    assert issubclass(errors.Redirected, errors.Refused)


def test_the_package_needs_no_django() -> None:
    program = "import omnistudio.openapi_client, sys; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
