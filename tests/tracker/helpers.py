"""Run the tracker in tests, wait for a condition, and read what a page shows."""

from __future__ import annotations

import asyncio
import html
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial

from django.test import Client
from django.utils import timezone

from omnistudio.gallery.models import Task
from omnistudio.tracker.worker import Tracker


def track() -> None:
    """Let a tracker do all that is due."""
    asyncio.run(Tracker().run(once=True))


def track_again() -> None:
    """Let the time pass that unfinished tasks wait for, then let a tracker do what is due."""
    Task.objects.unfinished().update(due_at=timezone.now())
    track()


@contextmanager
def tracking() -> Iterator[Tracker]:
    """A tracker in a thread of its own, which drains and ends with the block."""
    begun: list[tuple[Tracker, asyncio.AbstractEventLoop]] = []
    failures: list[BaseException] = []

    async def run() -> None:
        tracker = Tracker()
        begun.append((tracker, asyncio.get_running_loop()))
        await tracker.run()
        assert asyncio.all_tasks() == {asyncio.current_task()}, "something is left behind in the loop"

    def work() -> None:
        try:
            asyncio.run(run())
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=work, name="tracker")
    thread.start()
    until(lambda: begun or failures)
    tracker, loop = begun[0]
    tracker.stop = partial(loop.call_soon_threadsafe, tracker.stop)  # type: ignore[method-assign] # from any thread
    try:
        yield tracker
    finally:
        with suppress(RuntimeError):  # it may have ended already
            tracker.stop()
        thread.join(30)
        assert not thread.is_alive(), "the tracker did not end"
    if failures:
        raise failures[0]


def until(condition: Callable[[], object], seconds: float = 10) -> None:
    """Wait until `condition()` holds; `AssertionError` where it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.01)


def now(task: Task) -> Task:
    """The row as it is now."""
    task.refresh_from_db()
    return task


def is_now(task: Task, status: str) -> bool:
    return Task.objects.filter(pk=task.pk, status=status).exists()


def seconds_until_due(task: Task) -> float:
    return (now(task).due_at - timezone.now()).total_seconds()


# What a person reads


def card(client: Client, task: Task) -> str:
    """The words on the task's card: the same on the page and in what the poll brings to an open page."""
    page = client.get("/").content.decode()
    polled = client.get("/poll/", {"card": f"{task.pk}.999999", "after": task.run_id}).content.decode()
    words = _card_in(polled, task)
    assert _without_clock(words) == _without_clock(_card_in(page, task))
    return words


def notice(client: Client) -> str:
    """The one banner above the feed."""
    return _words(_between(client.get("/").content.decode(), '<div id="notice"', '<div id="feed"'))


def _card_in(page: str, task: Task) -> str:
    return _words(_between(page, f'<article class="tile" id="task-{task.pk}"', "</article>"))


def _between(page: str, start: str, end: str) -> str:
    assert page.count(start) == 1, f"{page.count(start)} times: {start}"
    return start + page.partition(start)[2].partition(end)[0]


def _words(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", markup)).split())


def _without_clock(words: str) -> str:
    return re.sub(r"\d+:\d\d", "", words)
