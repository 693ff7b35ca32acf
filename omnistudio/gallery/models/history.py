"""What is known of prompts: where they were used, what came of it, and which came from which.

Each row belongs to one scope: a person (`u7`), a team by what is shared with it (`t3`), or a person in a team
(`t3u7`). `stats/update.py` writes them in the transaction that changes a task; pages only read them.
No check of theirs may ever stand in the way of a task: they are plain integers.
"""

from __future__ import annotations

from statistics import median, quantiles

from django.conf import settings
from django.db import models
from django.db.models import F, Value
from django.db.models.functions import Cast

from omnistudio.accounts.models import Team
from omnistudio.gallery.models.prompt import Prompt

# Results that are taken as made and not kept, so that one of one does not stand above 45 of 50.
CAUTION = 2
# Fewer say nothing of how a model does.
FEWEST_WAITS = 10


class Scoped(models.Model):
    """A row that counts something in one scope. `owner` and `team` say which, and take it along when they go."""

    scope = models.CharField(max_length=40)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    team = models.ForeignKey(Team, null=True, on_delete=models.CASCADE, related_name="+", db_index=False)

    class Meta:
        abstract = True


class PromptUse(Scoped):
    """What was done with a prompt in a scope, by one model, or by all (`model_id` is empty then)."""

    prompt = models.ForeignKey(Prompt, on_delete=models.CASCADE, related_name="uses")
    model_id = models.CharField(max_length=64, blank=True)
    uses = models.IntegerField(default=0)  # tasks that were asked for
    made = models.IntegerField(default=0)  # of these, what ended: well or failed
    succeeded = models.IntegerField(default=0)
    kept = models.IntegerField(default=0)  # somebody liked it, downloaded it, or shared it once it was made
    credits = models.BigIntegerField(default=0)  # taken, less what came back
    first_used_at = models.DateTimeField()
    last_used_at = models.DateTimeField()
    kept_rank = models.GeneratedField(
        expression=Cast(F("kept"), models.FloatField()) / (F("made") + Value(CAUTION)),
        output_field=models.FloatField(),
        db_persist=True,
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "model_id", "prompt"], name="prompt_once_a_scope")]
        indexes = [
            models.Index(fields=["scope", "model_id", "-last_used_at", "-id"], name="use_newest"),
            models.Index(fields=["scope", "model_id", "-uses", "-id"], name="use_most"),
            models.Index(fields=["scope", "model_id", "-kept_rank", "-id"], name="use_kept"),
        ]

    def __str__(self) -> str:
        return f"prompt {self.prompt_id} in {self.scope}"

    @property
    def success(self) -> int | None:
        """Hundredths of what ended that ended well; None where nothing has ended."""
        return round(100 * self.succeeded / self.made) if self.made else None


class PromptDescent(Scoped):
    """A prompt that was made from another one, and by how many tasks."""

    parent = models.ForeignKey(Prompt, on_delete=models.CASCADE, related_name="descents")
    child = models.ForeignKey(Prompt, on_delete=models.CASCADE, related_name="ascents")
    uses = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "child", "parent"], name="descent_once_a_scope")]
        indexes = [models.Index(fields=["scope", "parent"], name="descent_children")]

    def __str__(self) -> str:
        return f"prompt {self.child_id} from {self.parent_id}"


class ModelUse(Scoped):
    """How a model does in a scope: what the composer says where a model is chosen."""

    model_id = models.CharField(max_length=64)
    made = models.IntegerField(default=0)
    succeeded = models.IntegerField(default=0)
    kept = models.IntegerField(default=0)
    credits = models.BigIntegerField(default=0)
    # Seconds from the acceptance to the end, of the last hundred that succeeded, the newest last.
    waits = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "model_id"], name="model_once_a_scope")]

    def __str__(self) -> str:
        return f"{self.model_id} in {self.scope}"

    @property
    def usual_wait(self) -> float | None:
        """The median wait in seconds."""
        return median(self.waits) if self.waits else None

    @property
    def long_wait(self) -> float | None:
        """Nine of ten waited no longer, in seconds; None where there are too few to say."""
        return quantiles(self.waits, n=10, method="inclusive")[-1] if len(self.waits) >= FEWEST_WAITS else None

    @property
    def failed_percent(self) -> int | None:
        return round(100 * (self.made - self.succeeded) / self.made) if self.made >= FEWEST_WAITS else None

    @property
    def credits_a_kept(self) -> int | None:
        """What each result that was kept has cost, those that were not kept included."""
        return round(self.credits / self.kept) if self.kept else None


class PromptStar(models.Model):
    """A prompt that a person wants to find again."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="prompt_stars")
    prompt = models.ForeignKey(Prompt, on_delete=models.CASCADE, related_name="stars")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "prompt"], name="star_once_a_person")]

    def __str__(self) -> str:
        return f"{self.user_id} starred {self.prompt_id}"
