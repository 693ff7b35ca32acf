"""No key in any text: errors, their tracebacks, records, representations, logs."""

from __future__ import annotations

import logging
import traceback
from json import dumps

import pytest

from omnistudio.openapi_client import OpenAPIClient, OpenAPIError, is_key_form, mask, redact
from tests.openapi_client.helpers import KEY, MASKED, QUICK, create, failure, look
from tests.scripted_service import (
    Behaviour,
    Exchange,
    ScriptedService,
    answer,
    envelope,
    html,
    json,
    ok,
    redirect,
    status,
    too_many,
    truncated,
)

OTHER = "sk-somebody-elses-key-0123456789"
ESCAPED = "".join(f"\\u{ord(letter):04x}" for letter in KEY)


async def nonsense(exchange: Exchange) -> None:
    await exchange.read()
    exchange.writer.write(f"{KEY} is what you sent\r\n\r\n".encode())
    exchange.over = True


ECHOES = [
    pytest.param(envelope(0, f"bad key {KEY}!"), id="msg"),
    pytest.param(envelope(0, f"bad key\n{KEY}!"), id="msg, after a line break"),
    pytest.param(json({"code": 0, "msg": "no", KEY: {KEY: [KEY]}}), id="names of fields"),
    pytest.param(answer(f'{{"code": 0, "msg": "{ESCAPED}"}}'.encode()), id="escaped"),
    pytest.param(answer(f'{{"code": 0, "msg": "{ESCAPED}", "{KEY}'.encode()), id="half a document"),
    pytest.param(answer(f"<p>Authorization: Bearer {KEY}</p>".encode()), id="HTML"),
    pytest.param(answer(("x" * 7_990 + KEY).encode()), id="across the cut"),
    pytest.param(truncated(f'{{"code": 200, "msg": "{KEY}'.encode()), id="broken off"),
    pytest.param(status(500, KEY.encode()), id="500"),
    pytest.param(status(404, KEY.encode()), id="404"),
    pytest.param(answer(KEY.encode(), 429, retry_after=KEY), id="429"),
    pytest.param(redirect(f"https://elsewhere.example/?key={KEY}"), id="redirect"),
    pytest.param(redirect(f"http://[{KEY}"), id="redirect to nowhere"),
    pytest.param(envelope(200, KEY, data={"task_id": KEY, "task_status": KEY}), id="task_id"),
    pytest.param(nonsense, id="a status line that is none"),
]


@pytest.mark.parametrize("echo", ECHOES)
@pytest.mark.parametrize("call", [create, look])
def test_a_key_that_the_service_echoes_is_masked(service: ScriptedService, call: object, echo: Behaviour) -> None:
    service.on_create(echo)
    service.on_get(echo)
    assert callable(call)
    error = failure(call, service.url)
    for text in (str(error), repr(error), error.raw, str(error.msg), str(error.field), repr(vars(error))):
        assert_no_key(text)
    assert_no_key("".join(traceback.format_exception(error)))


@pytest.mark.parametrize("echo", ECHOES)
def test_an_error_drags_no_other_behind_it(service: ScriptedService, echo: Behaviour) -> None:
    service.on_create(echo)
    error = failure(create, service.url)
    assert error.__cause__ is None
    assert error.__context__ is None


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1", "http://nowhere.invalid", "https://127.0.0.1:1", "http://[::1]:1"]
)
def test_the_traceback_of_a_request_that_never_left_has_no_key(url: str) -> None:
    try:
        create(url, timeouts=QUICK)
    except OpenAPIError:
        assert_no_key(traceback.format_exc())
    else:
        pytest.fail("nobody listens there")


def test_results_are_stored_without_the_key(service: ScriptedService) -> None:
    service.on_create(ok(request_id=f"for {KEY}", note=KEY))
    service.on_get(envelope(200, KEY, data={"task_status": 4, "model_id": KEY, "image_url": f"https://c/?k={KEY}"}))
    created, seen = create(service.url), look(service.url)
    assert_no_key(repr(created) + created.raw + str(created.request_id))
    assert_no_key(repr(seen) + seen.raw + f"{seen.reason} {seen.model_id} {seen.result_url}")
    assert created.request_id == f"for {MASKED}"


