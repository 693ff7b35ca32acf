"""`MEDIA_STORAGE_URL`: one line for the object store."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from omnistudio.core.storage import config as storage_settings
from omnistudio.core.storage.s3 import ObjectStorage


def test_without_it_files_are_in_a_folder(settings):
    assert storage_settings.read("") is None
    assert settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["media-src"] == ["'self'"]


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("s3://team-media/studio", "https://team-media.s3.amazonaws.com"),
        ("s3://team-media?region_name=eu-central-1", "https://team-media.s3.eu-central-1.amazonaws.com"),
        ("s3://team-media?region_name=cn-north-1", "https://team-media.s3.cn-north-1.amazonaws.com.cn"),
        ("s3://team.media?region_name=eu-central-1", "https://s3.eu-central-1.amazonaws.com/team.media/"),
        ("s3://TeamMedia/x?endpoint_url=https://minio.example.com:9000", "https://minio.example.com:9000/TeamMedia/"),
        ("s3://team-media?endpoint_url=https://x.com/&addressing_style=virtual", "https://team-media.x.com"),
    ],
)
def test_the_policy_allows_just_where_the_addresses_lead(url, origin, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "b")
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    place = storage_settings.read(url)
    assert place.origins == [origin]
    signed = ObjectStorage(**place.options).signed_url("งาน/a b.png")
    assert signed.startswith(origin)
    assert "X-Amz-Expires=3600" in signed


def test_the_credentials_may_stand_in_it():
    options = storage_settings.read("s3://key:a%2Fb%2Bc@team-media/a/b/?signed_seconds=600").options
    assert (options["access_key"], options["secret_key"], options["location"]) == ("key", "a/b+c", "a/b")
    assert options["querystring_expire"] == 600


@pytest.mark.parametrize(
    "url",
    [
        "https://key:secret@bucket",
        "s3://",
        "s3://key:secret@",
        "s3://key:secret@bucket?endpoint=https://x",
        "s3://key:secret@bucket?endpoint_url=x.com",
        "s3://key:secret@bucket?signed_seconds=5",
        "s3://key:secret@bucket?signed_seconds=999999999",
        "s3://key:secret@bucket?signed_seconds=x",
        "s3://key:secret@bucket?addressing_style=dns",
    ],
)
def test_an_invalid_url_is_refused_without_quoting_its_secret(url):
    with pytest.raises(ImproperlyConfigured, match="MEDIA_STORAGE_URL") as refused:
        storage_settings.read(url)
    assert "secret" not in str(refused.value)
