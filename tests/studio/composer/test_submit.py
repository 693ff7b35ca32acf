"""What the composer sends becomes waiting tasks; bad input gets a clear error, and nothing is lost."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from omnistudio.accounts.services import remove_key
from omnistudio.gallery.media.references import keep_reference
from omnistudio.gallery.models import Prompt, Reference, Run, Task
from tests.conftest import picture
from tests.studio.helpers import agree

FORM = {"prompt": "a celadon vase", "model": "gpt-image-2", "ratio": "1:1", "variations": "2"}
HTMX = {"HX-Request": "true"}


def test_a_submission_becomes_one_waiting_task_for_each_variation(as_owner, owner):
    response = as_owner.post("/runs/", FORM)
    assert response.headers["Location"] == "/"
    tasks = Task.objects.order_by("variation")
    assert [(t.variation, t.status, t.kind, t.owner) for t in tasks] == [
        (1, "waiting", "image", owner),
        (2, "waiting", "image", owner),
    ]


def test_with_htmx_the_answer_is_the_new_run_and_a_fresh_submission_id(as_owner):
    sent = str(uuid.uuid4())
    response = as_owner.post("/runs/", {**FORM, "submission": sent}, headers=HTMX)
    assert response.text.count("<article") == 2
    assert 'name="submission"' in response.text
    assert sent not in response.text


def test_the_same_submission_twice_is_one_run(as_owner):
    form = {**FORM, "submission": str(uuid.uuid4())}
    as_owner.post("/runs/", form)
    as_owner.post("/runs/", form)
    assert (Run.objects.count(), Task.objects.count()) == (1, 2)


def submit(client, form, **extra):
    return client.post("/runs/", form, **extra)


@pytest.mark.parametrize(
    "changed",
    [
        {"prompt": "a grey vase"},
        {"model": "nano-banana-2"},
        {"ratio": "16:9"},
        {"variations": "3"},
        {"prompt": "a {red|blue} vase"},
    ],
)
def test_a_form_changed_after_a_lost_answer_is_submitted_once(as_owner, changed):
    """The page still has the id of what it sent; to drop what was typed since would lose it without a word."""
    form = {**FORM, "submission": str(uuid.uuid4())}
    as_owner.post("/runs/", form)
    for _ in range(2):
        post = agree if "{" in changed.get("prompt", "") else submit
        assert post(as_owner, {**form, **changed}, headers=HTMX).status_code == 200
    as_owner.post("/runs/", form)
    added = 4 if "{" in changed.get("prompt", "") else int(changed.get("variations", 2))
    assert Task.objects.count() == 2 + added


def test_ends_of_lines_count_once(as_owner):
    """A browser sends two characters for each."""
    lines = "\r\n".join(["a" * 7] * 1000)
    as_owner.post("/runs/", {**FORM, "prompt": lines})
    assert {len(text) for text in Prompt.objects.values_list("text", flat=True)} == {7999}


def test_a_reference_that_is_no_number_is_left_out(as_owner):
    assert as_owner.post("/runs/", {**FORM, "references": ["²", "x", ""]}).status_code == 302
    assert Task.objects.count() == 2


def test_the_same_text_is_stored_once_as_a_prompt(as_owner):
    as_owner.post("/runs/", FORM)
    as_owner.post("/runs/", {**FORM, "prompt": "a celadon vase \r\n"})
    assert Prompt.objects.count() == 1


def test_the_next_composer_starts_with_the_same_model_ratio_and_number(as_owner):
    as_owner.post("/runs/", {**FORM, "model": "seedance-2", "ratio": "21:9", "variations": "3"})
    page = as_owner.get("/").text
    for value in ("seedance-2", "21:9", "3"):
        assert f'value="{value}"' in page.partition(" checked>")[0] or f'value="{value}" checked' in " ".join(
            page.split()
        )


BAD = [
    ({"prompt": ""}, "Write a prompt first"),
    ({"prompt": "   \n "}, "Write a prompt first"),
    ({"prompt": "x" * 8001}, "has 8001 characters; at most 8000"),
    ({"model": "sora-9"}, "“sora-9” isn’t an available model."),
    ({"model": ""}, "Choose a model"),
    ({"ratio": "7:3"}, "“7:3” isn’t an available aspect ratio."),
    ({"variations": "5"}, "You can generate one to four variations at once."),
    ({"variations": "many"}, "You can generate one to four variations at once."),
]


@pytest.mark.parametrize(("change", "says"), BAD)
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_invalid_input_is_reported_and_nothing_is_sent(as_owner, change, says, headers):
    response = as_owner.post("/runs/", {**FORM, **change}, headers=headers)
    assert response.status_code == 422
    assert says in response.text
    assert not Task.objects.exists()


def test_without_scripts_what_was_typed_is_still_there(as_owner):
    response = as_owner.post("/runs/", {**FORM, "prompt": "ดอกบัว & <lotus>", "ratio": "7:3"})
    assert "ดอกบัว &amp; &lt;lotus&gt;" in response.text


def test_without_a_key_the_page_links_to_keys_and_keeps_the_text(as_owner, owner):
    remove_key(owner)
    response = as_owner.post("/runs/", FORM)
    assert response.status_code == 422
    assert "You need an API key first" in response.text
    assert 'href="/account/?next=/"' in response.text
    assert "a celadon vase" in response.text
    assert not Task.objects.exists()


def test_files_that_come_with_the_form_become_references_in_their_order(as_owner):
    files = [SimpleUploadedFile(f"{c}.png", picture(colour=c), "image/png") for c in ("red", "blue")]
    as_owner.post("/runs/", {**FORM, "files": files})
    task = Task.objects.first()
    assert [link.position for link in task.task_references.all()] == [1, 2]
    assert Reference.objects.count() == 2


def test_a_bad_file_is_named_and_the_good_ones_stay_chosen(as_owner):
    good = SimpleUploadedFile("good.png", picture(), "image/png")
    bad = SimpleUploadedFile("notes.txt", b"not a picture", "image/png")
    response = as_owner.post("/runs/", {**FORM, "files": [good, bad]})
    assert response.status_code == 422
    assert "notes.txt: This image can’t be used." in response.text
    assert f'name="references" value="{Reference.objects.get().pk}"' in response.text
    assert not Task.objects.exists()


def test_nine_references_are_too_many(as_owner, owner, png):
    ids = [keep_reference(owner, SimpleUploadedFile("a.png", picture(size=(n, 8)))).pk for n in range(8, 17)]
    response = as_owner.post("/runs/", {**FORM, "references": ids})
    assert response.status_code == 422
    assert "9 references are too many: a task takes at most 8" in response.text
    assert not Task.objects.exists()


def test_a_reference_of_others_is_ignored(as_owner, stranger):
    theirs = keep_reference(stranger, SimpleUploadedFile("a.png", picture()))
    as_owner.post("/runs/", {**FORM, "references": [theirs.pk, "x", "-1", "9" * 30]})
    assert not Task.objects.first().references.exists()


def test_a_submission_takes_a_bounded_number_of_queries(as_owner, owner, django_assert_max_num_queries):
    ids = [keep_reference(owner, SimpleUploadedFile("a.png", picture(size=(n, 8)))).pk for n in range(8, 16)]
    with django_assert_max_num_queries(34):
        as_owner.post("/runs/", {**FORM, "variations": "4", "references": ids}, headers=HTMX)


def test_a_submission_like_the_last_one_takes_25_queries(as_owner, owner, django_assert_max_num_queries):
    """With the two pairs that a test's own transaction turns into savepoints; the session is not written again."""
    as_owner.post("/runs/", FORM, headers=HTMX)
    with django_assert_max_num_queries(25) as captured:
        as_owner.post("/runs/", {**FORM, "prompt": "another quiet lake"}, headers=HTMX)
    assert not [query for query in captured if query["sql"].startswith('UPDATE "django_session"')]
