"""Reads what documents are compared by from rows of the local store: names, formats, file names, revisions (B40, B73)."""

from __future__ import annotations

from functools import cache
from typing import Any

from ..batch.remote.existing_documents import format_of
from ..model import ExistingDocument
from ..rules.document_names import Facts
from .store.revision_store import RevisionStore
from .store.row_encoder import StoredRow

FACTS = ("name", "format", "revision", "original_filename", "file_size", "status", "date_authored")


class RevisionReader:
    """Reads what documents are compared by from rows of the store."""

    def __init__(self, store: RevisionStore) -> None:
        self.store, self._values = store, store.names.values
        self._numbers = [store.names.fields.get(name) for name in FACTS]
        self._mime = cache(self._mime_of)

    def document(self, row: StoredRow, cells: list[Any]) -> ExistingDocument:
        """Return a revision as it is compared with others."""
        name, format_, revision, file, size, *_ = self._cells(cells)
        file_name, length = self._text(file), self._text(size)
        suffix = file_name.rpartition(".")[2].lower() if "." in file_name else ""
        return ExistingDocument(
            "revision", row.id, self._text(name), self._mime(format_ if isinstance(format_, int) else self._text(format_), suffix),
            str(row.version or ""), self._text(revision), row.created_at or "", row.upload_id, file_name,
            int(length) if length.isdecimal() else None,
        )  # fmt: skip

    def facts(self, cells: list[Any]) -> Facts:
        """Return the revision, status and date that a name may repeat."""
        *_, status, date = found = self._cells(cells)
        value = self._values[status] if isinstance(status, int) else None
        codes = (value.code, value.label) if value else ()
        return Facts(self._text(found[2]), codes, self._text(date))

    def _cells(self, cells: list[Any]) -> list[Any]:
        return [cells[number] if number is not None else None for number in self._numbers]

    def _text(self, cell: Any) -> str:
        return cell if cell.__class__ is str else "" if cell is None else self.store.names.text(cell)

    def _mime_of(self, format_: int | str, suffix: str) -> str:
        value = self._values[format_] if isinstance(format_, int) else None
        return format_of(
            (value.code, value.label) if value else (str(format_),), f"file.{suffix}" if suffix else ""
        )
