"""Prompts: each text once."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Sequence

from django.db import models
from django.utils.translation import gettext as _

from omnistudio.core.text import normalise
from omnistudio.gallery.folding import digest_of_fold, folded
from omnistudio.gallery.prompt_addresses import address_of


class Prompt(models.Model):
    """A text, once, whoever wrote it; `search_text` is what searches look into.

    The text and its digest are exact: they are what is sent and paid for.
    """

    digest = models.CharField(max_length=64, unique=True, editable=False)
    text = models.TextField()
    search_text = models.TextField(editable=False)
    # Equal for texts that only differ in what the fold takes away. Empty: this and `search_text` are not filled yet.
    fold_digest = models.CharField(max_length=64, default="", db_default="", editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = (models.Index(fields=["fold_digest"], name="prompt_fold"),)

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def shown(self) -> str:
        """The text; where its person has deleted it, a word in its place."""
        return self.text or _("The prompt was deleted.")

    @functools.cached_property
    def address(self) -> str:
        """By which pages name it; its number would tell whether somebody used the text before."""
        return address_of(self.digest)

    @staticmethod
    def normalised(text: str) -> str:
        """The text as it is kept and compared: composed characters, no spaces at the ends of lines."""
        composed = normalise("NFC", text).replace("\r\n", "\n").replace("\x00", "")
        return "\n".join(line.rstrip() for line in composed.split("\n")).strip()

    @staticmethod
    def digest_of(normalised: str) -> str:
        return hashlib.sha256(normalised.encode()).hexdigest()

    @classmethod
    def row(cls, normalised: str) -> Prompt:
        """The row of a text, not written yet."""
        return cls(digest=cls.digest_of(normalised), text=normalised, **cls.folds_of(normalised))

    @staticmethod
    def folds_of(text: str) -> dict[str, str]:
        """The columns by which a text is found."""
        search_text = folded(text)
        return {"search_text": search_text, "fold_digest": digest_of_fold(search_text)}

    @classmethod
    def of(cls, text: str) -> Prompt:
        """The one row of this text."""
        return cls.of_all([text])[0]

    @classmethod
    def of_all(cls, texts: Sequence[str]) -> list[Prompt]:
        """The one row of each text, in the same order. Three queries at most."""
        normalised = [cls.normalised(text) for text in texts]
        digests = [cls.digest_of(text) for text in normalised]
        found = {prompt.digest: prompt for prompt in cls.objects.filter(digest__in=digests)}
        missing = {digest: text for digest, text in zip(digests, normalised, strict=True) if digest not in found}
        if missing:
            rows = [Prompt.row(text) for _digest, text in sorted(missing.items())]
            Prompt.objects.bulk_create(rows, ignore_conflicts=True)
            found |= {prompt.digest: prompt for prompt in cls.objects.filter(digest__in=missing)}
        return [found[digest] for digest in digests]
