"""Help, the choice of language, and what makes the studio installable."""

from __future__ import annotations

import json
import re

import pytest
from django.conf import settings
from django.core.management import call_command


@pytest.mark.parametrize("path", ["/help/", "/help/panel/", "/language/", "/language/panel/", "/offline/"])
@pytest.mark.django_db
def test_they_are_for_everybody(client, path):
    assert client.get(path).status_code == 200


@pytest.mark.django_db
def test_the_help_of_a_page_has_its_keys_and_the_page_of_help_has_all(client):
    of_gallery = client.get("/help/panel/?of=gallery").text
    assert "Start selecting" in of_gallery
    assert "Copy the prompt" not in of_gallery
    assert "Copy the prompt" in client.get("/help/panel/?of=studio").text
    everything = client.get("/help/").text
    assert all(key in everything for key in ("Start selecting", "Copy the prompt", "Generate"))
    assert client.get("/help/panel/?of=<b>").status_code == 200


@pytest.mark.parametrize(("built_in", "said"), [(True, "It isn’t an AI model"), (False, "Get one from the service")])
@pytest.mark.django_db
def test_it_says_what_a_key_is_and_what_the_drawing_engine_is(client, settings, built_in, said):
    settings.OMNI_API_IS_BUILT_IN = built_in
    assert said in client.get("/help/").text


@pytest.mark.parametrize("path", ["/", "/gallery/", "/account/", "/team/?new", "/open-api/", "/no-such-page/"])
def test_every_page_has_help_and_the_choice_of_language(as_owner, path):
    page = as_owner.get(path).text
    has_switch = 'hx-get="/language/panel/' in page or 'action="/account/language/"' in page
    assert has_switch
    assert 'href="/help/' in page or "auth__form" in page


def test_a_page_that_has_no_place_of_its_own_has_them_too(client, make_task, owner):
    from omnistudio.gallery.models import ShareLink

    task = make_task(status="succeeded", kind="image", file="a.png", width=64, height=64)
    link = ShareLink.objects.create(owner=owner, task=task)
    page = client.get(f"/s/{link.token}/").text
    assert 'href="/help/?of="' in page
    assert 'hx-get="/language/panel/' in page


def test_changing_the_language_returns_to_the_page(as_owner):
    panel = as_owner.get("/language/panel/?next=/gallery/").text
    assert '<input type="hidden" name="next" value="/gallery/">' in panel
    answer = as_owner.post("/account/language/", {"language": "th", "next": "/gallery/"})
    assert answer.headers["Location"] == "/gallery/"
    assert '<html lang="th"' in as_owner.get("/gallery/").text


@pytest.mark.django_db
def test_the_manifest_names_icons_that_are_there(client):
    told = json.loads(client.get("/manifest.webmanifest").content)
    assert told["display"] == "standalone"
    assert {icon["purpose"] for icon in told["icons"]} == {"any", "maskable"}
    for icon in told["icons"]:
        file = settings.BASE_DIR / "static" / icon["src"].removeprefix("/static/")
        assert file.read_bytes().startswith(b"\x89PNG")


@pytest.fixture
def collected(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path / "static"
    bundled = {"BACKEND": "omnistudio.core.storage.static.BundledStaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": bundled}
    call_command("collectstatic", verbosity=0, interactive=False)
    return settings.STATIC_ROOT


@pytest.mark.django_db
def test_the_service_worker_caches_only_the_shell(client, collected):
    answer = client.get("/sw.js")
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert "no-store" in answer.headers["Cache-Control"]
    (listed,) = re.findall(r"const SHELL = (\[.*\]);", answer.text)
    kept = json.loads(listed)
    assert all(re.match(r"/static/[\w/-]+\.[\w.-]*[0-9a-f]{12}\.(css|js|svg)$", path) for path in kept[:-3]), kept
    assert kept[-3:] == [f"/offline/?language={code}" for code in ("en", "th", "zh-hans")]
    for path in kept[:-3]:
        assert (collected / path.removeprefix("/static/")).is_file()


@pytest.mark.django_db
def test_another_script_is_another_version(client, collected, monkeypatch):
    from omnistudio.core import views

    before = re.search(r"omnistudio-(\w{12})", client.get("/sw.js").text)
    monkeypatch.setattr(views, "shell_files", lambda: ["/static/js/page.aaaaaaaaaaaa.js"])
    after = re.search(r"omnistudio-(\w{12})", client.get("/sw.js").text)
    assert before
    assert after
    assert before[1] != after[1]


def test_the_offline_page_has_no_personal_data(as_owner, owner):
    page = as_owner.get("/offline/?language=th").text
    assert '<html lang="th"' in page
    assert owner.name not in page
    assert owner.email not in page
