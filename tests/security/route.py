"""One address, and what each role is expected to get there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.conftest import picture

VISITORS = ("owner", "member", "viewer", "stranger", "anonymous")


@dataclass(frozen=True)
class Route:
    name: str
    method: str
    expected: str
    kwargs: dict[str, Any] = field(default_factory=dict)
    query: str = ""
    data: dict[str, Any] | Callable[[], dict[str, Any]] = field(default_factory=dict)

    def __str__(self) -> str:
        about = ",".join(str(value).strip("{}") for value in self.kwargs.values())
        return f"{self.name}-{self.method}-{about}{self.query}"


def get(name: str, expected: str, query: str = "", /, **kwargs: Any) -> Route:
    return Route(name, "GET", expected, kwargs, query)


def post(name: str, expected: str, data: Any = None, /, **kwargs: Any) -> Route:
    return Route(name, "POST", expected, kwargs, "", data or {})


def a_file() -> dict[str, Any]:
    return {"file": SimpleUploadedFile("a.png", picture(colour="#123456"))}


COMPOSED = {"prompt": "a quiet lake", "model": "gpt-image-2", "ratio": "1:1", "variations": "1"}


NEW_PASSWORD = {"oldpassword": "wrong", "password1": "four quiet lakes", "password2": "four quiet lakes"}


INVITED = {"team_id": "{team}", "invitation_id": "{invitation}"}
