"""Static files as they are served: one stylesheet, and as light as was promised."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings

from omnistudio.core.storage.static import STYLES

STATIC = settings.BASE_DIR / "static"
MAX_CSS, MAX_JS = 26_500, 35_200


@pytest.fixture(scope="module")
def collected(tmp_path_factory) -> Path:
    """The folder that the server serves, made as `make run` makes it."""
    root = tmp_path_factory.mktemp("static")
    storages = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "omnistudio.core.storage.static.BundledStaticFilesStorage"},
    }
    with override_settings(STATIC_ROOT=root, STORAGES=storages):
        call_command("collectstatic", verbosity=0, interactive=False)
    return root


def sent(path: Path) -> int:
    """How many bytes of a file go over the line: those of its compressed neighbour."""
    return path.with_name(f"{path.name}.gz").stat().st_size


def hashed(folder: Path, name: str) -> Path:
    stem, suffix = name.rsplit(".", 1)
    (file,) = folder.glob(f"{stem}.????????????.{suffix}")
    return file


def test_every_part_is_in_the_stylesheet():
    assert sorted(STYLES) == sorted(
        str(file.relative_to(STATIC / "css"))[:-4] for file in STATIC.rglob("css/**/*.css")
    )


def test_the_stylesheet_is_complete_and_small(collected):
    sheet = hashed(collected / "css", "omnistudio.css")
    assert sent(sheet) <= MAX_CSS
    text = sheet.read_text()
    assert text.startswith("@layer reset, tokens, base, layout, components, utilities;")
    assert text.count("{") == text.count("}")
    for name in STYLES:
        rules = re.sub(r"/\*.*?\*/", "", (STATIC / f"css/{name}.css").read_text(), flags=re.S)
        assert "".join(rules.split()) in "".join(text.split()), name


def test_a_page_links_it(collected, client, db, settings):
    assert client.get("/auth/signup/").text.count('rel="stylesheet"') == len(STYLES)
    settings.STATIC_ROOT = collected
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "omnistudio.core.storage.static.BundledStaticFilesStorage"},
    }
    (link,) = re.findall(r'rel="stylesheet" href="([^"]+)"', client.get("/auth/signup/").text)
    assert re.fullmatch(r"/static/css/omnistudio\.[0-9a-f]{12}\.css", link)


def scripts_of(template: Path) -> set[str]:
    """The scripts of ours that a page asks for when it opens, with all that they import."""
    todo = re.findall(r'static "js/([\w-]+\.js)"', template.read_text())
    found = set()
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            text = (STATIC / "js" / name).read_text()
            todo += re.findall(r'^import (?:.* from )?"\./([\w-]+\.js)"', text, re.M)
    return found


def test_scripts_lose_their_comments_alone(collected):
    for script in STATIC.glob("js/*.js"):
        text, kept = script.read_text(), hashed(collected / "js", script.name).read_text()
        lines = [line.strip() for line in text.splitlines()]
        kept = re.sub(r"\.[0-9a-f]{12}\.js", ".js", kept).replace('import"', 'import "')
        assert [line for line in lines if line and not line.startswith("//")] == [
            line for line in kept.splitlines() if line
        ]
        # A text over several lines would lose its indentation.
        assert all(line.count("`") % 2 == 0 for line in lines if not line.startswith("//")), script.name


def test_a_script_that_others_import_runs_once(collected):
    """An import names the file that a page links, with its hash: under two names it would run twice."""
    hash_ = r"\.[0-9a-f]{12}\.js"
    for script in STATIC.glob("js/*.js"):
        text = hashed(collected / "js", script.name).read_text()
        imported = re.findall(r'(?:from |^import ?|import\()"(\.[^"]+)"', text, re.M)
        assert [name for name in imported if not re.search(hash_, name)] == [], script.name


def test_the_scripts_of_each_page_are_light(collected):
    templates = settings.BASE_DIR / "templates"
    everywhere = scripts_of(templates / "base.html")
    assert everywhere
    pages = {path.relative_to(templates): scripts_of(path) | everywhere for path in templates.rglob("*.html")}
    htmx = sent(hashed(collected / "django_htmx", "htmx-2.min.js"))
    weights = {
        path: htmx + sum(sent(hashed(collected / "js", name)) for name in names) for path, names in pages.items()
    }
    assert {path: weight for path, weight in weights.items() if weight > MAX_JS} == {}


@pytest.mark.parametrize(("accepts", "encoding"), [("gzip", "gzip"), ("identity", None)])
def test_pages_are_sent_compressed(client, db, accepts, encoding):
    answer = client.get("/auth/signup/", headers={"Accept-Encoding": accepts})
    assert answer.headers.get("Content-Encoding") == encoding
    body = gzip.decompress(answer.content) if encoding else answer.content
    assert body.strip().endswith(b"</html>")


def test_media_are_sent_as_they_are(as_owner, make_task, png):
    from django.core.files.base import ContentFile

    task = make_task(status="succeeded", kind="image", bytes=len(png), content_type="image/png")
    task.file.save("a.png", ContentFile(png))
    answer = as_owner.get(task.file_url, headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in answer.headers
    assert b"".join(answer.streaming_content) == png


def test_another_versions_files_are_replaced_though_they_are_newer(tmp_path):
    """As after going back to an older version, or unpacking a release whose files are older than the collection."""
    storages = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "omnistudio.core.storage.static.BundledStaticFilesStorage"},
    }
    with override_settings(STATIC_ROOT=tmp_path, STORAGES=storages):
        call_command("collectstatic", verbosity=0, interactive=False)
        (tmp_path / "css/base.css").write_text(".of-another-version { color: red }")
        call_command("collectstatic", verbosity=0, interactive=False)
    assert (tmp_path / "css/base.css").read_text() == (STATIC / "css/base.css").read_text()
    assert "of-another-version" not in hashed(tmp_path / "css", "omnistudio.css").read_text()


def test_every_class_of_the_stylesheets_is_used():
    """Its name stands in a template, a script or the code; else its rules are dead."""
    places = [("templates", "*.*"), ("static/js", "*.js"), ("omnistudio", "*.py")]
    files = [file for folder, names in places for file in (settings.BASE_DIR / folder).rglob(names)]
    used = set(re.findall(r"[\w-]+", "\n".join(file.read_text() for file in files)))
    rules = "\n".join(file.read_text() for file in STATIC.rglob("css/**/*.css"))
    classes = set(re.findall(r"\.([a-z][\w-]*)", re.sub(r"/\*.*?\*/", "", rules, flags=re.S)))
    assert len(classes) > 200
    assert (
        classes - used - {"htmx-request", "swatch--dark", "swatch--system"} == set()
    )  # htmx sets one; `swatch--{{ … }}`
