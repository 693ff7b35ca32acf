"""Secrets: sealed, hashed, signed, long, compared in constant time, made once, the same on every machine."""

from tests.guards.guard import Change, Guard

_SEALED = "accounts/security/test_encryption.py"
_SECRETS = "security/test_secrets.py"
_COPY = "who: whoever reads a copy of the database"
_ENCRYPTED = 'return _cipher().encrypt(f"{owner_id}:{secret}".encode()).decode()'
_OPENED = 'owner, _, secret = _cipher().decrypt(sealed.encode()).decode().partition(":")'
_SECOND = "security/test_deployment.py::test_a_second_machine_with_secrets_of_its_own_does_not_start"
_LENGTHS = f"{_SECRETS}::test_tokens_are_too_long_to_be_guessed"

KEYS = [
    Guard(
        "keys are sealed",
        (_COPY,),
        "encryption.seal",
        _ENCRYPTED,
        'return f"{owner_id}:{secret}"',
        (f"{_SEALED}::test_the_row_does_not_hold_the_key",),
        also=(Change("encryption.unseal", _OPENED, 'owner, _, secret = sealed.partition(":")'),),
    ),
    Guard(
        "a seal is its owner's",
        (_COPY, "11.3.3"),
        "encryption.unseal",
        "    if owner != str(owner_id):\n        raise CannotOpen\n",
        "",
        (f"{_SECRETS}::test_a_sealed_key_that_is_moved_into_another_row_is_refused",),
    ),
    Guard(
        "what was changed does not open",
        ("11.3.3", "16.5.3"),
        "encryption.unseal",
        "    except InvalidToken as error:\n        raise CannotOpen from error\n    if owner",
        "    except InvalidToken:\n        return sealed\n    if owner",
        (
            f"{_SEALED}::test_changed_ciphertext_does_not_decrypt",
            f"{_SEALED}::test_another_encryption_key_does_not_open_it",
        ),
    ),
    Guard(
        "a rotation seals anew",
        ("11.1.1", "11.2.2"),
        "rotate_encryption_keys.Command.handle",
        "        sealed, lost = self.reseal()\n",
        "        sealed, lost = 1, 0\n",
        (f"{_SEALED}::test_rotation_re_encrypts_and_old_ciphertexts_still_decrypt",),
    ),
    Guard(
        "what was sealed before opens",
        ("11.1.1", "11.2.2"),
        "encryption._multi_fernet",
        "    return MultiFernet([Fernet(key) for key in keys])",
        "    return MultiFernet([Fernet(key) for key in keys[:1]])",
        (f"{_SEALED}::test_rotation_re_encrypts_and_old_ciphertexts_still_decrypt",),
    ),
    Guard(
        "the secret before this one is known",
        ("11.1.1",),
        "fingerprints._ours",
        "(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)",
        "(settings.SECRET_KEY,)",
        ("security/test_deployment.py::test_a_rotation_is_no_other_secret",),
    ),
    Guard(
        "another secret is noticed",
        ("Production settings",),
        "fingerprints._known",
        "    if kept.digest not in digests:\n        return False\n",
        "",
        (_SECOND,),
    ),
    *(
        Guard(
            f"another secret is noticed by `{command}`",
            ("Production settings",),
            f"omnistudio/{file}.py",
            "        fingerprints.require()\n",
            "",
            (_SECOND,),
        )
        for command, file in (
            ("track", "tracker/management/commands/track"),
            ("render", "openapi_server/management/commands/render"),
            ("web", "operations/management/commands/web"),
        )
    ),
    Guard(
        "passwords are hashed slowly (Django's)",
        ("11.4.2",),
        "auth_settings.AUTH_PASSWORD_VALIDATORS",
        "AUTH_PASSWORD_VALIDATORS = [\n",
        'PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]\nAUTH_PASSWORD_VALIDATORS = [\n',
        (f"{_SECRETS}::test_passwords_are_hashed_slowly_in_earnest",),
    ),
    Guard(
        "a link's password is kept as a hash",
        ("who: whoever has a share link",),
        "services.make",
        'password=make_password(password) if password else "",',
        "password=password,",
        (f"{_SECRETS}::test_credentials_are_stored_as_hashes",),
    ),
    Guard(
        "keys of the built-in API are kept as hashes",
        (_COPY,),
        "queries.digest",
        "    return sha256(secret.encode()).hexdigest()\n",
        "    return secret\n",
        (f"{_SECRETS}::test_credentials_are_stored_as_hashes",),
    ),
    Guard(
        "time tells nothing of a token",
        ("11.2.4",),
        "views.metrics",
        "not constant_time_compare(given.strip(), token)",
        "given.strip() != token",
        (f"{_SECRETS}::test_no_secret_is_compared_with_an_equals_sign",),
    ),
    Guard(
        "time tells nothing of the mark of a known browser",
        ("11.2.4",),
        "trusted_browsers.known",
        "constant_time_compare(str(mark), _mark(email))",
        "str(mark) == _mark(email)",
        (f"{_SECRETS}::test_no_secret_is_compared_with_an_equals_sign",),
    ),
    Guard(
        "a link's token has 192 bits",
        ("11.5.1",),
        "sharing._token",
        "return secrets.token_urlsafe(24)",
        "return secrets.token_urlsafe(12)",
        (_LENGTHS,),
    ),
    Guard(
        "a result's token has 192 bits",
        ("11.5.1",),
        "models.Job.result_token",
        "partial(secrets.token_urlsafe, 24)",
        "partial(secrets.token_urlsafe, 12)",
        (_LENGTHS,),
    ),
    Guard(
        "a key has 190 bits",
        ("11.5.1",),
        "keys.LENGTH",
        "LENGTH = 32\n",
        "LENGTH = 16\n",
        (_LENGTHS,),
    ),
    Guard(
        "no chance is used twice",
        ("11.5.1",),
        "sharing._token",
        "return secrets.token_urlsafe(24)",
        'return "0" * 32',
        (_LENGTHS,),
    ),
    Guard(
        "a link for the service is signed",
        ("9.1.1",),
        "reference_links.reference_of_link",
        "task_id, reference_id = _signer.unsign_object(token)",
        'task_id, reference_id = map(int, signing.b64_decode(token.partition(":")[0].encode())[1:-1].split(b","))',
        ("gallery/media/test_reference_links.py::test_a_forged_link_is_404",),
    ),
    Guard(
        "a link for the service ends",
        ("9.2.1",),
        "reference_links.reference_of_link",
        " or (link.task.finished_at and timezone.now() - link.task.finished_at > GOOD_FOR)",
        "",
        ("gallery/media/test_reference_links.py::test_a_link_works_while_the_task_is_under_way_and_a_day_longer",),
    ),
    Guard(
        "a secret is its owner's alone",
        ("13.3.1",),
        "file_modes.FILE",
        "FILE = 0o600",
        "FILE = 0o644",
        ("core/test_settings.py::test_secrets_are_made_once_and_are_their_owners_alone",),
        also=(
            Change(
                "omnistudio/settings.py",
                "os.umask(file_modes.umask_for(group_reads=bool(MEDIA_X_ACCEL)))  #",
                "#",
            ),
        ),
    ),
    Guard(
        "secrets are not in the source",
        ("13.3.1",),
        "secret_files.new_secret_key",
        "    return secrets.token_urlsafe(48)",
        '    return "a secret in the source"',
        ("core/test_settings.py::test_secrets_are_made_once_and_are_their_owners_alone",),
    ),
]
