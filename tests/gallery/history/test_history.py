"""The pages of the history: who sees which prompts, in which order, and what is found."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from django.core.files.base import ContentFile

from omnistudio.gallery.items import favourites
from omnistudio.gallery.models import Prompt, PromptDescent, PromptStar, PromptUse, Task
from omnistudio.gallery.services import mark_downloaded
from omnistudio.gallery.sharing import services as sharing
from omnistudio.gallery.trash import services as trash
from omnistudio.studio.services import Submission, submit
from tests.conftest import read

RIVER, THAI, CHINESE = "Lantern over the river", "โคมลอยนับพันลอยเหนือแม่น้ำปิง", "水墨山水，一轮红日"


def listed(response) -> list[str]:
    """The prompts of a page, in their order."""
    return re.findall(r'<span hidden id="text-[\w-]+">([^<]*)</span>', response.content.decode())


@pytest.fixture
def prompts(make_task):
    return [make_task(prompt=text, status="succeeded") for text in (RIVER, THAI, CHINESE)]


def test_every_prompt_once_newest_use_first(as_owner, prompts, make_task) -> None:
    make_task(prompt=RIVER)
    response = as_owner.get("/history/")
    assert listed(response) == [RIVER, CHINESE, THAI]
    assert "3 prompts" in response.content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=ปิง", [THAI]),
        ("q=โค", [THAI]),
        ("q=日", [CHINESE]),
        ("q=LANTERN river", [RIVER]),
        ('q="over the"', [RIVER]),
        ("q=over -river", []),
        ("q=zeppelin", []),
        ("model=seedance-2", []),
        ("model=gpt-image-2&q=山", [CHINESE]),
        ("since=2001-01-01", [CHINESE, THAI, RIVER]),
        ("until=2001-01-01", []),
        ("starred=on", []),
        ("model=nonsense", [CHINESE, THAI, RIVER]),
        ("after=nonsense", [CHINESE, THAI, RIVER]),
        ("after=0001-01-01T00:00:00%2B14:00~5", [CHINESE, THAI, RIVER]),
        ("until=9999-12-31", [CHINESE, THAI, RIVER]),
        ("after=1e999~5&sort=kept", [CHINESE, THAI, RIVER]),
        ("after=nan~5&sort=kept", [CHINESE, THAI, RIVER]),
        ("after=99999999999999999999~1&sort=most", [CHINESE, THAI, RIVER]),
        ("after=2001-01-01T00:00:00~5", [CHINESE, THAI, RIVER]),
        ("after=1~0&sort=most", [CHINESE, THAI, RIVER]),
        ("after=0~99999999999999999999&sort=most", [CHINESE, THAI, RIVER]),
        ("sort=most", [CHINESE, THAI, RIVER]),
    ],
)
def test_the_search_finds_prompts(as_owner, prompts, query, found) -> None:
    response = as_owner.get(f"/history/?{query}")
    assert response.status_code == 200
    if "nan" not in query:
        assert listed(response) == found


def test_a_row_shows_the_newest_items_of_its_prompt(as_owner, make_task, prompts) -> None:
    newer = [make_task(prompt=RIVER, status="succeeded", thumbnail="t.webp").pk for _ in range(7)]
    page = as_owner.get("/history/").content.decode()
    row = page[page.index(f'id="prompt-row-{prompts[0].prompt.address}"') :].partition("</li>")[0]
    assert re.findall(r"/t/(\d+)/\?scope=mine", row) == [str(pk) for pk in newer[:1:-1]]
    assert "+3</a>" in row
    assert f"/t/{newer[-1]}/again/" in row


def test_a_number_finds_its_prompt(as_owner, prompts) -> None:
    assert listed(as_owner.get("/history/", {"q": f"#{prompts[1].pk}"})) == [THAI]


def test_orders(as_owner, owner, prompts, make_task) -> None:
    make_task(prompt=THAI, status="succeeded")
    favourites.set_favourite(owner, [prompts[0].pk], liked=True)
    assert listed(as_owner.get("/history/?sort=most"))[0] == THAI
    assert listed(as_owner.get("/history/?sort=kept"))[0] == RIVER


@pytest.mark.parametrize("sort", ["", "most", "kept"])
def test_pages_cut_by_key_have_each_prompt_once(as_owner, make_task, sort, monkeypatch) -> None:
    monkeypatch.setattr("omnistudio.gallery.history.queries.PAGE", 3)
    monkeypatch.setattr("omnistudio.gallery.history.queries.page.__defaults__", ("", 3))
    texts = {make_task(prompt=f"prompt {n}", status="succeeded").prompt.text for n in range(8)}
    url, seen = f"/history/?sort={sort}", []
    while url and len(seen) < 20:
        response = as_owner.get(url)
        seen += listed(response)
        more = re.search(r'id="more">\s*<a[^>]* href="([^"]+)"', response.content.decode())
        url = more[1].replace("&amp;", "&") if more else ""
    assert len(seen) == 8
    assert set(seen) == texts


def test_a_private_prompt_is_only_in_its_owners_history(as_owner, as_teammate, team, prompts, owner) -> None:
    sharing.share(owner, [prompts[0].pk], team)
    assert listed(as_teammate.get("/history/")) == []
    assert listed(as_teammate.get(f"/history/team/{team.pk}/")) == [RIVER]
    assert listed(as_teammate.get(f"/history/team/{team.pk}/", {"q": "山"})) == []
    assert as_teammate.get(f"/history/{prompts[1].prompt.address}/").status_code == 404
    assert as_teammate.get(f"/history/{prompts[0].prompt.address}/").status_code == 200
    sharing.unshare(owner, [prompts[0].pk])
    assert listed(as_teammate.get(f"/history/team/{team.pk}/")) == []
    assert as_teammate.get(f"/history/{prompts[0].prompt.address}/").status_code == 404


def test_a_stranger_gets_404_everywhere(as_stranger, team, prompts, owner) -> None:
    sharing.share(owner, [task.pk for task in prompts], team)
    pk = prompts[0].prompt.address
    for url in (f"/history/team/{team.pk}/", f"/history/rows/?scope=team:{team.pk}", f"/history/{pk}/"):
        assert as_stranger.get(url).status_code == 404
    assert as_stranger.get(f"/history/export.csv?scope=team:{team.pk}").status_code == 404
    assert as_stranger.get(f"/history/{pk}/remixes/").status_code == 404
    for url in (
        f"/history/{pk}/star/",
        f"/history/{pk}/delete/",
        f"/t/{prompts[0].pk}/use/",
        f"/t/{prompts[0].pk}/again/",
    ):
        assert as_stranger.post(url, {"starred": "1", "as": "edit"}).status_code == 404
    assert Task.objects.count() == 3


def test_the_history_can_be_filtered_by_a_person_of_the_team(as_teammate, teammate, owner, team, make_item) -> None:
    make_item(prompt=RIVER, team=team)
    make_item(person=teammate, prompt=THAI, team=team)
    url = f"/history/team/{team.pk}/"
    assert listed(as_teammate.get(url, {"person": owner.pk})) == [RIVER]
    assert listed(as_teammate.get(url, {"q": "maya"})) == [THAI]
    assert "Maya Okafor" in as_teammate.get(url).content.decode()


def test_a_prompt_stays_when_its_items_are_deleted(as_owner, owner, prompts) -> None:
    trash.put_in_trash(owner, [prompts[0].pk])
    assert RIVER in listed(as_owner.get("/history/"))
    trash.purge(owner, [prompts[0].pk])
    assert RIVER in listed(as_owner.get("/history/"))
    page = as_owner.get(f"/history/{prompts[0].prompt.address}/").content.decode()
    assert "Its results are deleted" in page
    assert f"?prompt={prompts[0].prompt.address}" in page
    assert RIVER in as_owner.get(f"/?prompt={prompts[0].prompt.address}").content.decode()


def test_a_star_belongs_to_one_person(as_owner, as_teammate, team, owner, prompts) -> None:
    sharing.share(owner, [prompts[0].pk], team)
    as_teammate.post(f"/history/{prompts[0].prompt.address}/star/", {"starred": "1"})
    assert listed(as_teammate.get(f"/history/team/{team.pk}/?starred=on")) == [RIVER]
    assert listed(as_owner.get("/history/?starred=on")) == []
    as_teammate.post(f"/history/{prompts[0].prompt.address}/star/", {"starred": "0"})
    assert not PromptStar.objects.exists()


class TestDeleting:
    def test_its_text_is_removed_everywhere(self, as_owner, as_teammate, owner, team, make_item) -> None:
        shared, own = make_item(prompt=RIVER, team=team, raw_answer="Lantern"), make_item(prompt=RIVER)
        url = f"/history/{shared.prompt.address}/delete/"
        assert "2 items" in as_owner.get(url).content.decode()
        as_owner.post(url)
        assert not Prompt.objects.filter(text=RIVER).exists()
        pages = [
            "/",
            "/history/",
            "/gallery/",
            "/gallery/?q=lantern",
            f"/t/{own.pk}/",
            f"/compare/?ids={own.pk},{shared.pk}",
        ]
        for page in pages:
            assert "Lantern" not in as_owner.get(page).content.decode().replace('value="lantern"', ""), page
        for page in (f"/gallery/{team.pk}/", f"/history/team/{team.pk}/", f"/t/{shared.pk}/"):
            assert "Lantern" not in as_teammate.get(page).content.decode()
        assert "The prompt was deleted." in as_owner.get(f"/t/{own.pk}/").content.decode()
        assert Task.objects.count() == 2

    def test_the_same_text_of_other_people_stays(self, as_owner, as_teammate, teammate, team, make_item) -> None:
        make_item(prompt=RIVER, team=team)
        theirs = make_item(person=teammate, prompt=RIVER, team=team)
        as_owner.post(f"/history/{theirs.prompt.address}/delete/")
        assert listed(as_owner.get("/history/")) == []
        assert PromptUse.objects.get(scope=f"t{team.pk}", model_id="").uses == 1
        assert listed(as_teammate.get("/history/")) == [RIVER]

    def test_it_removes_the_statistics_of_purged_items(self, as_owner, owner, teammate, team, make_item) -> None:
        old, theirs = make_item(prompt=RIVER, team=team), make_item(person=teammate, prompt=RIVER, team=team)
        trash.put_in_trash(owner, [old.pk])
        trash.purge(owner, [old.pk])
        assert PromptUse.objects.get(scope=f"t{team.pk}", model_id="").uses == 2
        as_owner.post(f"/history/{theirs.prompt.address}/delete/")
        assert PromptUse.objects.get(scope=f"t{team.pk}", model_id="").uses == 1
        assert not PromptUse.objects.filter(owner=owner).exists()

    @pytest.mark.parametrize("status", ["waiting", "unconfirmed"])
    def test_it_is_refused_while_a_task_is_under_way_or_unconfirmed(self, as_owner, make_task, status) -> None:
        task = make_task(prompt=RIVER, status=status)
        as_owner.post(f"/history/{task.prompt.address}/delete/")
        task.refresh_from_db()
        assert task.prompt.text == RIVER

    def test_the_prompt_of_another_person_cannot_be_deleted(self, as_teammate, team, make_item) -> None:
        task = make_item(prompt=RIVER, team=team)
        assert as_teammate.post(f"/history/{task.prompt.address}/delete/").status_code == 404
        task.refresh_from_db()
        assert task.prompt.text == RIVER


class TestFamily:
    @pytest.fixture
    def family(self, owner):
        def remix(text: str, parent: Task | None = None) -> Task:
            return submit(owner, Submission(text, "gpt-image-2", "1:1", 1, parent=parent))[0].tasks.get()

        first = remix("ridges at first light")
        second = remix("ridges at dusk", first)
        third = remix("ridges at dusk, rose sky", second)
        return first, second, third

    def test_the_tree_shows_parents_and_differences(self, as_owner, family) -> None:
        page = as_owner.get(f"/history/{family[1].prompt.address}/").content.decode()
        assert "<del>first light</del><ins>dusk</ins>" in page
        assert "<ins>, rose sky</ins>" in page
        assert page.count('aria-current="true"') == 1
        row = as_owner.get("/history/").content.decode()
        assert "1 remix<" in row
        assert "Remix of “ridges at dusk”" in row
        assert "<ins>dusk</ins>" in as_owner.get(f"/history/{family[0].prompt.address}/remixes/").content.decode()

    def test_a_parent_no_longer_visible(self, as_teammate, owner, teammate, team, family, make_item) -> None:
        sharing.share(owner, [family[0].pk], team)
        own = submit(teammate, Submission("ridges at noon", "gpt-image-2", "1:1", 1, parent=family[0]))[0].tasks.get()
        page = as_teammate.get(f"/history/{own.prompt.address}/").content.decode()
        assert "first light" in page
        assert "first light" in as_teammate.get("/history/").content.decode()
        sharing.unshare(owner, [family[0].pk])
        for url in (f"/history/{own.prompt.address}/", "/history/", f"/t/{own.pk}/"):
            text = as_teammate.get(url).content.decode()
            assert "first light" not in text
            assert "<ins>" not in text

    def test_a_cycle_of_parents_is_shown(self, as_owner, owner, family) -> None:
        submit(owner, Submission("ridges at first light", "gpt-image-2", "1:1", 1, parent=family[2]))
        assert PromptDescent.objects.filter(scope=f"u{owner.pk}").count() == 3
        assert as_owner.get(f"/history/{family[0].prompt.address}/").status_code == 200


def test_odd_texts(as_owner, make_task) -> None:
    texts = ["ก" * 8000, "قطة بيضاء تجلس", "👩‍👩‍👧 " * 200, "<b>bold</b> {{ x }} {% y %}", "e\u0301" * 3000]
    tasks = [make_task(prompt=text, status="succeeded") for text in texts]
    page = as_owner.get("/history/").content.decode()
    assert "<b>bold</b>" not in page
    assert 'dir="rtl"' in page
    for task in tasks:
        assert as_owner.get(f"/history/{task.prompt.address}/").status_code == 200


def test_downloaded_favourited_or_shared_items_are_picked(owner, team, prompts) -> None:
    prompts[0].file.save("a.png", ContentFile(b"x"))
    for _ in range(2):
        mark_downloaded(Task.objects.filter(pk=prompts[0].pk))
    kept = PromptUse.objects.filter(scope=f"u{owner.pk}", model_id="")
    assert kept.get(prompt=prompts[0].prompt).kept == 1
    assert kept.get(prompt=prompts[1].prompt).kept == 0


def test_export(as_owner, make_task, prompts) -> None:
    make_task(prompt="=HYPERLINK(1)", status="succeeded")
    response = as_owner.get("/history/export.csv?scope=mine")
    rows = list(csv.DictReader(io.StringIO(read(response).decode("utf-8-sig"))))
    assert [row["prompt"] for row in rows] == ["'=HYPERLINK(1)", CHINESE, THAI, RIVER]
    assert rows[1]["models"] == "ChatGPT Image 2"
    told = json.loads(read(as_owner.get("/history/export.json?scope=mine&q=ปิง")))
    assert [one["prompt"] for one in told] == [THAI]
    assert "attachment" in response.headers["Content-Disposition"]


def test_the_queries_do_not_grow_with_the_rows(as_owner, make_task, team, django_assert_max_num_queries) -> None:
    for n in range(3):
        make_task(prompt=f"prompt {n}", status="succeeded")
    with django_assert_max_num_queries(30) as queries:
        as_owner.get("/history/")
    few = len(queries)
    for n in range(25):
        make_task(prompt=f"more {n}", status="succeeded")
    with django_assert_max_num_queries(few):
        as_owner.get("/history/")
