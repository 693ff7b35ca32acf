"""Presets: every read and write of them. Who may do what is decided by whoever loads the preset.

The example of a team's preset is shown only while it is shared with that team: no preset leads to a private item.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F, Q
from django.db.models.functions import Left, Lower
from django.utils import timezone

from omnistudio.accounts.models import Membership, Team, User
from omnistudio.core.sorting import sorted_by_name
from omnistudio.gallery.browse.filters import contains
from omnistudio.gallery.browse.search import parse
from omnistudio.gallery.folding import folded
from omnistudio.gallery.models import Preset, Task
from omnistudio.gallery.models.preset import PresetQuerySet
from omnistudio.gallery.models.task import TaskQuerySet

MAX_PRESETS = 200  # of a person, and of each team
MAX_SHOWN = 300
# What a list shows of a text; longer than the lines that it has there, so that no cut is seen.
START = 500


class Full(ValueError):
    """A person, or a team, has as many presets as there can be."""


@dataclass(frozen=True)
class Content:
    """What a person says of a preset; checked."""

    name: str
    text: str
    model_id: str = ""
    aspect_ratio: str = ""
    example: Task | None = None
    team: Team | None = None  # null: of the person alone


@dataclass(frozen=True)
class Shown:
    """A preset as one person sees it."""

    preset: Preset
    example: Task | None
    is_changeable: bool


@dataclass(frozen=True)
class PresetGroup:
    """The presets of the person (`team` is None) or of one team."""

    team: Team | None
    presets: list[Shown]


def preset_groups(user: User, search: str = "") -> tuple[list[PresetGroup], bool]:
    """One's own presets and then each team's, by name, with `start` in place of the text; those that hold the words.

    Returns:
        The groups that hold any, and whether there are more than are shown.
    """
    found = _holding(Preset.objects.visible_to(user), search).select_related("team", "owner")
    found = found.annotate(start=Left("text", START)).defer("text", "search_text")
    in_order = found.order_by(F("team").asc(nulls_first=True), Lower("name"), "pk")
    listed = list(in_order[: MAX_SHOWN + 1])
    groups: dict[int | None, PresetGroup] = {}
    for shown in sorted_by_name(seen_by(user, listed[:MAX_SHOWN]), name=lambda shown: shown.preset.name):
        preset = shown.preset
        groups.setdefault(preset.team_id, PresetGroup(preset.team, [])).presets.append(shown)
    by_name = sorted_by_name(groups.values(), name=lambda group: group.team.name if group.team else "")
    return by_name, len(listed) > MAX_SHOWN


def _holding(presets: PresetQuerySet, search: str) -> PresetQuerySet:
    """Presets whose name or text holds the words of a search, and not those with a minus."""
    wanted = parse(search)
    for word in (*wanted.words, *(f"#{number}" for number in wanted.numbers)):
        presets = presets.filter(contains(wanted.forms(word)))
    for word in wanted.without:
        presets = presets.exclude(contains(wanted.forms(word)))
    return presets


def seen_by(user: User, presets: Sequence[Preset]) -> list[Shown]:
    """The presets with what the person may see and do; two queries, however many they are."""
    wanted = [preset.example_id for preset in presets if preset.example_id]
    examples = _with_picture(user).in_bulk(wanted) if wanted else {}
    changing = Membership.objects.filter(user_id=user.pk, role__in=Membership.CHANGING)
    teams = {None, *changing.values_list("team_id", flat=True)}
    return [
        Shown(preset, _if_seen(preset, examples.get(preset.example_id or 0)), preset.team_id in teams)
        for preset in presets
    ]


def _with_picture(user: User) -> TaskQuerySet:
    done = Task.objects.visible_to(user).filter(status=Task.Status.SUCCEEDED)
    return done.exclude(thumbnail="")


def _if_seen(preset: Preset, example: Task | None) -> Task | None:
    """The example, unless the team of the preset does not see it (any more)."""
    return example if example and preset.team_id in (None, example.team_id) else None


def example_of(preset: Preset, user: User) -> Task | None:
    """The example of a preset that the person sees, where there is one to show them."""
    return seen_by(user, [preset])[0].example


def possible_example(user: User, task_id: int, team: Team | None) -> Task | None:
    """A finished item that can be the example of the person's preset, or of the team's."""
    tasks = _with_picture(user).filter(pk=task_id)
    return (tasks.filter(team=team) if team else tasks).first()


def create(user: User, content: Content) -> Preset:
    """Make a preset of the person's, or of a team's.

    Raises:
        Membership.DoesNotExist: the person is not in the team, or only a viewer there.
        Full: there are 200 already.
    """
    _check_place(user, content.team)
    return Preset.objects.create(owner=user, **_fields(content))


def change(preset: Preset, user: User, content: Content) -> bool:
    """Write what a preset says now. False where it was deleted meanwhile, or is no longer the person's to change.

    Raises: as `create`, where it moves to another place.
    """
    if (content.team.pk if content.team else None) != preset.team_id:
        _check_place(user, content.team)
    rows = Preset.objects.changeable_by(user).filter(pk=preset.pk)
    return rows.update(updated_at=timezone.now(), **_fields(content)) == 1


def _check_place(user: User, team: Team | None) -> None:
    if team is not None:
        Membership.objects.get(team=team, user=user, role__in=Membership.CHANGING)
    there = Q(team=team) if team else Q(owner=user, team=None)
    if Preset.objects.kept().filter(there).count() >= MAX_PRESETS:
        raise Full


def _fields(content: Content) -> dict[str, object]:
    return {
        "name": content.name,
        "text": content.text,
        "search_text": folded(f"{content.name}\n{content.text}"),
        "model_id": content.model_id,
        "aspect_ratio": content.aspect_ratio,
        "example": content.example,
        "team": content.team,
    }


def delete(preset: Preset) -> bool:
    """Take a preset away; it can be brought back until the trash is emptied. Returns whether it was there."""
    return Preset.objects.kept().filter(pk=preset.pk).update(deleted_at=timezone.now()) == 1


def restore(user: User, preset_id: int) -> Preset | None:
    """Bring back a deleted preset that the person may change; None where there is no such preset."""
    preset = Preset.objects.of(user).filter(pk=preset_id).first()
    if preset:
        Preset.objects.filter(pk=preset.pk).update(deleted_at=None)
    return preset
