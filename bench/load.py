"""200 people at work on this machine, with PostgreSQL: errors, how long a poll takes, what it costs, and memory.

    .venv/bin/python bench/load.py [--people 200] [--minutes 30]

Each polls every 2 s, opens a page a minute, with its pictures, and submits every 2 minutes. The service answers after
150 ms and takes 12 s for a result. Before that, how many polls that change nothing the same server gives in a second,
beside an empty Django view, in turn.
"""

from __future__ import annotations

import argparse
import http.client
import os
import secrets
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median, quantiles
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.people import Person, Seen  # noqa: E402
from bench.service import Service  # noqa: E402
from tests.browser.servers import Studio  # noqa: E402
from tests.postgres import Postgres, programs  # noqa: E402

POLL_P95_MS, POLL_SHARE, FLAT = 100.0, 1 / 3, 1.10
ROUNDS, ROUND_SECONDS, AT_ONCE = 5, 4.0, 8
WARM_SECONDS = 60.0
WEIGH_SECONDS = 10.0


def main() -> int:
    options = _options()
    if programs() is None:
        print("PostgreSQL is not installed here: nothing was measured.")
        return 2
    with (
        tempfile.TemporaryDirectory(prefix="omnistudio-bench-") as folder,
        Postgres() as server,
        Service(delay=0.15, takes=12, files=_drawn(Path(folder))) as service,
    ):
        settings = {"DJANGO_SETTINGS_MODULE": "bench.load_settings", "LOG_LEVEL": "WARNING", "WEB_WORKERS": "2"}
        address = server.create("load")
        with Studio(Path(folder, "studio"), DATABASE_URL=address, OMNI_API_URL=service.url, **settings) as studio:
            studio.prepare()
            seed = [sys.executable, "manage.py", "seed_demo", "--tasks", "5000", "--plain", "-v0"]
            subprocess.run(seed, cwd=ROOT, env=studio.environment, check=True, stdout=subprocess.DEVNULL)
            sessions, names = _people(studio, options.people)
            studio.start("web")
            studio.start("track")
            studio.wait_until_open("tracker")
            print(
                f"{options.people} people, 2 processes for pages, 1 tracker, PostgreSQL; 5,000 items to begin with."
            )
            fine = _throughput(studio, f"{names[0]}={sessions[0]}")
            fine &= _at_work(options, studio, service, sessions, names)
    print("PASS" if fine else "FAIL")
    return 0 if fine else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--minutes", type=float, default=30)
    return parser.parse_args()


def _drawn(folder: Path) -> dict[str, tuple[str, bytes]]:
    """A real picture and a real video, for the service to give to everybody."""
    from omnistudio.openapi_server.engines.base import Order
    from omnistudio.openapi_server.engines.drawing import DrawingEngine

    files = {}
    for kind in ("image", "video"):
        made = DrawingEngine().make(Order(kind, "a paper lantern on a grey river", "1:1", 7), folder)  # type: ignore[arg-type]
        files[kind] = made.path.name, made.path.read_bytes()
    return files


def _people(studio: Studio, count: int) -> tuple[list[str], tuple[str, str]]:
    """Members of the demo's team with a key each; their sessions, and the names of the cookies."""
    os.environ.update(studio.environment)
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection

    from omnistudio.accounts.models import ApiKey, Membership, Team, User
    from omnistudio.accounts.services import keep_key
    from tests.chaos.people import session_of

    team, sessions = Team.objects.get(), []
    for number in range(count):
        person = User.objects.create_user(f"person{number}@example.com", name=f"Person {number}")
        Membership.objects.create(team=team, user=person, role=Membership.Role.MEMBER)
        keep_key(person, f"sk-{number:032}", ApiKey.State.VERIFIED)
        sessions.append(session_of(person))
    connection.close()
    return sessions, (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME)


# ------------------------------------------------------------------ what a poll costs
def _throughput(studio: Studio, cookie: str) -> bool:
    """Answers in a second, one kind after the other, several times: what else the machine does hits all alike."""
    poll = "/poll/?after=99999999&notice=&pace=15"
    kinds = {"an empty view": "/empty/", "a poll": poll}
    rates: dict[str, list[float]] = {kind: [] for kind in kinds}
    for number in range(ROUNDS + 1):
        for kind, path in kinds.items():
            rate = _rate(studio.port, path, cookie)
            if number:  # the first round warms up
                rates[kind].append(rate)
    shares = [poll / empty for poll, empty in zip(rates["a poll"], rates["an empty view"], strict=True)]
    share = median(shares)
    told = ", ".join(f"{kind} {median(rate):.0f}" for kind, rate in rates.items())
    print(f"Answers a second, {AT_ONCE} at once, median of {ROUNDS}: {told}")
    holds = _word(share >= POLL_SHARE)
    print(f"A poll that changes nothing: {share:.2f} of an empty view (at least {POLL_SHARE:.2f}) {holds}")
    return share >= POLL_SHARE


