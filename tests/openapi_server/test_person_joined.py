from __future__ import annotations

from typing import Any

from omnistudio.accounts import services
from omnistudio.accounts.models import ApiKey, User
from omnistudio.openapi_server.models import Key
from omnistudio.openapi_server.queries import balance
from tests.openapi_server.conftest import Api


def test_who_joins_has_credits_and_a_key_that_is_connected(stranger: User) -> None:
    services.welcome(stranger)
    kept = ApiKey.objects.get(owner=stranger)
    key = Key.objects.get(owner=stranger)
    assert (key.name, key.last_four) == ("Studio", kept.last_four)
    assert kept.state == ApiKey.State.VERIFIED
    assert balance(stranger.pk) == 10_000
    assert Api(kept.reveal()).create().json()["code"] == 200


def test_where_the_studio_uses_another_service_nothing_is_given(stranger: User, settings: Any) -> None:
    settings.OMNI_API_IS_BUILT_IN = False
    services.welcome(stranger)
    assert not ApiKey.objects.exists()
    assert not Key.objects.exists()
    assert balance(stranger.pk) == 0


def test_the_welcome_credits_may_be_zero(stranger: User, settings: Any) -> None:
    settings.OPENAPI_SERVER["WELCOME_CREDITS"] = 0
    services.welcome(stranger)
    assert ApiKey.objects.exists()
    assert balance(stranger.pk) == 0
