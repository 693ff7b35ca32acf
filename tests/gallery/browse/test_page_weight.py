"""The first page of a gallery is small, whatever the language of its prompts and its reader."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone

from omnistudio.core.storage import static as staticfiles
from omnistudio.gallery.browse.pagination import PAGE
from omnistudio.gallery.demo.words import LANGUAGES, prompt_text
from omnistudio.gallery.models import Favourite, Task

MAX = 70_000  # with the strip and the menu that all its results share; a fifth of that goes over the line
FAR = 1_000_000  # numbers of seven digits, as in a record of a million
FINGERPRINT = len(".0123456789ab")  # what the name of each static file has more when it is served


@pytest.fixture(params=["en", "th", "zh"])
def full_gallery(request, owner, team, make_task) -> str:
    """A team's gallery with prompts in one language, each third item a video, each fourth a favourite."""
    numbers = [n for n in range(1000) if LANGUAGES[n % len(LANGUAGES)] == request.param]
    for place, number in enumerate(numbers[: PAGE + 5]):
        task = make_task(prompt=prompt_text(number), model_id="seedance-2" if place % 3 == 0 else "nano-banana-2")
        video = {"seconds": 5.0, "preview": "p.mp4"} if task.kind == "video" else {}
        shared = {"team": team, "shared_at": timezone.now(), "status": "succeeded", "thumbnail": "t.webp"}
        Task.objects.filter(pk=task.pk).update(id=FAR + place, width=1920, height=1080, **shared, **video)
        if place % 4 == 0:
            Favourite.objects.create(user=owner, task_id=FAR + place)
    return f"/gallery/{team.pk}/"


@pytest.mark.parametrize("language", ["en", "th", "zh-hans"])
def test_the_first_page_stays_below_its_weight(as_owner, full_gallery, language, monkeypatch):
    monkeypatch.setattr(staticfiles, "stylesheets", lambda: [staticfiles.BUNDLE])
    page = as_owner.get(full_gallery, headers={"Accept-Language": language})
    assert page.text.count("data-item=") == PAGE
    assert page.text.count("data-preview") == PAGE // 3
    sent = len(page.content) + FINGERPRINT * page.text.count("/static/")
    assert sent <= MAX
    assert not re.search(r"\n\s*\n", page.text[page.text.index('id="grid"') : page.text.index('id="more"')])
