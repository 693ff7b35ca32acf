"""What a submission will cost, before it is sent."""

from __future__ import annotations

from django.conf import settings

from omnistudio.gallery.catalogue import catalogue
from omnistudio.gallery.queries import last_cost


def price_of(model_id: str, tasks: int = 1) -> int | None:
    """Credits that so many tasks of a model cost; None where that is not known yet.

    The built-in service's prices are its settings (`OPENAPI_CREDITS_IMAGE`, `OPENAPI_CREDITS_VIDEO`). Another service
    tells none beforehand: there it is what the last accepted task of the model cost.
    """
    model = catalogue().get(model_id)
    if model and settings.OMNI_API_IS_BUILT_IN:
        each: int | None = settings.OPENAPI_SERVER[f"CREDITS_{model.kind.upper()}"]
    else:
        each = last_cost(model_id)
    return None if each is None else each * tasks
