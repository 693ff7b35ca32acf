"""The studio page: the composer, the feed, what each card says."""

import re

import pytest

from omnistudio.accounts.services import remove_key
from omnistudio.gallery.models import Task


def words(text: str) -> str:
    return " ".join(text.split())


def test_it_needs_a_sign_in(client, owner):
    assert client.get("/").headers["Location"] == "/auth/login/?next=/"


def test_the_first_visit_shows_three_steps_and_ideas(as_owner):
    page = as_owner.get("/").text
    assert "Three steps to your first image" in page
    assert page.count("data-idea") == 3


def test_without_a_key_generate_is_disabled_and_the_line_says_why(as_owner, owner):
    remove_key(owner)
    page = words(as_owner.get("/").text)
    assert 'id="generate" disabled' in page
    assert "You need an API key first." in page


CARDS = [
    ({"status": "waiting"}, ["Waiting", "Cancel"]),
    ({"status": "waiting", "trouble": "busy"}, ["Waiting", "The service is busy"]),
    ({"status": "sending"}, ["Sending"]),
    ({"status": "queued", "remote_id": "r"}, ["Queued"]),
    (
        {"status": "queued", "remote_id": "r", "trouble": "strange", "trouble_words": "task_status 7"},
        ["task_status 7"],
    ),
    ({"status": "running", "remote_id": "r"}, ["Running"]),
    ({"status": "running", "remote_id": "r", "result_url": "https://x.example/a.png"}, ["Saving"]),
    (
        {"status": "failed", "reason": "service_failed", "reason_words": "不行", "credits": 15, "refunded": 15},
        ["Failed", "The service said: “不行”", "15 credits refunded", "Retry"],
    ),
    ({"status": "failed", "reason": "refused", "reason_words": "no credits"}, ["no credits", "Nothing was charged"]),
    (
        {"status": "failed", "reason": "result_lost", "reason_words": "404", "credits": 15, "remote_id": "r"},
        ["It was generated, but the file could not be downloaded: ", "15 credits charged", "Retry download"],
    ),
    ({"status": "failed", "reason": "no_end", "credits": 60, "remote_id": "r"}, ["may have been charged"]),
    (
        {"status": "unconfirmed", "reason": "answer_lost"},
        [
            "Unconfirmed",
            "It may have been charged.",
            "Send again",
            "If the service accepted it: task ID at the service",
            "Dismiss",
        ],
    ),
    ({"status": "cancelled"}, ["Cancelled", "Nothing was charged"]),
]


@pytest.mark.parametrize(("fields", "says"), CARDS)
def test_each_state_says_what_it_is_and_what_to_do(as_owner, make_task, fields, says):
    task = make_task(**fields)
    page = words(as_owner.get("/").text)
    assert f'data-task="{task.pk}" data-state="{fields["status"]}"' in page
    card = page.partition(f'id="task-{task.pk}"')[2].partition("</article")[0]
    for text in says:
        assert text in card


def test_a_finished_image_is_an_img_with_the_prompt_as_its_text(as_owner, make_task):
    make_task(status="succeeded", file="a.png", thumbnail="t.webp", width=64, height=64, prompt='a "vase" <b>')
    page = words(as_owner.get("/").text)
    assert 'alt="a &quot;vase&quot; &lt;b&gt;"' in page
    assert "<b>" not in page.partition("<article")[2].partition("</article")[0]


def test_a_finished_video_is_its_poster_with_its_length_and_opens_the_item(as_owner, make_task):
    facts = {"content_type": "video/mp4", "seconds": 4, "width": 16, "height": 9}
    task = make_task(
        model_id="seedance-2", status="succeeded", file="a.mp4", poster="p.jpg", thumbnail="t.webp", **facts
    )
    page = words(as_owner.get("/").text)
    assert "<video" not in page
    link = page.partition('class="tile__open"')[2].partition(">")[0]
    assert f'href="/t/{task.pk}/?scope=studio"' in link
    assert f'aria-label="Open #{task.pk}, video, 0:04"' in link
    assert task.thumbnail_url in page


