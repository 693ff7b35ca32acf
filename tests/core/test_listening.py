"""Wherever it listens, the studio opens, says its address, and reaches its own API; a wrong setting is a sentence."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings

from omnistudio.core import checks, listening
from tests.browser.servers import Studio

ROOT = Path(settings.BASE_DIR)
# A company's proxy that does not know the way to this machine.
PROXY = {"HTTP_PROXY": "http://127.0.0.1:9", "http_proxy": "http://127.0.0.1:9", "ALL_PROXY": "http://127.0.0.1:9"}
GENERATE = """
import time, django
django.setup()
from omnistudio.accounts.models import User
from omnistudio.studio.services import Submission, submit
run, _new = submit(User.objects.get(), Submission("a celadon vase", "gpt-image-2", "1:1", 1))
for _ in range(600):
    task = run.tasks.get()
    if not task.is_unfinished:
        break
    time.sleep(0.1)
print(task.status, task.trouble_words or task.reason_words)
"""


def manage(folder: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    bare = {"PATH": os.environ["PATH"], "OMNISTUDIO_DATA_DIR": str(folder), **environment}
    words = [sys.executable, *(command if command[0] == "-c" else ("manage.py", *command))]
    return subprocess.run(
        words, cwd=ROOT, env=bare, capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("bind", "url", "more"),
    [
        ("::", "http://[::1]:{port}", {}),
        ("[::1]", "http://[::1]:{port}", {}),
        ("127.0.0.2", "http://127.0.0.2:{port}", {}),
        ("127.0.0.2", "https://studio.example.com", {"ALLOWED_HOSTS": "studio.example.com"}),
        ("0.0.0.0", "http://127.0.0.1:{port}", {}),
    ],
)
def test_it_opens_says_so_and_makes_an_image(tmp_path, bind, url, more):
    studio = Studio(tmp_path / "data", **PROXY, BIND=bind, **more)
    studio.environment["PUBLIC_URL"] = url if "{port}" not in url else ""
    with studio:
        studio.start("up")
        said = wait_for(studio, "OmniStudio is open")
        assert f"OmniStudio is open: {url.format(port=studio.port)}\n" in said
        assert "Traceback" not in said
        words = ["manage.py", "create_owner", "nok@example.com", "--password-stdin"]
        made = subprocess.run(
            [sys.executable, *words], cwd=ROOT, env=studio.environment, input=b"a quiet river\n", capture_output=True
        )
        assert made.returncode == 0, made.stderr
        given = {**studio.environment, "DJANGO_SETTINGS_MODULE": "omnistudio.settings"}
        done = subprocess.run([sys.executable, "-c", GENERATE], cwd=ROOT, env=given, capture_output=True, text=True)
        assert done.stdout.strip() == "succeeded", done.stdout + done.stderr + studio.tail()


def wait_for(studio: Studio, text: str) -> str:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline and text not in studio.tail(200):
        time.sleep(0.2)
    return studio.tail(200) + "\n"


@pytest.mark.parametrize("bind", ["192.0.2.77", "2001:db8::77", "no such host"])
def test_an_address_that_the_machine_does_not_have_is_called_that(tmp_path, bind):
    done = manage(tmp_path, "up", BIND=bind, PORT="0")
    assert done.returncode != 0
    assert f"BIND is {bind}, and this machine has no such address" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"PORT": "http"}, "PORT is 'http', and must be a number"),
        ({"PORT": "70000"}, "PORT is 70000, and must be between 1 and 65535"),
        ({"WEB_WORKERS": "two"}, "WEB_WORKERS is 'two', and must be a number"),
        ({"TRACKER_CALL_SECONDS": "1m"}, "TRACKER_CALL_SECONDS is '1m', and must be a number"),
    ],
)
def test_an_invalid_number_is_reported_in_one_line(tmp_path, given, said):
    for command in ("up", "check"):
        done = manage(tmp_path, command, **given)
        assert done.returncode != 0
        assert said in done.stderr
        assert "Traceback" not in done.stderr


def test_an_empty_variable_is_one_that_is_not_set(tmp_path):
    names = ("PORT", "BIND", "WEB_WORKERS", "PUBLIC_URL", "TIME_ZONE", "DEBUG", "DATABASE_URL", "CACHE_URL")
    code = (
        "import django; django.setup(); from django.conf import settings as s; "
        "print(s.PORT, s.BIND, s.WEB_WORKERS, s.PUBLIC_URL, s.TIME_ZONE, s.DEBUG, s.DATABASES['default']['NAME'])"
    )
    done = manage(tmp_path, "-c", code, DJANGO_SETTINGS_MODULE="omnistudio.settings", **dict.fromkeys(names, " "))
    assert done.stdout.split()[:6] == ["8000", "127.0.0.1", "2", "http://127.0.0.1:8000", "UTC", "False"], done.stderr
    assert done.stdout.strip().endswith(f"{tmp_path}/omnistudio.sqlite3")


@pytest.mark.parametrize(
    ("content", "port"),
    [(b"\xef\xbb\xbfPORT=8123\r\nBIND=\r\n", 8123), (b"PORT=8124\n", 8124), (b"PORT=\n", 8000)],
)
def test_a_file_with_a_byte_order_mark_is_read_as_it_is_meant(tmp_path, content, port):
    assert _port_by(tmp_path, content).stdout.strip() == str(port)


def test_a_file_in_another_encoding_is_named(tmp_path):
    done = _port_by(tmp_path, "PORT=8123".encode("utf-16"))
    assert "is not a text file in UTF-8" in done.stderr


def _port_by(folder: Path, content: bytes) -> subprocess.CompletedProcess[str]:
    (folder / ".env").write_bytes(content)
    code = (
        "from pathlib import Path; from omnistudio.core.environment import Environment; "
        f"Environment.read(Path({str(folder / '.env')!r})); print(Environment().int('PORT', default=8000))"
    )
    return manage(folder, "-c", code)


# ------------------------------------------------------------------ the folder is a path
@pytest.mark.parametrize("name", ["c++", "a%20b", "#1", "q?x", "ส่วน ตัว", "100%", "file:x", "a&mode=memory"])
def test_a_folder_of_any_name_has_its_database_in_it(tmp_path, name):
    folder = tmp_path / name
    done = manage(folder, "migrate", "-v0")
    assert done.returncode == 0, done.stderr
    assert (folder / "omnistudio.sqlite3").stat().st_size > 100_000
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert manage(folder, "purge_trash").returncode == 0


# ------------------------------------------------------------------ addresses
@pytest.mark.parametrize(
    "url",
    [
        "https://api.example.com/#",
        "https://api.example.com/?key=1",
        "https://me:secret@api.example.com",
        "https://api.example.com:99999",
        "https://api.example.com:x",
        "https://api.example.com/#part",
        "http://[::1",
        "https://",
        "ftp://api.example.com",
    ],
)
def test_an_address_that_the_client_does_not_take_ends_the_start(tmp_path, url):
    done = manage(tmp_path, "check", OMNI_API_URL=url)
    assert done.returncode != 0
    assert "omnistudio.E002" in done.stderr
    assert "OMNI_API_URL=" in done.stderr
    assert "Traceback" not in done.stderr
    assert "secret" not in done.stderr


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("https://example.com/studio", "has a path"),
        ("https://example.com/studio/", "has a path"),
        ("https://me:secret@example.com", "has a user name"),
        ("https://example.com?x=1", "has a query"),
        ("https://example.com/#top", "has a query or a fragment"),
        ("https://example.com:99999", "is not a web address"),
        ("http://[::1", "is not a web address"),
        ("studio.example.com", "is not a web address"),
    ],
)
def test_a_public_url_that_can_not_work_ends_the_start(tmp_path, url, why):
    done = manage(tmp_path, "check", PUBLIC_URL=url)
    assert done.returncode != 0
    assert f"PUBLIC_URL {why}" in done.stderr
    assert "Traceback" not in done.stderr
    assert "secret" not in done.stderr


@pytest.mark.parametrize(
    "url",
    ["https://studio.example.com", "https://studio.example.com/", "http://[fd00::2]:8000", "http://10.0.0.1:80"],
)
def test_a_public_url_that_works_passes(url):
    assert listening.fault_of_public_url(url) == ""
    with override_settings(PUBLIC_URL=url.rstrip("/")):
        assert checks.urls_are_absolute(None) == []


def test_a_public_ipv6_address_is_an_allowed_host(tmp_path):
    code = "import django; django.setup(); from django.conf import settings; print(settings.ALLOWED_HOSTS)"
    given = {"PUBLIC_URL": "http://[fd00::2]:8000", "DJANGO_SETTINGS_MODULE": "omnistudio.settings"}
    assert "[fd00::2]" in re.findall(r"'([^']+)'", manage(tmp_path, "-c", code, **given).stdout)
