"""What the code and what it is made of must not do, whoever asks."""

from __future__ import annotations

import ast
import re
import ssl
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from omnistudio.core.fetch import safe_fetch
from omnistudio.openapi_client import connections
from tests.conftest import read

ROOT = Path(settings.BASE_DIR)
OURS = ROOT / "omnistudio"


def calls(path: Path) -> set[str]:
    """What a file calls, as it is written: `eval`, `re.compile`, `template.Template`."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            found.add(ast.unparse(node.func))
    return found


def last_parts(names: set[str]) -> set[str]:
    """The same without what it is called of: `Template`."""
    return {name.rpartition(".")[2] for name in names}


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


def test_nothing_evaluates_words():
    for path in OURS.rglob("*.py"):
        assert not calls(path) & {"eval", "exec", "compile", "__import__"}, path  # `re.compile` is another one
        assert not last_parts(calls(path)) & {"Template", "from_string", "eval", "exec"}, path
        unpackers = {"pickle", "marshal", "shelve", "yaml", "jinja2", "dill"}
        if path.name == "database_cache.py":  # it writes as Django's cache does, and leaves reading to that
            assert {name for name in calls(path) if name.startswith("pickle")} == {"pickle.dumps"}
            unpackers -= {"pickle"}
        assert not imported(path) & unpackers, path


def test_no_command_is_run_while_a_request_is_answered():
    for path in OURS.rglob("*.py"):
        if "management" in path.parts:
            continue
        assert "subprocess" not in imported(path), path
        assert "pty" not in imported(path), path
        starts = re.compile(r"system$|popen$|exec[lv]|spawn[lv]|posix_spawn|create_subprocess")
        assert not [name for name in last_parts(calls(path)) if starts.match(name)], path


def test_no_query_is_written_by_hand_with_words_in_it():
    for path in OURS.rglob("*.py"):
        if "migrations" in path.parts:  # nobody's words reach them
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("raw", "execute", "extra", "RawSQL"):
                assert not any(isinstance(inner, ast.JoinedStr | ast.Mod) for inner in ast.walk(node)), path


def test_certificates_are_checked():
    for context in (safe_fetch._tls(), connections._tls()):
        assert context.verify_mode == ssl.CERT_REQUIRED
        assert context.check_hostname
    for path in OURS.rglob("*.py"):
        assert not re.search(r"verify\s*=\s*False|CERT_NONE|_create_unverified", path.read_text()), path


@pytest.mark.parametrize(
    "path", ["/", "/poll/", "/account/", "/api/v1/openapi.json", "/static/css/base.css", "/healthz"]
)
def test_no_answer_lets_another_origin_read_it(as_owner, path):
    for method in (as_owner.get, as_owner.options):
        response = method(path, headers={"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"})
        read(response)
        assert not [name for name in response.headers if name.lower().startswith("access-control")]


@pytest.mark.parametrize(
    "path",
    ["/static/", "/media/", "/no-direct-media/", "/static/../manage.py", "/static/%2e%2e/manage.py", "/.git/config",
     "/.env", "/data/secret_key", "/static/..%2f..%2fdata%2fsecret_key", "/manage.py", "/omnistudio/settings.py"],
)  # fmt: skip
def test_no_folder_is_listed_and_no_file_beside_is_served(as_owner, path):
    response = as_owner.get(path)
    assert response.status_code == 404
    assert "SECRET_KEY" not in response.text


@pytest.mark.parametrize("path", ["/gallery/", "/account/", "/runs/", "/api/v1/tasks/create", "/s/x/", "/poll/"])
@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "DELETE", "PUT"])
def test_trace_is_not_answered(db, as_owner, path, method):
    response = as_owner.generic(method, path, headers={"X-Secret": "do not echo"})
    assert response.status_code in (403, 405)
    assert "do not echo" not in response.text


def test_every_package_is_pinned_with_its_sum():
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text()
        pins = re.findall(r"^([A-Za-z0-9._\[\],-]+)==\S+", text, re.MULTILINE)
        blocks = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)[1:]
        assert len(pins) == len(blocks) > 20
        assert all("--hash=sha256:" in block for block in blocks)


@pytest.mark.django_db
def test_the_health_check_sets_no_cookie():
    assert not Client().get("/healthz").cookies
