"""A studio in earnest: the checks are content with the documented settings, and two machines share their secrets."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.test import override_settings

from omnistudio.accounts.models import Fingerprint
from omnistudio.accounts.security import fingerprints
from omnistudio.core import checks

ROOT = Path(settings.BASE_DIR)


def documented() -> dict[str, str]:
    """The production settings of docs/security.md."""
    text = (ROOT / "docs/security.md").read_text().partition("```sh\n")[2].partition("```")[0]
    return dict(re.findall(r"^([A-Z_]+)=(\S+)", text, re.MULTILINE))


def manage(folder: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    bare = {"PATH": os.environ["PATH"], "OMNISTUDIO_DATA_DIR": str(folder), **environment}
    arguments = [sys.executable, "manage.py", *command]
    return subprocess.run(arguments, cwd=ROOT, env=bare, capture_output=True, text=True, timeout=60)


def test_the_documented_settings_pass_every_check_of_a_deployment(tmp_path):
    said = {**documented(), "ENCRYPTION_KEYS": Fernet.generate_key().decode(), "SECRET_KEY": "aB3-_" * 13}
    assert said["PUBLIC_URL"].startswith("https://")
    done = manage(tmp_path, "check", "--deploy", "--fail-level", "WARNING", **said)
    assert done.returncode == 0, done.stderr
    assert not list(tmp_path.glob("*key*")), "no secret was made, as all are given"


def test_debug_in_earnest_is_noticed(tmp_path):
    done = manage(tmp_path, "check", "--deploy", "--fail-level", "WARNING", **{**documented(), "DEBUG": "true"})
    assert done.returncode != 0
    assert "security.W018" in done.stderr


@pytest.mark.parametrize(
    ("proxies", "public", "warns"), [(0, "https", True), (1, "https", False), (0, "http", False)]
)
def test_a_proxy_that_is_not_counted_is_warned_of(proxies, public, warns):
    with override_settings(TRUSTED_PROXIES=proxies, PUBLIC_URL=f"{public}://studio.example.com"):
        assert bool(checks.proxies_are_counted(None)) is warns


@pytest.mark.parametrize(
    ("host", "given", "warns"),
    [
        ("db.example.com", False, True),
        ("db.example.com", True, False),
        ("localhost", False, False),
        ("/var/run/postgresql", False, False),
        ("", False, False),
    ],
)
def test_a_database_elsewhere_wants_secrets_that_are_given(monkeypatch, host, given, warns):
    monkeypatch.setenv("SECRET_KEY", "x" * 60 if given else "")
    monkeypatch.setitem(settings.DATABASES["default"], "HOST", host)
    with override_settings(ENCRYPTION_KEYS=["k"] if given else []):
        assert bool(checks.secrets_are_given_where_machines_share_a_database(None)) is warns


# ------------------------------------------------------------------ two machines, one database
@pytest.fixture
def shared(tmp_path):
    """A database that two machines use, each with a data folder of its own."""
    return {"DATABASE_URL": f"sqlite:///{tmp_path}/shared.sqlite3"}


@pytest.mark.slow
def test_a_second_machine_with_secrets_of_its_own_does_not_start(tmp_path, shared):
    first, second = tmp_path / "first", tmp_path / "second"
    assert manage(first, "migrate", **shared).returncode == 0
    assert manage(first, "track", "--once", **shared).returncode == 0
    for command in (["track", "--once"], ["render", "--once"], ["web"]):
        refused = manage(second, *command, **shared, PORT="0")
        assert refused.returncode != 0
        assert "another SECRET_KEY and another ENCRYPTION_KEYS" in refused.stderr
        assert f"into {second}" in refused.stderr
        assert "Traceback" not in refused.stderr
    for name in ("secret_key", "encryption_keys"):  # the way out, as it is told
        (second / name).write_text((first / name).read_text())
    assert manage(second, "track", "--once", **shared).returncode == 0


def test_the_first_start_is_noted_and_the_same_secrets_start_again(db):
    fingerprints.require()
    fingerprints.require()
    assert set(Fingerprint.objects.values_list("name", flat=True)) == {"SECRET_KEY", "ENCRYPTION_KEYS"}


def test_the_database_does_not_hold_a_secret(db):
    fingerprints.require()
    kept = "".join(Fingerprint.objects.values_list("digest", flat=True))
    assert settings.SECRET_KEY[:8] not in kept


@pytest.mark.parametrize(
    ("changed", "named"),
    [({"SECRET_KEY": "another" * 9}, "another SECRET_KEY"), ({"ENCRYPTION_KEYS": "new"}, "another ENCRYPTION_KEYS")],
)
def test_another_secret_is_refused_until_it_is_accepted(db, changed, named):
    fingerprints.require()
    if "ENCRYPTION_KEYS" in changed:
        changed = {"ENCRYPTION_KEYS": [Fernet.generate_key().decode()]}
    with override_settings(**changed):
        with pytest.raises(CommandError, match=named):
            fingerprints.require()
        call_command("accept_secrets")
        fingerprints.require()


def test_a_rotation_is_no_other_secret(db):
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    with override_settings(SECRET_KEY="a" * 60, ENCRYPTION_KEYS=[old]):
        fingerprints.require()
    with override_settings(SECRET_KEY="b" * 60, SECRET_KEY_FALLBACKS=["a" * 60], ENCRYPTION_KEYS=[new, old]):
        fingerprints.require()
    with override_settings(SECRET_KEY="b" * 60, ENCRYPTION_KEYS=[new]):
        fingerprints.require()


def test_the_rotation_of_the_keys_in_the_folder_is_noted(db, tmp_path, settings):
    settings.ENCRYPTION_KEYS = []
    settings.ENCRYPTION_KEYS_FILE = tmp_path / "encryption_keys"
    fingerprints.require()
    call_command("rotate_encryption_keys", "--forget-old")
    fingerprints.require()


def test_a_database_that_does_not_answer_says_nothing_against_a_start(monkeypatch):
    def away(*_args, **_options):
        raise OperationalError("no route to host")

    monkeypatch.setattr(Fingerprint.objects, "get_or_create", away)
    fingerprints.require()
