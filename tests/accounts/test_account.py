"""The account page: the key, the language, the theme, the name."""

import pytest

from omnistudio.accounts.models import ApiKey, User
from omnistudio.accounts.services import remove_key
from tests.conftest import KEY
from tests.scripted_service import ScriptedService, envelope, html, unauthorized

OTHER_KEY = "sk-" + "Zz9" * 10 + "Yy"


@pytest.fixture
def service(settings):
    with ScriptedService() as scripted:
        settings.OMNI_API_URL = scripted.url
        yield scripted


def test_the_page_shows_the_key_by_its_last_four_characters_only(as_owner):
    page = as_owner.get("/account/").text
    assert "sk-…c3D4" in page
    assert KEY not in page
    assert "Verified" in page


def test_a_key_is_checked_without_spending_and_stored(as_owner, owner, service):
    service.on_get(envelope(0, "no such task"))
    response = as_owner.post("/account/key/", {"key": OTHER_KEY}, follow=True)
    key = ApiKey.objects.get(owner=owner)
    assert (key.state, key.reveal()) == (ApiKey.State.VERIFIED, OTHER_KEY)
    assert "Your key works." in response.text
    assert not service.creates


def test_spaces_around_a_key_are_stripped(as_owner, owner, service):
    as_owner.post("/account/key/", {"key": f"  {OTHER_KEY}\n"})
    assert ApiKey.objects.get(owner=owner).reveal() == OTHER_KEY


@pytest.mark.parametrize("text", ["", "sk-", "sk-short", "pk-" + "a" * 32, "sk-" + "ä" * 32, "Bearer sk-" + "a" * 32])
def test_an_invalid_key_is_refused_naming_the_format(as_owner, owner, text):
    response = as_owner.post("/account/key/", {"key": text})
    assert response.status_code == 422
    says = (
        "starts with sk-, followed by 32 letters and digits" if text else "begins with sk- and has 32 more characters"
    )
    assert says in response.text
    assert ApiKey.objects.get(owner=owner).reveal() == KEY


def test_a_rejected_key_is_not_saved_and_the_one_before_stays(as_owner, owner, service):
    service.on_get(unauthorized())
    response = as_owner.post("/account/key/", {"key": OTHER_KEY})
    assert response.status_code == 422
    assert "rejected this key (401)" in response.text
    assert OTHER_KEY not in response.text
    assert ApiKey.objects.get(owner=owner).reveal() == KEY


def test_an_unverified_key_is_stored_and_says_so(as_owner, owner, service):
    service.on_get(html())
    response = as_owner.post("/account/key/", {"key": OTHER_KEY}, follow=True)
    assert ApiKey.objects.get(owner=owner).state == ApiKey.State.UNREACHABLE
    assert "Could not check" in response.text


def test_a_service_that_is_not_there_does_not_lose_the_key(as_owner, owner, settings):
    settings.OMNI_API_URL = "http://127.0.0.1:9"
    as_owner.post("/account/key/", {"key": OTHER_KEY})
    assert ApiKey.objects.get(owner=owner).state == ApiKey.State.UNREACHABLE


def test_a_stored_key_can_be_checked_again(as_owner, owner, service):
    service.on_get(unauthorized())
    response = as_owner.post("/account/key/check/", follow=True)
    assert ApiKey.objects.get(owner=owner).state == ApiKey.State.REJECTED
    assert "stopped working" in response.text


def test_a_key_can_be_removed(as_owner, owner):
    as_owner.post("/account/key/remove/")
    assert not ApiKey.objects.filter(owner=owner).exists()


def test_saving_a_key_returns_to_the_previous_page(as_owner, owner, service):
    remove_key(owner)
    assert as_owner.post("/account/key/", {"key": OTHER_KEY, "next": "/"}).headers["Location"] == "/"
    evil = as_owner.post("/account/key/", {"key": OTHER_KEY, "next": "https://evil.example/"})
    assert evil.headers["Location"] == "/account/"


def test_the_language_is_stored_for_account_and_browser(as_owner, owner):
    response = as_owner.post("/account/language/", {"language": "zh-hans", "next": "/account/"}, follow=True)
    assert '<html lang="zh-hans"' in response.text
    assert User.objects.get(pk=owner.pk).language == "zh-hans"


def test_the_language_can_be_switched_before_signing_in(client, owner):
    client.post("/account/language/", {"language": "th", "next": "/auth/login/"})
    assert '<html lang="th"' in client.get("/auth/login/").text


def test_the_theme_is_stored(as_owner):
    as_owner.post("/account/theme/", {"theme": "dark"})
    assert 'data-theme="dark"' in as_owner.get("/account/").text


@pytest.mark.parametrize(("path", "form"), [("language", {"language": "xx"}), ("theme", {"theme": "pink"})])
def test_an_unknown_language_or_theme_changes_nothing(as_owner, owner, path, form):
    as_owner.post(f"/account/{path}/", form)
    kept = User.objects.get(pk=owner.pk)
    assert (kept.language, kept.theme) == ("", "system")


def test_the_name_is_stored(as_owner, owner):
    as_owner.post("/account/name/", {"name": " นก ศรีใส "})
    assert User.objects.get(pk=owner.pk).name == "นก ศรีใส"
