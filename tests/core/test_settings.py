"""The settings: documented, safe, and complete without any of them."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings

from omnistudio.core import checks
from omnistudio.core.storage import secret_files

ROOT = Path(settings.BASE_DIR)
READ = re.compile(r"env\.\w+\(\s*\"([A-Z_]+)\"")


def test_each_setting_has_a_line_in_env_example_and_in_the_readme():
    read = set(READ.findall((ROOT / "omnistudio/settings.py").read_text()))
    example = (ROOT / ".env.example").read_text()
    described = set(re.findall(r"^#?\s?([A-Z_]+)=", example, re.MULTILINE))
    assert read == described
    readme = (ROOT / "README.md").read_text()
    assert {name for name in read if f"`{name}`" not in readme} == set()


def test_secrets_are_made_once_and_are_their_owners_alone(tmp_path):
    path = tmp_path / "new" / "secret_key"
    first = secret_files.read_or_make(path, secret_files.new_secret_key)
    assert secret_files.read_or_make(path, secret_files.new_secret_key) == first
    assert len(first) >= 60
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_start_without_any_setting_is_ready_to_deploy(tmp_path):
    bare = {"PATH": os.environ["PATH"], "OMNISTUDIO_DATA_DIR": str(tmp_path)}
    command = [sys.executable, "manage.py", "check", "--fail-level", "WARNING"]
    done = subprocess.run(command, cwd=ROOT, env=bare, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("name", ["PUBLIC_URL", "OMNI_API_URL"])
@pytest.mark.parametrize("value", ["studio.example.com", "ftp://x", "https://"])
def test_an_invalid_url_is_an_error_with_a_hint(name, value):
    with override_settings(**{name: value}):
        messages = checks.urls_are_absolute(None)
    assert [message.hint for message in messages if name in message.hint]


@pytest.mark.parametrize(
    ("public", "api", "warns"),
    [
        ("http://127.0.0.1:8000", "https://api.example.com", True),
        ("http://192.168.1.5:8000", "https://api.example.com", True),
        ("https://studio.example.com", "https://api.example.com", False),
        ("http://127.0.0.1:8000", "http://127.0.0.1:9000", False),
    ],
)
def test_references_that_the_service_cant_reach_are_warned_of(public, api, warns):
    with override_settings(PUBLIC_URL=public, OMNI_API_URL=api, OMNI_API_IS_BUILT_IN=False):
        assert bool(checks.references_reach_the_service(None)) is warns
