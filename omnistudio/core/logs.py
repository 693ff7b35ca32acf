"""Log lines: for a person's eyes, or as JSON for a collector; never with a key, an email address or a secret link.

Each line of a request carries the request's id, each line about a task the task's. Of an exception the JSON has its
kind, its first line and where it was raised: whole messages of a database repeat the row, and the prompt with it.
"""

from __future__ import annotations

import json
import logging
import re
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from omnistudio.core.log_lines import OneRecordALine
from omnistudio.openapi_client import redact

request_id: ContextVar[str] = ContextVar("request_id", default="")
task_id: ContextVar[int | None] = ContextVar("task_id", default=None)

REQUEST_ID = "omnistudio.request_id"
MAX = 2000
FRAMES = 12
_EMAIL = re.compile(r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
# What stands behind these in an address lets whoever has it in.
_SECRET_PATHS = re.compile(r"/(s|join|references/link|results|auth/password/reset/key)/[^/\s\"'?]+")


def clean(text: str) -> str:
    """The text as it may be kept: without keys, email addresses and links that open something."""
    return _SECRET_PATHS.sub(r"/\1/…", _EMAIL.sub("(e-mail)", redact(text)))


class Line(OneRecordALine):
    """A line for whoever looks at the terminal."""

    def format(self, record: logging.LogRecord) -> str:
        return clean(super().format(record))


class Json(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        # Of an engine that broke the message brings a traceback: of that, too, only where it was.
        lines = record.getMessage().splitlines() or [""]
        told: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": clean(lines[0])[:MAX],
            "process": record.process,
        }
        if request := request_id.get() or getattr(getattr(record, "request", None), "META", {}).get(REQUEST_ID):
            told["request"] = request
        if (task := task_id.get()) is not None:
            told["task"] = task
        if where := [line.strip() for line in lines[1:] if line.lstrip().startswith('File "')]:
            told["where"] = where[-FRAMES:]
        if record.exc_info and record.exc_info[1] is not None:
            told["error"] = _error(record.exc_info[1])
        return json.dumps(told, ensure_ascii=False)


def _error(error: BaseException) -> dict[str, Any]:
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    first = (str(error).splitlines() or [""])[0]
    return {
        "kind": type(error).__name__,
        "message": clean(first)[:300],
        "where": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }


def configuration(level: str, form: str) -> dict[str, Any]:
    """Django's `LOGGING`: everything to stderr, as `line` or `json`."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {"()": "omnistudio.core.logs.Line", "format": "%(asctime)s %(levelname)s %(name)s: %(message)s"},
            "json": {"()": "omnistudio.core.logs.Json"},
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": form}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "omnistudio": {"level": level},
            # httpx writes whole URLs at INFO.
            "httpx": {"level": "WARNING"},
            "httpcore": {"level": "WARNING"},
        },
    }
