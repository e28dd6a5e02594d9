"""Finds the document of a project that a name, a file name or a number means (B40). One pass over the local store."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ..explore.revision_reader import RevisionReader
from ..explore.store.revision_store import RevisionStore
from ..explore.store.row_encoder import VISIBLE
from ..model import ExistingDocument
from ..rules.naming_standard import loose
from .expected_documents import ExpectedDocument


@dataclass(slots=True)
class StoredVersion:
    """One version of a document, with the cells of the fields that are compared."""

    number: int
    document: ExistingDocument
    cells: Sequence[Any]


class ProjectIndex:
    """The visible documents of a project by name, file name and number.

    Attributes
    ----------
    versions : dict
        Container -> its versions, oldest first.
    placeholders : set of str
        The names of documents that are expected, as they are compared.
    """

    def __init__(self, store: RevisionStore, fields: Sequence[str]) -> None:
        reader, names = RevisionReader(store), store.names
        self.versions: dict[str, list[StoredVersion]] = {}
        self.placeholders: set[str] = set()
        columns = [names.fields.get(name) for name in fields]
        number_column = names.fields.get("number")
        numbers: dict[str, str] = {}
        width = len(names.facts)
        for row in store.rows(states=(VISIBLE,)):
            cells = json.loads(row.fields or "[]")
            cells += [None] * (width - len(cells))
            document = reader.document(row, cells)
            if row.is_placeholder:
                self.placeholders.add(loose(document.name))
                continue
            kept = [cells[column] if column is not None else None for column in columns]
            container = row.container_id or row.id
            self.versions.setdefault(container, []).append(StoredVersion(row.version or 0, document, kept))
            if number_column is not None:
                numbers[container] = names.text(cells[number_column])
        self._by_name: dict[str, list[str]] = {}
        self._by_file: dict[str, list[str]] = {}
        self._by_number: dict[str, list[str]] = {}
        for container, versions in self.versions.items():
            versions.sort(key=lambda one: one.number)
            last = versions[-1].document
            self._by_name.setdefault(loose(last.name), []).append(container)
            self._by_file.setdefault(loose(last.file_name), []).append(container)
            self._by_number.setdefault(loose(numbers.get(container, "")), []).append(container)

    def find(self, expected: ExpectedDocument) -> tuple[list[str], str]:
        """Return the containers that a document may be, and what they were found by: "name", "file name" or "number"."""
        named = expected.names
        searches = [("name", self._by_name, name) for name in named[:1]]
        searches += [("file name", self._by_file, expected.file_name)]
        searches += [("name", self._by_name, name) for name in named[1:]]
        searches += [("number", self._by_number, expected.number)]
        for what, index, text in searches:
            if text and (found := self._of_format(index.get(loose(text), ()), expected.mime)):
                exact = [one for one in found if self.current(one).name == text]
                return (exact if len(exact) == 1 else found), what
        return [], ""

    def _of_format(self, containers: Iterable[str], mime: str) -> list[str]:
        return [one for one in containers if not mime or self.current(one).mime_type in ("", mime)]

    def current(self, container: str) -> ExistingDocument:
        """Return the current version of a document."""
        return self.versions[container][-1].document
