"""What a page says after items were shared, made private, deleted or restored, beside the number of them."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from omnistudio.accounts.models import Team
from omnistudio.core.text import join_sentences
from omnistudio.gallery.selection import Done
from omnistudio.gallery.sharing.unsharing import Others


def with_the_rest(text: str, done: Done) -> str:
    """`text`, and why some of the items are private now, or were left out."""
    return join_sentences(text, *_rest(done))


def _rest(done: Done) -> list[str]:
    counted = [
        (done.private, now_private(done.private)),
        (done.private_before, _private_before(done.private_before)),
        (done.unfinished, _unfinished(done.unfinished)),
        (done.left_out, _left_out(done.left_out)),
    ]
    return [words for n, words in counted if n]


def now_private(n: int) -> str:
    """Items that came back, and whose person may not share with their team any more."""
    return ngettext(
        "Only you can see %(n)d of them now: you can no longer share with its team.",
        "Only you can see %(n)d of them now: you can no longer share with their team.",
        n,
    ) % {"n": n}


def not_shared_any_more(team: Team | None) -> str:
    """The same for one item, whose team is known."""
    said = _("You can no longer share with “%(team)s”. Only you can see this.")
    return said % {"team": team.name if team else ""}


def unshare_question(others: Others) -> str:
    """How many items an owner is about to take out of a team, and whose they are."""
    n = others.items
    if len(others.people) == 1:
        said = ngettext("Stop sharing %(n)d item by %(name)s?", "Stop sharing %(n)d items by %(name)s?", n)
        return said % {"n": n, "name": others.people[0][0].display_name}
    return _("Stop sharing %(n)d items by %(people)d people?") % {"n": n, "people": len(others.people)}


def _private_before(n: int) -> str:
    return ngettext(
        "%(n)d was not shared: only you can see it.", "%(n)d were not shared: only you can see them.", n
    ) % {"n": n}


def _unfinished(n: int) -> str:
    return ngettext(
        "%(n)d is still in progress and can be deleted when it has ended.",
        "%(n)d are still in progress and can be deleted when they have ended.",
        n,
    ) % {"n": n}


def _left_out(n: int) -> str:
    return ngettext(
        "%(n)d was skipped: you don’t have permission to change it.",
        "%(n)d were skipped: you don’t have permission to change them.",
        n,
    ) % {"n": n}
