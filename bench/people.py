"""People with a page open: each polls, opens a page now and then, and submits. A thread and a connection each."""

from __future__ import annotations

import gzip
import http.client
import random
import re
import threading
import time
import uuid
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from urllib.parse import urlencode

POLL_SECONDS, PAGE_SECONDS, SUBMIT_SECONDS = 2.0, 60.0, 120.0
CARD = re.compile(r'data-task="(\d+)" data-state="\w+" data-revision="(\d+)"([^>]*)>')
RUN = re.compile(r'data-run="(\d+)"')
POLLER = re.compile(r'data-pace="(\d+)" data-notice="(\w*)"')
PICTURE = re.compile(r'<img\b[^>]*\bsrc="(/media/[^"]+)"')
FIRST_WINDOW = 12


@dataclass
class Seen:
    """What all of them saw: how long each kind of request took (seconds), how it was answered, what went wrong."""

    took: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, kind: str, status: int, seconds: float) -> None:
        with self.lock:
            self.took[kind].append(seconds)
            self.answers[kind, status] += 1
            if status >= 400:
                self.errors[f"{kind}: {status}"] += 1

    def broke(self, kind: str, error: Exception) -> None:
        with self.lock:
            self.errors[f"{kind}: {type(error).__name__}"] += 1


class Person(threading.Thread):
    """One of them, signed in by a session that is there already."""

    def __init__(self, address: tuple[str, int], cookies: dict[str, str], csrf: str, seen: Seen, number: int) -> None:
        super().__init__(daemon=True)
        self.seen, self.csrf, self.chance = seen, csrf, random.Random(number)
        self.cookies = "; ".join(f"{name}={value}" for name, value in cookies.items())
        self.connection = http.client.HTTPConnection(*address, timeout=30)
        self.pages = ["/", "/gallery/", "/gallery/1/", "/history/", "/history/team/1/"]
        self.cards: dict[str, str] = {}
        self.after, self.pace, self.notice = 0, "15", ""
        self.cached: set[str] = set()
        self.until = 0.0

    def run(self) -> None:
        chance = self.chance
        time.sleep(chance.uniform(0, POLL_SECONDS))
        self._open("/")
        now = time.monotonic()
        due = {
            self._poll: now + chance.uniform(0, POLL_SECONDS),  # people do not open their pages in step
            self._page: now + chance.uniform(0, PAGE_SECONDS),
            self._submit: now + chance.uniform(0, SUBMIT_SECONDS),
        }
        every = {self._poll: POLL_SECONDS, self._page: PAGE_SECONDS, self._submit: SUBMIT_SECONDS}
        while (now := time.monotonic()) < self.until:
            act = min(due, key=lambda act: due[act])
            time.sleep(max(0.0, min(due[act], self.until) - now))
            act()
            due[act] = max(due[act] + every[act], time.monotonic())

    def _poll(self) -> None:
        asked = [("card", f"{task}.{revision}") for task, revision in self.cards.items()]
        asked += [("after", str(self.after)), ("pace", self.pace), ("notice", self.notice)]
        if text := self._ask("poll", "GET", f"/poll/?{urlencode(asked)}"):
            self._read(text)
            self._ask("summary", "GET", "/summary/?model=gpt-image-2&variations=1&combinations=1")  # `tasks-changed`

    def _page(self) -> None:
        self._open(self.chance.choice(self.pages))

    def _open(self, path: str) -> None:
        text = self._ask("page", "GET", path)
        if path == "/":
            self.cards, self.after = {}, 0
            self._read(text)
        pictures = [url for url in PICTURE.findall(text)[:FIRST_WINDOW] if url not in self.cached]
        for url in pictures:
            self.cached.add(url)
            self._ask("picture", "GET", url)

    def _submit(self) -> None:
        form = {
            "prompt": f"a paper lantern on a grey river, {uuid.uuid4().hex[:8]}",
            "model": self.chance.choices(["gpt-image-2", "nano-banana-2", "seedance-2"], [6, 3, 1])[0],
            "ratio": "1:1",
            "variations": "1",
            "submission": str(uuid.uuid4()),
            "after": str(self.after),
        }
        self._read(self._ask("submission", "POST", "/runs/", urlencode(form)))

    def _read(self, text: str) -> None:
        """Take over what the page would show."""
        for task, revision, more in CARD.findall(text):
            if "data-unfinished" in more:
                self.cards[task] = revision
            else:
                self.cards.pop(task, None)
        self.after = max([self.after, *map(int, RUN.findall(text))])
        if poller := POLLER.search(text):
            self.pace, self.notice = poller.groups()

    def _ask(self, kind: str, method: str, path: str, body: str = "") -> str:
        headers = {"Cookie": self.cookies, "Accept-Encoding": "gzip", "Host": "127.0.0.1"}
        if kind in ("poll", "submission", "summary"):
            headers["HX-Request"] = "true"
        if body:
            headers |= {"X-CSRFToken": self.csrf, "Content-Type": "application/x-www-form-urlencoded"}
        begun = time.perf_counter()
        try:
            self.connection.request(method, path, body or None, headers)
            answer = self.connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException) as error:
            self.connection.close()
            self.seen.broke(kind, error)
            return ""
        self.seen.note(kind, answer.status, time.perf_counter() - begun)
        if answer.status != 200 or kind == "picture":
            return ""
        is_packed = answer.headers.get("Content-Encoding") == "gzip"
        return (gzip.decompress(content) if is_packed else content).decode()
