"""Numbers that are none in addresses, and what moves a terminal's cursor in logs."""

from __future__ import annotations

import io
import logging

import pytest
from django.conf import settings as site

from omnistudio.core.log_lines import OneRecordALine, harmless
from omnistudio.core.logs import Line


# ------------------------------------------------------------------ logs
def test_a_record_of_a_log_is_one_and_moves_no_cursor():
    logger = logging.Logger("x")
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(OneRecordALine("%(asctime)s %(levelname)s: %(message)s"))
    logger.addHandler(handler)
    forged = "/a\n2026-11-22 12:00:00,000 INFO: the administrator signed in\r\x1b[2J\u2028x"
    try:
        raise RuntimeError(forged)
    except RuntimeError:
        logger.exception("GET %s", forged)
    logger.info("next")
    at_margin = [line for line in stream.getvalue().split("\n") if line and not line.startswith("    ")]
    assert len(at_margin) == 2
    assert "\r" not in stream.getvalue()
    assert "\x1b" not in stream.getvalue()
    assert "\u2028" not in stream.getvalue()


def test_the_studio_logs_that_way():
    assert site.LOGGING["formatters"]["line"]["()"] == "omnistudio.core.logs.Line"
    assert issubclass(Line, OneRecordALine)
    assert harmless("ก้อน 陶瓷\tx") == "ก้อน 陶瓷\tx"


# ------------------------------------------------------------------ numbers that are none
HUGE = "9" * 5000


@pytest.mark.parametrize(
    "path",
    ["/t/{}/", "/media/{}/file/", "/references/{}/file/", "/collections/{}/", "/gallery/{}/", "/team/{}/",
     "/gallery/page/?scope=team:{}", "/gallery/?before={}", "/gallery/?person={}", "/compare/?ids={}", "/?before={}",
     "/earlier/?before={}", "/open-api/?before={}", "/collections/1/?from={}", "/poll/?after={}&card={}.{}",
     "/t/1/?before={}", "/gallery/?q=%23{}", "/open-api/keys/{}/rename/"],
)  # fmt: skip
@pytest.mark.parametrize("number", [HUGE, "9" * 18, "9" * 19, "٣", "-1", "1e9", "0x10", "%00"])
def test_an_invalid_number_is_no_error(as_owner, path, number):
    assert as_owner.get(path.replace("{}", number)).status_code in (200, 204, 302, 404)


@pytest.mark.parametrize("number", [HUGE, "abc", "٣", "-1", "", "\x00"])
def test_an_invalid_team_is_no_error(as_owner, make_task, number):
    task = make_task(status="succeeded")
    assert as_owner.post("/gallery/share/", {"ids": task.pk, "team": number}).status_code == 404
    assert as_owner.post(f"/t/{task.pk}/share/", {"team": number}).status_code == 404


@pytest.mark.parametrize("month", ["0000-00", "0000-12", "9999-12", "2026-13", "12026-01", "٢٠٢٦-٠١", "9001-01"])
def test_an_invalid_month_is_no_error(as_owner, make_task, month):
    make_task(status="succeeded")
    assert as_owner.get("/gallery/", {"month": month}).status_code == 200
    assert as_owner.get("/gallery/page/", {"scope": "mine", "month": month}).status_code == 200
