"""What a chat shows of a share link: its title, its picture and, where the link shows the prompt, its words.

Programs that fetch a page for a preview have no cookies and know no relative addresses. A link with a password has no
preview: everything on its pages is behind the password.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from omnistudio.gallery.models import ShareLink, Task

MAX_WORDS = 300  # characters; chats show fewer


@dataclass(frozen=True)
class Preview:
    """The `og:` tags of a page; what is empty has none."""

    title: str
    url: str
    type: str = "website"
    description: str = ""
    image: str = ""
    image_type: str = ""


def of_work(link: ShareLink, task: Task) -> Preview | None:
    """The preview of one item behind a link: on the link's own page, or on a page of its collection."""
    if link.password:
        return None
    is_video = task.file_kind == "video"
    path = (
        reverse("shared_work", args=[link.token, task.pk])
        if link.collection
        else reverse("shared", args=[link.token])
    )
    return Preview(
        title=_("A shared video") if is_video else _("A shared image"),
        url=settings.PUBLIC_URL + path,
        type="video.other" if is_video else "website",
        description=Truncator(task.prompt.text).chars(MAX_WORDS) if link.show_prompt else "",
        **_image(link, task),
    )


def of_collection(link: ShareLink, tasks: list[Task]) -> Preview | None:
    """The preview of a collection, with the first of its items that has a picture."""
    if link.password or link.collection is None:
        return None
    url = settings.PUBLIC_URL + reverse("shared", args=[link.token])
    first = next((task for task in tasks if task.thumbnail), None)
    return Preview(title=link.collection.name, url=url, **(_image(link, first) if first else {}))


def _image(link: ShareLink, task: Task) -> dict[str, str]:
    """A small picture: chats give up on large ones, and take the JPEG of a video where there is one."""
    which = "poster" if task.poster and task.file_kind == "video" else "thumbnail"
    if not getattr(task, which):
        return {}
    address = settings.PUBLIC_URL + reverse("shared_media", args=[link.token, task.pk, which])
    return {"image": address, "image_type": "image/jpeg" if which == "poster" else "image/webp"}
