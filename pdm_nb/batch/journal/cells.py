"""The metadata cells of a journal, in four layers: what counts, what is still to be sent, and their rows.

Holds no lock and begins no transaction: `Journal` does both, and is the only one that writes through this.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable

from ...model import Cell

# The layers of a cell: what the analyst set, what the service holds, what ML or scraping said beside it (B37), and
# what the register said when it was last read.
OURS, THEIRS, SAID, REGISTER = "analyst", "service", "suggestion", "register"
UNSET = Cell("", (), "NONE")  # as the service tells of an empty field

Placed = tuple[int, str, Cell]  # document, field id, cell


class Cells:
    """Cells by layer, document and field, as the journal's rows have them."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._layers: dict[str, dict[int, dict[str, Cell]]] = {OURS: {}, THEIRS: {}, SAID: {}, REGISTER: {}}
        self._unsent: dict[int, set[str]] = {}
        same: dict[tuple[str, str | None, str, float | None], Cell] = {}  # thousands of rows say "Drawing"
        fields: dict[str, str] = {}
        for document, field, layer, *content, sent in db.execute("SELECT * FROM cell"):
            key = tuple(content)
            cell = same.get(key)
            if cell is None:
                text, value, source, confidence = content
                values = None if value is None else tuple(json.loads(value))
                cell = same[key] = Cell(text, values, source, confidence)
            self._layers[layer].setdefault(document, {})[fields.setdefault(field, field)] = cell
            if not sent:
                self._unsent.setdefault(document, set()).add(field)

    def get(self, layer: str, document: int, field: str) -> Cell | None:
        held = self._layers[layer].get(document)
        return held.get(field) if held else None

    def counting(self, document: int, field: str) -> Cell:
        """What counts: what the analyst set and the service has not got yet, else what the service holds."""
        mine = self.get(OURS, document, field)
        if mine is not None and field in self._unsent.get(document, ()):
            return mine
        return self.get(THEIRS, document, field) or mine or Cell()

    def all_counting(self, document: int) -> dict[str, Cell]:
        """What counts in each field that the analyst or the service has something in, by field id."""
        ours, theirs = self._layers[OURS].get(document, {}), self._layers[THEIRS].get(document)
        if not theirs:
            return dict(ours)
        return ours | theirs | {field: ours[field] for field in self._unsent.get(document, ())}

    def of(self, layer: str, document: int) -> dict[str, Cell]:
        """All of one layer, by field id."""
        return dict(self._layers[layer].get(document, {}))

    def unsent(self, document: int) -> list[tuple[str, Cell]]:
        ours = self._layers[OURS].get(document, {})
        return [(field, ours[field]) for field in sorted(self._unsent.get(document, ()))]

    def unsent_fields(self, document: int) -> frozenset[str]:
        return frozenset(self._unsent.get(document, ()))

    # -- rows
    @staticmethod
    def write(db: sqlite3.Connection, layer: str, cells: Iterable[Placed], *, sent: bool) -> None:
        db.executemany(
            "INSERT OR REPLACE INTO cell VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (doc, field, layer, cell.text, _json(cell.values), cell.source, cell.confidence, int(sent))
                for doc, field, cell in cells
            ],
        )

    @staticmethod
    def mark(db: sqlite3.Connection, done: Iterable[tuple[int, str]]) -> None:
        db.executemany(
            f"UPDATE cell SET sent = 1 WHERE document = ? AND field = ? AND layer = '{OURS}'", done
        )

    @staticmethod
    def delete(db: sqlite3.Connection, gone: Iterable[tuple[int, str]]) -> None:
        db.executemany(f"DELETE FROM cell WHERE document = ? AND field = ? AND layer = '{OURS}'", gone)

    @staticmethod
    def begin_anew(db: sqlite3.Connection, document: int) -> None:
        db.execute("DELETE FROM cell WHERE document = ? AND layer IN (?, ?)", (document, THEIRS, SAID))
        db.execute("UPDATE cell SET sent = 0 WHERE document = ? AND layer = ?", (document, OURS))

    # -- the same in memory, once the rows are written
    def keep(self, layer: str, cells: Iterable[Placed], *, sent: bool) -> None:
        held = self._layers[layer]
        for doc, field, cell in cells:
            held.setdefault(doc, {})[field] = cell
            if not sent:
                self._unsent.setdefault(doc, set()).add(field)

    def marked(self, done: Iterable[tuple[int, str]]) -> None:
        for doc, field in done:
            self._unsent.get(doc, set()).discard(field)

    def deleted(self, gone: Iterable[tuple[int, str]]) -> None:
        for doc, field in gone:
            del self._layers[OURS][doc][field]
            self._unsent.get(doc, set()).discard(field)

    def begun_anew(self, document: int) -> None:
        self._layers[THEIRS].pop(document, None)
        self._layers[SAID].pop(document, None)
        self._unsent[document] = set(self._layers[OURS].get(document, ()))

    def forget(self, documents: Iterable[int]) -> None:
        for document in documents:
            self._unsent.pop(document, None)
            for layer in self._layers.values():
                layer.pop(document, None)


def _json(values: tuple[str, ...] | None) -> str | None:
    return None if values is None else json.dumps(values)
