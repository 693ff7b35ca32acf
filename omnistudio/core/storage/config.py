"""`MEDIA_STORAGE_URL`: where files are kept, read into Django's settings. Knows nothing of Django's models."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

EXAMPLE = "s3://bucket/prefix?region_name=eu-central-1, or with endpoint_url=https://minio.example.com"
BACKEND = "omnistudio.core.storage.s3.ObjectStorage"
STYLES = ("path", "virtual")
SHORTEST, LONGEST = 60, 7 * 86_400  # of a signature, in seconds; a week is what S3 takes


@dataclass(frozen=True)
class Place:
    """An object store: what its client is told, and the places that signed addresses lead to."""

    options: dict[str, Any]
    origins: list[str] = field(default_factory=list)

    @property
    def storage(self) -> dict[str, Any]:
        """The entry of `STORAGES`."""
        return {"BACKEND": BACKEND, "OPTIONS": self.options}


def read(url: str) -> Place | None:
    """What the URL says; None for an empty one, which means a folder.

    The credentials may stand in it (`s3://key:secret@bucket`), each percent-encoded; else boto looks for them
    where it always does: `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, a profile, the machine's own role.

    Raises:
        ImproperlyConfigured: says what is wrong with it, without the credentials.
    """
    if not url:
        return None
    parts = urlsplit(url)
    # Not `hostname`, which is in small letters: names of buckets may have others, elsewhere than at Amazon.
    bucket = parts.netloc.rpartition("@")[2]
    if parts.scheme != "s3" or not bucket:
        raise ImproperlyConfigured(f"MEDIA_STORAGE_URL must look like {EXAMPLE}.")
    told = dict(parse_qsl(parts.query))
    endpoint, region = told.pop("endpoint_url", "").rstrip("/"), told.pop("region_name", "")
    # By the path wherever the bucket can't be a name below the host's with a certificate of its own.
    style = told.pop("addressing_style", "path" if endpoint or "." in bucket else "virtual")
    seconds = told.pop("signed_seconds", "3600")
    if told:
        raise ImproperlyConfigured(f"MEDIA_STORAGE_URL has options that nobody knows: {', '.join(sorted(told))}.")
    if style not in STYLES or not (seconds.isdecimal() and SHORTEST <= int(seconds) <= LONGEST):
        raise ImproperlyConfigured(
            f"MEDIA_STORAGE_URL: addressing_style is path or virtual, signed_seconds {SHORTEST} to {LONGEST}."
        )
    if endpoint and urlsplit(endpoint).scheme not in ("http", "https"):
        raise ImproperlyConfigured("MEDIA_STORAGE_URL: endpoint_url begins with https:// (or http://).")
    options: dict[str, Any] = {
        "bucket_name": bucket,
        "location": unquote(parts.path).strip("/"),
        "addressing_style": style,
        "signature_version": "s3v4",
        "querystring_expire": int(seconds),
        # A name that is taken gets another: nothing that is stored is ever written over.
        "file_overwrite": False,
    }
    if endpoint:
        options["endpoint_url"] = endpoint
    if region:
        options["region_name"] = region
    if parts.username and parts.password:
        options |= {"access_key": unquote(parts.username), "secret_key": unquote(parts.password)}
    return Place(options, [_origin(options)])


def _origin(options: dict[str, Any]) -> str:
    """What a page's policy must allow, so that it shows what signed addresses lead to.

    Asked of boto itself, which knows the names of hosts in all parts of the world; nothing is sent.
    """
    import boto3
    from botocore.config import Config

    client = boto3.client(
        "s3",
        region_name=options.get("region_name"),
        endpoint_url=options.get("endpoint_url"),
        aws_access_key_id="none",
        aws_secret_access_key="none",  # noqa: S106 (none)
        config=Config(s3={"addressing_style": options["addressing_style"]}, signature_version="s3v4"),
    )
    url: str = client.generate_presigned_url("get_object", Params={"Bucket": options["bucket_name"], "Key": "key"})
    origin = url.partition("?")[0].removesuffix("key")
    return origin.rstrip("/") if urlsplit(origin).path == "/" else origin
