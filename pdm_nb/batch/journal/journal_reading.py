"""What can be read of a journal; see `journal.py`. All but the history and the parts is in memory."""

from __future__ import annotations

import json

from ...local_files import AllowedFiles
from ...model import Cell, Document
from .cells import ANALYST, REGISTER, SERVICE, SUGGESTION, Cells
from .change_log import ChangeLog
from .connection import Connection
from .journal_records import StoredPart, read_parts
from .states import Event


class JournalReading:
    """Documents, cells and parts of one batch, for reading. `log` has the records that are not in memory."""

    meta: dict[str, str]
    documents: dict[int, Document]
    log: ChangeLog
    _file: Connection
    _cells: Cells
    _current: dict[str, int]
    _unanswered: set[int]

    @property
    def allowed_files(self) -> AllowedFiles:
        """Which files may be sent."""
        return AllowedFiles.of_meta(self.meta)

    def current(self, path: str) -> Document | None:
        """Return the newest document of a path."""
        id_ = self._current.get(path)
        return None if id_ is None else self.documents[id_]

    def analyst_cell(self, document: int, field: str) -> Cell | None:
        """Return what the analyst set, None if nothing was set."""
        return self._cells.get(ANALYST, document, field)

    def service_cell(self, document: int, field: str) -> Cell | None:
        """Return what the service last reported."""
        return self._cells.get(SERVICE, document, field)

    def suggested_cell(self, document: int, field: str) -> Cell | None:
        """Return what machine learning or the file name suggested, also if the analyst's value was used (B37)."""
        return self._cells.get(SUGGESTION, document, field)

    def register_cell(self, document: int, field: str) -> Cell | None:
        """Return what the register said when it was last read."""
        return self._cells.get(REGISTER, document, field)

    def cell(self, document: int, field: str) -> Cell:
        """Return what the analyst set and the service does not have yet, else what the service has."""
        return self._cells.effective(document, field)

    def cells_of(self, document: int) -> dict[str, Cell]:
        """Return the effective cell of each field that the analyst or the service has a cell of, by field id."""
        with self._file.lock:
            return self._cells.all_effective(document)

    def unsent(self, document: int) -> list[tuple[str, Cell]]:
        """Return the analyst's cells that the service does not have yet: (field id, cell)."""
        with self._file.lock:
            return self._cells.unsent(document)

    def unsent_fields(self, document: int) -> frozenset[str]:
        """Return the ids of the fields of these cells."""
        with self._file.lock:
            return self._cells.unsent_fields(document)

    def layer(self, layer: str, document: int) -> dict[str, Cell]:
        """Return all cells of one layer, by field id."""
        with self._file.lock:
            return self._cells.of(layer, document)

    def is_unanswered(self, document: int) -> bool:
        """Return True if a submit of the present upload got no response that shows its result (B66)."""
        return document in self._unanswered

    def parts(self, document: int) -> list[StoredPart]:
        with self._file.reading() as db:
            return read_parts(db, document)

    def events(self) -> list[tuple[float, int, str, str, str]]:
        """Return the whole history: (Unix seconds, document, event, state after it, reason)."""
        with self._file.reading() as db:
            rows = db.execute("SELECT at, document, event, state, reason FROM event ORDER BY id")
            return rows.fetchall()

    def events_of(self, document: int) -> list[tuple[float, str, str, str]]:
        """Return the history of one document: (Unix seconds, event, state after it, reason)."""
        with self._file.reading() as db:
            rows = db.execute(
                "SELECT at, event, state, reason FROM event WHERE document = ? ORDER BY id", (document,)
            )
            return rows.fetchall()

    def moments(self, event: Event) -> dict[int, float]:
        """Return when an event last happened, in Unix seconds, by document."""
        query = "SELECT document, max(at) FROM event WHERE event = ? GROUP BY document"
        with self._file.reading() as db:
            return dict(db.execute(query, (event.value,)).fetchall())

    @property
    def fields(self) -> dict[str, str]:
        """Names of fields by id, as they were when the journal was last opened with its project."""
        return dict(json.loads(self.meta.get("fields", "{}")))
