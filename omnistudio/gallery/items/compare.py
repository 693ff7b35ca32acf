"""Items side by side: which, whether a slider fits over them, and what differs in how they were made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db.models import Count
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from omnistudio.accounts.models import User
from omnistudio.core.dates import date_and_time
from omnistudio.core.http.params import whole_numbers
from omnistudio.gallery.catalogue import model_name
from omnistudio.gallery.models import Task

MIN, MAX = 2, 8
# An address names so many, at most; only `MAX` of them are shown.
MAX_ASKED = 100
SAME_RATIO = 0.02


def asked_ids(values: list[str]) -> list[int]:
    """The ids of `ids=1,2,3` and of `ids=1&ids=2`, in that order, each once; what is no id is left out."""
    return [number for number in whole_numbers([",".join(values)[:4000]]) if number]


@dataclass(frozen=True)
class Cell:
    """A value of one item; `differs` where it is not what most of the others have."""

    text: str
    differs: bool


@dataclass(frozen=True)
class Row:
    """One parameter of all items."""

    key: str
    label: str
    cells: list[Cell]

    @property
    def is_same(self) -> bool:
        return not any(cell.differs for cell in self.cells)


@dataclass(frozen=True)
class Comparison:
    """The items in the order asked for, and how many of those asked for are not there to be seen."""

    tasks: list[Task] = field(default_factory=list)
    left_out: int = 0
    too_many: int = 0

    @property
    def is_enough(self) -> bool:
        return len(self.tasks) >= MIN

    @property
    def can_slide(self) -> bool:
        """Two images of one ratio: one can lie over the other."""
        if len(self.tasks) != 2 or not all(task.file_kind == "image" and task.file for task in self.tasks):
            return False
        # Their own ratios: those of their boxes are bounded, and a strip of 6:1 is not one of 50:1.
        one, other = (task.width / task.height if task.width and task.height else task.ratio for task in self.tasks)
        return abs(one - other) <= SAME_RATIO * one

    @property
    def rows(self) -> list[Row]:
        return [_row(key, label, [value(task) for task in self.tasks]) for key, label, value in _parameters()]

    @property
    def differing(self) -> list[Row]:
        return [row for row in self.rows if not row.is_same]

    @property
    def same(self) -> list[Row]:
        return [row for row in self.rows if row.is_same]


def compare(user: User, ids: list[int]) -> Comparison:
    """The items with these ids that the person may see, eight at most; two queries."""
    wanted = ids[:MAX]
    seen = Task.objects.visible_to(user).filter(pk__in=wanted).select_related("prompt", "owner")
    found: dict[int, Task] = {task.pk: task for task in seen.annotate(reference_count=Count("task_references"))}
    tasks: list[Task] = [found[pk] for pk in wanted if pk in found]
    return Comparison(tasks, len(wanted) - len(tasks), max(0, len(ids) - MAX))


def _row(key: str, label: str, values: list[str]) -> Row:
    usual, times = Counter(values).most_common(1)[0]
    # Of two, or where each is another one, none is the usual one.
    alone = times == 1 or times * 2 <= len(values)
    differ = len(set(values)) > 1
    return Row(key, label, [Cell(value, differ and (alone or value != usual)) for value in values])


def _parameters() -> list[tuple[str, str, Callable[[Task], str]]]:
    return [
        ("prompt", _("Prompt"), lambda task: task.prompt.shown),
        ("model", _("Model"), lambda task: model_name(task.model_id)),
        ("ratio", _("Aspect ratio"), lambda task: task.aspect_ratio),
        ("size", _("Size"), _size),
        ("length", _("Length"), lambda task: _seconds(task.seconds)),
        ("references", _("References"), lambda task: str(getattr(task, "reference_count", 0))),
        ("credits", _("Credits"), lambda task: "–" if task.credits is None else number_format(task.credits)),
        ("took", _("Time taken"), _took),
        ("person", _("Person"), lambda task: task.owner.display_name),
        ("date", _("Date"), lambda task: date_and_time(task.created_at)),
    ]


def _size(task: Task) -> str:
    return f"{task.width} × {task.height}" if task.width and task.height else "–"


def _seconds(seconds: float | None) -> str:
    return _("%(n)s s") % {"n": number_format(seconds, 1)} if seconds else "–"


def _took(task: Task) -> str:
    return _seconds((task.finished_at - task.created_at).total_seconds()) if task.finished_at else "–"
