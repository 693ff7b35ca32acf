"""The limits' counters stay: whatever else is counted, in the cache that a studio has by default."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.cache import cache, caches
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from omnistudio import settings as product
from omnistudio.core import database_cache
from omnistudio.gallery.share_links import services as share_links
from omnistudio.gallery.share_links.passwords import TRIES_OF_ALL
from omnistudio.openapi_server.throttle import Throttle
from tests.conftest import PASSWORD

ENTRIES = 1_500  # five times of what Django's own holds


@pytest.fixture
def shared_cache(db, settings):
    """The product's own, on the database, instead of the one that the other tests have in memory."""
    settings.CACHES = product.CACHES
    call_command("createcachetable", verbosity=0)
    caches["default"].clear()
    yield
    caches["default"].clear()


def try_to_sign_in(email: str, password: str, network: str) -> bool:
    response = Client(REMOTE_ADDR=network).post("/auth/login/", {"login": email, "password": password})
    return response.status_code == 302


def networks(count: int) -> list[str]:
    return [f"203.{n // 62500}.{n // 250 % 250}.{n % 250 + 1}" for n in range(count)]


def test_guesses_of_many_accounts_do_not_make_the_count_of_one_forgotten(shared_cache, owner) -> None:
    """Real guesses, from as many networks as it takes: each leaves its counts of network and account."""
    for _ in range(5):
        assert not try_to_sign_in(owner.email, "wrong", "198.51.100.7")
    assert not try_to_sign_in(owner.email, PASSWORD, "198.51.100.7"), "the limit is reached"
    for number, network in enumerate(networks(ENTRIES // 3)):
        try_to_sign_in(f"somebody{number}@example.com", "wrong", network)
    assert not try_to_sign_in(owner.email, PASSWORD, "198.51.100.7"), "and still is"
    assert try_to_sign_in(owner.email, PASSWORD, "198.51.100.8")


def test_the_counts_of_links_and_keys_stay_too(shared_cache, owner, make_task, settings) -> None:
    settings.OPENAPI_SERVER = {**settings.OPENAPI_SERVER, "REQUESTS_PER_MINUTE": 50}
    task = make_task(status="succeeded", content_type="image/png", file="a.png")
    link = share_links.make(owner, task, password="open sesame")
    visitor = Client(REMOTE_ADDR="198.51.100.7")
    path = f"/s/{link.token}/unlock/"
    for _ in range(10):
        assert visitor.post(path, {"password": "wrong wrong"}).status_code == 422
    one_process = Throttle()
    for _ in range(50):
        assert not one_process.seconds_to_wait(7)
    for number in range(ENTRIES):
        cache.add(f"share-link-tries:{number}", 1, timeout=600)
    assert visitor.post(path, {"password": "open sesame"}).status_code == 429
    assert Throttle().seconds_to_wait(7), "another process knows what the first has counted"


def test_a_guesser_gets_no_new_count_by_another_port(shared_cache, owner) -> None:
    """The requested host may have any port; the port is not part of the count."""
    settings_host = "localhost"
    for port in range(5):
        browser = Client(headers={"Host": f"{settings_host}:{8000 + port}"})
        browser.post("/auth/login/", {"login": owner.email, "password": "wrong"})
    response = Client(headers={"Host": f"{settings_host}:9000"}).post(
        "/auth/login/", {"login": owner.email, "password": PASSWORD}
    )
    assert response.status_code != 302


def test_a_link_is_tried_a_hundred_times_an_hour_from_wherever(shared_cache, owner, make_task) -> None:
    task = make_task(status="succeeded", content_type="image/png", file="a.png")
    link = share_links.make(owner, task, password="open sesame")
    path = f"/s/{link.token}/unlock/"
    seen = Client(REMOTE_ADDR="198.51.100.9")
    assert seen.post(path, {"password": "open sesame"}).status_code == 302
    for network in networks(TRIES_OF_ALL):
        assert Client(REMOTE_ADDR=network).post(path, {"password": "wrong wrong"}).status_code == 422
    answer = Client(REMOTE_ADDR="198.51.100.7").post(path, {"password": "open sesame"})
    assert answer.status_code == 429
    assert "in an hour" in answer.text
    assert seen.get(f"/s/{link.token}/").status_code == 200, "who has opened it is not kept out"


def test_only_expired_rows_are_deleted(shared_cache) -> None:
    for number in range(ENTRIES):
        cache.set(f"over:{number}", 1, timeout=-5 if number % 2 else 3600)
    for number in range(4 * database_cache.EVERY):
        cache.set(f"more:{number}", 1, timeout=3600)
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM omnistudio_cache WHERE expires < %s",
                       [connection.ops.adapt_datetimefield_value(timezone.now() - timedelta(seconds=1))])  # fmt: skip
        assert cursor.fetchone()[0] == 0
    assert len(cache.get_many([f"over:{number}" for number in range(0, ENTRIES, 2)])) == ENTRIES // 2


def test_it_is_a_cache_as_any_other(shared_cache) -> None:
    assert cache.add("a", [1, "ก"], 60)
    assert not cache.add("a", 2, 60)
    assert cache.get("a") == [1, "ก"]
    cache.set("a", 3)
    assert (cache.incr("a"), cache.get("b", 7)) == (4, 7)
    assert cache.touch("a", 60)
    assert not cache.touch("b", 60)
    cache.set("over", 1, timeout=-1)
    assert cache.add("over", 2, 60), "what is over does not stand in the way"
    cache.set("for-ever", 1, timeout=None)
    assert cache.get("for-ever") == 1
    assert cache.delete("a")
    assert cache.get("a") is None


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_takes_a_place(settings) -> None:
    settings.CACHES = product.CACHES
    call_command("createcachetable", verbosity=0)

    def take(_number: int) -> bool:
        try:
            return caches["default"].add("place", 1, timeout=60)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(take, range(24))) == 1
    caches["default"].clear()
