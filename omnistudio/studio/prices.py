"""What a submission will cost, before it is sent."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings

from omnistudio.gallery.catalogue import catalogue
from omnistudio.gallery.queries import last_costs


def prices_of(model_ids: Iterable[str]) -> dict[str, int]:
    """Credits that a task costs, for each of the models whose price is known; one query at most.

    The built-in service's prices are its settings (`OPENAPI_CREDITS_IMAGE`, `OPENAPI_CREDITS_VIDEO`). Another service
    tells none beforehand: there it is what the last accepted task of the model cost.
    """
    models = {model_id: catalogue().get(model_id) for model_id in model_ids}
    if not settings.OMNI_API_IS_BUILT_IN:
        return last_costs(models)
    return {
        model_id: settings.OPENAPI_SERVER[f"CREDITS_{model.kind.upper()}"]
        for model_id, model in models.items()
        if model
    } | last_costs(model_id for model_id, model in models.items() if not model)


def price_of(model_id: str, tasks: int = 1) -> int | None:
    """Credits that so many tasks of a model cost; None where that is not known yet."""
    each = prices_of([model_id]).get(model_id)
    return None if each is None else each * tasks
