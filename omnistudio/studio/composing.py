"""What the composer holds: the values that it starts with, and the references that come with it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from django.http import HttpRequest, QueryDict

from omnistudio.accounts.models import User
from omnistudio.fetcher import FetchError
from omnistudio.gallery.catalogue import catalogue
from omnistudio.gallery.models import Reference
from omnistudio.gallery.queries import references_of
from omnistudio.gallery.services import fetch_reference, keep_reference
from omnistudio.openapi_client.catalogue import DEFAULT_ASPECT_RATIO, Model
from omnistudio.pictures import BadPicture
from omnistudio.studio.forms import ComposerForm
from omnistudio.studio.services import Wish
from omnistudio.studio.state import number

SESSION_KEY = "composer"


@dataclass(frozen=True)
class Values:
    """The composer's fields as they are shown, right or wrong."""

    prompt: str
    model_id: str
    ratio: str
    variations: int
    team_id: int | None = None

    @property
    def model(self) -> Model | None:
        return catalogue().get(self.model_id)


def starting_values(request: HttpRequest) -> Values:
    """What a fresh composer holds: the model, ratio and number that the person used last."""
    first = catalogue().of_kind("image")[0]
    fallback = {"model_id": first.model_id, "ratio": DEFAULT_ASPECT_RATIO[first.kind], "variations": 1}
    return Values(prompt="", **{**fallback, **request.session.get(SESSION_KEY, {})})


def typed_values(data: QueryDict, request: HttpRequest) -> Values:
    """What the person typed and chose; where that is nothing, what a fresh composer holds."""
    start = starting_values(request)
    variations = data.get("variations", "")
    return Values(
        prompt=data.get("prompt", ""),
        model_id=data.get("model") or start.model_id,
        ratio=data.get("ratio") or start.ratio,
        variations=int(variations) if variations in ("1", "2", "3", "4") else start.variations,
        team_id=number(data.get("team")),
    )


def remember(request: HttpRequest, wish: Wish) -> None:
    """Start the next composer with the same model, ratio and number."""
    team_id = wish.team.pk if wish.team else None
    values = asdict(Values("", wish.model_id, wish.aspect_ratio, wish.variations, team_id))
    del values["prompt"]
    request.session[SESSION_KEY] = values


def gathered_references(owner: User, form: ComposerForm) -> list[Reference]:
    """The references of a submission: those chosen before, files that came along, and a URL.

    A file that is no picture puts an error with its name on the form; the good ones are kept, so that the
    person need not add them again.
    """
    data = form.cleaned_data
    references = references_of(owner.pk, data.get("references", []))
    for file in data.get("files", []):
        _gather(form, references, "files", file.name, partial(keep_reference, owner, file))
    if url := data.get("reference_url"):
        _gather(form, references, "reference_url", url, partial(fetch_reference, owner, url))
    unique = list({reference.pk: reference for reference in references}.values())
    form.too_many_references(len(unique))
    return unique


def _gather(
    form: ComposerForm, references: list[Reference], field: str, name: Any, keep: Callable[[], Reference]
) -> None:
    try:
        references.append(keep())
    except (BadPicture, FetchError) as error:
        form.add_error(field, f"{str(name)[:80]}: {error}")


def new_submission() -> uuid.UUID:
    """The id of a submission that is not sent yet: the same form sent twice is one run."""
    return uuid.uuid4()
