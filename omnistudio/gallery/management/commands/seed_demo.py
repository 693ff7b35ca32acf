"""`manage.py seed_demo --tasks N`: a believable team with N items, to look at, to test and to measure."""

from __future__ import annotations

import io
import secrets
import time
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.db import connection

from omnistudio.accounts.models import ApiKey, User
from omnistudio.core.commands import StudioCommand
from omnistudio.gallery.demo.people import NAMES, Cast, demo_people, make_people, real_tasks_exist, remove_people
from omnistudio.gallery.demo.pictures import Medium, make_media, remove_media
from omnistudio.gallery.demo.record import Record
from omnistudio.gallery.demo.talk import add_talk, set_times
from omnistudio.gallery.media.references import keep_reference
from omnistudio.gallery.models import Task
from omnistudio.gallery.stats.rebuild import rebuild

MIN, MAX = 3, len(NAMES)
TELL_EVERY = 50_000


class Command(StudioCommand):
    help = "Make a believable team with many items. Refuses to run where real tasks are."
    prepares_empty = True

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--tasks", type=int, required=True, help="how many tasks to make")
        parser.add_argument("--people", type=int, default=6, help=f"how many people: {MIN} to {MAX} (6)")
        parser.add_argument("--seed", type=int, default=1, help="another number, another record (1)")
        parser.add_argument("--password", default="", help="the password of all of them; without it one is made up")
        parser.add_argument("--plain", action="store_true", help="plain pictures instead of drawn ones: quicker")
        parser.add_argument("--replace", action="store_true", help="remove the demo that is here and make a new one")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["tasks"] < 1 or not MIN <= options["people"] <= MAX:
            raise CommandError(f"--tasks takes 1 and more, --people {MIN} to {MAX}.")
        self._make_room(replace=options["replace"])
        self._began = self._told = time.monotonic()
        password = options["password"] or secrets.token_urlsafe(9)
        media = make_media(plain=options["plain"], tell=self._tell_step)
        cast = make_people(options["people"], password)
        if connection.vendor == "sqlite":  # the indexes of a million rows do not fit into SQLite's usual 2 MB
            self._run("PRAGMA cache_size = -200000")
        Record(cast, media, _references(cast, media), options["seed"]).write(options["tasks"], self._tell_rows())
        add_talk(cast, options["seed"])
        set_times()
        rebuild()
        self._run("ANALYZE")
        self._say(cast, options["tasks"], password)

    def _make_room(self, *, replace: bool) -> None:
        """Raises `CommandError` where real tasks are, and where a demo is that is not to be replaced."""
        if real_tasks_exist():
            raise CommandError("There are real tasks here. The demo is made only where there are none but its own.")
        if demo_people().exists():
            if not replace:
                raise CommandError("A demo is here already. Add --replace to remove it and make a new one.")
            remove_people(self._tell_step)
            remove_media()

    def _say(self, cast: Cast, tasks: int, password: str) -> None:
        seconds = time.monotonic() - self._began
        self.stdout.write(f"{tasks:,} tasks of {len(cast.people)} people in {seconds:.0f} s. Sign in with:")
        self.stdout.write(f"  e-mail    {cast.owner.email}")
        self.stdout.write(f"  password  {password}")
        others = ", ".join(person.email for person in cast.people[1:])
        self.stdout.write(f"The others have the same password: {others} (the last one only looks).")
        if ApiKey.objects.filter(owner=cast.owner).exists():
            self.stdout.write("Each has a key of the built-in API, so that one can generate at once.")
        else:
            self.stdout.write(f"To generate, enter a key of {settings.OMNI_API_URL} on the account page.")

    def _tell_step(self, line: str) -> None:
        if self._verbose:
            self.stdout.write(line)

    def _tell_rows(self) -> Any:
        last = 0

        def tell(made: int) -> None:
            nonlocal last
            if made // TELL_EVERY > last // TELL_EVERY and self._verbose:
                self.stdout.write(f"{made:,} tasks, {time.monotonic() - self._began:.0f} s")
                self.stdout.flush()
            last = made

        return tell

    def _run(self, sql: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql)

    def execute(self, *args: Any, **options: Any) -> str | None:
        self._verbose = options.get("verbosity", 1) > 0
        self._began = time.monotonic()
        return super().execute(*args, **options)


def _references(cast: Cast, media: list[Medium]) -> dict[int, list[int]]:
    """Two reference pictures for each person but the viewer: the thumbnails of items."""
    storage = Task._meta.get_field("file").storage
    stills = [medium for medium in media if medium.kind == "image"]
    found: dict[int, list[int]] = {}
    for number, person in enumerate(cast.people[:-1]):
        found[person.pk] = [_reference(person, storage, stills[(number * 2 + one) % len(stills)]) for one in (0, 1)]
    return found


def _reference(person: User, storage: Any, medium: Medium) -> int:
    with storage.open(medium.fields["thumbnail"]) as file:
        return keep_reference(person, io.BytesIO(file.read())).pk
