"""Cells whose value was kept although something else is suggested: the suggestion is no longer open work.

They are stored in the journal, by document and field with the suggestion that was dismissed. Another suggestion is open again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from ...model import Cell
from ..journal.journal import Journal

KEPT = "kept values"  # the entry of the journal


class KeptValues:
    """The dismissed suggestions of a batch."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        stored = json.loads(journal.meta.get(KEPT, "[]"))
        self._suggestions: dict[tuple[int, str], str] = {(id_, field): text for id_, field, text in stored}

    def has(self, document: int, field: str, suggested: Cell) -> bool:
        """Return True if this suggestion was dismissed."""
        return self._suggestions.get((document, field)) == suggested.text

    @property
    def cells(self) -> list[tuple[int, str]]:
        """The cells, as document and id of the field."""
        return [place for place in self._suggestions if place[0] in self._journal.documents]

    def add(self, cells: Iterable[tuple[int, str, str]]) -> None:
        """Dismiss suggestions: document, id of the field, text of the suggestion."""
        self._store(self._suggestions | {(id_, field): text for id_, field, text in cells})

    def remove(self, cells: Iterable[tuple[int, str]]) -> None:
        """Open suggestions again."""
        gone = set(cells)
        self._store({place: text for place, text in self._suggestions.items() if place not in gone})

    def _store(self, suggestions: dict[tuple[int, str], str]) -> None:
        rows = [[id_, field, text] for (id_, field), text in suggestions.items()]
        self._journal.set_meta(KEPT, json.dumps(rows))
        self._suggestions = suggestions
