"""`manage.py seed_demo`: a believable team, only where no real tasks are."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from omnistudio.accounts.models import ApiKey, Membership, Team, User
from omnistudio.gallery.demo.people import TEAM
from omnistudio.gallery.demo.words import LANGUAGES, prompt_text
from omnistudio.gallery.models import Collection, Comment, Favourite, Prompt, Reference, Run, Task
from omnistudio.openapi_server.queries import balance, key_for

pytestmark = pytest.mark.django_db


def seed(tasks: int = 120, **options) -> str:
    """Run the command with plain images; return its output."""
    out = StringIO()
    call_command("seed_demo", tasks=tasks, plain=True, stdout=out, **options)
    return out.getvalue()


def printed(text: str, what: str) -> str:
    """The word that stands after `what` in the output."""
    return next(line.split()[1] for line in text.splitlines() if line.split()[:1] == [what])


def record() -> list[tuple]:
    """All that does not depend on the clock or on the ids of a database."""
    fields = ("uuid", "owner__email", "prompt__text", "model_id", "status", "credits", "remote_id", "file", "reason")
    return list(Task.objects.order_by("pk").values_list(*fields))


def test_the_printed_credentials_sign_in():
    text = seed()
    client = Client()
    form = {"login": printed(text, "e-mail"), "password": printed(text, "password")}
    assert client.post("/auth/login/", form).headers["Location"] == "/"
    team = Team.objects.get(name=TEAM)
    page = client.get(reverse("team_gallery", args=[team.pk]))
    assert page.text.count('id="item-') == 60


def test_all_of_them_sign_in_with_the_given_password():
    seed(10, password="a quiet river")
    for user in User.objects.all():
        assert user.check_password("a quiet river")


def test_each_of_them_can_generate_at_once(settings):
    settings.OMNI_API_IS_BUILT_IN = True
    assert "key of the built-in API" in seed(10)
    for user in User.objects.all():
        assert user.api_key.state == "verified"
        assert key_for(f"Bearer {user.api_key.reveal()}").owner == user
        assert balance(user.pk) == settings.OPENAPI_SERVER["WELCOME_CREDITS"]
    seed(10, replace=True)
    assert {user.api_key.state for user in User.objects.all()} == {"verified"}


def test_for_another_service_no_key_is_invented(settings):
    settings.OMNI_API_IS_BUILT_IN, settings.OMNI_API_URL = False, "https://api.example.com"
    assert "enter a key of https://api.example.com" in seed(10)
    assert not ApiKey.objects.exists()


def test_it_creates_the_requested_number_of_tasks():
    for number, again in ((1, False), (7, True), (2503, True)):
        seed(number, replace=again)
        assert Task.objects.count() == number
        assert Prompt.objects.count() == max(1, number // 5)


def test_the_team_has_plausible_activity():
    seed(2000)
    team = Team.objects.get(name=TEAM)
    roles = list(team.memberships.order_by("pk").values_list("role", flat=True))
    assert roles == [Membership.Role.OWNER, *[Membership.Role.MEMBER] * 4, Membership.Role.VIEWER]
    assert 0.9 < Task.objects.filter(status="succeeded").count() / 2000 < 0.94
    assert set(Task.objects.values_list("status", flat=True)) == {"succeeded", "failed", "unconfirmed", "cancelled"}
    assert 0.6 < Task.objects.filter(team=team).count() / 2000 < 0.8
    viewer = team.memberships.get(role="viewer").user
    assert not Task.objects.filter(owner=viewer, team__isnull=False).exists()
    for again in Task.objects.filter(retry_of__isnull=False).select_related("retry_of"):
        assert again.retry_of.status == "failed"
        assert (again.prompt_id, again.owner_id) == (again.retry_of.prompt_id, again.retry_of.owner_id)
    assert 10 <= Task.objects.filter(retry_of__isnull=False).count() <= 60
    assert 5 <= Task.objects.trashed().count() <= 40
    assert 30 <= Favourite.objects.count() <= 90
    assert Comment.objects.exists()
    assert {collection.items.exists() for collection in Collection.objects.all()} == {True}
    assert {run.tasks.count() for run in Run.objects.all()[:60]} == {1, 2, 3, 4}


def test_time_rises_with_the_key_and_runs_have_the_time_of_their_tasks():
    seed(300)
    times = list(Task.objects.order_by("pk").values_list("created_at", flat=True))
    assert times == sorted(times)
    assert (times[-1] - times[0]).days > 400
    for run in Run.objects.all():
        assert run.created_at == run.tasks.first().created_at


def test_rows_share_a_few_files_below_one_folder():
    seed(500)
    done = Task.objects.filter(status="succeeded")
    names = set(done.values_list("file", flat=True))
    assert 10 < len(names) <= 19
    assert all(name.startswith("demo/") and default_storage.exists(name) for name in names)
    for task in done.filter(kind="video")[:3]:
        assert task.thumbnail.size
        assert task.poster.size
    assert not Task.objects.exclude(status="succeeded").exclude(file="").exists()


def test_the_same_seed_is_the_same_record_and_another_is_another():
    seed(80)
    first = record()
    seed(80, replace=True)
    assert record() == first
    seed(80, replace=True, seed=2)
    assert record() != first


def test_it_refuses_a_database_with_real_tasks(make_task):
    task = make_task()
    with pytest.raises(CommandError, match="real tasks"):
        seed()
    with pytest.raises(CommandError, match="real tasks"):
        seed(replace=True)
    assert list(Task.objects.all()) == [task]
    assert User.objects.count() == 1


def test_people_without_tasks_stay(owner):
    seed(10)
    seed(10, replace=True)
    owner.refresh_from_db()


def test_an_existing_demo_is_refused_naming_the_replace_option():
    seed(10)
    with pytest.raises(CommandError, match="--replace"):
        seed(20)
    assert Task.objects.count() == 10


def test_replacing_removes_the_old_demo():
    seed(200, people=8)
    seed(20, replace=True, people=3)
    assert Task.objects.count() == 20
    assert User.objects.count() == 3
    assert Team.objects.count() == 1
    assert Prompt.objects.count() == 4
    assert not Run.objects.filter(tasks__isnull=True).exists()
    assert Reference.objects.count() == 4
    assert len(default_storage.listdir("demo")[0]) == 19


@pytest.mark.parametrize("wrong", [{"tasks": 0}, {"people": 2}, {"people": 13}])
def test_invalid_numbers_are_refused(wrong):
    with pytest.raises(CommandError, match="--tasks"):
        seed(**wrong)


def test_each_number_is_another_prompt_in_three_languages():
    texts = [prompt_text(number) for number in range(5000)]
    assert len(set(texts)) == 5000
    assert set(LANGUAGES) == {"en", "th", "zh"}
    assert any("lantern" in text for text in texts)
    assert any("โคม" in text for text in texts)
    assert any("灯" in text for text in texts)
    assert sum("axolotl" in text for text in texts) <= 3
