"""Lines of the log: whose they are, and what is never in them."""

from __future__ import annotations

import json
import logging
import os
import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from django.conf import settings as django_settings
from django.db import IntegrityError

from omnistudio.core import logs
from tests.conftest import KEY
from tests.contract.processes import answers, environment, free_port, process, wait_for

ROOT = Path(django_settings.BASE_DIR)
PROMPT = "a celadon vase in the morning light"


def told(message: str, error: BaseException | None = None) -> dict:
    info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("omnistudio.x", logging.WARNING, __file__, 1, message, None, info)
    return json.loads(logs.Json().format(record))


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (f"key {KEY} was refused", "key sk-…c3D4 was refused"),
        ("mail to nok.srisai+x@example.co.th failed", "mail to (e-mail) failed"),
        ("Not Found: /s/AbC-123_x/media/7/file/", "Not Found: /s/…/media/7/file/"),
        ("Not Found: /join/eyJ0:abc/", "Not Found: /join/…/"),
        ("Gone: /api/v1/results/tok-en/a.png", "Gone: /api/v1/results/…/a.png"),
        ("/references/link/tok:en/reference.png", "/references/link/…/reference.png"),
        ("task 7 is stored", "task 7 is stored"),
    ],
)
def test_no_key_address_or_secret_link_in_either_form(text, kept):
    assert told(text)["message"] == kept
    record = logging.LogRecord("omnistudio.x", logging.WARNING, __file__, 1, text, None, None)
    assert logs.Line("%(message)s").format(record) == kept


def test_an_error_is_logged_without_the_row():
    try:
        raise IntegrityError(f'null value in column "status"\nDETAIL: Failing row contains (1, {PROMPT}, {KEY}).')
    except IntegrityError as error:
        line = told("it broke off", error)
    assert line["error"]["kind"] == "IntegrityError"
    assert line["error"]["message"] == 'null value in column "status"'
    assert "test_logs.py" in line["error"]["where"][-1]
    assert PROMPT not in json.dumps(line)


def test_of_an_engine_that_broke_only_where():
    trace = f'Traceback (most recent call last):\n  File "engine.py", line 7, in make\nValueError: {PROMPT}'
    line = told(f"abc: the engine broke down.\n{trace}")
    assert line["message"] == "abc: the engine broke down."
    assert line["where"] == ['File "engine.py", line 7, in make']


def test_a_line_can_not_be_two():
    record = logging.LogRecord("x", logging.WARNING, __file__, 1, 'a\n{"level": "forged"}', None, None)
    assert "\n" not in logs.Json().format(record)


def test_each_answer_carries_the_id_of_its_request(as_owner):
    own = as_owner.get("/").headers["X-Request-ID"]
    assert re.fullmatch(r"[0-9a-f]{16}", own)
    assert (
        as_owner.get("/", headers={"X-Request-ID": "nginx-0123456789"}).headers["X-Request-ID"] == "nginx-0123456789"
    )
    forged = as_owner.get("/", headers={"X-Request-ID": "a b\tc<script>"}).headers["X-Request-ID"]
    assert re.fullmatch(r"[0-9a-f]{16}", forged)
    assert logs.request_id.get() == ""


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_a_web_process_writes_only_json(tmp_path):
    port = free_port()
    own = {"DJANGO_SETTINGS_MODULE": "omnistudio.settings", "OMNISTUDIO_DATA_DIR": str(tmp_path), "WEB_WORKERS": "1"}
    env = environment(port, LOG_FORMAT="json", **own)
    for command in (["collectstatic", "-v0", "--no-input"], ["createcachetable"]):  # it does not start without
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=env, check=True)
    with process(["manage.py", "web"], env, tmp_path / "log"):
        wait_for(lambda: answers(port), 30)
        httpx.get(f"http://127.0.0.1:{port}/s/AbC-123_x/", headers={"X-Request-ID": "request-1234"})
        httpx.get(f"http://127.0.0.1:{port}/no/{KEY}/", headers={"X-Request-ID": "request-5678"})
        wait_for(lambda: "request-5678" in (tmp_path / "log").read_text())
    lines = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    mine = [line for line in lines if line.get("request") == "request-5678"]
    assert mine[0]["logger"] == "django.request"
    assert KEY not in (tmp_path / "log").read_text()
    assert "AbC-123_x" not in (tmp_path / "log").read_text()


@pytest.mark.django_db(transaction=True)
def test_a_tracker_says_which_task(make_task, tmp_path, caplog, settings):
    from tests.scripted_service import ScriptedService
    from tests.tracker.helpers import track

    handler = logging.StreamHandler((tmp_path / "log").open("w"))
    handler.setFormatter(logs.Json())
    logger = logging.getLogger("omnistudio")
    logger.addHandler(handler)
    try:
        with ScriptedService() as service:
            settings.OMNI_API_URL = service.url
            made = make_task(prompt=PROMPT)
            track()
    finally:
        logger.removeHandler(handler)
        handler.stream.close()
    text = (tmp_path / "log").read_text()
    lines = [json.loads(line) for line in text.splitlines()]
    assert {line.get("task") for line in lines if "was accepted as" in line["message"]} == {made.pk}
    assert PROMPT not in text


def test_an_invalid_format_is_refused_with_a_hint():
    code = "import django; django.setup()"
    env = {**os.environ, "LOG_FORMAT": "xml", "DJANGO_SETTINGS_MODULE": "omnistudio.settings"}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True)
    assert done.returncode
    assert "LOG_FORMAT" in done.stderr
