"""Whatever a service answers, it is a result or an ``OpenAPIError``, and no key gets out."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omnistudio.openapi_client import CreatedTask, OpenAPIError, RemoteTask
from omnistudio.openapi_client.answers import MAX_RAW, Answer, created_task, remote_task
from tests.openapi_client.helpers import KEY

FIELDS = ["task_id", "task_status", "task_type", "model_id", "image_url", "video_url", "audio_url", "credits"]
NAMES = [*FIELDS, "code", "msg", "message", "data", "created_at", "request_id", "error", "fail_reason"]

words = st.text(max_size=20) | st.sampled_from([KEY, f"a{KEY}b", "200", "3", "image", "https://c/a.png", "\ud800"])
scalars = st.none() | st.booleans() | st.integers() | st.floats() | words | st.sampled_from([0, 1, 2, 3, 4, 200])
names = st.sampled_from(NAMES) | words
trees = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=6),
    max_leaves=20,
)
envelopes = st.fixed_dictionaries(
    {"code": st.sampled_from([200, 0, "200", 401]) | scalars, "data": st.dictionaries(names, trees) | trees},
    optional={"msg": trees, "task_id": trees, "task_status": trees},
)
bodies = (
    st.binary(max_size=200)
    | trees.map(lambda tree: json.dumps(tree).encode())
    | envelopes.map(lambda tree: json.dumps(tree).encode())
    | envelopes.map(lambda tree: json.dumps(tree, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    | envelopes.map(lambda tree: json.dumps(tree).encode()[:-3])
    | envelopes.map(lambda tree: json.dumps(tree).encode("utf-16"))
)
answers = st.builds(
    Answer,
    key=st.just(KEY),
    creating=st.booleans(),
    status=st.sampled_from([200, 429, 500, 503]) | st.integers(100, 599),
    headers=st.dictionaries(st.sampled_from(["retry-after", "date"]), words | st.integers().map(str)),
    location=words,
    body=bodies.map(bytearray),
    lost=st.just("") | words,
    too_large=st.booleans(),
)


@settings(max_examples=250, deadline=None)
@given(answers)
def test_any_answer_to_a_create_is_a_task_or_an_error_of_ours(answer: Answer) -> None:
    try:
        created = created_task(answer)
    except OpenAPIError as error:
        check_error(error, answer)
    else:
        assert isinstance(created, CreatedTask)
        assert 0 < len(created.task_id) <= 255
        assert created.task_id.isprintable()
        check_texts(created.task_id, created.request_id, created.raw, repr(created))


@settings(max_examples=250, deadline=None)
@given(answers)
def test_any_answer_about_a_task_is_a_task_or_an_error_of_ours(answer: Answer) -> None:
    try:
        seen = remote_task(answer, "asked-for")
    except OpenAPIError as error:
        check_error(error, answer)
    else:
        assert isinstance(seen, RemoteTask)
        check_texts(seen.task_id, seen.model_id, seen.reason, seen.raw, repr(seen))
        check_texts(*(output.url for output in seen.outputs))


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"code":' * 50_000,
        b'{"code": 200, "data": ' + b"[" * 900 + b"]" * 900 + b"}",
        b'{"code": ' + b"9" * 5000 + b"}",
        b'{"code": "' + b"9" * 5000 + b'"}',
        b'{"code": 1e999}',
        b'{"code": NaN, "data": -Infinity}',
        b'\xef\xbb\xbf{"code": 200}',
        b"\xff\xfe\x00\xd8",
    ],
    ids=range(9),
)
def test_bodies_that_break_parsers(body: bytes) -> None:
    answer = Answer(key=KEY, creating=True, status=200, body=bytearray(body))
    with pytest.raises(OpenAPIError) as caught:
        created_task(answer)
    check_error(caught.value, answer)


def test_every_depth_of_nesting_is_survived() -> None:
    # Just below the depth that can't be read any more is one that can be read and not be written again.
    for depth in range(1, 1100):
        body = b'{"code": 0, "data": ' + b"[" * depth + b"]" * depth + b"}"
        with pytest.raises(OpenAPIError):
            created_task(Answer(key=KEY, creating=True, status=200, body=bytearray(body)))


@pytest.mark.parametrize("written", ["\ufeff{}", "  {} ", "{}\n"])
def test_marks_and_spaces_around_an_envelope_do_no_harm(written: str) -> None:
    body = written.replace("{}", '{"code": 200, "data": {"task_id": "a"}}')
    answer = Answer(key=KEY, creating=True, status=200, body=bytearray(body.encode()))
    assert created_task(answer).task_id == "a"


def test_invalid_utf_8_does_not_spoil_the_answer() -> None:
    body = b'{"code": 200, "msg": "\xcc\xe1\xbd\xbb", "data": {"task_id": "a"}}'
    assert created_task(Answer(key=KEY, creating=True, status=200, body=bytearray(body))).task_id == "a"


def check_error(error: OpenAPIError, answer: Answer) -> None:
    assert error.status_code == answer.status
    assert not error.may_have_been_processed or answer.creating
    assert error.retry_after is None or 0 <= error.retry_after <= 3600
    assert len(str(error)) <= 1000
    check_texts(str(error), error.msg, error.field, error.raw, repr(vars(error)))


def check_texts(*texts: Any) -> None:
    for text in texts:
        if text is not None:
            assert KEY not in text
            assert "\0" not in text
            text.encode("utf-8")
            assert len(text) <= MAX_RAW * 4
