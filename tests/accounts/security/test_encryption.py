"""Sealed keys: nobody reads them without the studio's own keys, and none fits in another's row."""

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command

from omnistudio.accounts.models import ApiKey
from omnistudio.accounts.security import encryption
from omnistudio.accounts.services import keep_key
from tests.conftest import KEY


def test_the_row_does_not_hold_the_key(owner):
    assert KEY not in owner.api_key.sealed
    assert owner.api_key.reveal() == KEY


def test_a_ciphertext_in_another_persons_row_does_not_open(owner, stranger):
    moved = ApiKey.objects.create(owner=stranger, sealed=owner.api_key.sealed, last_four="C3D4")
    with pytest.raises(encryption.CannotOpen):
        moved.reveal()


def test_changed_ciphertext_does_not_decrypt(owner):
    with pytest.raises(encryption.CannotOpen):
        encryption.unseal(owner.pk, owner.api_key.sealed[:-3] + "AAA")


def test_another_encryption_key_does_not_open_it(owner, settings):
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(encryption.CannotOpen):
        ApiKey.objects.get(owner=owner).reveal()


def test_the_encryption_key_file_is_readable_by_its_owner_only(owner, settings):
    assert settings.ENCRYPTION_KEYS_FILE.stat().st_mode & 0o777 == 0o600


def test_rotation_re_encrypts_and_old_ciphertexts_still_decrypt(owner, settings, tmp_path, capsys):
    settings.ENCRYPTION_KEYS_FILE = tmp_path / "keys"
    keep_key(owner, KEY, ApiKey.State.VERIFIED)
    before = ApiKey.objects.get(owner=owner).sealed
    call_command("rotate_encryption_keys", "--forget-old")
    after = ApiKey.objects.get(owner=owner)
    assert "1 keys sealed anew, 0 could not be opened" in capsys.readouterr().out
    assert after.sealed != before
    assert after.reveal() == KEY
    assert len((tmp_path / "keys").read_text().split()) == 1
    with pytest.raises(encryption.CannotOpen):
        encryption.unseal(owner.pk, before)


def test_rotation_keeps_old_keys_while_a_secret_needs_them(owner, settings, tmp_path):
    settings.ENCRYPTION_KEYS_FILE = tmp_path / "keys"
    with pytest.raises(CommandError, match="1 keys could not be opened"):
        call_command("rotate_encryption_keys", "--forget-old")
    assert len((tmp_path / "keys").read_text().split()) == 2


def test_the_key_is_not_on_the_admins_pages(client, owner):
    owner.is_staff = owner.is_superuser = True
    owner.save()
    client.force_login(owner)
    key = owner.api_key
    pages = [client.get("/admin/accounts/apikey/"), client.get(f"/admin/accounts/apikey/{key.pk}/change/")]
    pages.append(client.get(f"/admin/accounts/user/{owner.pk}/change/"))
    for page in pages:
        assert page.status_code == 200
        assert KEY not in page.text
        assert key.sealed not in page.text
