"""The address of a prompt: made of its text, and not of its row.

Each text is one row, whoever wrote it. The number of the row, also one that can only be found by trying, would tell
somebody who enters a text that somebody else has used it before: it would be an old number. So a text has the same
address whether it was there before or not, and after it was deleted and entered again. It is not the digest itself,
because whoever sees an address must not be able to try which text it is of: it is the digest's beginning, enciphered
as the one block that it is, so that it can be looked up without a column of its own.
"""

from __future__ import annotations

import base64
import binascii
import functools

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.conf import settings
from django.db.models import Q
from django.utils.crypto import salted_hmac

BYTES = algorithms.AES.block_size // 8


def address_of(digest: str) -> str:
    """22 letters for a text with this SHA-256 in hexadecimal."""
    cipher = _cipher(settings.SECRET_KEY).encryptor()
    return base64.urlsafe_b64encode(cipher.update(bytes.fromhex(digest)[:BYTES])).decode("ascii").rstrip("=")


def is_at(address: str) -> Q:
    """The condition that a prompt has this address, under the secret in force or one before it; of no row else."""
    try:
        block = base64.urlsafe_b64decode(f"{address}==")
    except (binascii.Error, ValueError):
        block = b""
    if len(block) != BYTES:
        return Q(pk__in=[])
    found = Q(pk__in=[])
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        start = _cipher(secret).decryptor().update(block).hex()
        found |= Q(digest__gte=start, digest__lt=f"{start}g")  # a look into the index of the digests
    return found


@functools.lru_cache(maxsize=8)
def _cipher(secret: str) -> Cipher[modes.ECB]:
    key = salted_hmac("omnistudio.prompt-address", "", secret=secret, algorithm="sha256").digest()[:BYTES]
    return Cipher(algorithms.AES(key), modes.ECB())  # noqa: S305 (one block, which is a digest: nothing repeats)
