"""The environment and the file `.env`, read so that a wrong value is named in a sentence."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured


class Environment(environ.Env):
    """As django-environ's. A variable that is empty is one that is not set: `PORT=` means the usual port."""

    @classmethod
    def read(cls, path: Path) -> None:
        """Take what stands in `path`, where that is and where the environment does not say it itself.

        Raises:
            ImproperlyConfigured: it is no text in UTF-8.
        """
        try:
            cls.read_env(path, encoding="utf-8-sig")  # Windows' editors begin a file with a byte order mark
        except UnicodeDecodeError as error:
            raise ImproperlyConfigured(f"{path} is not a text file in UTF-8. Save it as UTF-8.") from error
        cls.ENVIRON = {name: value for name, value in os.environ.items() if value.strip()}

    def float(self, var: str, default: Any = environ.Env.NOTSET) -> Any:
        """A number. django-environ's own takes the letters out first: `1m` would be a second."""
        return self.get_value(var, cast=lambda text: float(text), default=default)

    def get_value(self, var: str, *args: Any, **options: Any) -> Any:
        try:
            return super().get_value(var, *args, **options)
        except ValueError as error:
            value = self.ENVIRON.get(var, "")
            raise ImproperlyConfigured(f"{var} is {value!r}, and must be a number.") from error
