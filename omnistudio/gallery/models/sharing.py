"""What people do with items: favourites, collections, comments, links for people without an account."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from omnistudio.accounts.models import Membership, Team, User
from omnistudio.gallery.models.task import Task


class Favourite(models.Model):
    """A person likes an item."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="favourites")
    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="favourites")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "task"], name="favourite_once_a_person")]

    def __str__(self) -> str:
        return f"{self.user_id} likes {self.task_id}"


class CollectionQuerySet(models.QuerySet["Collection"]):
    def visible_to(self, user: User) -> CollectionQuerySet:
        """The person's own collections, and those of their teams."""
        theirs = Membership.objects.filter(user_id=user.pk).values("team_id")
        return self.filter(models.Q(owner_id=user.pk, team__isnull=True) | models.Q(team_id__in=theirs))

    def changeable_by(self, user: User) -> CollectionQuerySet:
        """The person's own collections, and those of teams in which they are not only a viewer."""
        theirs = Membership.objects.filter(user_id=user.pk, role__in=Membership.CHANGING).values("team_id")
        return self.filter(models.Q(owner_id=user.pk, team__isnull=True) | models.Q(team_id__in=theirs))


class Collection(models.Model):
    """Items under a name, of a person or of a team; an item may be in many."""

    class Order(models.TextChoices):
        DATE = "date", _("Newest first")
        HAND = "hand", _("Manual order")

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="collections")
    team = models.ForeignKey(Team, null=True, on_delete=models.CASCADE, related_name="collections")
    name = models.CharField(_("Name"), max_length=80)
    order = models.CharField(max_length=4, choices=Order.choices, default=Order.DATE)
    cover = models.ForeignKey(Task, null=True, on_delete=models.SET_NULL, related_name="+")
    tasks = models.ManyToManyField(Task, through="CollectionItem", related_name="collections")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CollectionQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class CollectionItem(models.Model):
    """An item in a collection, in its place."""

    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="items")
    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="+")
    position = models.PositiveIntegerField(default=0)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["collection", "task"], name="task_once_a_collection")]
        indexes = [
            models.Index(fields=["collection", "position", "id"]),
            models.Index(fields=["collection", "-task"]),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} in {self.collection_id}"


class Comment(models.Model):
    """What a member says of a shared item."""

    MAX_LENGTH = 2000

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="comments")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="comments")
    text = models.TextField(max_length=MAX_LENGTH)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text[:80]


def _token() -> str:
    return secrets.token_urlsafe(24)


class ShareLinkQuerySet(models.QuerySet["ShareLink"]):
    def open(self) -> ShareLinkQuerySet:
        """Links that still lead somewhere."""
        unexpired = models.Q(expires_at__isnull=True) | models.Q(expires_at__gt=timezone.now())
        return self.filter(unexpired, revoked_at__isnull=True)


class ShareLink(models.Model):
    """An address at which people without an account see one item or one collection."""

    token = models.CharField(max_length=40, unique=True, default=_token, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="share_links")
    task = models.ForeignKey(Task, null=True, on_delete=models.CASCADE, related_name="share_links")
    collection = models.ForeignKey(Collection, null=True, on_delete=models.CASCADE, related_name="share_links")
    password = models.CharField(max_length=128, blank=True, editable=False)  # hashed
    show_prompt = models.BooleanField(default=True)
    allow_download = models.BooleanField(default=True)
    views = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = ShareLinkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(task__isnull=False) ^ models.Q(collection__isnull=False),
                name="share_link_of_one_thing",
            )
        ]

    def __str__(self) -> str:
        return f"share link {self.pk}"


class StoppedLinks(models.Model):
    """How many share links an update has stopped: of a person's own, or to items of a team that they own.

    Written by a migration, shown in the gallery and on the team's pages, deleted when the person has read it.
    """

    # Without constraints in the database: the version before this table deletes teams and knows nothing of it.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    # Null: the person's own.
    team = models.ForeignKey(Team, null=True, on_delete=models.CASCADE, related_name="+", db_constraint=False)
    number = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.number} links stopped, for {self.user_id}"