def _rate(port: int, path: str, cookie: str) -> float:
    counts: list[int] = []
    until = time.monotonic() + ROUND_SECONDS

    def ask() -> None:
        connection, count = http.client.HTTPConnection("127.0.0.1", port, timeout=30), 0
        while time.monotonic() < until:
            connection.request("GET", path, headers={"Cookie": cookie, "HX-Request": "true"})
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 204, answer.status
            count += 1
        connection.close()
        counts.append(count)

    threads = [threading.Thread(target=ask) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(counts) == AT_ONCE, "somebody got another answer than 204"
    return sum(counts) / ROUND_SECONDS


# ------------------------------------------------------------------ people at work
@dataclass
class Weight:
    """What the processes of a role weigh together, at one moment, in MB; what they share is divided among them."""

    role: str
    at: float
    megabytes: float


def _at_work(
    options: argparse.Namespace, studio: Studio, service: Service, sessions: list[str], names: tuple[str, str]
) -> bool:
    warm = Seen()
    seconds = options.minutes * 60
    csrf = secrets.token_hex(16)
    crowd = [
        Person(("127.0.0.1", studio.port), {names[0]: session, names[1]: csrf}, csrf, warm, number)
        for number, session in enumerate(sessions)
    ]
    began = time.monotonic()
    for person in crowd:
        person.until = began + WARM_SECONDS + seconds
        person.start()
    time.sleep(WARM_SECONDS)
    seen = Seen()
    for person in crowd:
        person.seen = seen
    weights: list[Weight] = []
    while (now := time.monotonic() - began - WARM_SECONDS) < seconds:
        weights += [Weight(role, now, _megabytes(studio.pid(role))) for role in ("web", "track")]
        time.sleep(min(WEIGH_SECONDS, seconds))
    for person in crowd:
        person.join(60)
    return _told(seen, seconds, service, weights)


def _told(seen: Seen, seconds: float, service: Service, weights: list[Weight]) -> bool:
    print(f"For {seconds / 60:.0f} minutes; in ms:")
    for kind, took in sorted(seen.took.items()):
        cuts = [1000 * cut for cut in quantiles(took, n=100)]
        print(
            f"  {kind:12} {len(took):7,}  {len(took) / seconds:6.1f} a second   median {median(took) * 1000:6.1f}"
            f"   p95 {cuts[94]:6.1f}   p99 {cuts[98]:6.1f}   longest {max(took) * 1000:7.1f}"
        )
    answers = ", ".join(f"{kind} {status}: {n:,}" for (kind, status), n in sorted(seen.answers.items()))
    print(f"  answers: {answers}; tasks that the service took on: {service.creates:,}")
    p95 = 1000 * quantiles(seen.took["poll"], n=100)[94]
    print(f"p95 of a poll: {p95:.1f} ms (under {POLL_P95_MS:.0f}) {_word(p95 < POLL_P95_MS)}")
    print(f"Errors: {sum(seen.errors.values())} {dict(seen.errors) or ''} {_word(not seen.errors)}")
    flat = [_is_flat(role, [w for w in weights if w.role == role], seconds) for role in ("web", "track")]
    return p95 < POLL_P95_MS and not seen.errors and all(flat)


def _is_flat(role: str, weights: list[Weight], seconds: float) -> bool:
    """Whether the last third weighs as much as the second: in the first, caches fill."""
    middle = mean(w.megabytes for w in weights if seconds / 3 <= w.at < seconds * 2 / 3)
    last = mean(w.megabytes for w in weights if w.at >= seconds * 2 / 3)
    print(
        f"Memory of {role}: {weights[0].megabytes:.0f} MB at first, {middle:.0f} MB in the second third, "
        f"{last:.0f} MB in the last: {last / middle:.3f} times (at most {FLAT}) {_word(last / middle <= FLAT)}"
    )
    return last / middle <= FLAT


def _megabytes(pid: int) -> float:
    """A process and its children, by their proportional share of what they have in memory."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    total = 0.0
    for one in (pid, *map(int, children)):
        lines = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
        total += next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
    return total


def _word(holds: Any) -> str:
    return "PASS" if holds else "FAIL"


if __name__ == "__main__":
    sys.exit(main())
