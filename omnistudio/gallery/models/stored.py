"""What is kept of a result: the file as it came, its small copies, and what was read from its bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.db import models

from omnistudio.core.file_types import Kind as FileKind
from omnistudio.core.file_types import kind_of

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

    # What was asked for, or what the service called it. Each of the models has the column.
    kind: str

    if TYPE_CHECKING:

        @property
        def file_url(self) -> str: ...
        @property
        def poster_url(self) -> str: ...

    @property
    def file_kind(self) -> FileKind:
        """What its file is: `image`, `video`, `audio` or `file`. It need not be what was asked for."""
        return kind_of(self.content_type) if self.content_type else cast(FileKind, self.kind)

    @property
    def display_url(self) -> str:
        """The picture to show: the file, or its upright copy where browsers would not turn it as it says."""
        return self.poster_url if self.poster and self.file_kind == "image" else self.file_url

    @property
    def has_small_copies(self) -> bool:
        """Whether a thumbnail was to be made: an image or a video that could be examined has a size."""
        return self.width is not None

    @property
    def extension(self) -> str:
        return str(self.file.name).rpartition(".")[2]
