"""Many items: pages cost the same queries however many there are, and miss none; searches find the same."""

from __future__ import annotations

import hashlib
import random

import pytest
from django.core.management import call_command
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from omnistudio.accounts.models import Team, User
from omnistudio.accounts.teams.services import create_team
from omnistudio.gallery.browse import filters, pagination
from omnistudio.gallery.browse.filters import Filter
from omnistudio.gallery.browse.scopes import Scope
from omnistudio.gallery.demo.people import demo_people
from omnistudio.gallery.folding import folded
from omnistudio.gallery.models import Prompt, Run, Task

SIZES = (2, 20, 200)


def make_items(owner: User, team: Team | None, texts: list[str], **fields) -> list[Task]:
    """Finished items with these prompts, the first of them the oldest."""
    run = Run.objects.create(owner=owner)
    made = {"model_id": "gpt-image-2", "kind": "image", "aspect_ratio": "1:1", "status": "succeeded"} | fields
    known: dict[str, Prompt] = {}
    for text in texts:
        if text not in known:
            digest = hashlib.sha256(text.encode()).hexdigest()
            fresh = {"text": text, "search_text": folded(text)}
            known[text] = Prompt.objects.get_or_create(digest=digest, defaults=fresh)[0]
    return [Task.objects.create(owner=owner, team=team, run=run, prompt=known[text], **made) for text in texts]


def walk(scope: Scope, query: str = "", size: int = 7, between=lambda: None) -> list[int]:
    """The ids of all pages of a list, in their order; `between` happens after each page."""
    chosen = Filter.of(QueryDict(query))
    seen: list[int] = []
    before = None
    while True:
        page = pagination.page(scope, chosen, before, size)
        seen += [task.pk for task in page.tasks]
        if page.next is None:
            return seen
        before = page.next
        between()


@pytest.fixture
def team(owner) -> Team:
    return create_team(owner, "Atelier")


@pytest.fixture
def scope(owner, team) -> Scope:
    return Scope("team", owner, team=team)


def count_queries(act) -> int:
    connection.ensure_connection()
    with CaptureQueriesContext(connection) as caught:
        act()
    return len(caught)


@pytest.mark.parametrize(
    "query",
    ["", "q=lantern", "q=zeppelin", "q=nok", "q=ภาพ", "model=gpt-image-2&kind=image", "liked=on", "references=on",
     "status=ongoing", "since=2020-01-01", "ratio=tall"],
)  # fmt: skip
def test_a_gallery_costs_the_same_queries_however_many_items_it_has(client, owner, team, query):
    client.force_login(owner)
    counts = []
    for size in SIZES:
        make_items(owner, team, [f"a lantern {size} {number}, ภาพหมึก" for number in range(size)])
        url = f"{reverse('team_gallery', args=[team.pk])}?{query}"
        client.get(url)
        counts.append(count_queries(lambda url=url: client.get(url)))
    assert len(set(counts)) == 1, counts


@pytest.mark.parametrize("name", ["gallery", "favourites", "trash"])
def test_other_galleries_cost_the_same_queries(client, owner, name):
    client.force_login(owner)
    counts = []
    for size in SIZES:
        tasks = make_items(owner, None, [f"a vase {number}" for number in range(size)])
        owner.favourites.bulk_create(
            [owner.favourites.model(user=owner, task=task) for task in tasks], ignore_conflicts=True
        )
        counts.append(count_queries(lambda: client.get(reverse(name))))
    assert len(set(counts)) == 1, counts


