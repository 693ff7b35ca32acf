"""The models of this instance: those of the contract, and those that `OMNI_MODELS` adds."""

from functools import lru_cache

from django.conf import settings

from omnistudio.openapi_client.catalogue import Catalogue


@lru_cache(maxsize=4)
def _from_text(text: str) -> Catalogue:
    return Catalogue.from_text(text)


def catalogue() -> Catalogue:
    """The catalogue in force."""
    return _from_text(settings.OMNI_MODELS)


def model_name(model_id: str) -> str:
    """The model's name for people; its id where the catalogue has no such model any more."""
    model = catalogue().get(model_id)
    return model.name if model else model_id
