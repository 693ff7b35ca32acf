"""What is kept of a result: the file as it came, its small copies, and what was read from its bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from omnistudio.gallery.models.task import Task


def media_path(task: Task, filename: str) -> str:
    day = task.created_at
    return f"media/{day:%Y/%m}/{task.uuid}/{filename}"


class StoredFile(models.Model):
    """The columns of a stored result: of a task's first one, and of each further one."""

    # The address that the service gave.
    result_url = models.TextField(blank=True)
    file = models.FileField(upload_to=media_path, max_length=255, blank=True)
    poster = models.FileField(upload_to=media_path, max_length=255, blank=True)
    thumbnail = models.FileField(upload_to=media_path, max_length=255, blank=True)
    # Of a video: three seconds without sound, for the pointer that rests on it.
    preview = models.FileField(upload_to=media_path, max_length=255, blank=True)
    stored_at = models.DateTimeField(null=True)
    content_type = models.CharField(max_length=32, blank=True)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    seconds = models.FloatField(null=True)
    bytes = models.PositiveBigIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        abstract = True

    @property
    def shown_as(self) -> str:
        """What a page shows of it: `image`, `video`, `audio`, or `file` for a download alone; empty without a file.

        An image that could not be examined has no thumbnail, and no browser should have to decode it.
        """
        if not self.file:
            return ""
        main = self.content_type.partition("/")[0]
        if main == "image":
            return "image" if self.thumbnail else "file"
        return main if main in ("video", "audio") else "file"

    @property
    def has_small_copies(self) -> bool:
        """Whether a thumbnail was to be made: an image or a video that could be examined has a size."""
        return self.width is not None

    @property
    def extension(self) -> str:
        return str(self.file.name).rpartition(".")[2]
