"""The checkers that nobody here wrote, over every page, fragment and state: `make craft`.

It needs node and Java, which the other tests do without, and a few minutes. `--only nu` or `--only lighthouse` takes
one of them; `--tools FOLDER` says where npm puts them (`.craft/`).
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, sync_playwright

from tests.browser import tour
from tests.browser.servers import ROOT, Studio, free_port
from tests.craft import lighthouse, nu

HERE = Path(__file__).parent
HEAD = '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>A fragment</title></head>'
AROUND = f"{HEAD}<body><h1>A fragment</h1>{{}}</body></html>"
QUIET = ("--no-sandbox", "--no-first-run", "--disable-quic", "--disable-background-networking")
PHONE_PAGES = {
    "studio": "/",
    "gallery": "/gallery/",
    "item": "/t/{image}/",
    "item, video": "/t/{video}/",
    "history": "/history/",
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=["nu", "lighthouse"])
    parser.add_argument("--tools", type=Path, default=ROOT / ".craft")
    chosen = parser.parse_args()
    modules = tools(chosen.tools)
    with tempfile.TemporaryDirectory() as folder, Studio(Path(folder, "studio")) as studio:
        studio.prepare()
        seed = ["manage.py", "seed_demo", "--tasks", "300", "--password", tour.PASSWORD, "-v0"]
        subprocess.run(
            [sys.executable, *seed], cwd=ROOT, env=studio.environment, check=True, stdout=subprocess.DEVNULL
        )
        studio.start("web")
        studio.wait_until_open()
        port = free_port()
        with sync_playwright() as driver:
            inside = driver.chromium.launch_persistent_context(
                Path(folder, "profile"),
                executable_path=shutil.which("chromium"),
                args=[*QUIET, f"--remote-debugging-port={port}"],
                base_url=studio.url,
            )
            visitors = driver.chromium.launch(executable_path=shutil.which("chromium"), args=QUIET)
            page = inside.pages[0]
            tour.sign_in(page)
            found = tour.tour_names(page)
            wrong = 0
            if chosen.only != "lighthouse":
                wrong += markup(modules, studio, page, visitors.new_page(), found, Path(folder, "pages"))
            if chosen.only != "nu":
                wrong += phone(modules, studio, inside, found, port)
            inside.close()
    print("Nothing is wrong." if not wrong else f"{wrong} things are wrong.")
    return int(bool(wrong))


def tools(folder: Path) -> Path:
    """Install the checkers with npm, unless they are there; the folder of their modules."""
    folder.mkdir(exist_ok=True)
    wanted = (HERE / "package.json").read_text()
    if not (folder / "package.json").exists() or (folder / "package.json").read_text() != wanted:
        (folder / "package.json").write_text(wanted)
        install = ["npm", "install", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"]
        subprocess.run(install, cwd=folder, check=True)
    return folder / "node_modules"


def markup(modules: Path, studio: Studio, page: Page, visitor: Page, found: dict[str, str], folder: Path) -> int:
    """Nu over what was sent for each page and fragment, and over what each state has made of it."""
    folder.mkdir()
    for number, (tour_page, shown) in enumerate(tour.walk(studio, page, visitor, found)):
        name = f"{number:02} {tour_page.name}".replace("/", "-").replace(":", "")
        sent = shown.request.get(f"{studio.url}{tour_page.path.format(**found)}").text()
        Path(folder, f"{name}.html").write_text(sent)
        if tour_page.act:
            state = "<!doctype html>\n" + shown.evaluate("document.documentElement.outerHTML")
            Path(folder, f"{name}, as it is.html").write_text(state)
    for name, (path, around) in tour.FRAGMENTS.items():
        answer = page.request.get(path.format(**found), headers={"HX-Request": "true"})
        assert answer.status == 200, f"{name}: {answer.status}"
        Path(folder, f"fragment, {name}.html").write_text(AROUND.format(around.format(answer.text())))
    files = sorted(folder.glob("*.html"))
    faults = nu.check(modules / "vnu-jar/build/dist/vnu.jar", files)
    for name, fault in faults:
        print(f"nu: {name}: {fault}")
    print(f"nu: {len(faults)} faults in {len(files)} pages, fragments and states")
    return len(faults)


def phone(modules: Path, studio: Studio, inside: BrowserContext, found: dict[str, str], port: int) -> int:
    """Lighthouse, signed in, then signed out for the gate."""
    command, wrong = modules / ".bin/lighthouse", 0
    for name, path in [*PHONE_PAGES.items(), ("sign in", "/auth/login/")]:
        if name == "sign in":
            inside.clear_cookies()
        report = lighthouse.look(command, studio.url + path.format(**found), port)
        wrong += not report.passes
        points = ", ".join(f"{name} {points}" for name, points in report.points.items())
        print(
            f"lighthouse: {name}: {points}, layout shift {report.shift:g}", *report.faults, sep="\n    ", flush=True
        )
    return wrong


if __name__ == "__main__":
    sys.exit(main())
