"""Files in an object store (S3 and what speaks like it): read in pieces, offered by signed addresses."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.client import BaseClient
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import File
from storages.backends.s3 import S3Storage
from storages.utils import clean_name

from omnistudio.core.trouble import StorageAway


@contextmanager
def _as_files_do(name: str) -> Iterator[None]:
    """Raise what a folder would raise, so that nobody else needs to know what kind of storage it is."""
    try:
        yield
    except ClientError as error:
        if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") == 404:
            raise FileNotFoundError(f"{name} is not in the storage") from error
        raise StorageAway(str(error)) from error
    except (BotoCoreError, Boto3Error) as error:
        raise StorageAway(str(error)) from error


class ObjectStorage(S3Storage):
    """django-storages' S3, with signed addresses for the view and with reading that keeps nothing whole.

    Its own way to read puts each file into memory, or into a temporary file, before the first byte is had; a
    video of a gigabyte in a ZIP would be there twice. One client serves all threads of a process: boto's
    clients may be shared, and each costs some megabytes.
    """

    def __init__(self, **options: Any) -> None:
        style = options.get("addressing_style")
        options["client_config"] = Config(
            s3={"addressing_style": style},
            signature_version=options.get("signature_version"),
            connect_timeout=5,
            read_timeout=30,
            retries={"mode": "standard", "max_attempts": 3},
            max_pool_connections=64,
            # Stores other than Amazon's do not know the newer sums.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        # Pieces of 8 MB, one after the other: boto's threads would hold ten of them, for each upload.
        options["transfer_config"] = TransferConfig(use_threads=False)
        super().__init__(**options)
        self._shared: BaseClient | None = None
        self._making = threading.Lock()

    @property
    def client(self) -> Any:
        """The process's one client."""
        with self._making:
            if self._shared is None:
                self._shared = self._create_session().client(
                    "s3",
                    region_name=self.region_name,
                    endpoint_url=self.endpoint_url,
                    config=self.client_config,
                )
        return self._shared

    def key_of(self, name: str) -> str:
        """The object's key in the bucket."""
        return str(self._normalize_name(clean_name(name)))

    def signed_url(self, name: str, *, method: str = "GET", **answer: str) -> str:
        """An address that is good for `signed_seconds`, and for this file alone.

        Args:
            method: a signature is for one method.
            answer: headers that the store is to answer with, such as `ResponseContentType`.
        """
        wanted = {"Bucket": self.bucket_name, "Key": self.key_of(name), **answer}
        url: str = self.client.generate_presigned_url(
            "head_object" if method == "HEAD" else "get_object", Params=wanted, ExpiresIn=self.querystring_expire
        )
        return url

    @property
    def signed_seconds(self) -> int:
        return int(self.querystring_expire)

    def size(self, name: str) -> int:
        with _as_files_do(name):
            return int(self.client.head_object(Bucket=self.bucket_name, Key=self.key_of(name))["ContentLength"])

    def require(self) -> None:
        """Raise `StorageAway` where the bucket does not answer, is not there, or refuses us."""
        try:
            self.client.head_bucket(Bucket=self.bucket_name)
        except (BotoCoreError, ClientError) as error:
            raise StorageAway(str(error)) from error

    def exists(self, name: str) -> bool:
        with _as_files_do(name):
            return bool(super().exists(name))

    def delete(self, name: str) -> None:
        with _as_files_do(name):
            super().delete(name)

    def listdir(self, name: str) -> tuple[list[str], list[str]]:
        with _as_files_do(name):
            found: tuple[list[str], list[str]] = super().listdir(name)
            return found

    def _save(self, name: str, content: Any) -> str:
        with _as_files_do(name):
            return str(super()._save(name, content))

    def _open(self, name: str, mode: str = "rb") -> File:
        if mode != "rb":
            opened: File = super()._open(name, mode)
            return opened
        source = _Object(self, name)
        file = File(io.BufferedReader(source, 256 * 1024), name)
        # Else Django asks the disk for it, where a file of this name may be another one.
        file.size = source.size
        return file


class _Object(io.RawIOBase):
    """An object as a file: its bytes come as they are asked for, from wherever it is asked to go on."""

    def __init__(self, storage: ObjectStorage, name: str) -> None:
        self._storage, self.name = storage, name
        self.size, self._at = storage.size(name), 0
        self._body: Any = None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        to = max(0, offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size}[whence])
        if to != self._at:
            self._let_go()
            self._at = to
        return to

    def readinto(self, buffer: Any) -> int:
        if self._at >= self.size:
            return 0
        with _as_files_do(self.name):
            if self._body is None:
                self._body = self._asked()
            piece: bytes = self._body.read(len(buffer))
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def _asked(self) -> Any:
        storage = self._storage
        wanted = {"Bucket": storage.bucket_name, "Key": storage.key_of(self.name), "Range": f"bytes={self._at}-"}
        return storage.client.get_object(**wanted)["Body"]

    def _let_go(self) -> None:
        if self._body is not None:
            self._body.close()
            self._body = None

    def close(self) -> None:
        self._let_go()
        super().close()
