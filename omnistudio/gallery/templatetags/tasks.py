"""What templates ask about a task."""

from __future__ import annotations

import uuid

from django import template

from omnistudio.gallery import catalogue, wording
from omnistudio.gallery.models import Task

register = template.Library()

register.filter("model_name", catalogue.model_name)
register.filter("what_happened", wording.what_happened)
register.filter("about_credits", wording.about_credits)
register.filter("trouble_of", wording.trouble)


@register.filter
def fits(task: Task, ratio: float) -> bool:
    """Whether the picture fills a box of this ratio without being cut."""
    return abs(task.ratio - ratio) <= 0.02 * ratio


@register.simple_tag
def new_submission() -> uuid.UUID:
    """The id of a submission that is not sent yet: the same form sent twice is one run."""
    return uuid.uuid4()
