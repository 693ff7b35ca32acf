"""The password of a share link: checked, and tried a bounded number of times."""

from __future__ import annotations

import hashlib

from django.contrib.auth.hashers import check_password
from django.core.cache import cache
from django.http import HttpRequest

from omnistudio.accounts.security import client_ip
from omnistudio.gallery.models import ShareLink

# Of one network at one link; and of all networks together, which somebody may have many of. With eight letters a
# password is then not found by trying.
TRIES, TRIES_SECONDS = 10, 600
TRIES_OF_ALL, TRIES_OF_ALL_SECONDS = 100, 3600


def opens(link: ShareLink, password: str) -> bool:
    """Whether a password opens the link; the hash says nothing of how near a wrong one was."""
    return check_password(password, link.password)


class Tries:
    """Ten tries in ten minutes for one link and one network, and a hundred in an hour for one link in all.

    Each try takes a place in the cache that comes free by itself later. Taking a place is atomic, so many tries at
    once get no more of them than one after the other. Who has opened the link before is not asked again, and so not
    kept out by the tries of others.
    """

    def __init__(self, request: HttpRequest, link: ShareLink) -> None:
        who = hashlib.sha256(client_ip.of(request).encode()).hexdigest()[:24]
        self._name = f"share-link-tries:{link.pk}"
        self._of_network = f"{self._name}:{who}"
        self._taken: list[str] = []
        # Whether it was the link, and not the network alone, that had no place left.
        self.are_all_used = False

    def take(self) -> bool:
        """Take a place for one try; False where there is none."""
        if not self._take(self._of_network, TRIES, TRIES_SECONDS):
            return False
        self.are_all_used = not self._take(f"{self._name}:all", TRIES_OF_ALL, TRIES_OF_ALL_SECONDS)
        return not self.are_all_used

    def _take(self, name: str, most: int, seconds: int) -> bool:
        places = [f"{name}:{number}" for number in range(most)]
        taken = cache.get_many(places)
        for place in places:
            if place not in taken and cache.add(place, 1, timeout=seconds):
                self._taken.append(place)
                return True
        return False

    def give_back(self) -> None:
        """The try was right: it does not count."""
        cache.delete_many(self._taken)
