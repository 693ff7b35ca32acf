"""What is known before a submission is sent: that it was made already, or refused before. Asked once for a text."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Q
from django.http import HttpRequest

from omnistudio.accounts.models import User
from omnistudio.gallery.models import Prompt, Task
from omnistudio.studio.services import Wish

SESSION_KEY = "asked"
MOST_REMEMBERED = 50
SHOWN = 4


@dataclass(frozen=True)
class Refusal:
    """A task with the same prompt, or with one of the references, that the model turned down before."""

    task: Task
    by_reference: bool
    # What came of it and passed, where there is such a work.
    passed: Task | None


@dataclass(frozen=True)
class Known:
    """What the person should see before they pay."""

    made: list[Task] = field(default_factory=list)
    refused: Refusal | None = None

    def __bool__(self) -> bool:
        return bool(self.made or self.refused)


def known_of(user: User, wish: Wish) -> Known:
    """Look into the scopes that the person sees. A few index look-ups, whatever there is."""
    digests = [Prompt.digest_of(Prompt.normalised(text)) for text in wish.prompts]
    prompts = list(Prompt.objects.filter(digest__in=digests))
    seen = Task.objects.visible_to(user).select_related("prompt", "owner")
    recipes = [wish.recipe(prompt) for prompt in prompts]
    made = seen.filter(recipe__in=recipes, status=Task.Status.SUCCEEDED).order_by("-pk")[:SHOWN] if recipes else []
    return Known(list(made), _refusal(user, wish, [prompt.pk for prompt in prompts]))


_REFUSED = Q(status=Task.Status.FAILED, reason__in=[Task.Reason.REFUSED, Task.Reason.SERVICE_FAILED])


def _refusal(user: User, wish: Wish, prompt_ids: list[int]) -> Refusal | None:
    """The newest refusal of the prompt; else of a reference. None where the same has passed since."""
    seen = Task.objects.visible_to(user).filter(model_id=wish.model_id).select_related("prompt", "owner")
    sums = [reference.sha256 for reference in wish.references]
    chances = [(seen.filter(prompt_id__in=prompt_ids), False)] if prompt_ids else []
    if sums:
        chances.append((seen.filter(task_references__reference__sha256__in=sums), True))
    for tasks, by_reference in chances:
        refused = tasks.filter(_REFUSED).order_by("-pk").first()
        if refused and not tasks.filter(pk__gt=refused.pk, status=Task.Status.SUCCEEDED).exists():
            return Refusal(refused, by_reference, _passed(user, refused))
    return None


def _passed(user: User, refused: Task) -> Task | None:
    """A work that was made from the refused one, or from what that was made from, and passed."""
    seen = Task.objects.visible_to(user).filter(status=Task.Status.SUCCEEDED, model_id=refused.model_id)
    tried = seen.filter(parent_id=refused.pk) | seen.filter(retry_of_id=refused.pk)
    return tried.select_related("prompt", "owner").order_by("-pk").first()


def to_be_asked(request: HttpRequest, user: User, wish: Wish) -> Known:
    """What to ask before this is sent: nothing where it was asked about this text before."""
    digest = Prompt.digest_of(Prompt.normalised(wish.prompt))[:16]
    asked: list[str] = request.session.get(SESSION_KEY, [])
    if digest in asked or not (known := known_of(user, wish)):
        return Known()
    request.session[SESSION_KEY] = [*asked, digest][-MOST_REMEMBERED:]
    return known