def test_neighbours_and_the_count_cost_the_same_queries(owner, team, scope):
    for query, most in (("", 2), ("model=gpt-image-2", 2), ("q=lantern", 5)):
        counts = []
        for size in SIZES:
            tasks = make_items(owner, team, [f"a lantern {query} {number}" for number in range(size)])
            chosen, middle = Filter.of(QueryDict(query)), tasks[size // 2].pk
            counts.append(
                count_queries(lambda chosen=chosen, middle=middle: pagination.neighbours(scope, chosen, middle))
            )
        assert len(set(counts)) == 1, counts
        assert counts[0] <= most
    assert count_queries(lambda: pagination.capped_count(scope)) == 1


def test_the_poll_costs_the_same_queries(client, owner):
    client.force_login(owner)
    counts = []
    for size in SIZES:
        tasks = make_items(owner, None, [f"a vase {number}" for number in range(size)])
        query = QueryDict(mutable=True)
        query.setlist("card", [f"{task.pk}.{task.revision}" for task in tasks])
        query["after"], query["pace"] = str(tasks[-1].run_id), "15"
        url = f"{reverse('poll')}?{query.urlencode()}"
        assert client.get(url).status_code == 204
        counts.append(count_queries(lambda url=url: client.get(url)))
    assert len(set(counts)) == 1, counts


TEXTS = {
    "en": "A Lantern over the river, 35 mm",
    "th": "โคมลอยเหนือแม่น้ำ ภาพหมึกจีน",
    "zh": "河上的纸灯笼，水墨画",
    "wide": "ＬＡＮＴＥＲＮ ①",
    "percent": "100% cotton_paper",
    "umlaut": "STRASSE und Straße, É",
}
FOUND = {
    "lantern": "en wide",
    "LANTERN": "en wide",
    "lantern river": "en",
    "lantern -river": "wide",
    '"over the river"': "en",
    '"river the over"': "",
    "zeppelin": "",
    "mm": "en",
    "โคม": "th",
    "ลอย": "th",
    "น้ำ": "th",
    "ภ": "th",
    "灯笼": "zh",
    "画": "zh",
    "灯 画": "zh",
    "龘": "",
    "1": "wide percent",
    "①": "wide percent",
    "100%": "percent",
    "%": "percent",
    "_": "percent",
    "cotton_": "percent",
    "\\": "",
    "straße": "umlaut",
    "strasse": "umlaut",
    "é": "umlaut",
    "e": "en wide percent umlaut",
}


@pytest.mark.parametrize("sample", [0, 1, 600], ids=["few by their prompts", "both", "along the list"])
def test_a_search_finds_the_same_on_every_database_and_by_every_way(monkeypatch, owner, team, scope, sample):
    monkeypatch.setattr(filters, "SAMPLE", sample)
    ids = {task.pk: name for name, task in zip(TEXTS, make_items(owner, team, list(TEXTS.values())), strict=True)}
    for words, names in FOUND.items():
        query = QueryDict(mutable=True)
        query["q"] = words
        found = {ids[pk] for pk in walk(scope, query.urlencode())}
        assert found == set(names.split()), words


def test_a_search_finds_names_and_prompts(owner, teammate, team, scope):
    team.memberships.create(user=teammate)
    hers, his, other = make_items(teammate, team, ["a vase"]) + make_items(owner, team, ["for Maya", "a bowl"])
    assert walk(scope, "q=maya") == [his.pk, hers.pk]
    assert other.pk not in walk(scope, "q=maya vase")
    Task.objects.filter(pk=hers.pk).update(team=None)
    assert walk(scope, "q=maya") == [his.pk]


def test_a_rare_word_is_found_among_many(monkeypatch, owner, team, scope):
    monkeypatch.setattr(filters, "SAMPLE", 20)
    first, *_rest = make_items(owner, team, ["a vase with an axolotl", *[f"a vase {number}" for number in range(80)]])
    assert walk(scope, "q=axolotl") == [first.pk]
    monkeypatch.setattr(filters, "RARE", 0)
    assert walk(scope, "q=axolotl") == [first.pk]


@pytest.mark.django_db
def test_each_filter_passes_exactly_what_it_names(monkeypatch):
    call_command("seed_demo", tasks=900, plain=True, verbosity=0)
    user = demo_people().order_by("pk").first()
    scope = Scope("team", user, team=user.teams.get())
    shared = list(Task.objects.not_trashed().filter(team=scope.team).order_by("-pk").select_related("prompt"))
    done = [task for task in shared if task.status == "succeeded"]
    liked = set(user.favourites.values_list("task_id", flat=True))
    expected = {
        "kind=video": [t for t in done if t.kind == "video"],
        "kind=video&model=gpt-image-2": [],
        "model=nano-banana-2": [t for t in done if t.model_id == "nano-banana-2"],
        f"person={user.pk}": [t for t in done if t.owner_id == user.pk],
        "ratio=tall": [t for t in done if t.width < 0.9 * t.height],
        "status=failed": [t for t in shared if t.status in ("failed", "unconfirmed")],
        "status=ongoing": [],
        "liked=on": [t for t in done if t.pk in liked],
        "references=on": [t for t in done if t.task_references.exists()],
        "q=lantern": [t for t in done if "lantern" in t.prompt.search_text],
        "q=灯": [t for t in done if "灯" in t.prompt.search_text],
        "q=lantern -river": [
            t for t in done if "lantern" in t.prompt.search_text and "river" not in t.prompt.search_text
        ],
    }
    for rare in (filters.RARE, 0):
        monkeypatch.setattr(filters, "RARE", rare)
        for query, tasks in expected.items():
            assert walk(scope, query, 50) == [task.pk for task in tasks], query


@pytest.mark.parametrize("query", ["", "q=lantern", "model=gpt-image-2&kind=image"])
def test_pages_hold_each_item_exactly_once(owner, team, scope, query):
    tasks = make_items(owner, team, [f"a lantern {number % 5}" for number in range(100)])
    make_items(owner, team, ["a vase"] * 10, model_id="nano-banana-2")
    wanted = [task.pk for task in reversed(tasks)]
    for size in (1, 7, 60, 100):
        seen = walk(scope, query, size)
        assert [pk for pk in seen if pk in wanted] == wanted
        assert len(seen) == len(set(seen))


def test_pages_keep_their_place_while_items_come_and_go(owner, team, scope):
    tasks = make_items(owner, team, [f"a vase {number}" for number in range(120)])
    chance = random.Random(7)
    gone: set[int] = set()
    come: set[int] = set()

    def meanwhile() -> None:
        come.update(task.pk for task in make_items(owner, team, ["new", "newer"]))
        victims = [task.pk for task in chance.sample(tasks, 3)]
        Task.objects.filter(pk__in=victims).delete()
        gone.update(victims)

    seen = walk(scope, "", 7, meanwhile)
    assert len(seen) == len(set(seen))
    assert seen == sorted(seen, reverse=True)
    assert {task.pk for task in tasks} - gone <= set(seen)
    assert not come & set(seen)  # later items are above the first page


def test_neighbours_walk_the_list_both_ways(owner, team, scope):
    make_items(owner, team, ["a lantern", "a vase"] * 6)
    chosen = Filter.of(QueryDict("q=lantern"))
    ids = walk(scope, "q=lantern")
    assert len(ids) == 6
    for place, here in enumerate(ids):
        beside = pagination.neighbours(scope, chosen, here)
        assert [task.pk for task in beside.before] == ids[:place]
        assert [task.pk for task in beside.older] == ids[place + 1 :]


def test_a_stranger_to_the_team_finds_nothing(client: Client, stranger, team):
    client.force_login(stranger)
    assert client.get(reverse("team_gallery", args=[team.pk])).status_code == 404
