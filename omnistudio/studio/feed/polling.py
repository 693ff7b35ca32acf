"""The poll: the hottest path of the studio."""

from __future__ import annotations

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from omnistudio.core.http.params import parse_id, parse_pairs
from omnistudio.core.http.redirects import sign_in_address
from omnistudio.studio.feed import queries
from omnistudio.studio.feed.changes import news
from omnistudio.studio.feed.status import pace_of, state_of

# More than one address can name: the page asks for the others the next time.
MAX_CARDS = 1000
# Ids that were counted together fit their column, too.
MAX_ID = 10**18


@login_not_required
@require_GET
def poll(request: HttpRequest) -> HttpResponse:
    """204, or what has changed since the page was drawn.

    Until something has changed it reads the session and one indexed query (while tasks are on their way,
    also the key's state and one heartbeat), no `User` row, and renders nothing: whose session it is stands
    in the session. Before anything is rendered, the person is loaded, and so checked, in the ordinary way.
    """
    user_id = parse_id(request.session.get(SESSION_KEY))
    if not user_id:
        return _to_sign_in()
    asked = request.GET
    changes = news(user_id, cards_of(asked.getlist("card")), parse_id(asked.get("after")) or 0)
    must_look = changes.pending.count or asked.get("notice")
    notice = queries.notice(user_id, changes.pending) if must_look else ""
    is_known = (asked.get("notice", ""), asked.get("pace", "")) == (notice, str(pace_of(changes.pending.count)))
    if is_known and not changes:
        return HttpResponse(status=204)
    if not request.user.is_authenticated:
        return _to_sign_in()
    changed_runs = queries.runs_of(user_id, changes.changed_runs)
    context = {
        "tasks": [task for run in changed_runs for task in run.tasks if task.pk in changes.changed],
        "changed_runs": changed_runs,
        "runs": queries.runs_of(user_id, changes.new_runs),
        "at_once": changes.more,
        **state_of(user_id, changes.pending, notice),
    }
    return trigger_client_event(render(request, "studio/feed/_poll.html", context), "tasks-changed")


def cards_of(values: list[str]) -> dict[int, int]:
    """The cards that a page shows, as it names them in the address: task to revision.

    `12.3` is task 12 in its third revision. In `12.3-2.1` each further card is counted from the one before, which is
    14.1, so that a thousand cards fit. What is not of this form is left out.
    """
    cards: dict[int, int] = {}
    for value in values:
        task = 0
        for piece in value.split("-")[:MAX_CARDS]:
            for step, revision in parse_pairs([piece]).items():
                task += step
                if revision and task < MAX_ID and len(cards) < MAX_CARDS:
                    cards[task] = revision
    return cards


def _to_sign_in() -> HttpResponse:
    return HttpResponseClientRedirect(sign_in_address(reverse("studio")))