def test_prompts_carry_their_language(as_owner, make_task):
    make_task(prompt="โคมลอย")
    make_task(prompt="水墨山水")
    page = as_owner.get("/").text
    assert 'lang="th">โคมลอย' in page
    assert 'lang="zh-Hans">水墨山水' in page


UNKNOWN = "price unknown until the first task"


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("model=gpt-image-2&variations=1", "1 image, <b>17 credits</b>"),
        ("model=nano-banana-2&variations=4", "4 images, <b>68 credits</b>"),
        ("model=seedance-2&variations=1", "1 video, <b>90 credits</b>"),
        ("model=seedance-2&variations=4&combinations=4", "16 videos, <b>1440 credits</b>"),
    ],
)
def test_the_built_in_service_has_its_prices_before_the_first_task(as_owner, settings, query, shown):
    settings.OPENAPI_SERVER = {**settings.OPENAPI_SERVER, "CREDITS_IMAGE": 17, "CREDITS_VIDEO": 90}
    answer = as_owner.get(f"/summary/?{query}").text
    assert shown in answer
    assert len(re.findall(r">\s*17 credits\s*</span>", answer)) == 2
    assert len(re.findall(r">\s*90 credits\s*</span>", answer)) == 1
    page = as_owner.get("/").text
    assert "1 image, <b>17 credits</b>" in page
    assert UNKNOWN not in page + answer


def test_a_model_that_a_setting_adds_has_the_price_of_its_kind(as_owner, settings):
    settings.OMNI_MODELS = "omni-flash:Omni Flash:video"
    assert "2 videos, <b>120 credits</b>" in as_owner.get("/summary/?model=omni-flash&variations=2").text


def test_a_price_that_is_a_setting_does_not_come_from_tasks_of_before(as_owner, make_task):
    make_task(credits=99)
    assert "1 image, <b>15 credits</b>" in as_owner.get("/summary/?model=gpt-image-2&variations=1").text


def test_what_a_submission_costs_is_shown_once_it_is_known(as_owner, make_task, settings):
    settings.OMNI_API_IS_BUILT_IN = False
    before = as_owner.get("/summary/?model=gpt-image-2&variations=3").text
    assert f"3 images, {UNKNOWN}" in before
    assert "credits" not in before
    make_task(credits=15)
    assert "45 credits" in as_owner.get("/summary/?model=gpt-image-2&variations=3").text
    video = as_owner.get("/summary/?model=seedance-2&variations=3").text.partition("<span hx")[0]
    assert "credits</b>" not in video
    assert f"3 videos, {UNKNOWN}" in video


def test_the_feed_is_cut_by_key_and_continues_where_it_ended(as_owner, make_task):
    tasks = [make_task() for _ in range(15)]
    page = as_owner.get("/").text
    assert page.count("<article") == 12
    before = tasks[3].run_id
    assert f"/earlier/?before={before}" in page
    rest = as_owner.get(f"/earlier/?before={before}").text
    assert rest.count("<article") == 3
    assert "Earlier items" not in rest
    assert as_owner.get(f"/?before={before}").text.count("<article") == 3


@pytest.mark.parametrize("state", [{"status": "failed", "reason": "refused"}, {"status": "running"}])
def test_the_number_of_queries_does_not_grow_with_the_runs(as_owner, make_task, django_assert_max_num_queries, state):
    for _ in range(2):
        make_task(**state)
    as_owner.get("/")
    with django_assert_max_num_queries(30) as few:
        as_owner.get("/")
    for _ in range(9):
        make_task(**state)
    with django_assert_max_num_queries(len(few)):
        as_owner.get("/")


def test_only_the_persons_own_tasks_are_shown(as_stranger, make_task):
    make_task(prompt="a secret plan")
    assert "a secret plan" not in as_stranger.get("/").text
    assert Task.objects.count() == 1
