"""Filling the search text of prompts that an earlier version wrote: killed and gone on with; by indexes alone."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from omnistudio.gallery.browse.filters import contains, few_prompts
from omnistudio.gallery.browse.refolding import Refolding, is_done
from omnistudio.gallery.browse.search import parse
from omnistudio.gallery.folding import folded_earlier
from omnistudio.gallery.models import Prompt
from omnistudio.studio.composer.duplicates import _alike

ROOT = Path(settings.BASE_DIR)
ROWS = 10_000


def test_a_killed_refolding_continues(tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "PYTHONPATH")}
    place = tmp_path / "omnistudio.sqlite3"
    environment = {**kept, "OMNISTUDIO_DATA_DIR": str(tmp_path), "DATABASE_URL": f"sqlite:///{place}"}

    def manage(*command: str) -> str:
        call = [sys.executable, "manage.py", *command]
        return subprocess.run(call, cwd=ROOT, env=environment, check=True, capture_output=True, text=True).stdout

    manage("migrate", "-v0")
    # Rows as the version before writes them, without a word of the column that is new.
    write = "INSERT INTO gallery_prompt (digest, text, search_text, created_at) VALUES (?, ?, ?, '2026-01-01')"
    texts = [f"The painter’s studio no. {n}" for n in range(2 * ROWS)]
    with closing(sqlite3.connect(place)) as database, database:
        database.executemany(write, [(f"{n:064x}", text, text.lower()) for n, text in enumerate(texts)])

    # A tracker does it, as each studio has one; it is killed in the midst of it.
    tracker = subprocess.Popen(
        [sys.executable, "manage.py", "track"], cwd=ROOT, env=environment, stderr=subprocess.PIPE
    )
    deadline = time.monotonic() + 60
    while not filled(place) and time.monotonic() < deadline:
        time.sleep(0.05)
    tracker.kill()
    tracker.communicate()
    before = filled(place)
    assert 0 < before < len(texts)
    assert f"{len(texts) - before} prompts to fill." in manage("fold_prompts")
    assert filled(place) == len(texts)


def filled(place: Path) -> int:
    """How many prompts are filled; none is by half."""
    with closing(sqlite3.connect(place, timeout=20)) as database:
        rows = list(database.execute("SELECT search_text, fold_digest FROM gallery_prompt"))
    assert all(("painter's" in text) == (len(digest) == 64) for text, digest in rows)
    return sum(1 for _text, digest in rows if digest)


@pytest.fixture
def many(db):
    """Ten thousand prompts, half of them not filled yet."""
    texts = [f"The painter’s studio no. {n}" for n in range(ROWS)]
    rows = [Prompt.row(text) for text in texts]
    for row in rows[: ROWS // 2]:
        row.search_text, row.fold_digest = folded_earlier(row.text), ""
    Prompt.objects.bulk_create(rows, batch_size=1000)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # what autovacuum does with new rows
            cursor.execute("SELECT gin_clean_pending_list('gallery_prompt_search_trgm')")
        cursor.execute("ANALYZE gallery_prompt")


def plan(sql: str, values: tuple = ()) -> str:
    """How the database finds the rows of a query, with its values bound as they are when it runs."""
    prefix = "EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN "
    with connection.cursor() as cursor:
        cursor.execute(prefix + sql, values or None)
        return "\n".join(str(row) for row in cursor.fetchall())


def test_the_search_for_duplicates_uses_the_indexes(many, django_assert_num_queries) -> None:
    texts = [f"The painter’s studio no. {n}" for n in (1, 9000)]
    with django_assert_num_queries(2) as queries:
        assert {prompt.text for prompt in _alike(texts)} == set(texts)
    for query in queries.captured_queries:
        told = plan(query["sql"])
        assert "prompt_fold" in told or "digest" in told, told
        assert "SCAN gallery_prompt" not in told, told
        assert "Seq Scan" not in told, told


def test_the_check_for_rows_to_refold_uses_an_index(many) -> None:
    assert not is_done()
    while Refolding().step(1000):
        pass
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE gallery_prompt")
    assert is_done()
    told = plan(*Prompt.objects.filter(fold_digest="").values("pk")[:1].query.sql_with_params())
    assert "prompt_fold" in told


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no index for parts of words")
def test_both_forms_of_a_word_are_found_by_the_trigrams(many) -> None:
    search = parse("“no. 9001”")
    assert search.forms("no. 9001") == ["no. 9001"]
    search = parse("painter’s 777")
    assert len(search.forms("painter's")) == 2
    assert few_prompts(search, list(search.words))
    Prompt.of_all(["a zeppelin at dawn", "a quasar at dusk"])
    found = Prompt.objects.filter(contains(["zeppelin", "quasar"])).values("pk")
    told = plan(*found.query.sql_with_params())
    assert "gallery_prompt_search_trgm" in told
