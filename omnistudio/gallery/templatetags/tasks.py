"""What templates ask about a task."""

from __future__ import annotations

import uuid

from django import template
from django.template.defaultfilters import floatformat
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from omnistudio.core.images import THUMBNAIL_SIDE
from omnistudio.core.text import join_facts
from omnistudio.gallery import catalogue
from omnistudio.gallery import text as wording
from omnistudio.gallery.models import Prompt, Task

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


@register.simple_tag(takes_context=True)
def result_data(context: template.Context, task: Task) -> SafeString:
    """What a tile's element says for the scripts: which item it is, and what can be done with it.

    `data-kind` where it is no image, `data-team` where one sees it, `data-state` where it is not a finished one,
    `data-others` where the reader did not make it, `data-wordless` where its prompt was deleted, `data-preview` where
    it plays under the pointer.
    """
    marks = [f'id="item-{task.pk}" data-item="{task.pk}"']
    if task.file_kind != "image":
        marks.append(f'data-kind="{task.file_kind}"')
    if task.team_id:
        marks.append(f'data-team="{task.team_id}"')
    if task.status != Task.Status.SUCCEEDED:
        marks.append(f'data-state="{task.status}"')
    if task.owner_id != context["user"].pk:
        marks.append("data-others")
    if not task.prompt.text:
        marks.append("data-wordless")
    if task.preview:
        marks.append("data-preview")
    return mark_safe(" ".join(marks))  # noqa: S308 (numbers, and words of our own)


# No item's number, and not found by chance in a token of the page.
SAMPLE = 10**15


@register.simple_tag
def sample_result() -> Task:
    """A finished image that is in no table: what is written for it holds for each, with its number for `SAMPLE`."""
    return Task(pk=SAMPLE, kind=Task.Kind.IMAGE, status=Task.Status.SUCCEEDED, file="sample", prompt=Prompt(text="…"))


@register.simple_tag
def new_submission() -> uuid.UUID:
    """The id of a submission that is not sent yet: the same form sent twice is one run."""
    return uuid.uuid4()
