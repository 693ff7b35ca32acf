"""The metrics of `GET /metrics`, in the format of Prometheus.

All are read from the database on each request. If each process counted for itself, a scrape would show only the
numbers of the process that happens to answer it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from omnistudio.core import counters, machines
from omnistudio.core.models import Heartbeat, Machine
from omnistudio.gallery.models import Task
from omnistudio.operations import queries


def text() -> bytes:
    """Return all metrics with their current values."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Numbers())
    return generate_latest(registry)


class _Numbers(Collector):
    def collect(self) -> Iterator[Metric]:
        yield from _now()
        yield from _money()
        yield from _sums(counters.values())

    def describe(self) -> Iterator[Metric]:
        """Describe nothing, so that registering does not read the numbers."""
        return iter(())


def _gauge(name: str, help: str, label: str = "", values: dict[str, float] | float = 0) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"omnistudio_{name}", help, labels=[label] if label else None)
    if isinstance(values, dict):
        for key, value in values.items():
            family.add_metric([key], value)
    else:
        family.add_metric([], values)
    return family


def _now() -> Iterator[Metric]:
    beats = queries.processes()
    alive: dict[str, float] = dict.fromkeys(Heartbeat.Role.values, 0)
    for beat in beats:
        alive[beat.role] += beat.is_alive
    tripped = sum(beat.is_alive and beat.breaker_open for beat in beats)
    yield _gauge("tasks", "Tasks that have no end yet, or that wait for a person.", "state", {**queries.counts()})
    yield _gauge(
        "oldest_waiting_seconds", "How long the task has waited that waits longest.", "", queries.oldest_waiting()
    )
    yield _gauge("queue_depth", "What is due and in nobody's hands.", "queue", {**queries.queue_depths()})
    held = dict.fromkeys((trouble for trouble in Task.Trouble.values if trouble), 0.0) | queries.troubles()
    yield _gauge("tasks_held_up", "Unfinished tasks that something holds up.", "trouble", held)
    yield _gauge("processes", "Background processes that are alive.", "role", alive)
    for name, help, values in _machines():
        yield _gauge(name, help, "process", values)
    yield _gauge("breakers_tripped", "Trackers that get no answer from the service.", "", tripped)


def _machines() -> Iterator[tuple[str, str, dict[str, float]]]:
    """Yield the metrics of machines, after recording the current values of this one."""
    machines.note()
    told = list(Machine.objects.order_by("name")[:500])
    free = {one.name: float(one.free_bytes) for one in told if one.free_bytes is not None}
    off = {one.name: one.clock_off_seconds for one in told if one.clock_off_seconds is not None}
    yield "free_disk_bytes", "Room on the disk of the data folder, or of temporary files where that has less.", free
    yield "clock_off_seconds", "How far the machine's clock is ahead of the database's.", off


def _money() -> Iterator[Metric]:
    risk = queries.risk(queries.at_risk_ids())
    yield _gauge("tasks_at_risk", "Tasks without a result and without a confirmed refund.", "", risk.tasks)
    yield _gauge("credits_at_risk", "Credits in them, where the service told a price.", "", risk.credits)


def _sums(sums: dict[str, float]) -> Iterator[Metric]:
    by_name: dict[str, dict[tuple[str, ...], float]] = defaultdict(dict)
    for name, value in sums.items():
        first, *labels = name.split("|")
        by_name[first][tuple(labels)] = value
    counted: tuple[tuple[str, str, list[str]], ...] = (
        ("remote_calls", "Calls of the service, by what came of them.", ["call", "outcome"]),
        ("tasks_ended", "Tasks that came to an end.", ["state"]),
        ("lease_takeovers", "Rows taken over from a process that did not come back.", ["table"]),
        ("media_files", "Results stored.", []),
        ("media_bytes", "Bytes of results stored.", []),
    )
    for name, help, labels in counted:
        family = CounterMetricFamily(f"omnistudio_{name}", help, labels=labels)
        for values, value in sorted(by_name[name].items()):
            family.add_metric(list(values), value)
        if not labels and not by_name[name]:
            family.add_metric([], 0)
        yield family
    yield _latency(by_name["remote_seconds_bucket"], by_name["remote_seconds_sum"])


def _latency(buckets: dict[tuple[str, ...], float], sums: dict[tuple[str, ...], float]) -> Metric:
    family = HistogramMetricFamily(
        "omnistudio_remote_seconds", "How long the service took to answer.", labels=["call"]
    )
    bounds = [*(f"{bound:g}" for bound in counters.BUCKETS), counters.BEYOND]
    for (call,), total in sorted(sums.items()):
        upto, cumulated = 0.0, []
        for bound in bounds:
            upto += buckets.get((call, bound), 0)
            cumulated.append((bound, upto))
        family.add_metric([call], cumulated, total)
    return family
