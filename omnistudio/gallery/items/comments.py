"""Comments on shared items: who may read, write and delete them. Members write; their author or an owner deletes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from omnistudio.accounts.models import Membership, User
from omnistudio.accounts.teams.queries import role_of
from omnistudio.accounts.teams.services import NotAllowed
from omnistudio.gallery.models import Comment, Task

MAX_SHOWN = 50


class _Text(forms.CharField):
    """A text whose line ends count once, as they do in the browser."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n")


class CommentForm(forms.Form):
    """One comment: text, and nothing but text."""

    text = _Text(
        max_length=Comment.MAX_LENGTH,
        error_messages={
            "required": _("Write something first."),
            "max_length": _("A comment has at most %(limit_value)d characters; this one has %(show_value)d."),
        },
    )


def role_at(user: User, task: Task) -> str | None:
    """The person's role in the team that the item is shared with; None where there is none."""
    return role_of(user, task.team) if task.team is not None else None


def may_write(user: User, task: Task) -> bool:
    """Whether the person may comment: members and owners of the item's team."""
    return role_at(user, task) in Membership.CHANGING


@dataclass(frozen=True)
class Shown:
    """Some comments, the oldest first, with `can_delete` on each; `before` leads to earlier ones."""

    comments: list[Comment]
    count: int
    before: int | None


def of(user: User, task: Task, role: str | None, before: int | None = None) -> Shown:
    """The newest comments (before the one with the id `before`) that the team may read.

    What one team says is not for the next one: where an item has moved to another team, only the words of
    people who are in it, or that were written since, are shown.
    """
    if role is None or task.team_id is None:
        return Shown([], 0, None)
    members = Membership.objects.filter(team_id=task.team_id).values("user_id")
    here = Q(author_id__in=members)
    if task.shared_at:
        here |= Q(created_at__gte=task.shared_at)
    rows = Comment.objects.filter(here, task_id=task.pk).select_related("author")
    count = rows.count()
    if before:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: MAX_SHOWN + 1])
    shown = found[:MAX_SHOWN][::-1]
    for comment in shown:
        may = comment.author_id == user.pk or role == Membership.Role.OWNER
        comment.can_delete = may  # type: ignore[attr-defined]
    return Shown(shown, count, shown[0].pk if len(found) > MAX_SHOWN else None)


def add(user: User, task: Task, text: str) -> Comment:
    """Say something of a shared item. Raises `NotAllowed` for who may not write in its team."""
    if not may_write(user, task):
        raise NotAllowed
    return Comment.objects.create(task=task, author=user, text=text)


def delete(user: User, task: Task, comment_id: int) -> None:
    """Delete a comment permanently. Raises `NotAllowed` for who is neither its author nor an owner of the team."""
    role = role_at(user, task)
    rows = Comment.objects.filter(pk=comment_id, task_id=task.pk)
    if role != Membership.Role.OWNER:
        rows = rows.filter(author_id=user.pk)
    if role is None or not rows.delete()[0]:
        raise NotAllowed
