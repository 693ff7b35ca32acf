"""Find the reason of a failed task in an answer, in the known fields, and ignore texts that explain nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .values import text

# Texts that are no reason, such as the "ok" that the contract's page has in the `msg` of every answer.
_SAYS_NOTHING = {
    *("", "-", "n/a", "提交成功,等待生成", "提交成功，等待生成"),
    *["ok", "okay", "success", "successful", "succeed", "succeeded", "done", "complete", "completed", "finished"],
    *["fail", "failed", "failure", "error", "null", "none", "undefined"],
    *["成功", "操作成功", "请求成功", "完成", "已完成", "失败", "任务失败", "生成失败", "สำเร็จ", "ล้มเหลว"],
}
_AROUND_WORDS = " \t\r\n.!。！"
# The most informative first; each is looked for in `data` before the top level of the answer.
_REASONS = (
    "msg", "failMsg", "fail_msg", "failReason", "fail_reason", "error", "error_message", "errorMessage", "error_msg",
    "errorMsg", "reason", "message", "detail", "details",
)  # fmt: skip
_CODES = ("failCode", "fail_code", "errorCode", "error_code")
_MAX_CODE = 60
_MAX_ENTRIES = 8


def reason_in(top: Mapping[str, Any], data: Mapping[str, Any]) -> str | None:
    """Return the reason that an answer gives, unchanged; None if it gives none that can be read.

    ``msg`` at the top level comes first, if it says anything. An error code (such as ``failCode``) follows in
    brackets, or is returned alone if there is no text.
    """
    places = (data, {name: value for name, value in top.items() if name != "data"})
    found = (_said(place.get(name)) for name in _REASONS for place in places)
    said = _said(top.get("msg")) or next(filter(None, found), None)
    codes = (f"{name} {code}" for place in places for name in _CODES if (code := _code(place.get(name))))
    code = next(codes, None)
    if said and code and code.partition(" ")[2] not in said:
        return f"{said} ({code})"
    return said or code


def _said(value: Any, depth: int = 2) -> str | None:
    """Return the first text that says something: the value itself, or one in an object or a list."""
    if isinstance(value, str):
        return text(value) if value.strip(_AROUND_WORDS).casefold() not in _SAYS_NOTHING else None
    inner: list[Any] = []
    if isinstance(value, dict):
        inner = [value.get(name) for name in _REASONS]
    elif isinstance(value, list):
        inner = value[:_MAX_ENTRIES]
    return next(filter(None, (_said(one, depth - 1) for one in inner)), None) if depth else None


def _code(value: Any) -> str | None:
    """Return an error code as text; None for 0 and 200, which mean success, and for what is no code."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    if isinstance(value, int) and abs(value) >= 10**_MAX_CODE:  # converting it to text would take long, or raise
        return None
    code = str(value).strip()
    return text(code) if code not in ("0", "200") and len(code) <= _MAX_CODE and _said(code) else None
