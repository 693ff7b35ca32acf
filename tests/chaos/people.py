"""People who submit through the web processes, and try again with the same form where one was killed."""

from __future__ import annotations

import random
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx

CREDITS_EACH = 10_000_000
MAX_TRIES = 200


def make(count: int) -> list[str]:
    """So many people with a key and credits; the session of each."""
    from omnistudio.accounts.models import ApiKey, User
    from omnistudio.accounts.services import keep_key
    from omnistudio.openapi_server.services import credits, keys

    sessions = []
    for number in range(count):
        person = User.objects.create_user(f"person{number}@example.com", name=f"Person {number}")
        credits.grant(person, CREDITS_EACH, "chaos")
        keep_key(person, keys.make_key(person, "chaos")[1], ApiKey.State.VERIFIED)
        sessions.append(session_of(person))
    return sessions


def session_of(person: Any) -> str:
    """The key of a session in which somebody is signed in."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(person.pk), person.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session.save()
    return str(session.session_key)


class Crowd:
    """Submits `tasks` tasks, in runs of one to four, as quickly as the studio takes them."""

    def __init__(self, webs: list[str], sessions: list[str], cookie: str, csrf_cookie: str, tasks: int) -> None:
        self.webs, self.sessions, self.cookie, self.csrf_cookie = webs, sessions, cookie, csrf_cookie
        self._orders = list(self._split(tasks))
        self.retries = 0

    @staticmethod
    def _split(tasks: int) -> list[int]:
        orders = []
        while tasks:
            orders.append(min(tasks, 1 + len(orders) % 4))
            tasks -= orders[-1]
        return orders

    @property
    def runs(self) -> int:
        return len(self._orders)

    def submit_all(self) -> None:
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(self._submit, range(len(self._orders))))

    def _submit(self, number: int) -> None:
        token = uuid.uuid4().hex
        form = {
            "prompt": f"a vase, number {number}",
            "model": "gpt-image-2",
            "ratio": "1:1",
            "variations": str(self._orders[number]),
            "submission": str(uuid.uuid4()),
        }
        cookies = {self.cookie: self.sessions[number % len(self.sessions)], self.csrf_cookie: token}
        for _try in range(MAX_TRIES):
            web = random.choice(self.webs)
            headers = {"X-CSRFToken": token}
            try:
                answer = httpx.post(f"{web}/runs/", data=form, cookies=cookies, headers=headers, timeout=10)
            except httpx.HTTPError:
                answer = None
            if answer is not None and answer.status_code == 302 and answer.headers["Location"] == "/":
                return
            assert answer is None or answer.status_code >= 500, (answer.status_code, answer.text[:500])
            self.retries += 1
            time.sleep(0.3)
        raise AssertionError(f"run {number} could not be submitted")
