"""A real object store on loopback: moto's server, behind a gate that checks signatures as S3 does.

moto takes any signature. So the gate recomputes that of a signed address from the secret, and looks at
its time; an address that was changed, or whose time is over, is 403 here as it is there.
"""

from __future__ import annotations

import hashlib
import hmac
import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Self
from urllib.parse import parse_qsl, quote

import boto3
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

KEY, SECRET, BUCKET = "studio", "a/secret+of=theirs", "team-media"
Start = Callable[..., Any]


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: Any) -> None:
        pass


class ObjectStore:
    """The store; a context manager. `url(prefix)` is what `MEDIA_STORAGE_URL` would be."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, str]] = []
        self._moto = DomainDispatcherApplication(create_backend_app)
        self._server: BaseWSGIServer = make_server("127.0.0.1", 0, self, threaded=True, request_handler=_Quiet)
        self.endpoint = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, name="object-store", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self.client = boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            region_name="us-east-1",
            aws_access_key_id=KEY,
            aws_secret_access_key=SECRET,
        )
        self.client.create_bucket(Bucket=BUCKET)
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def url(self, prefix: str = "") -> str:
        return f"s3://{KEY}:{quote(SECRET, safe='')}@{BUCKET}/{prefix}?endpoint_url={self.endpoint}"

    def keys(self, prefix: str = "") -> set[str]:
        """The keys of all objects below the prefix."""
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=prefix)
        return {entry["Key"] for page in pages for entry in page.get("Contents", ())}

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        self.requests.append((environ["REQUEST_METHOD"], environ["PATH_INFO"]))
        query = dict(parse_qsl(environ["QUERY_STRING"], keep_blank_values=True))
        if "HTTP_AUTHORIZATION" not in environ and not _is_signed(environ, query):
            start("403 Forbidden", [("Content-Length", "0")])
            return [b""]
        answer: Iterable[bytes] = self._moto(environ, start)
        return answer


def _is_signed(environ: dict[str, Any], query: dict[str, str]) -> bool:
    """Whether a signed address is genuine and still good (Signature Version 4, query string form)."""
    try:
        signature, stamp = query.pop("X-Amz-Signature"), query["X-Amz-Date"]
        who, *scope = query["X-Amz-Credential"].split("/")
        signed_at = datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        until = signed_at + timedelta(seconds=int(query["X-Amz-Expires"]))
    except (KeyError, ValueError):
        return False
    pairs = sorted((quote(name, safe="-_.~"), quote(value, safe="-_.~")) for name, value in query.items())
    path = quote(environ["PATH_INFO"].encode("latin-1"), safe="/-_.~")
    asked = "\n".join(
        [
            environ["REQUEST_METHOD"],
            path,
            "&".join(f"{name}={value}" for name, value in pairs),
            f"host:{environ['HTTP_HOST']}",
            "",
            "host",
            "UNSIGNED-PAYLOAD",
        ]
    )
    told = "\n".join(["AWS4-HMAC-SHA256", stamp, "/".join(scope), hashlib.sha256(asked.encode()).hexdigest()])
    secret = f"AWS4{SECRET}".encode()
    for part in scope:
        secret = hmac.new(secret, part.encode(), hashlib.sha256).digest()
    genuine = hmac.new(secret, told.encode(), hashlib.sha256).hexdigest() == signature
    return genuine and who == KEY and datetime.now(UTC) <= until