def test_other_keys_are_masked_too(service: ScriptedService) -> None:
    service.on_create(envelope(0, f"used by {OTHER}"))
    error = failure(create, service.url)
    assert OTHER not in str(error) + error.raw
    assert error.msg == "used by sk-…6789"


def test_the_client_shows_its_key_masked(service: ScriptedService) -> None:
    shown = repr(OpenAPIClient(service.url, KEY))
    assert shown == f"OpenAPIClient('{service.url}/api/v1', key='{MASKED}')"


@pytest.mark.parametrize("key", ["", "sk-with a space", "sk-\n", "sk-กุญแจ", f"{KEY}\r\nX-Evil: 1"])
def test_a_key_that_no_header_can_hold_is_refused_without_quoting_it(key: str) -> None:
    with pytest.raises(ValueError, match="key") as caught:
        OpenAPIClient("https://your-site.com", key)
    assert not key or key not in str(caught.value)


def test_no_log_of_ours_has_a_key_or_a_prompt(service: ScriptedService, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="omnistudio")
    service.on_create(envelope(0, KEY), too_many(), html(), status(500, KEY.encode()), nonsense, ok())
    for _ in range(5):
        failure(create, service.url, wanted={"prompt": "a secret garden"})
    created = create(service.url, wanted={"prompt": "a secret garden"})
    look(service.url, created.task_id)
    ours = [record for record in caplog.records if record.name.startswith("omnistudio.openapi_client")]
    assert len(ours) == 7
    text = "\n".join(f"{record.getMessage()} {vars(record)!r}" for record in ours)
    assert_no_key(text)
    assert "secret" not in text
    assert all(record.levelno == logging.DEBUG for record in ours)


@pytest.mark.parametrize(
    ("key", "shown"),
    [(KEY, MASKED), ("sk-short", "sk-…"), ("a-token-of-another-form", "…form"), ("", "…"), ("abcd", "…")],
)
def test_a_masked_key_gives_four_characters_away_at_most(key: str, shown: str) -> None:
    assert mask(key) == shown


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        (f"key {KEY}.", f"key {MASKED}."),
        (f'"{KEY}"', f'"{MASKED}"'),
        (f"\\n{KEY}", f"\\n{MASKED}"),
        (f"%22{KEY}", f"%22{MASKED}"),
        (f"Bearer+{KEY}", f"Bearer+{MASKED}"),
        ("sk-12345678", "sk-…"),
        ("sk-1234567", "sk-1234567"),
        ("task-2024010112", "task-2024010112"),
        ("nothing", "nothing"),
        (MASKED, MASKED),
    ],
)
def test_whatever_looks_like_a_key_is_masked(text: str, redacted: str) -> None:
    assert redact(text) == redacted
    assert redact(redacted) == redacted


def test_a_key_of_any_form_is_masked_where_it_is_known() -> None:
    odd = 'tok"en\\of another form'
    assert redact(f"{odd} {dumps(odd)} {KEY[:-1]}", odd, KEY, "") == '…form "…form" sk-…ja1b'.replace("ja", "Ja")


def test_the_longest_of_two_keys_goes_first() -> None:
    assert redact("abcdefgh-0123456789-tail", "abcdefgh", "abcdefgh-0123456789-tail") == "…tail"


@pytest.mark.parametrize(
    ("text", "form"),
    [
        (KEY, True),
        ("sk-" + "a" * 16, True),
        ("sk-" + "a" * 200, True),
        ("sk-proj_Ab-12345678901", True),
        ("sk-" + "a" * 15, False),
        ("sk-" + "a" * 201, False),
        (KEY + "\n", False),
        (" " + KEY, False),
        ("SK" + KEY[2:], False),
        ("pk" + KEY[2:], False),
        ("sk-กขคงจฉชซฌญฎฏฐฑฒณ", False),
        ("", False),
    ],
)
def test_the_form_of_a_key(text: str, form: bool) -> None:
    assert is_key_form(text) is form


def assert_no_key(text: str) -> None:
    """Not a piece of it, but for the four characters that a masked key shows."""
    pieces = {KEY[start : start + 6] for start in range(3, len(KEY) - 6)}
    assert not [piece for piece in pieces if piece in text]
    assert ESCAPED not in text
