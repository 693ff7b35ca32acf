"""What is measured: pages, lists and look-ups, and the bound that each one has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

# No page at the largest size may take more than this, times what it takes at the smallest.
GROWTH = 1.5
# The first page may send so much HTML, and its first tiles so much in thumbnails.
MAX_HTML, MAX_THUMBNAILS = 60_000, 500_000
# What a search that finds little may take, in ms: {database: (three characters and more, one or two)}.
RARE_MS = {"postgresql": (5.0, 1000.0), "sqlite": (500.0, 500.0)}

Kind = Literal[
    "page", "rare", "poll", "neighbours", "item", "count", "history", "prompt", "made", "studio", "summary"
]


@dataclass(frozen=True)
class Case:
    """One thing that is measured in every size.

    `query` are the filters of a gallery as its URL has them; `deep` starts at page 1,000.
    """

    name: str
    kind: Kind = "page"
    query: str = ""
    scope: str = "team"
    deep: bool = False

    @property
    def is_history(self) -> bool:
        """Whether the list is the history's and not the gallery's."""
        return self.kind == "history" or self.name.startswith("history")

    def most_ms(self, vendor: str) -> float | None:
        """The bound in ms of a search that finds little; None for everything else, which is held to its growth."""
        if self.kind != "rare":
            return None
        long, short = RARE_MS[vendor]
        return long if len(self.query.removeprefix("q=")) >= 3 else short


CASES = [
    Case("first page"),
    Case("page 1,000", deep=True),
    Case("first page, mine", scope="mine"),
    Case("favourites", scope="favourites"),
    Case("trash", scope="trash"),
    Case("filtered: model and kind", query="model=gpt-image-2&kind=image"),
    Case("filtered: person", query="person={person}"),
    Case("filtered: model, kind and person", query="model=seedance-2&kind=video&person={person}"),
    Case("filtered: failed", query="status=failed"),
    Case("filtered: under way (none)", query="status=ongoing"),
    Case("filtered: kind against model (none)", query="model=gpt-image-2&kind=video"),
    Case("filtered: tall", query="ratio=tall"),
    Case("filtered: liked", query="liked=on"),
    Case("filtered: with references", query="references=on"),
    Case("filtered: up to a day a year ago", query="until={until}"),
    Case("search, much: lantern", query="q=lantern"),
    Case("search, much: two words", query="q=lantern river"),
    Case("search, much: a name", query="q=maya"),
    Case("search, much: without a word", query="q=lantern -river"),
    Case("search: 陈, in a name without items", "rare", "q=陈"),
    Case("search, much: ภาพ", query="q=ภาพ"),
    Case("search, much: 画", query="q=画"),
    Case("search, little: axolotl", "rare", "q=axolotl"),
    Case("search, nothing: zeppelin", "rare", "q=zeppelin"),
    Case("search, nothing: two common words", "rare", "q=lantern peonies"),
    Case("search, nothing: เครื่องบิน", "rare", "q=เครื่องบิน"),
    Case("search, nothing: 直升飞机", "rare", "q=直升飞机"),
    Case("search, nothing: 龘", "rare", "q=龘"),
    Case("search, nothing: ฬฬ", "rare", "q=ฬฬ"),
    Case("search, nothing: ж", "rare", "q=ж"),
    Case("poll, nothing new", "poll"),
    Case("neighbours", "neighbours"),
    Case("neighbours in a filter", "neighbours", "model=gpt-image-2&kind=image"),
    Case("neighbours in a search", "neighbours", "q=lantern"),
    Case("an item's page", "item"),
    Case("count, to 10,001", "count"),
    Case("history: first page", "history"),
    Case("history: page 1,000", "history", deep=True),
    Case("history: mine", "history", scope="mine"),
    Case("history: most used", "history", "sort=most"),
    Case("history: best kept", "history", "sort=kept"),
    Case("history: a model", "history", "model=seedance-2"),
    Case("history: a person", "history", "person={person}"),
    Case("history: up to a day a year ago", "history", "until={until}"),
    Case("history, search, much: lantern", "history", "q=lantern"),
    Case("history, search, much: ภาพ", "history", "q=ภาพ"),
    Case("history, search, much: 画", "history", "q=画"),
    Case("history, search, little: axolotl", "rare", "q=axolotl"),
    Case("history, search, nothing: 直升飞机", "rare", "q=直升飞机"),
    Case("history, search, nothing: ฬฬ", "rare", "q=ฬฬ"),
    Case("a prompt's page", "prompt"),
    Case("the studio", "studio"),
    Case("the studio's summary", "summary"),
    Case("already made: the look-up", "made"),
    Case("already made: none", "made", "none"),
]
