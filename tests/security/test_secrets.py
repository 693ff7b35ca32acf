"""Secrets: hard to guess, stored hashed or encrypted, and compared in constant time.

Sealed keys: tests/accounts/security/test_encryption.py. Keys in texts: tests/openapi_client/test_secrets.py. Keys in
answers, exports and logs: test_injection.py.
"""

from __future__ import annotations

import ast
import math
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.hashers import identify_hasher

from omnistudio.accounts.models import ApiKey
from omnistudio.accounts.security.encryption import CannotOpen
from omnistudio.accounts.teams import services as team_services
from omnistudio.gallery.share_links import services as share_links
from omnistudio.openapi_server.models import Job, Key
from omnistudio.openapi_server.services import keys
from tests.conftest import KEY

OURS = Path(settings.BASE_DIR) / "omnistudio"
SECRET_NAMES = {"token", "secret", "password", "nonce", "signature", "mac", "authorization", "bearer", "mark"}


def test_no_secret_is_compared_with_an_equals_sign():
    """`==` ends at the first letter that differs; use constant_time_compare, a hash or an index of the database."""
    found = []
    for path in OURS.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Compare) and any(isinstance(op, ast.Eq | ast.NotEq) for op in node.ops):
                sides = [node.left, *node.comparators]
                if any(isinstance(side, ast.Constant) for side in sides):
                    continue
                # Also inside of calls, such as `str(mark)` and `_mark(email)`.
                parts = [part for side in sides for part in ast.walk(side)]
                names = {getattr(part, "id", "") or getattr(part, "attr", "") for part in parts}
                if {name.strip("_") for name in names} & SECRET_NAMES:
                    found.append(f"{path.name}:{node.lineno}")
    assert found == []


def test_tokens_are_too_long_to_be_guessed(owner, make_task, team):
    task = make_task(status="succeeded")
    link = share_links.make(owner, task)
    assert len(link.token) * math.log2(64) >= 128
    assert len(Job._meta.get_field("result_token").default()) * math.log2(64) >= 128
    assert keys.LENGTH * math.log2(len(keys.ALPHABET)) >= 128
    assert len({share_links.make(owner, task).token for _ in range(20)}) == 20
    invitation = team_services.invite(owner, team, role="member")
    assert len(invitation.token.rpartition(":")[2]) * math.log2(64) >= 128


def test_credentials_are_stored_as_hashes(owner, make_task):
    link = share_links.make(owner, make_task(status="succeeded"), password="open sesame")
    link.refresh_from_db()
    assert "open sesame" not in link.password
    assert identify_hasher(link.password)
    key, secret = keys.make_key(owner, "Nightly")
    row = Key.objects.filter(pk=key.pk).values().get()
    assert secret not in str(row)
    assert secret[3:20] not in str(row)


def test_passwords_are_hashed_slowly_in_earnest(tmp_path):
    code = "import django; django.setup(); from django.contrib.auth import hashers; print(hashers.make_password('x'))"
    environment = {"OMNISTUDIO_DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "omnistudio.settings"}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=True)
    algorithm, rounds, _rest = done.stdout.split("$", 2)
    assert algorithm == "pbkdf2_sha256"
    assert int(rounds) >= 600_000


def test_a_sealed_key_that_is_moved_into_another_row_is_refused(owner, stranger):
    """Also where the attacker can write into the database: the seal holds the number of its owner."""
    theirs = ApiKey.objects.create(owner=stranger, sealed="x", last_four="xxxx")
    ApiKey.objects.filter(pk=theirs.pk).update(sealed=owner.api_key.sealed)
    theirs.refresh_from_db()
    with pytest.raises(CannotOpen):
        theirs.reveal()
    assert owner.api_key.reveal() == KEY


def test_two_seals_of_one_key_are_not_alike(owner, stranger):
    first = owner.api_key.sealed
    owner.api_key.put(KEY)
    assert owner.api_key.sealed != first
