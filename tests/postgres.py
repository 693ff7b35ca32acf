"""A PostgreSQL of one's own: a real server, in a folder, on a free port; ended and removed with the block."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any, Self

import psycopg
from psycopg import sql

from tests.browser.servers import free_port

USER = "studio"


def programs() -> Path | None:
    """Where PostgreSQL's programs are; None where it is not installed."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return versions[-1].parent if versions else None


class Postgres:
    """The server; a context manager. It refuses to run as root, so that root lends it another account."""

    def __init__(self) -> None:
        there = programs()
        assert there is not None, "PostgreSQL is not installed"
        self._programs, self.port = there, free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="omnistudio-postgres-"))
        self._account: dict[str, Any] = {}
        if os.geteuid() == 0:
            account = _account()
            os.chown(self.folder, account.pw_uid, account.pw_gid)
            self._account = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}

    def __enter__(self) -> Self:
        data = ["-D", str(self.folder / "data")]
        self._run("initdb", *data, "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-instructions")
        with (self.folder / "data/postgresql.conf").open("a") as file:
            file.write(
                f"port = {self.port}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = '{self.folder}'\n"
                "max_connections = 200\nshared_buffers = 64MB\n"
            )
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.stop("immediate")
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def start(self) -> None:
        log = str(self.folder / "log.txt")
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-l", log, "-w", "-t", "60", "start")

    def stop(self, mode: str = "fast") -> None:
        """`fast` as an administrator does; `immediate` as a machine that loses its power."""
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-w", "-m", mode, "stop")

    def url(self, name: str) -> str:
        return f"postgres://{USER}@127.0.0.1:{self.port}/{name}"

    def create(self, name: str) -> str:
        """Make a database; its address."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as server:
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return self.url(name)

    def _run(self, program: str, *words: str) -> None:
        # Not a pipe: the server would inherit it, and keep whoever reads it waiting for its end.
        with (self.folder / "programs.txt").open("ab") as log:
            subprocess.run(
                [str(self._programs / program), *words],
                check=True,
                cwd=self.folder,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                **self._account,
            )


def _account() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise AssertionError("there is no account for PostgreSQL")
