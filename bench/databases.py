"""Databases for the benchmark: one a size, made, filled with the demo, and removed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Place:
    """One size on one database: a folder of its own, and on PostgreSQL a database of its own."""

    vendor: str
    size: int
    folder: Path
    server: str

    @property
    def data(self) -> Path:
        return self.folder / f"{self.vendor}-{self.size}"

    @property
    def name(self) -> str:
        return f"omnistudio_bench_{self.size}"

    @property
    def environment(self) -> dict[str, str]:
        """What the processes of this place get told; no `DATABASE_URL` means SQLite in the folder."""
        told = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        told |= {"OMNISTUDIO_DATA_DIR": str(self.data), "DJANGO_SETTINGS_MODULE": "bench.settings"}
        if self.vendor == "postgresql":
            told["DATABASE_URL"] = self._url(self.name)
        return told

    def _url(self, name: str) -> str:
        return urlunsplit(urlsplit(self.server)._replace(path=f"/{name}"))

    def _on_server(self, statement: sql.Composed) -> None:
        with psycopg.connect(self._url("postgres"), autocommit=True) as server:
            server.execute(statement)

    @property
    def _mark(self) -> Path:
        return self.data / "filled"

    def fill(self, *, drawn: bool) -> None:
        """Make the demo of this size, unless a run before kept it."""
        if self._mark.exists():
            self._manage("migrate", "-v0")
            return
        self.remove()
        self.data.mkdir(parents=True)
        if self.vendor == "postgresql":
            self._on_server(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(self.name)))
        print(f"{self.vendor}: making {self.size:,} tasks …", file=sys.stderr)
        self._manage("migrate", "-v0")
        self._manage("seed_demo", f"--tasks={self.size}", *([] if drawn else ["--plain"]))
        if self.vendor == "postgresql":
            # What autovacuum does within minutes.
            with psycopg.connect(self._url(self.name), autocommit=True) as here:
                here.execute("VACUUM ANALYZE")
        self._mark.touch()

    def _manage(self, *words: str) -> None:
        subprocess.run(
            [sys.executable, "manage.py", *words], cwd=ROOT, env=self.environment, check=True, stdout=sys.stderr
        )

    def remove(self) -> None:
        if self.vendor == "postgresql":
            name = sql.Identifier(self.name)
            self._on_server(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        shutil.rmtree(self.data, ignore_errors=True)
