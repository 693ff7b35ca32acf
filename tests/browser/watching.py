"""What no page may do in any test: complain in the console, break, miss something, or ask another host."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Request, Response

# A bad answer is seen as an answer; the browser and htmx tell it once more in the console.
_ANSWERS = re.compile(r"the server responded with a status of|^Response Status Error Code \d+ from")
_OFFLINE = re.compile(r"ERR_INTERNET_DISCONNECTED|^htmx:(sendError|afterRequest)|^JSHandle@")


class Watch:
    """Follows contexts and collects what is wrong. A test says beforehand which bad answers it expects."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self._statuses: set[int] = set()
        self._offline = False
        self._contexts: list[BrowserContext] = []

    def expects(self, *statuses: int) -> None:
        """Answers with these HTTP statuses are part of the test. Of 500 and above only 503: trouble elsewhere."""
        assert all(400 <= status < 500 or status == 503 for status in statuses)
        self._statuses.update(statuses)

    def expects_to_be_offline(self) -> None:
        """The test cuts the connection; that requests fail is part of it."""
        self._offline = True

    def follow(self, context: BrowserContext, *origins: str) -> None:
        """Look at all that the pages of `context` do; `origins` are the only ones that they may ask."""
        hosts = {urlsplit(origin).netloc for origin in origins}
        self._contexts.append(context)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.problems.append(f"error in the page: {error.error}"))
        context.on("response", self._response)
        context.on("request", lambda request: self._request(request, hosts))

    def settle(self) -> None:
        """Wait until the events of all open pages so far have come in."""
        for context in self._contexts:
            for page in context.pages:
                try:
                    page.evaluate("0")
                except Error:  # it is on its way to another page, or gone
                    continue

    def _console(self, message: ConsoleMessage) -> None:
        if message.type != "error" or _ANSWERS.search(message.text):
            return
        if self._offline and _OFFLINE.search(message.text):
            return
        self.problems.append(f"console: {message.text} ({message.location.get('url')})")

    def _response(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self._statuses:
            self.problems.append(f"{response.status} for {response.request.method} {response.url}")

    def _request(self, request: Request, hosts: set[str]) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("http", "https", "ws", "wss") and address.netloc not in hosts:
            self.problems.append(f"a request to another host: {request.url}")
