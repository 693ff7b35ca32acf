"""Favourites: marking items that one sees, and no longer."""

from __future__ import annotations

from collections.abc import Iterable

from omnistudio.accounts.models import User
from omnistudio.gallery.models import Favourite, Task
from omnistudio.gallery.selection import Done, checked_ids
from omnistudio.gallery.stats.update import update_stats


def set_favourite(user: User, ids: Iterable[int], *, liked: bool) -> Done:
    """Favourite items that one sees, or no longer; those that are so already are left out. Raises `TooMany`."""
    wanted = checked_ids(ids)
    seen = list(Task.objects.visible_to(user).filter(pk__in=wanted).values_list("pk", flat=True))
    likes = Favourite.objects.filter(user=user, task_id__in=seen)
    already = set(likes.values_list("task_id", flat=True))
    changed = [pk for pk in seen if (pk in already) != liked]
    with update_stats(changed):
        if liked:
            Favourite.objects.bulk_create([Favourite(user=user, task_id=pk) for pk in changed], ignore_conflicts=True)
        else:
            likes.delete()
    return Done(changed, len(wanted) - len(seen))
