"""What the composer holds: the values that it starts with, and the references that come with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils import timezone

from omnistudio.accounts.http import AuthenticatedHttpRequest
from omnistudio.accounts.models import User
from omnistudio.core import trouble
from omnistudio.core.fetch.safe_fetch import FetchError
from omnistudio.core.http.params import parse_id
from omnistudio.core.images import BadPicture
from omnistudio.gallery.catalogue import catalogue
from omnistudio.gallery.history.queries import visible_prompts
from omnistudio.gallery.media.references import fetch_reference, keep_reference
from omnistudio.gallery.models import Reference, Task
from omnistudio.gallery.prompt_addresses import is_at
from omnistudio.gallery.queries import references_of
from omnistudio.openapi_client.catalogue import DEFAULT_ASPECT_RATIO, MAX_REFERENCES, Model
from omnistudio.studio.composer.forms import RATIOS, VARIATIONS, ComposerForm
from omnistudio.studio.services import Submission

SESSION_KEY, DAY_KEY = "composer", "composer_day"


@dataclass(frozen=True)
class Values:
    """The composer's fields as they are shown, right or wrong."""

    prompt: str
    model_id: str
    ratio: str
    variations: int
    team_id: int | None = None
    # The item that this comes from, and what is done with it: edit, remix, animate, continue, reference.
    parent: Task | None = None
    how: str = ""

    @property
    def model(self) -> Model | None:
        return catalogue().get(self.model_id)


def fresh_values(request: HttpRequest) -> Values:
    """What an empty composer holds: the model, ratio and number that the person used last."""
    first = catalogue().of_kind("image")[0]
    fallback = {"model_id": first.model_id, "ratio": DEFAULT_ASPECT_RATIO[first.kind], "variations": 1}
    return Values(prompt="", **{**fallback, **request.session.get(SESSION_KEY, {})})


def starting_values(request: AuthenticatedHttpRequest) -> Values:
    """What the composer of a page holds: what its URL asks for, in the person's usual settings."""
    values = fresh_values(request)
    task = parent_of(request.user, request.GET.get("from"))
    if task:
        return values_from(request.user, values, task, request.GET.get("as", ""))
    if not (address := request.GET.get("prompt")):
        return values
    prompt = visible_prompts(request.user).filter(is_at(address)).first()
    return replace(values, prompt=prompt.text) if prompt else values


def parent_of(user: User, text: object) -> Task | None:
    """The item that a URL or a form names as the one that this comes from, where the person may see it."""
    if not (pk := parse_id(text)):
        return None  # most pages and forms name none
    tasks = Task.objects.visible_to(user).exclude(prompt__text="").select_related("prompt")
    return tasks.filter(pk=pk).first()


def values_from(user: User, values: Values, task: Task, how: str) -> Values:
    """Return `values` with the parameters of an item, as far as they are still offered and the person sees them."""
    if how == "reference":
        return replace(values, parent=task, how=how)
    model_id = task.model_id if task.model_id in catalogue() else values.model_id
    variations = min(VARIATIONS[-1], Task.objects.visible_to(user).filter(run_id=task.run_id).count())
    if how == "animate":
        model_id, variations = catalogue().of_kind("video")[0].model_id, 1
    if how == "continue":
        variations = 1
    ratio = task.aspect_ratio if task.aspect_ratio in RATIOS else values.ratio
    return replace(
        values,
        prompt=task.prompt.text,
        model_id=model_id,
        ratio=ratio,
        variations=variations,
        parent=task,
        how=how or "edit",
    )


def asked_references(request: AuthenticatedHttpRequest) -> list[Reference]:
    """The person's own references that the URL names."""
    ids = (parse_id(part) for part in request.GET.get("references", "").split(",")[:MAX_REFERENCES])
    return references_of(request.user.pk, [pk for pk in ids if pk])


def typed_values(data: QueryDict, request: AuthenticatedHttpRequest) -> Values:
    """What the person typed and chose; where that is nothing, what a fresh composer holds."""
    start = fresh_values(request)
    variations = data.get("variations", "")
    return Values(
        prompt=data.get("prompt", ""),
        model_id=data.get("model") or start.model_id,
        ratio=data.get("ratio") or start.ratio,
        variations=int(variations) if variations in ("1", "2", "3", "4") else start.variations,
        team_id=parse_id(data.get("team")),
        parent=parent_of(request.user, data.get("parent")),
        how=data.get("how", ""),
    )


def remember(request: HttpRequest, wanted: Submission) -> None:
    """Start the next composer with the same model, ratio and number."""
    team_id = wanted.team.pk if wanted.team else None
    chosen = {
        "model_id": wanted.model_id,
        "ratio": wanted.aspect_ratio,
        "variations": wanted.variations,
        "team_id": team_id,
    }
    # Not written by every submission; but once a day of use, as each write puts off the end of the session.
    said = {SESSION_KEY: chosen, DAY_KEY: f"{timezone.localdate()}"}
    if any(request.session.get(key) != value for key, value in said.items()):
        request.session.update(said)


def gathered_references(owner: User, form: ComposerForm) -> list[Reference]:
    """The references of a submission: those chosen before, files that came along, and a URL.

    A file that is no picture puts an error with its name on the form; the good ones are kept, so that the
    person need not add them again. Where there are more than a task takes, only as many are looked at at all.
    """
    data = form.cleaned_data
    references, files, url = (
        references_of(owner.pk, data.get("references", [])),
        data.get("files", []),
        data.get("reference_url"),
    )
    form.too_many_references(len(references) + len(files) + bool(url))
    room = max(0, MAX_REFERENCES - len(references))
    for file in files[:room]:
        _gather(form, references, "files", file.name, partial(keep_reference, owner, file))
    if url and len(files) < room:
        _gather(form, references, "reference_url", url, partial(fetch_reference, owner, url))
    return list({reference.pk: reference for reference in references}.values())


def _gather(
    form: ComposerForm, references: list[Reference], field: str, name: Any, keep: Callable[[], Reference]
) -> None:
    try:
        references.append(keep())
    except (BadPicture, FetchError) as error:
        form.add_error(field, f"{str(name)[:80]}: {error}")
    except OSError as error:  # no room for it, or no storage
        kind = trouble.kind_of(error)
        if kind is None:
            raise
        form.add_error(field, f"{str(name)[:80]}: {trouble.words(kind)}")
