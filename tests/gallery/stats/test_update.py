"""The statistics of the history: incremental counts equal a full recount."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from django.db.models import F
from django.utils import timezone

from omnistudio.accounts.models import User
from omnistudio.gallery.items import favourites
from omnistudio.gallery.models import ModelUse, Prompt, PromptDescent, PromptUse, Task
from omnistudio.gallery.services import transition
from omnistudio.gallery.sharing import services as sharing
from omnistudio.gallery.stats.rebuild import rebuild
from omnistudio.gallery.trash import services as trash
from omnistudio.studio.services import Submission, cancel, retry, submit

Status = Task.Status
MOMENTS = [datetime(2026, month, 1, tzinfo=UTC) for month in (1, 2, 3)]
NUMBERS = ("uses", "made", "succeeded", "kept", "credits", "kept_rank")


def numbers() -> dict[str, set]:
    uses = PromptUse.objects.values_list("scope", "owner_id", "team_id", "model_id", "prompt_id", *NUMBERS)
    models = ModelUse.objects.exclude(made=0, credits=0)
    return {
        "uses": set(uses),
        "descents": set(PromptDescent.objects.values_list("scope", "owner_id", "team_id", "parent", "child", "uses")),
        "models": set(models.values_list("scope", "model_id", "made", "succeeded", "kept", "credits")),
    }


def end(task: Task, *, well: bool) -> None:
    now = timezone.now()
    times = {"accepted_at": now - timedelta(seconds=9), "finished_at": now, "credits": 15}
    for before, after in pairwise((Status.WAITING, Status.QUEUED, Status.RUNNING)):
        if not transition(task.pk, was=[before], status=after):
            return
    if well:
        transition(task.pk, was=[Status.RUNNING], status=Status.SUCCEEDED, **times)
    else:
        transition(task.pk, was=[Status.RUNNING], status=Status.FAILED, refunded=15, reason="service_failed", **times)


@pytest.mark.parametrize("seed", range(4))
def test_incremental_counts_equal_a_full_recount(owner, teammate, team, seed) -> None:
    chance = random.Random(seed)
    texts = ["a celadon vase", "a red vase", "โคมลอย", "水墨山水"]
    people = [owner, teammate]

    def submit_some(person: User, _ids: list[int]) -> None:
        parent = chance.choice([*Task.objects.visible_to(person), None])
        prompts = chance.sample(texts, chance.choice([1, 2]))
        shared = chance.choice([None, team])
        submit(person, Submission("", "gpt-image-2", "1:1", 2, team=shared, parent=parent, combinations=prompts))

    def end_some(_person: User, ids: list[int]) -> None:
        for task in Task.objects.filter(pk__in=ids):
            end(task, well=chance.random() < 0.7)

    actions = [
        *[submit_some] * 3,
        *[end_some] * 3,
        lambda person, ids: favourites.set_favourite(person, ids, liked=True),
        lambda person, ids: favourites.set_favourite(person, ids, liked=False),
        sharing.unshare,
        lambda person, ids: sharing.share(person, ids, team),
        trash.put_in_trash,
        trash.restore,
        lambda _person, ids: [retry(task) for task in Task.objects.filter(pk__in=ids, status=Status.FAILED)],
        lambda _person, ids: [cancel(task) for task in Task.objects.filter(pk__in=ids)],
    ]
    for _step in range(70):
        person = chance.choice(people)
        tasks = list(Task.objects.filter(owner=person))
        chance.choice(actions)(person, [task.pk for task in chance.sample(tasks, min(len(tasks), 3))])
    assert Task.objects.filter(status=Status.SUCCEEDED).exists()
    counted = numbers()
    rebuild()
    assert counted == numbers()


def test_a_prompt_is_counted_for_its_owner_and_teams(owner, team, make_task) -> None:
    task = make_task(prompt="a celadon vase", status="waiting")
    end(task, well=True)
    sharing.share(owner, [task.pk], team)
    mine = PromptUse.objects.get(scope=f"u{owner.pk}", model_id="")
    assert (mine.uses, mine.made, mine.succeeded, mine.kept, mine.credits) == (1, 1, 1, 1, 15)
    scopes = PromptUse.objects.values_list("scope", "model_id")
    names = (f"u{owner.pk}", f"t{team.pk}", f"t{team.pk}u{owner.pk}")
    assert set(scopes) == {(name, model) for name in names for model in ("", "gpt-image-2")}
    assert ModelUse.objects.get(scope=f"t{team.pk}").waits == [9.0]


def test_first_and_last_use_are_those_of_the_tasks_whenever_they_are_shared(owner, team, make_task) -> None:
    old, middle, new = (make_task(prompt="a celadon vase", created_at=moment) for moment in MOMENTS)
    for task in (middle, old, new):
        sharing.share(owner, [task.pk], team)
    use = PromptUse.objects.get(scope=f"t{team.pk}", model_id="")
    assert (use.first_used_at, use.last_used_at) == (MOMENTS[0], MOMENTS[2])


def test_unsharing_removes_the_text_from_the_team(owner, team, make_task) -> None:
    tasks = [make_task(prompt="a celadon vase", status="succeeded") for _ in range(2)]
    sharing.share(owner, [task.pk for task in tasks], team)
    sharing.unshare(owner, [tasks[0].pk])
    assert PromptUse.objects.get(scope=f"t{team.pk}", model_id="").uses == 1
    sharing.unshare(owner, [tasks[1].pk])
    assert not PromptUse.objects.filter(team=team).exists()
    assert PromptUse.objects.get(scope=f"u{owner.pk}", model_id="").uses == 2


def test_a_purge_keeps_the_statistics(owner, make_task) -> None:
    task = make_task(prompt="a celadon vase", status="succeeded")
    trash.put_in_trash(owner, [task.pk])
    trash.purge(owner, [task.pk])
    assert not Task.objects.exists()
    assert PromptUse.objects.get(model_id="").succeeded == 1
    assert Prompt.objects.get().text == "a celadon vase"


def test_sixteen_tasks_cost_as_many_queries_as_two(owner, team, django_assert_max_num_queries) -> None:
    parent = submit(owner, Submission("the first", "gpt-image-2", "1:1", 1))[0].tasks.get()
    prompts = [f"a vase, {n}" for n in range(16)]
    wanted = Submission("", "gpt-image-2", "1:1", 1, team=team, parent=parent, combinations=prompts)
    with django_assert_max_num_queries(34) as queries:
        submit(owner, wanted)
    sixteen = len(queries)
    with django_assert_max_num_queries(sixteen) as queries:
        submit(owner, Submission("", "gpt-image-2", "1:1", 1, team=team, parent=parent, combinations=["x", "y"]))
    assert Task.objects.filter(parent=parent, revision=F("revision")).count() == 18
