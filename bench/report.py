"""The table of a benchmark, and which bounds hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bench.cases import GROWTH, MAX_HTML, MAX_THUMBNAILS, Case

# A search goes one of two ways, and items differ in what they have; related prompts are asked for a generation
# at a time. That is not growth with the rows.
MORE_QUERIES = {"item": 4, "prompt": 18}
FEW_MORE_QUERIES = 2

Times = list[float | None]


@dataclass(frozen=True)
class Row:
    """A case: first quartiles in ms of its page and of its reads alone, one a size, and what was seen of it."""

    case: Case
    page: Times
    bare: Times
    looked: list[dict[str, Any]]

    @property
    def base(self) -> int:
        """The size that the largest is compared with: the smallest whose page holds as many items.

        A person's trash of 30 items is drawn more quickly than one that fills a page; that is no growth.
        """
        if self.case.kind == "rare":
            return 0
        return next(n for n, look in enumerate(self.looked) if look["found"] == self.looked[-1]["found"])

    @property
    def growth(self) -> float:
        """What it takes at the largest size, in times of the base: the page, or the reads where no page is."""
        times = self.page if self.page[0] is not None else self.bare
        return (times[-1] or 0) / (times[self.base] or 1)

    def verdict(self, vendor: str) -> str:
        queries = [look["queries"] for look in self.looked]
        if max(queries) - min(queries) > MORE_QUERIES.get(self.case.kind, FEW_MORE_QUERIES):
            return "FAIL queries"
        most = self.case.most_ms(vendor)
        if most is not None:
            return "PASS" if (self.bare[-1] or 0) <= most else f"FAIL > {most:.0f} ms"
        return "PASS" if self.growth <= GROWTH else f"FAIL > {GROWTH} x"


@dataclass(frozen=True)
class Measured:
    """One database: all rows, and where pictures were drawn the weight of its first page."""

    vendor: str
    sizes: list[int]
    rows: list[Row]
    weight: dict[str, int] | None


def show(measured: Measured) -> bool:
    """Print the table; return whether every bound holds."""
    sizes = [_short(size) for size in measured.sizes]
    print(f"\n{measured.vendor}: first quartiles in ms; page = through the views, reads = its list alone\n")
    head = ["case", *[f"page {size}" for size in sizes], *[f"reads {size}" for size in sizes]]
    print(_line([*head, f"{sizes[-1]} to the first", "queries", ""]))
    print(_line(["---"] * (len(head) + 3)))
    fine = True
    for row in measured.rows:
        if row.page[0] is None and row.bare[0] is None:
            continue
        verdict = row.verdict(measured.vendor)
        fine &= verdict == "PASS"
        queries = "/".join(str(count) for count in sorted({look["queries"] for look in row.looked}))
        times = [_ms(value) for value in (*row.page, *row.bare)]
        growth = f"{row.growth:.2f}" + (f" of {sizes[row.base]}" if row.base else "")
        print(_line([row.case.name, *times, growth, queries, verdict]))
    return fine if measured.weight is None else _show_weight(measured.weight) and fine


def _show_weight(weight: dict[str, int]) -> bool:
    light = weight["html"] <= MAX_HTML
    quick = weight["thumbnails"] <= MAX_THUMBNAILS
    print(f"\nfirst page: {weight['html']:,} bytes of HTML, at most {MAX_HTML:,}: {_word(light)}")
    print(
        f"its first {weight['tiles']} tiles (1,000 px at a width of 1440): {weight['thumbnails']:,} bytes of "
        f"thumbnails, at most {MAX_THUMBNAILS:,}: {_word(quick)}"
    )
    return light and quick


def _word(holds: bool) -> str:
    return "PASS" if holds else "FAIL"


def _short(size: int) -> str:
    return f"{size // 1_000_000} M" if size >= 1_000_000 else f"{size // 1000} k" if size >= 1000 else str(size)


def _ms(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}" if value < 10 else f"{value:.1f}"


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
