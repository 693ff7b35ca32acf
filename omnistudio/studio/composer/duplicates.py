"""What is asked before a submission is sent: combinations, and what was made already or refused before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Q
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from omnistudio.accounts.models import User
from omnistudio.gallery.folding import digest_of_fold, folded
from omnistudio.gallery.models import Prompt, Task
from omnistudio.studio.prices import price_of
from omnistudio.studio.services import Submission

SESSION_KEY = "answered"
MAX_REMEMBERED = 50
SHOWN = 4
KNOWN_WAS_SAID = "+"
# Spellings of one text that are looked for.
MAX_ALIKE = 100


@dataclass(frozen=True)
class Refusal:
    """A task with the same prompt, or with one of the references, that the model turned down before."""

    task: Task
    by_reference: bool
    # What came of it and passed, where there is such an item.
    passed: Task | None


@dataclass(frozen=True)
class Known:
    """What the person should see before they pay."""

    made: list[Task] = field(default_factory=list)
    refused: Refusal | None = None

    def __bool__(self) -> bool:
        return bool(self.made or self.refused)


@dataclass(frozen=True)
class Question:
    """What is asked, and what an answer must name."""

    known: Known
    wanted: Submission
    cost: int | None  # credits; None where no price is known
    digest: str

    @property
    def answer(self) -> str:
        """What the button sends: what was asked, and whether something known was said."""
        return self.digest + (KNOWN_WAS_SAID if self.known else "")

    @property
    def tasks(self) -> int:
        return self.wanted.tasks


def known_of(user: User, wanted: Submission) -> Known:
    """Look into the scopes that the person sees. A few index look-ups, whatever there is."""
    prompts = _alike(wanted.prompts)
    seen = Task.objects.visible_to(user).select_related("prompt", "owner")
    recipes = [wanted.recipe(prompt) for prompt in prompts]
    made = seen.filter(recipe__in=recipes, status=Task.Status.SUCCEEDED).order_by("-pk")[:SHOWN] if recipes else []
    return Known(list(made), _refusal(user, wanted, [prompt.pk for prompt in prompts]))


def _alike(texts: Sequence[str]) -> list[Prompt]:
    """The prompts with these texts, and the newest of those that only differ in what the fold takes away."""
    normalised = [Prompt.normalised(text) for text in texts]
    same = list(Prompt.objects.filter(digest__in=[Prompt.digest_of(text) for text in normalised]))
    folds = {digest_of_fold(folded(text)) for text in normalised}
    others = Prompt.objects.filter(fold_digest__in=folds).exclude(pk__in=[prompt.pk for prompt in same])
    return [*same, *others.order_by("-pk")[:MAX_ALIKE]]


_REFUSED = Q(status=Task.Status.FAILED, reason__in=[Task.Reason.REFUSED, Task.Reason.SERVICE_FAILED])


def _refusal(user: User, wanted: Submission, prompt_ids: list[int]) -> Refusal | None:
    """The newest refusal of the prompt; else of a reference. None where the same has passed since."""
    seen = Task.objects.visible_to(user).filter(model_id=wanted.model_id).select_related("prompt", "owner")
    sums = [reference.sha256 for reference in wanted.references]
    chances = [(seen.filter(prompt_id__in=prompt_ids), False)] if prompt_ids else []
    if sums:
        chances.append((seen.filter(task_references__reference__sha256__in=sums), True))
    for tasks, by_reference in chances:
        refused = tasks.filter(_REFUSED).order_by("-pk").first()
        if refused and not tasks.filter(pk__gt=refused.pk, status=Task.Status.SUCCEEDED).exists():
            return Refusal(refused, by_reference, _passed(user, refused))
    return None


def _passed(user: User, refused: Task) -> Task | None:
    """An item that was made from the refused one, or from what that was made from, and passed."""
    seen = Task.objects.visible_to(user).filter(status=Task.Status.SUCCEEDED, model_id=refused.model_id)
    tried = seen.filter(parent_id=refused.pk) | seen.filter(retry_of_id=refused.pk)
    return tried.select_related("prompt", "owner").order_by("-pk").first()


def digest_of(wanted: Submission, cost: int | None) -> str:
    """What a person agrees to: each prompt, model, ratio, number, references, team, and the price that is shown."""
    said = [
        list(wanted.prompts),
        wanted.model_id,
        wanted.aspect_ratio,
        wanted.variations,
        [reference.sha256 for reference in wanted.references],
        wanted.team.pk if wanted.team else None,
        cost,
    ]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def question_of(request: HttpRequest, user: User, wanted: Submission, confirmed: str) -> Question | None:
    """What to ask before this is sent; None where there is nothing to ask, or where just this was agreed to.

    An answer carries the digest of what was asked, so it holds for nothing else. Of what was made already nothing is
    asked again once the person has agreed to the very same; combinations are asked about each time.
    """
    cost = price_of(wanted.model_id, wanted.tasks)
    digest = digest_of(wanted, cost)
    answered: list[str] = request.session.get(SESSION_KEY, [])
    same = digest_of(wanted, None)[:16]  # whatever it costs by now
    if constant_time_compare(confirmed.removesuffix(KNOWN_WAS_SAID), digest):
        if confirmed.endswith(KNOWN_WAS_SAID):
            request.session[SESSION_KEY] = [*(one for one in answered if one != same), same][-MAX_REMEMBERED:]
        return None
    known = Known() if same in answered else known_of(user, wanted)
    return Question(known, wanted, cost, digest) if known or wanted.combinations else None
