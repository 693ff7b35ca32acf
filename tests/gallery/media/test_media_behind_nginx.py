"""Behind nginx: the studio decides, nginx sends. With the configuration that the documentation gives."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from django.conf import settings as django_settings
from django.urls import reverse

from omnistudio.core.http.files import stored
from omnistudio.gallery.models import Task
from omnistudio.gallery.share_links import services as share_links
from tests.conftest import picture
from tests.contract.processes import answers, environment, free_port, process, wait_for
from tests.gallery.export.test_zip import keep_file

CONFIGURATION = Path(django_settings.BASE_DIR) / "docs/deploy/nginx.conf"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


@pytest.fixture
def item(make_item) -> Task:
    return keep_file(make_item(prompt="แจกัน"), name="ผลงาน #1?.png")


@pytest.fixture
def accelerated(settings) -> None:
    settings.MEDIA_X_ACCEL = "/stored-media/"


def test_those_who_may_see_it_get_an_accel_redirect(accelerated, item, as_owner, rf) -> None:
    response = as_owner.get(f"{item.file_url}?download")
    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["X-Accel-Redirect"].startswith("/stored-media/media/20")
    assert not re.search(r"[^\x21-\x7e]|[?#]", response.headers["X-Accel-Redirect"])
    assert response.headers["Content-Type"] == "image/png"
    assert response.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''")
    assert response.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_those_who_may_not_get_no_accel_redirect(accelerated, item, as_stranger, client, owner) -> None:
    for response in (as_stranger.get(item.file_url), client.get(item.file_url)):
        assert response.status_code in (404, 302)
        assert "X-Accel-Redirect" not in response.headers
    link = share_links.make(owner, item)
    path = reverse("shared_media", args=[link.token, item.pk, "file"])
    assert client.get(path).headers["Cache-Control"] == "private, no-cache"
    share_links.revoke(link)
    assert "X-Accel-Redirect" not in client.get(path).headers


def test_a_missing_file_is_404(accelerated, item, as_owner) -> None:
    item.file.storage.delete(item.file.name)
    assert as_owner.get(item.file_url).status_code == 404


def test_an_object_store_takes_precedence(accelerated, store, make_item, rf) -> None:
    item = keep_file(make_item())
    response = stored(rf.get("/"), item.file, content_type="image/png", etag="x")
    assert response.status_code == 302
    assert "X-Accel-Redirect" not in response.headers


@pytest.fixture
def studio(transactional_db, item, tmp_path, settings) -> Iterator[str]:
    """A gunicorn on the tests' database, behind an nginx with the documented configuration."""
    web, port = free_port(), free_port()
    text = CONFIGURATION.read_text().partition("\nserver {\n    listen 80;")[0]
    for old, new in {
        "server 127.0.0.1:8000;": f"server 127.0.0.1:{web};",
        "listen 443 ssl;": f"listen 127.0.0.1:{port};",
        "studio.example.com": "localhost",
        "/var/lib/omnistudio/media/": f"{settings.MEDIA_ROOT}/",
    }.items():
        assert old in text
        text = text.replace(old, new)
    text = re.sub(r"ssl_certificate.*;", "", text)
    conf = tmp_path / "nginx.conf"
    places = "".join(
        f"{name}_temp_path {tmp_path}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    conf.write_text(
        f"daemon off; pid {tmp_path}/pid; user {os.environ.get('USER', 'root')}; error_log stderr;\n"
        f"events {{}}\nhttp {{ access_log off; {places}\n{text}\n}}"
    )
    arguments = ["-m", "gunicorn", "omnistudio.wsgi", "--bind", f"127.0.0.1:{web}", "--no-control-socket"]
    # The same sessions as in the tests: signed with their secret, under their name.
    shared = {"SECRET_KEY": settings.SECRET_KEY, "PUBLIC_URL": settings.PUBLIC_URL}
    env = environment(web, MEDIA_X_ACCEL="/stored-media/", OMNISTUDIO_DATA_DIR=str(tmp_path), **shared)
    (tmp_path / "media").mkdir(exist_ok=True)
    with process(arguments, env, tmp_path / "web.log"):
        wait_for(lambda: answers(web), 30)
        running = subprocess.Popen([str(NGINX), "-p", str(tmp_path), "-c", str(conf)])
        try:
            wait_for(lambda: answers(port))
            yield f"http://127.0.0.1:{port}"
        finally:
            running.terminate()
            running.wait(10)


@pytest.mark.skipif(not NGINX, reason="there is no nginx here")
@pytest.mark.slow
def test_nginx_sends_what_the_studio_allows_and_nothing_else(studio, item, as_owner) -> None:
    cookies = {name: morsel.value for name, morsel in as_owner.cookies.items()}
    with httpx.Client(base_url=studio, cookies=cookies, headers={"Host": "localhost"}) as browser:
        answer = browser.get(item.file_url)
        assert (answer.status_code, answer.content) == (200, picture())
        assert answer.headers["Content-Type"] == "image/png"
        assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "X-Accel-Redirect" not in answer.headers
        part = browser.get(item.file_url, headers={"Range": "bytes=1-3"})
        assert (part.status_code, part.content) == (206, b"PNG")
        named = browser.get(f"{item.file_url}?download").headers["Content-Disposition"]
        assert "%E0%B9%81%E0%B8%88%E0%B8%81%E0%B8%B1%E0%B8%99" in named
    with httpx.Client(base_url=studio, headers={"Host": "localhost"}) as visitor:
        assert visitor.get(item.file_url).status_code == 302
        assert visitor.get(f"/stored-media/{item.file.name}").status_code == 404
        assert visitor.get("/metrics").status_code == 404
