"""A small studio in which everything exists once, for the test of every URL."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.core.files.base import ContentFile
from django.utils import timezone

from omnistudio.accounts.models import ApiKey, Membership, User
from omnistudio.accounts.services import keep_key
from omnistudio.accounts.teams import services as team_services
from omnistudio.gallery.collections import services as collections
from omnistudio.gallery.media.reference_links import reference_link
from omnistudio.gallery.media.references import keep_reference
from omnistudio.gallery.models import Comment, Output, Preset, StoppedLinks, Task
from omnistudio.gallery.share_links import services as share_links
from omnistudio.gallery.sharing import services as sharing
from omnistudio.gallery.sharing import unsharing
from omnistudio.gallery.stats.update import update_stats
from omnistudio.openapi_server.models import Key
from omnistudio.openapi_server.services import credits, keys
from omnistudio.studio.services import Submission, submit
from tests.conftest import KEY, PASSWORD, picture

# Words that nobody but the owner may read, whatever the answer is.
SECRET_PROMPT = "a vault nobody may open"
SECRET_WORDS = "insufficient balance of the vault"


ROLES = ("owner", "member", "viewer", "stranger")


@dataclass
class World:
    """The people by role, and the ids and tokens that addresses and forms name."""

    people: dict[str, User]
    names: dict[str, Any] = field(default_factory=dict)

    def fill(self, value: Any) -> Any:
        """`value` with each `{name}` in it filled in."""
        if isinstance(value, str):
            return value.format(**self.names)
        if isinstance(value, dict):
            return {key: self.fill(inner) for key, inner in value.items()}
        return value() if callable(value) else value


def make_world() -> World:
    people = {who: User.objects.create_user(f"{who}@studio.example", PASSWORD, name=f"The {who}") for who in ROLES}
    owner, member, viewer, _stranger = people.values()
    keep_key(owner, KEY, ApiKey.State.VERIFIED)
    team = team_services.create_team(owner, "Atelier Srisai")
    Membership.objects.create(team=team, user=member, role=Membership.Role.MEMBER)
    Membership.objects.create(team=team, user=viewer, role=Membership.Role.VIEWER)
    world = World(people)
    names = world.names
    reference = keep_reference(owner, ContentFile(picture()))

    def task(person: User, prompt: str = "a celadon vase", **fields: Any) -> Task:
        run, _new = submit(
            person, Submission(prompt, "gpt-image-2", "1:1", 1, [reference] if person is owner else [])
        )
        made = run.tasks.get()
        with update_stats([made.pk]):
            Task.objects.filter(pk=made.pk).update(**fields)
        made.refresh_from_db()
        return made

    def item(person: User, prompt: str = "a celadon vase", **fields: Any) -> Task:
        done = {"status": "succeeded", "width": 64, "height": 48, "content_type": "image/png", "sha256": "ab" * 32}
        made = task(person, prompt, **done, **fields)
        made.file.save("a.png", ContentFile(picture()), save=False)
        made.thumbnail.save("t.webp", ContentFile(picture("WEBP")), save=False)
        made.save(update_fields=["file", "thumbnail"])
        further = Output(task=made, position=2, kind="image", state="stored", content_type="image/png")
        further.file.name = further.thumbnail.name = made.file.name
        further.save()
        return made

    shared, mates = (
        item(owner, team=team, shared_at=timezone.now()),
        item(member, team=team, shared_at=timezone.now()),
    )
    private = item(owner, SECRET_PROMPT)
    failed = {"status": "failed", "reason": "service_failed", "reason_words": SECRET_WORDS, "remote_id": "abc"}
    names |= {
        "team": team.pk,
        "shared": shared.pk,
        "mates": mates.pk,
        "shared_prompt": shared.prompt.address,
        "private_prompt": private.prompt.address,
        "private": private.pk,
        "extra": (extra := item(owner, team=team, shared_at=timezone.now())).pk,
        "trashed": item(owner, SECRET_PROMPT, deleted_at=timezone.now()).pk,
        "purged": item(owner, SECRET_PROMPT, deleted_at=timezone.now()).pk,  # its files go, and don't come back
        "waiting": task(owner, SECRET_PROMPT).pk,
        "failed": task(owner, SECRET_PROMPT, **failed).pk,
        "failed_here": task(owner, team=team, shared_at=timezone.now(), **failed).pk,
        "lost": task(owner, SECRET_PROMPT, **{**failed, "reason": "result_lost"}).pk,
        "unsure": task(owner, SECRET_PROMPT, status="unconfirmed", reason="answer_lost").pk,
        "unsure_here": task(owner, "another vase", team=team, status="unconfirmed", reason="answer_lost").pk,
        "reference": reference.pk,
        "reference_token": reference_link(private.task_references.get()).split("/link/")[1].split("/")[0],
        "seat": Membership.objects.get(user=viewer).pk,
        "comment": Comment.objects.create(task=shared, author=member, text="quiet").pk,
    }
    team_collection = collections.create(owner, "Team shelf", team)
    own_collection = collections.create(owner, "Own shelf")
    collections.add(team_collection, owner, [shared.pk, mates.pk])
    collections.add(own_collection, owner, [private.pk, extra.pk])
    preset = {"owner": owner, "name": "Vases", "text": "a {{colour|red}} vase", "search_text": "vases"}
    names |= {
        "team_preset": Preset.objects.create(team=team, example=shared, **preset).pk,
        "own_preset": Preset.objects.create(**preset).pk,
        "gone_preset": Preset.objects.create(deleted_at=timezone.now(), **preset).pk,
    }
    unshared = item(member, team=team, shared_at=timezone.now())
    names["note"] = unsharing.note_of(owner, sharing.unshare(owner, [unshared.pk]))
    names["mates_link"] = share_links.make(member, mates).pk
    StoppedLinks.objects.create(user=owner, number=1)
    link, collection_link = (
        share_links.make(owner, private),
        share_links.make(owner, team_collection, allow_download=True),
    )
    locked = share_links.make(owner, private, password="open sesame")
    invitation = team_services.invite(owner, team, role="member")
    key = keys.make_key(owner, "Nightly")[0]
    credits.grant(owner, 100, "welcome")
    names |= {
        "team_collection": team_collection.pk,
        "own_collection": own_collection.pk,
        "link": link.pk,
        "link_token": link.token,
        "collection_link": collection_link.pk,
        "collection_token": collection_link.token,
        "locked_token": locked.token,
        "invitation": invitation.pk,
        "invitation_token": invitation.token,
        "key": Key.objects.get(pk=key.pk).pk,
    }
    return world


# What a look must not change; sessions, caches and the count of visits are no part of it.
_KEPT = ("accounts", "gallery", "openapi_server")
_COUNTED = {"views", "last_login", "downloaded_at", "kept", "kept_rank"}


def everything() -> dict[str, list[dict[str, Any]]]:
    """All rows of the studio, to be compared."""
    found = {}
    for label in _KEPT:
        for model in apps.get_app_config(label).get_models():
            fields = [f.attname for f in model._meta.concrete_fields if f.attname not in _COUNTED]
            found[model.__name__] = list(model._default_manager.order_by("pk").values(*fields))
    return found
