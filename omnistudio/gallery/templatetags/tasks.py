"""What templates ask about a task."""

from __future__ import annotations

import uuid

from django import template
from django.template.defaultfilters import floatformat
from django.utils.translation import gettext as _

from omnistudio.core.images import THUMBNAIL_SIDE
from omnistudio.core.text import join_facts
from omnistudio.gallery import catalogue
from omnistudio.gallery import text as wording
from omnistudio.gallery.models import Task

register = template.Library()

register.filter("model_name", catalogue.model_name)
register.filter("what_happened", wording.what_happened)
register.filter("about_credits", wording.about_credits)
register.filter("trouble_of", wording.trouble)
register.filter("why_unconfirmed", wording.why_unconfirmed)


@register.filter
def fits(task: Task, ratio: float) -> bool:
    """Whether the picture fills a box of this ratio without being cut."""
    return abs(task.ratio - ratio) <= 0.02 * ratio


@register.filter
def file_format(task: Task) -> str:
    """The format of a task's file in capitals, as its name ends: `JPG`, `MP4`."""
    extension = str(task.file.name).rpartition(".")[2].upper()
    return {"JPG": "JPEG", "TIF": "TIFF"}.get(extension, extension)


@register.filter
def dimensions(task: Task) -> str:
    """`1024 × 768`, in pixels; nothing while they are not known."""
    return f"{task.width} × {task.height}" if task.width else ""


@register.filter
def video_length(task: Task) -> str:
    """“15 s” or “7.5 s” of a video; nothing for what has no length."""
    return _("%(n)s s") % {"n": floatformat(task.seconds, "-1")} if task.seconds else ""


@register.filter
def numbered_status(task: Task) -> str:
    """“#12, Succeeded”."""
    return join_facts(f"#{task.pk}", task.get_status_display())


@register.filter
def file_label(task: Task) -> str:
    """What stands where a task has no picture to show: its state, and of a finished one what its file is."""
    if task.status != Task.Status.SUCCEEDED:
        return task.get_status_display()
    match task.file_kind:
        case "image":
            return _("Image")
        case "video":
            return _("Video")
        case "audio":
            return _("Sound")
    return _("File (%(format)s)") % {"format": file_format(task)}


@register.filter
def thumbnail_width(task: Task) -> int:
    """How many pixels wide the thumbnail is, for `srcset`: of a picture that is high or small, fewer than 512."""
    width, height = task.width or 1, task.height or 1
    return max(1, round(width * min(1.0, THUMBNAIL_SIDE / max(width, height))))


@register.simple_tag
def new_submission() -> uuid.UUID:
    """The id of a submission that is not sent yet: the same form sent twice is one run."""
    return uuid.uuid4()
