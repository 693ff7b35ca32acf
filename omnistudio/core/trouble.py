"""Trouble outside the program: a full disk, a database that is locked or away, a store, a cache, a mail server.

Pages say which it is, as 503, and never take it for something that the person did.
"""

from __future__ import annotations

import errno
import smtplib
import time
from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

from django.db import InterfaceError, OperationalError, connection
from django.utils.translation import gettext

R = TypeVar("R")

# EFBIG is a limit on the size of files that an operator has set.
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
RETRY_AFTER_SECONDS = 5
# SQLSTATE of PostgreSQL: a deadlock, a serialization failure, a lock that was not had in time, a full disk.
_BEGIN_AGAIN = {"40P01", "40001"}
_LOCKED = {*_BEGIN_AGAIN, "55P03"}
_FULL = {"53100"}
TRIES = 3


class StorageAway(OSError):
    """The storage of files does not answer, or refuses; the text says what it said."""


class CacheAway(Exception):
    """The cache does not answer, or can't be written."""


class MailAway(Exception):
    """The mail server did not take a message."""


class Kind(StrEnum):
    """What is wrong."""

    FULL = "full"
    READ_ONLY = "read_only"
    LOCKED = "locked"
    DATABASE = "database"
    STORAGE = "storage"
    CACHE = "cache"
    MAIL = "mail"


def kind_of(error: BaseException | None) -> Kind | None:
    """Which trouble an error is; None where it is none, but a mistake of ours."""
    match error:
        case StorageAway():
            return Kind.STORAGE
        case CacheAway():
            return Kind.CACHE
        case MailAway() | smtplib.SMTPException():
            return Kind.MAIL
        case OperationalError() | InterfaceError():
            return _of_database(error)
        case OSError(errno=number) if number in NO_ROOM:
            return Kind.FULL
        case OSError(errno=errno.EROFS):
            return Kind.READ_ONLY
    if error is not None and type(error).__module__.startswith("redis."):  # no import: it may not be installed
        return Kind.CACHE
    return None


def _of_database(error: BaseException) -> Kind:
    text, state = str(error).lower(), sqlstate(error)
    if state in _FULL or "disk is full" in text:
        return Kind.FULL
    if "readonly database" in text:
        return Kind.READ_ONLY
    if state in _LOCKED or "is locked" in text:
        return Kind.LOCKED
    return Kind.DATABASE


def sqlstate(error: BaseException) -> str:
    """PostgreSQL's five letters for an error; empty where it has none."""
    return str(getattr(error.__cause__, "sqlstate", None) or "")


def words(kind: Kind) -> str:
    """What a person reads, in the language of now."""
    match kind:
        case Kind.FULL:
            return gettext("The studio’s disk is full. Nothing was saved. Tell the administrator of this studio.")
        case Kind.READ_ONLY:
            return gettext(
                "The studio can’t write to its disk. Nothing was saved. Tell the administrator of this studio."
            )
        case Kind.LOCKED:
            return gettext("The database is busy. Nothing was saved. Try again in a moment.")
        case Kind.DATABASE:
            return gettext("The database does not answer. Try again in a moment.")
        case Kind.STORAGE:
            return gettext("The storage of the files does not answer. Try again in a moment.")
        case Kind.CACHE:
            return gettext("The studio can’t count attempts at the moment. Nothing was done. Try again in a moment.")
        case Kind.MAIL:
            return gettext("The mail server does not answer, so no email was sent. Try again in a few minutes.")


def begun_again(act: Callable[[], R]) -> R:
    """Do `act`, and again where the database broke it off for another's sake (a deadlock). To be one transaction.

    Inside a transaction of the caller's there is no second try: that one is broken as a whole.
    """
    for attempt in range(1, TRIES):
        try:
            return act()
        except OperationalError as error:
            if sqlstate(error) not in _BEGIN_AGAIN or connection.in_atomic_block:
                raise
            time.sleep(0.05 * attempt)
    return act()
