"""The metadata cells of a journal, in four layers, in memory and as rows of the table `cell`.

How this works: each document has up to four cells for a field, one in each layer. What the analyst set and the service
does not have yet is the *effective* cell, else what the service has. Cells of the analyst are marked as sent once the
service has them. `Journal` holds the lock, begins the transactions, and is the only one that writes through this.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence

from ...model import Cell, Document

# The layers, as they are stored in the file: what the analyst set, what the service has, what machine learning or the
# file name suggested (B37), and what the register said when it was last read.
ANALYST, SERVICE, SUGGESTION, REGISTER = "analyst", "service", "suggestion", "register"
UNSET = Cell("", (), "NONE")  # how the service reports an empty field

PlacedCell = tuple[int, str, Cell]  # document, field id, cell


class Cells:
    """Cells by layer, document and field."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._layers: dict[str, dict[int, dict[str, Cell]]] = {
            layer: {} for layer in (ANALYST, SERVICE, SUGGESTION, REGISTER)
        }
        self._unsent: dict[int, set[str]] = {}
        same: dict[tuple[str, str | None, str, float | None], Cell] = {}  # thousands of rows have "Drawing"
        fields: dict[str, str] = {}
        for document, field, layer, *content, sent in db.execute("SELECT * FROM cell"):
            key = tuple(content)
            cell = same.get(key)
            if cell is None:
                text, value, source, confidence = content
                values = None if value is None else _values(value)
                cell = same[key] = Cell(text, values, source, confidence)
            self._layers[layer].setdefault(document, {})[fields.setdefault(field, field)] = cell
            if not sent:
                self._unsent.setdefault(document, set()).add(field)

    def get(self, layer: str, document: int, field: str) -> Cell | None:
        cells = self._layers[layer].get(document)
        return cells.get(field) if cells else None

    def effective(self, document: int, field: str) -> Cell:
        """Return what the analyst set and the service does not have yet, else what the service has."""
        mine = self.get(ANALYST, document, field)
        if mine is not None and field in self._unsent.get(document, ()):
            return mine
        return self.get(SERVICE, document, field) or mine or Cell()

    def all_effective(self, document: int) -> dict[str, Cell]:
        """Return the effective cell of each field that the analyst or the service has a cell of, by field id."""
        analyst, service = self._layers[ANALYST].get(document, {}), self._layers[SERVICE].get(document)
        if not service:
            return dict(analyst)
        return analyst | service | {field: analyst[field] for field in self._unsent.get(document, ())}

    def of(self, layer: str, document: int) -> dict[str, Cell]:
        """Return all cells of one layer, by field id."""
        return dict(self._layers[layer].get(document, {}))

    def unsent(self, document: int) -> list[tuple[str, Cell]]:
        analyst = self._layers[ANALYST].get(document, {})
        return [(field, analyst[field]) for field in sorted(self._unsent.get(document, ()))]

    def unsent_fields(self, document: int) -> frozenset[str]:
        return frozenset(self._unsent.get(document, ()))

    # -- rows of the table
    @staticmethod
    def write_rows(db: sqlite3.Connection, layer: str, cells: Iterable[PlacedCell], *, sent: bool) -> None:
        db.executemany(
            "INSERT OR REPLACE INTO cell VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (doc, field, layer, cell.text, _json(cell.values), cell.source, cell.confidence, int(sent))
                for doc, field, cell in cells
            ],
        )

    @staticmethod
    def mark_rows_sent(db: sqlite3.Connection, sent: Iterable[tuple[int, str]]) -> None:
        db.executemany(
            f"UPDATE cell SET sent = 1 WHERE document = ? AND field = ? AND layer = '{ANALYST}'", sent
        )

    @staticmethod
    def delete_rows(db: sqlite3.Connection, deleted: Iterable[tuple[int, str]]) -> None:
        db.executemany(f"DELETE FROM cell WHERE document = ? AND field = ? AND layer = '{ANALYST}'", deleted)

    @staticmethod
    def restart_rows(db: sqlite3.Connection, document: int) -> None:
        db.execute("DELETE FROM cell WHERE document = ? AND layer IN (?, ?)", (document, SERVICE, SUGGESTION))
        db.execute("UPDATE cell SET sent = 0 WHERE document = ? AND layer = ?", (document, ANALYST))

    # -- the same in memory, after the rows were written
    def store(self, layer: str, cells: Iterable[PlacedCell], *, sent: bool) -> None:
        stored = self._layers[layer]
        for doc, field, cell in cells:
            stored.setdefault(doc, {})[field] = cell
            if not sent:
                self._unsent.setdefault(doc, set()).add(field)

    def mark_sent(self, sent: Iterable[tuple[int, str]]) -> None:
        for doc, field in sent:
            self._unsent.get(doc, set()).discard(field)

    def delete(self, deleted: Iterable[tuple[int, str]]) -> None:
        for doc, field in deleted:
            del self._layers[ANALYST][doc][field]
            self._unsent.get(doc, set()).discard(field)

    def restart(self, document: int) -> None:
        self._layers[SERVICE].pop(document, None)
        self._layers[SUGGESTION].pop(document, None)
        self._unsent[document] = set(self._layers[ANALYST].get(document, ()))

    def forget(self, documents: Iterable[int]) -> None:
        for document in documents:
            self._unsent.pop(document, None)
            for layer in self._layers.values():
                layer.pop(document, None)


def placed(
    documents: Iterable[Document], cells: Mapping[str, Sequence[tuple[str, Cell]]]
) -> list[PlacedCell]:
    """Return the cells of documents, which are given by path."""
    return [(document.id, *cell) for document in documents for cell in cells.get(document.path, ())]


def _values(text: str) -> tuple[str, ...]:
    """Return stored values. Raises `ValueError` or `TypeError` for anything else."""
    values = json.loads(text)
    if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
        raise TypeError("values are a list of texts")
    return tuple(values)


def _json(values: tuple[str, ...] | None) -> str | None:
    return None if values is None else json.dumps(values)
