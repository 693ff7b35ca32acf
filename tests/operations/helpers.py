"""Another instance: a folder of its own, processes of its own, and nobody in it yet."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from django.conf import settings as django_settings

ROOT = Path(django_settings.BASE_DIR)

# Run in the restored instance: what each person gets by the real views, and what the database holds.
LOOK = """
import hashlib, json, django
django.setup()
from django.conf import settings
settings.ALLOWED_HOSTS = ["testserver"]
from django.test import Client
from omnistudio.accounts.models import ApiKey, User
from omnistudio.accounts.security.encryption import CannotOpen
from omnistudio.gallery.models import Reference, Task
from omnistudio.operations import rows

def body(response):
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return [response.status_code, hashlib.sha256(content).hexdigest()]

held = {m._meta.label_lower: [list(map(str, r)) for r in m._base_manager.order_by("pk").values_list()]
        for m in rows.tables() if m._meta.label_lower not in rows.MADE_BY_MIGRATE}
seen = {}
for user in User.objects.order_by("pk"):
    browser = Client()
    browser.force_login(user)
    for task in Task.objects.order_by("pk"):
        for which in ("file", "thumbnail", "poster", "preview"):
            path = f"/media/{task.pk}/{which}/"
            seen[f"{user.email} {path}"] = body(browser.get(path))
    for reference in Reference.objects.order_by("pk"):
        path = f"/references/{reference.pk}/file/"
        seen[f"{user.email} {path}"] = body(browser.get(path))
    seen[f"{user.email} /gallery/"] = browser.get("/gallery/").status_code

def key(row):
    try:
        return row.reveal()
    except CannotOpen:
        return None

print("FOUND" + json.dumps({
    "seen": seen,
    "keys": [key(row) for row in ApiKey.objects.order_by("pk")],
    "rows": held,
}, sort_keys=True))
"""


class Elsewhere:
    """An instance in a folder of its own, which nobody has used."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.environment = {
            "PATH": os.environ["PATH"],
            "OMNISTUDIO_DATA_DIR": str(folder),
            "DJANGO_SETTINGS_MODULE": "omnistudio.settings",
            **environment,
        }

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, *words]
        return subprocess.run(
            command,
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=240,
            stdin=subprocess.DEVNULL,
        )

    def restore(self, path: Path, *options: str) -> subprocess.CompletedProcess[str]:
        """Restore; the keys stay closed where no option says where the secrets are."""
        if not {"--open-secrets", "--secrets-from", "--with-keys"} & set(options):
            options = (*options, "--without-keys")
        return self.run("manage.py", "restore", str(path), *(one for one in options if one != "--with-keys"))

    def people(self) -> int:
        """How many there are, on SQLite; none where there is not even a table for them."""
        with closing(sqlite3.connect(self.folder / "omnistudio.sqlite3")) as database:
            if not database.execute("SELECT 1 FROM sqlite_master WHERE name = 'accounts_user'").fetchone():
                return 0
            return database.execute("SELECT count(*) FROM accounts_user").fetchone()[0]

    def look(self) -> dict:
        assert self.run("manage.py", "collectstatic", "-v0", "--no-input").returncode == 0
        done = self.run("-c", LOOK)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.partition("FOUND")[2])
