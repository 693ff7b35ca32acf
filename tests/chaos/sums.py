"""The sums at the end, drawn from the service's own ledger, the record, and the files."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from django.core.files.storage import default_storage
from django.db.models import Sum

from omnistudio.gallery.models import Run, Task
from omnistudio.openapi_server.models import Job, LedgerEntry
from tests.chaos.fleet import Deed
from tests.chaos.proxy import NOT_PROCESSED, Attempt

# A tracker that is killed just after the answer left may not have written it down.
MOMENT = 2.0
# What the tracker says of a task whose sender is gone.
ENDED = "The process that sent it ended before there was a response"


@dataclass
class Sums:
    """What has to be true, and whether it is."""

    lines: list[tuple[bool, str, str]] = field(default_factory=list)

    @property
    def are_right(self) -> bool:
        return all(right for right, _what, _told in self.lines)

    def draw(self, what: str, wrong: list[object], told: str) -> None:
        self.lines.append((not wrong, what, f"{told}; wrong: {wrong[:5]}" if wrong else told))


def drawn(tasks: int, runs: int, attempts: list[Attempt], deeds: list[Deed], call_seconds: float) -> Sums:
    """All sums. `deeds` says who was killed when, `call_seconds` how long a tracker waits for an answer."""
    sums = Sums()
    rows = list(Task.objects.all())
    jobs = {job.idempotency_key: job for job in Job.objects.all()}
    _submissions(sums, rows, tasks, runs)
    _money(sums, rows, jobs)
    _sent(sums, attempts)
    _files(sums, rows, jobs)
    _unconfirmed(sums, rows, attempts, deeds, call_seconds)
    return sums


def _submissions(sums: Sums, rows: list[Task], tasks: int, runs: int) -> None:
    counts = Counter(task.status for task in rows)
    told = ", ".join(f"{count:,} {status}" for status, count in counts.most_common())
    for (reason, words), count in Counter((t.reason, t.reason_words) for t in rows if t.status == "failed").items():
        told += f"; failed {count} times: {reason}, {words}"
    odd: list[object] = (
        [] if (len(rows), Run.objects.count()) == (tasks, runs) else [(len(rows), Run.objects.count())]
    )
    sums.draw("each form that was sent, sent again included, is one run", odd, f"{runs:,} runs, {len(rows):,} tasks")
    sums.draw("every task is in a final state", [task.pk for task in rows if task.is_unfinished], told)
    held = [task.pk for task in rows if task.holder or task.lease_until]
    sums.draw("nobody holds a task any more", held, f"{len(held)} held")


def _money(sums: Sums, rows: list[Task], jobs: dict[str | None, Job]) -> None:
    charged = Counter(LedgerEntry.objects.filter(kind="charge").values_list("job_id", flat=True))
    refunded = Counter(LedgerEntry.objects.filter(kind="refund").values_list("job_id", flat=True))
    by_pk = {job.pk: job for job in jobs.values()}
    twice = [job for job, count in charged.items() if count != 1] + [pk for pk in by_pk if pk not in charged]
    sums.draw("the service charged each of its jobs once", twice, f"{len(charged):,} charges, {len(jobs):,} jobs")
    accepted = {str(task.uuid): task for task in rows if task.remote_id}
    foreign = [key for key, task in accepted.items() if key not in jobs or jobs[key].task_id != task.remote_id]
    told = f"{len(accepted):,} accepted, {len(jobs) - len(accepted):,} charged with the answer lost"
    sums.draw("each accepted task is followed under the id that was charged for it", foreign, told)
    unconfirmed = {str(task.uuid) for task in rows if task.status == Task.Status.UNCONFIRMED}
    nobodys = [key for key in jobs if key not in accepted and key not in unconfirmed]
    sums.draw(
        "charged = accepted + charged and unconfirmed",
        nobodys,
        f"{len(jobs):,} = {len(accepted):,} + {len(unconfirmed & jobs.keys()):,}",
    )
    failed = {job.pk for job in jobs.values() if job.status == Job.Status.FAILED}
    sums.draw("each failed job was refunded once", list(failed ^ set(refunded)), f"{len(failed)} failed")
    total = LedgerEntry.objects.filter(kind__in=("charge", "refund")).aggregate(sum=Sum("credits"))["sum"] or 0
    ours = sum((task.credits or 0) - (task.refunded or 0) for task in accepted.values())
    lost = sum(jobs[key].credits for key in unconfirmed & jobs.keys() if jobs[key].pk not in refunded)
    odd: list[object] = [] if -total == ours + lost else [(-total, ours, lost)]
    sums.draw("the studio’s ledger is the service’s", odd, f"{-total:,} credits = {ours:,} known + {lost:,} at risk")


def _sent(sums: Sums, attempts: list[Attempt]) -> None:
    by_key: dict[str, list[Attempt]] = defaultdict(list)
    for attempt in attempts:
        by_key[attempt.key].append(attempt)
    twice = [
        (key, [one.outcome for one in tries])
        for key, tries in by_key.items()
        if any(one.outcome not in NOT_PROCESSED for one in tries[:-1])
    ]
    again = sum(len(tries) - 1 for tries in by_key.values())
    told = f"{len(attempts):,} creates of {len(by_key):,} tasks; {again} again after 429 or 503, which did nothing"
    sums.draw("none was sent twice", list(twice), told)


def _files(sums: Sums, rows: list[Task], jobs: dict[str | None, Job]) -> None:
    wrong: list[object] = []
    done = [task for task in rows if task.status == Task.Status.SUCCEEDED]
    for task in done:
        ours = hashlib.sha256(default_storage.open(str(task.file.name)).read()).hexdigest()
        theirs = hashlib.sha256(default_storage.open(str(jobs[str(task.uuid)].result)).read()).hexdigest()
        if not ours == theirs == task.sha256 or not default_storage.exists(str(task.thumbnail.name)):
            wrong.append(task.pk)
    sums.draw("every success is stored with the right sum", wrong, f"{len(done):,} files")


def _unconfirmed(
    sums: Sums, rows: list[Task], attempts: list[Attempt], deeds: list[Deed], call_seconds: float
) -> None:
    """Unconfirmed is right where the service misbehaved, or where the tracker or the database was gone meanwhile."""
    tries = {attempt.key: attempt for attempt in attempts}
    wrong: list[object] = []
    why: Counter[str] = Counter()
    for task in rows:
        if task.status != Task.Status.UNCONFIRMED:
            continue
        attempt = tries.get(str(task.uuid))
        cause = _cause(attempt, task, deeds, call_seconds)
        if cause:
            why[cause] += 1
        else:
            wrong.append((task.pk, attempt.outcome if attempt else "never arrived", task.reason_words))
    told = ", ".join(f"{count} {cause}" for cause, count in why.most_common()) or "none"
    sums.draw("unconfirmed only where the answer was really lost", wrong, told)


def _cause(attempt: Attempt | None, task: Task, deeds: list[Deed], call_seconds: float) -> str:
    """Why the answer was lost; empty where it was not."""
    if task.reason_words != ENDED:  # the tracker was there, and had no answer
        if attempt is None:
            return ""
        late = task.sent_at is not None and attempt.ended - task.sent_at.timestamp() >= call_seconds - 1
        return f"({attempt.outcome})" if attempt.outcome != "200" else "(answered after the time-out)" if late else ""
    begun = task.sent_at.timestamp() if task.sent_at else 0.0
    until = (attempt.ended if attempt else begun) + MOMENT
    for deed in deeds:
        if "PostgreSQL" in deed.what and deed.begun <= until and deed.ended >= begun:
            until = max(until, deed.ended + 5)  # it tried to write the answer down until the database was back
    for deed in deeds:
        if ("track" in deed.what or "PostgreSQL" in deed.what) and begun - 1 <= deed.ended and deed.begun <= until:
            return f"({deed.what})"
    return ""
