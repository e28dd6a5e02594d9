"""Finds a text in cells and replaces it, and describes the cells that were skipped. Pure.

The grid does the same in JavaScript (`frontend/src/edit/find_replace.js` and `skipped_cells.js`);
`tests/vectors/find_replace.json` and `skipped_cells.json` test both.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import TypeVar

from ...rules.values.normalize import ignore_case
from ...rules.values.text import quantity

Place = TypeVar("Place")
NAMED = 3  # reasons that a notice names


class Finder:
    """Finds a text, which is not a pattern.

    Parameters
    ----------
    text : str
        The text to find.
    case : bool
        Match capitals. If not, only whole characters match: "s" is not found in "ß", "ss" is.
    whole : bool
        The text is all that a cell contains. An empty text then finds empty cells; otherwise it finds nothing.
    """

    def __init__(self, text: str, *, case: bool = False, whole: bool = False) -> None:
        self._folded = str if case else ignore_case
        self._wanted, self._whole = self._folded(text), whole

    def replaced(self, cell: str, by: str) -> str | None:
        """Return the text of a cell with every match replaced, from left to right; None if there is no match."""
        if self._whole:
            return by if self._folded(cell) == self._wanted else None
        parts, end = [], 0
        for start, stop in self._matches(cell):
            parts += [cell[end:start], by]
            end = stop
        return "".join([*parts, cell[end:]]) if parts else None

    def _matches(self, cell: str) -> Iterator[tuple[int, int]]:
        """Yield where matches start and end, without overlaps."""
        text = self._folded(cell)
        if not self._wanted or self._wanted not in text:
            return
        places = None if len(text) == len(cell) else self._places(cell)  # folding makes no character shorter
        at = text.find(self._wanted)
        while at >= 0:
            end = at + len(self._wanted)
            is_match = places is None or (at in places and end in places)
            if is_match:
                yield (at, end) if places is None else (places[at], places[end])
            at = text.find(self._wanted, end if is_match else at + 1)

    def _places(self, cell: str) -> dict[int, int]:
        """Where characters start, by their offset in the folded text."""
        offsets = accumulate((len(self._folded(char)) for char in cell), initial=0)
        return {offset: place for place, offset in enumerate(offsets)}


def replacements(texts: Iterable[tuple[Place, str]], finder: Finder, by: str) -> list[tuple[Place, str]]:
    """Return the places whose text changes, each with its new text."""
    new = ((place, text, finder.replaced(text, by)) for place, text in texts)
    return [(place, after) for place, before, after in new if after is not None and after != before]


def skipped(reasons: Iterable[str]) -> str:
    """Return how many cells were not changed, and why; "" if there are none. One reason per cell."""
    counts = Counter(reasons)
    total = counts.total()
    if not total:
        return ""
    head = f"{quantity(total, 'cell')} cannot be edited and {'was' if total == 1 else 'were'} not changed."
    if len(counts) == 1:
        return " ".join([head, *counts])
    named = counts.most_common(NAMED)
    rest = total - sum(count for _, count in named)
    others = [("other reasons.", rest)] if rest else []
    return " ".join([head, *(f"{quantity(count, 'cell')}: {reason}" for reason, count in [*named, *others])])
