"""Prompts: each text once."""

from __future__ import annotations

import hashlib
import unicodedata

from django.db import models


class Prompt(models.Model):
    """A text, once, whoever wrote it; `search_text` is what searches look into."""

    digest = models.CharField(max_length=64, unique=True, editable=False)
    text = models.TextField()
    search_text = models.TextField(editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.text[:80]

    @staticmethod
    def normalised(text: str) -> str:
        """The text as it is kept and compared: composed characters, no spaces at the ends of lines."""
        composed = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\x00", "")
        return "\n".join(line.rstrip() for line in composed.split("\n")).strip()

    @classmethod
    def of(cls, text: str) -> Prompt:
        """The one row of this text."""
        text = cls.normalised(text)
        digest = hashlib.sha256(text.encode()).hexdigest()
        search_text = unicodedata.normalize("NFKC", text).casefold()
        return cls.objects.get_or_create(digest=digest, defaults={"text": text, "search_text": search_text})[0]
