"""The record: runs, tasks, prompts, references, media, and what people do with them."""

from omnistudio.gallery.models.history import ModelUse, PromptDescent, PromptStar, PromptUse
from omnistudio.gallery.models.output import Output
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
from omnistudio.gallery.models.stored import StoredFile, media_path
from omnistudio.gallery.models.task import Task, recipe_of
from omnistudio.gallery.models.task_reference import TaskReference

__all__ = [
    "Collection",
    "CollectionItem",
    "Comment",
    "Favourite",
    "ModelUse",
    "Output",
    "Preset",
    "Prompt",
    "PromptDescent",
    "PromptStar",
    "PromptUse",
    "Reference",
    "Run",
    "ShareLink",
    "StoppedLinks",
    "StoredFile",
    "Task",
    "TaskReference",
    "media_path",
    "recipe_of",
    "reference_path",
]
