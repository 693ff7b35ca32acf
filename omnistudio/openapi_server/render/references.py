"""Fetching the reference pictures of a job: all at once, bounded, and looked at before an engine sees them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from omnistudio.core import images, trouble
from omnistudio.core.fetch import safe_fetch
from omnistudio.openapi_server.render.workshop import Interrupted

SECONDS = 20.0
_LOOK_SECONDS = 0.1


class Unusable(Exception):
    """A reference can't be had; the text says which and why."""


def fetch_all(urls: list[str], folder: Path, interrupted: Callable[[], bool] = lambda: False) -> tuple[Path, ...]:
    """Fetch the pictures at `urls` into `folder`, in their order; `SECONDS` for all of them together.

    Each in a thread, which is left behind where the renderer has to end: a thread that waits for a
    stranger's server can't be told to stop.

    Raises:
        Unusable: the first that can't be had.
        Interrupted: the renderer is asked to end.
        OSError: this machine could not store it.
    """
    language = translation.get_language()
    fetches = [_Fetch(url, folder / f"reference-{n}", language) for n, url in enumerate(urls, 1)]
    for fetch in fetches:
        fetch.start()
    for number, fetch in enumerate(fetches, 1):
        while fetch.is_alive():
            fetch.join(_LOOK_SECONDS)
            if interrupted():
                raise Interrupted
        if fetch.error is not None:
            raise fetch.error
        if fetch.path is None:
            raise Unusable(_("Reference %(number)d can’t be used. %(why)s") % {"number": number, "why": fetch.why})
    return tuple(fetch.path for fetch in fetches if fetch.path)


class _Fetch(threading.Thread):
    """One picture: `path` where it was had, else `why` not."""

    def __init__(self, url: str, target: Path, language: str | None) -> None:
        super().__init__(daemon=True)
        self.url, self.target, self.language = url, target, language
        self.path: Path | None = None
        self.why = ""
        self.error: OSError | None = None

    def run(self) -> None:
        with translation.override(self.language):
            try:
                self.path = self._fetched()
            except (safe_fetch.FetchError, images.BadPicture) as reason:
                self.why = str(reason)
            except OSError as error:
                if trouble.kind_of(error):  # of this machine: it says nothing of the picture
                    self.error = error
                self.why = _("It could not be stored.")

    def _fetched(self) -> Path:
        with self.target.open("w+b") as file:
            safe_fetch.fetch(
                self.url,
                file,
                max_bytes=settings.MAX_REFERENCE_BYTES,
                seconds=SECONDS,
                private_hosts=private_hosts(),
                setting="OPENAPI_PRIVATE_HOSTS",
            )
            picture = images.inspect(file, max_pixels=settings.MAX_PICTURE_PIXELS)
        return self.target.rename(self.target.with_suffix(f".{picture.extension}"))


def private_hosts() -> set[str]:
    """Hosts whose private address is fetched from: the operator's list, and this very instance."""
    own = {f"127.0.0.1:{settings.PORT}", f"localhost:{settings.PORT}"}
    for url in (settings.PUBLIC_URL, settings.OMNI_API_URL):
        parts = urlsplit(url)
        own.add(f"{parts.hostname}:{parts.port or (443 if parts.scheme == 'https' else 80)}")
    return own | set(settings.OPENAPI_SERVER["PRIVATE_HOSTS"])
