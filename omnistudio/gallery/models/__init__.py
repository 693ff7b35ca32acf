"""The record: runs, tasks, prompts, references, media, and what people do with them."""

from omnistudio.gallery.models.preset import Preset
from omnistudio.gallery.models.prompt import Prompt
from omnistudio.gallery.models.reference import Reference, reference_path
from omnistudio.gallery.models.sharing import Collection, CollectionItem, Comment, Favourite, ShareLink
from omnistudio.gallery.models.task import Run, Task, TaskReference, media_path

__all__ = [
    "Collection",
    "CollectionItem",
    "Comment",
    "Favourite",
    "Preset",
    "Prompt",
    "Reference",
    "Run",
    "ShareLink",
    "Task",
    "TaskReference",
    "media_path",
    "reference_path",
]
