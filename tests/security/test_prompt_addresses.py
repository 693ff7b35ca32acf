"""What a prompt's page is called tells nobody whether somebody used the text before."""

from __future__ import annotations

import re

import pytest
from django.conf import settings as site
from django.test import Client, override_settings

from omnistudio.accounts.models import User
from omnistudio.gallery.history import services
from omnistudio.gallery.models import Prompt, Task
from omnistudio.studio.services import Submission, submit
from tests.security.conftest import browser_of

SECRET, OWN = "the slogan of next spring", "a celadon vase"


def use(person: User, text: str) -> Task:
    """Make the text a prompt of the person's that has been used and has ended."""
    task = submit(person, Submission(text, "gpt-image-2", "1:1", 1))[0].tasks.get()
    Task.objects.filter(pk=task.pk).update(status="succeeded")
    return task


def addresses(browser: Client) -> list[str]:
    """What a person is told: the addresses of their history, in its order."""
    return re.findall(r'id="prompt-row-([^"]+)"', browser.get("/history/").text)


def test_the_url_of_a_prompt_is_independent_of_others(owner: User, stranger: User) -> None:
    browser = browser_of(stranger)
    use(stranger, SECRET)
    alone = addresses(browser)
    services.forget(stranger, Prompt.objects.get(text=SECRET))
    assert not Prompt.objects.filter(text=SECRET).exists(), "as if it had never been"
    use(owner, SECRET)
    for number in range(3):
        use(owner, f"{OWN} {number}")
    use(stranger, SECRET)
    assert addresses(browser) == alone


def test_no_number_of_a_prompt_stands_on_a_page_or_can_be_tried(owner: User, stranger: User) -> None:
    Prompt.objects.bulk_create(Prompt(pk=7_654_321 + n, digest=f"{n:064x}", text=f"old {n}") for n in range(2))
    Prompt.objects.filter(pk=7_654_321).update(text=SECRET, digest=Prompt.digest_of(SECRET))
    task = use(stranger, SECRET)
    assert task.prompt_id == 7_654_321
    browser, address = browser_of(stranger), task.prompt.address
    for path in ("/history/", f"/history/{address}/", f"/history/{address}/delete/", f"/t/{task.pk}/",
                 f"/?prompt={address}", "/history/export.csv", "/history/export.json"):  # fmt: skip
        response = browser.get(path)
        page = b"".join(response.streaming_content).decode() if response.streaming else response.text
        assert response.status_code == 200
        assert SECRET in page
        assert "7654321" not in page.replace(",", "")
    for path in ("/history/7654321/", "/history/7654321/star/", "/history/7654321/remixes/"):
        assert browser.get(path).status_code == 404
    assert browser.get("/?prompt=7654321").context["values"].prompt == ""
    assert browser.get(f"/?prompt={address}").context["values"].prompt == SECRET


def test_others_get_404_for_it_used_or_not(owner: User, stranger: User) -> None:
    used, unused = use(owner, SECRET).prompt, Prompt(text=OWN, digest=Prompt.digest_of(OWN))
    for prompt in (used, unused):
        for part in ("", "remixes/", "delete/"):
            assert browser_of(stranger).get(f"/history/{prompt.address}/{part}").status_code == 404
        assert prompt.text not in browser_of(stranger).get(f"/?prompt={prompt.address}").text


def test_an_address_is_not_the_digest_which_could_be_tried_elsewhere(owner: User) -> None:
    prompt = use(owner, OWN).prompt
    assert len(prompt.address) == 22
    with override_settings(SECRET_KEY="another" * 9):
        assert Prompt.objects.get(pk=prompt.pk).address != prompt.address


def test_an_address_outlives_a_rotation_of_the_secret(owner: User) -> None:
    path = f"/history/{use(owner, OWN).prompt.address}/"
    rotated = {"SECRET_KEY": "another" * 9, "SECRET_KEY_FALLBACKS": [site.SECRET_KEY]}
    with override_settings(**rotated):
        assert browser_of(owner).get(path).status_code == 200
    with override_settings(SECRET_KEY="another" * 9):
        assert browser_of(owner).get(path).status_code == 404


@pytest.mark.parametrize("address", ["A" * 22, "-" * 22, "_" * 21, "A" * 23, "ก" * 22, "%00" * 22, "é" * 22])
def test_any_other_url_is_invalid(as_owner: Client, owner: User, address: str) -> None:
    use(owner, OWN)
    assert as_owner.get(f"/history/{address}/").status_code == 404
    assert as_owner.get("/", {"prompt": address}).status_code == 200
