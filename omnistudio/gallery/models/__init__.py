"""The record: runs, tasks, prompts, references, media, and what people do with them."""

from omnistudio.gallery.models.history import ModelUse, PromptDescent, PromptStar, PromptUse
from omnistudio.gallery.models.preset import Preset
from omnistudio.gallery.models.prompt import Prompt
from omnistudio.gallery.models.reference import Reference, reference_path
from omnistudio.gallery.models.run import Run
from omnistudio.gallery.models.sharing import (
    Collection,
    CollectionItem,
    Comment,
    Favourite,
    ShareLink,
    StoppedLinks,
)
from omnistudio.gallery.models.task import Task, TaskReference, media_path, recipe_of

__all__ = [
    "Collection",
    "CollectionItem",
    "Comment",
    "Favourite",
    "ModelUse",
    "Preset",
    "Prompt",
    "PromptDescent",
    "PromptStar",
    "PromptUse",
    "Reference",
    "Run",
    "ShareLink",
    "StoppedLinks",
    "Task",
    "TaskReference",
    "media_path",
    "recipe_of",
    "reference_path",
]
