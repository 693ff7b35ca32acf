"""Fetch the reference images of a job in parallel, within limits, and validate them before an engine reads them."""

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
    """A reference could not be fetched or is no valid image; the text says which and why."""


def fetch_all(urls: list[str], folder: Path, interrupted: Callable[[], bool] = lambda: False) -> tuple[Path, ...]:
    """Fetch the images at `urls` into `folder` within `SECONDS`, and return their paths in the same order.

    Each is fetched in a daemon thread. If the renderer has to end, the threads are not waited for, because a thread
    that waits for another server can't be stopped.

    Raises:
        Unusable: for the first one that can't be used.
        Interrupted: the renderer is asked to end.
        OSError: this machine could not store one.
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
    """Fetches one image: afterwards `path` is set, or `why` it failed, or an `error` of this machine."""

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
                if trouble.kind_of(error):  # the trouble is this machine's, not the image's
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
    """Return the hosts that may be fetched from at a private address: the operator's list and this instance."""
    own = {f"127.0.0.1:{settings.PORT}", f"localhost:{settings.PORT}"}
    for url in (settings.PUBLIC_URL, settings.OMNI_API_URL):
        parts = urlsplit(url)
        own.add(f"{parts.hostname}:{parts.port or (443 if parts.scheme == 'https' else 80)}")
    return own | set(settings.OPENAPI_SERVER["PRIVATE_HOSTS"])
