"""Items opened over the feed of the studio: one goes through them as the feed shows them."""

from __future__ import annotations

import re

import pytest

from omnistudio.gallery.models import Task
from omnistudio.gallery.sharing import services as sharing
from omnistudio.gallery.trash import services as trash

HTMX = {"HX-Request": "true"}


@pytest.fixture
def runs(make_task) -> list[list[Task]]:
    """Two submissions with two and three variations, the older one first."""
    made = []
    for count in (2, 3):
        tasks = [make_task(status="succeeded", width=8, height=8) for _ in range(count)]
        for number, task in enumerate(tasks, 1):
            Task.objects.filter(pk=task.pk).update(run_id=tasks[0].run_id, variation=number)
        made.append(tasks)
    return made


def beside(client, task) -> tuple[int | None, int | None]:
    page = client.get(f"/t/{task.pk}/panel/?scope=studio", headers=HTMX).text
    found = [re.search(rf'id="item-{name}"[^>]*?href="/t/(\d+)/\?scope=studio"', page) for name in ("prev", "next")]
    return tuple(int(match[1]) if match else None for match in found)


def test_the_feed_has_the_newest_submission_first_and_in_it_the_first_variation(as_owner, runs):
    older, newer = runs
    order = [task.pk for task in (*newer, *older)]
    for at, pk in enumerate(order):
        before, after = order[at - 1] if at else None, order[at + 1] if at + 1 < len(order) else None
        assert beside(as_owner, Task(pk=pk)) == (before, after)


def test_the_place_in_the_feed_is_counted_in_its_order(as_owner, runs):
    older, newer = runs
    for number, task in enumerate((*newer, *older), 1):
        assert f"{number} of 5" in as_owner.get(f"/t/{task.pk}/panel/?scope=studio", headers=HTMX).text


def test_items_of_others_are_no_part_of_it(as_teammate, owner, team, runs):
    sharing.share(owner, [runs[0][0].pk], team)
    page = as_teammate.get(f"/t/{runs[0][0].pk}/?scope=studio").text
    assert "scope=studio" not in page


def test_an_item_is_deleted_from_its_tile(as_owner, owner, runs):
    task = runs[1][0]
    answer = as_owner.post(f"/t/{task.pk}/delete/?scope=studio", {"look": "tile"}, headers=HTMX)
    assert 'id="item"' not in answer.text
    assert f'hx-post="/t/{task.pk}/restore/?scope=studio"' in answer.text
    assert f'"ids": [{task.pk}]' in answer.headers["HX-Trigger"]
    assert Task.objects.get(pk=task.pk).deleted_at
    trash.restore(owner, [task.pk])
    assert beside(as_owner, runs[1][1]) == (task.pk, runs[1][2].pk)


def test_a_tile_says_whether_it_is_a_favourite(as_owner, runs):
    task = runs[1][0]
    assert 'aria-pressed="true"' not in as_owner.get("/").text.partition('id="feed"')[2]
    as_owner.post(f"/t/{task.pk}/favourite/", {"liked": "1", "look": "tile"}, headers=HTMX)
    tile = as_owner.get("/").text.partition(f'id="favourite-{task.pk}"')[2].partition(">")[0]
    assert 'aria-pressed="true"' in tile
