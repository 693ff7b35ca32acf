"""Presets: named texts with gaps, which prompts are written from."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from omnistudio.accounts.models import Membership, Team, User
from omnistudio.gallery.models.task import Task


class PresetQuerySet(models.QuerySet["Preset"]):
    def kept(self) -> PresetQuerySet:
        """Presets that are not deleted."""
        return self.filter(deleted_at__isnull=True)

    def of(self, user: User) -> PresetQuerySet:
        """The person's own presets and those of teams in which they are not only a viewer, deleted ones too."""
        theirs = Membership.objects.filter(user_id=user.pk, role__in=Membership.CHANGING).values("team_id")
        return self.filter(models.Q(owner_id=user.pk, team__isnull=True) | models.Q(team_id__in=theirs))

    def visible_to(self, user: User) -> PresetQuerySet:
        """The person's own presets, and those of their teams."""
        theirs = Membership.objects.filter(user_id=user.pk).values("team_id")
        own = models.Q(owner_id=user.pk, team__isnull=True)
        return self.kept().filter(own | models.Q(team_id__in=theirs))

    def changeable_by(self, user: User) -> PresetQuerySet:
        """The person's own presets, and those of teams in which they are not only a viewer."""
        return self.of(user).kept()


class Preset(models.Model):
    """A text with variables under a name, of a person or of a team; perhaps with a model and a ratio."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="presets")
    # Null: of its owner alone. Whoever is in the team may use it then.
    team = models.ForeignKey(Team, null=True, on_delete=models.CASCADE, related_name="presets")
    name = models.CharField(max_length=80)
    text = models.TextField()
    search_text = models.TextField(editable=False)  # the name and the text, folded
    # Blank: whatever the composer has chosen stays.
    model_id = models.CharField(max_length=64, blank=True)
    aspect_ratio = models.CharField(max_length=8, blank=True)
    # An item that shows what it makes; whether somebody may see it is asked each time.
    example = models.ForeignKey(Task, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(default=timezone.now)
    deleted_at = models.DateTimeField(null=True)

    objects = PresetQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name
