"""One client of the Open API for each key, kept warm; keys never meet in one client."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings

from omnistudio.accounts.models import ApiKey
from omnistudio.openapi_client import OpenAPIClient, Timeouts

IDLE_SECONDS = 300.0


@dataclass
class _Warm:
    sealed: str
    client: OpenAPIClient
    used: float = 0.0
    users: int = 0


class Clients:
    """The clients by person. A key that was replaced gets a client of its own, and the old one is closed.

    At most 4 connections each: a single client with many requests in flight drowns in its own pool
    (measured with answers of 150 ms: 128 in flight in one client 65 answers/s, in clients of 4 680/s).
    """

    def __init__(self) -> None:
        self._warm: dict[int, _Warm] = {}
        self._leaving: list[_Warm] = []

    @contextmanager
    def acquire(self, key: ApiKey) -> Iterator[OpenAPIClient]:
        """The client of this key; it is not closed before the block ends.

        A create whose client is closed under it would have to be called lost.

        Raises:
            encryption.CannotOpen: the key must be entered again.
        """
        warm = self._of(key)
        warm.users += 1
        try:
            yield warm.client
        finally:
            warm.users -= 1
            warm.used = time.monotonic()

    def _of(self, key: ApiKey) -> _Warm:
        warm = self._warm.get(key.owner_id)
        if warm is None or warm.sealed != key.sealed:
            secret = key.reveal()
            if warm is not None:
                self._leaving.append(warm)
            warm = self._warm[key.owner_id] = _Warm(key.sealed, self._client(secret))
        return warm

    @staticmethod
    def _client(secret: str) -> OpenAPIClient:
        # A service may think about a create for as long as a call may take, and send nothing meanwhile: its own
        # clients wait for 60 s (`omnivideo-sdk` 0.1.0). A shorter wait would call an answer lost that comes.
        total = settings.TRACKER["CALL_SECONDS"]
        timeouts = Timeouts(read=total, write=min(30, total), pool=min(10, total), total=total)
        connections = settings.TRACKER["CONNECTIONS_PER_KEY"]
        return OpenAPIClient(settings.OMNI_API_URL, secret, timeouts=timeouts, max_connections=connections)

    async def close_idle(self) -> None:
        """Close the clients that were replaced, and those that nobody has used for five minutes."""
        old = time.monotonic() - IDLE_SECONDS
        for owner in [owner for owner, warm in self._warm.items() if not warm.users and warm.used < old]:
            self._leaving.append(self._warm.pop(owner))
        idle = [warm for warm in self._leaving if not warm.users]
        self._leaving = [warm for warm in self._leaving if warm.users]
        for warm in idle:
            await warm.client.aclose()

    async def aclose(self) -> None:
        """Close all."""
        everyone = [*self._warm.values(), *self._leaving]
        self._warm, self._leaving = {}, []
        for warm in everyone:
            await warm.client.aclose()
