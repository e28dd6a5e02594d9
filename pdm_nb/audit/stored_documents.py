"""Documents of the local store of revisions, as they are compared: names, formats, versions, and what should be one.

Fields are read later (`revision_contexts.py`): here are few facts of each revision, since there may be a million.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterable
from functools import cache
from typing import Any

from ..batch.remote.configuration import Configuration
from ..batch.remote.existing_documents import format_of
from ..explore.revision_store import RevisionStore
from ..explore.row_encoder import VISIBLE, StoredRow
from ..model import ExistingDocument
from ..rules.checks.base import DocumentHistory
from ..rules.document_names import Facts, reduce
from ..rules.naming_standard import loose, parse

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


class StoredDocuments:
    """The visible documents of a project: the current version of each, and how documents are related.

    Attributes
    ----------
    current : dict
        Container -> id of the row of its current version, for documents without placeholders.
    """

    def __init__(self, store: RevisionStore, configuration: Configuration) -> None:
        self.reader, self.configuration = RevisionReader(store), configuration
        self._versions: dict[str, list[tuple[int, ExistingDocument]]] = {}
        self._groups: dict[Hashable, list[str]] = {}
        self._keys: dict[str, tuple[Hashable, ...]] = {}
        facts: dict[str, Facts] = {}
        for row in visible_rows(store):
            cells = json.loads(row.fields or "[]")
            cells += [None] * (len(store.names.facts) - len(cells))
            found = self.reader.document(row, cells)
            container = row.container_id or row.id
            versions = self._versions.setdefault(container, [])
            versions.append((row.version or 0, found))
            if max(versions, key=lambda one: one[0])[1] is found:
                facts[container] = self.reader.facts(cells)
        self.current = {container: self._sorted(versions) for container, versions in self._versions.items()}
        self._index(facts)

    @staticmethod
    def _sorted(versions: list[tuple[int, ExistingDocument]]) -> ExistingDocument:
        versions.sort(key=lambda one: one[0])
        return versions[-1][1]

    def _index(self, facts: dict[str, Facts]) -> None:
        """Group documents that may be one, and those that may be the same file."""
        for container, one in self.current.items():
            base = self.reduced_name(one.name, facts[container])
            keys: list[Hashable] = [("name", loose(base), one.mime_type)] if one.name else []
            if one.file_name and one.file_size:
                keys.append(("file", one.file_name, one.file_size, one.mime_type))
            self._keys[container] = tuple(keys)
            for key in keys:
                self._groups.setdefault(key, []).append(container)

    def reduced_name(self, name: str, facts: Facts) -> str:
        """Return a name without the revision, status and date that are certainly in it."""
        standard = self.configuration.standard
        if not (facts.revision or facts.statuses or facts.date):
            return name
        fits = standard is not None and parse(name, standard, self._has_code).fits
        found = reduce(name, facts, hyphens=not fits)
        return found.name if found.sure else name

    def _has_code(self, item: Any, code: str) -> bool:
        lookup = self.configuration.lookups.get(item.id)
        return lookup is not None and code in lookup.by_code

    def history(self, container: str) -> DocumentHistory:
        """Return the versions of a document, and the documents that it is compared with."""
        own = self.current[container]
        versions = tuple(one for _, one in self._versions[container])
        related: dict[str, list[ExistingDocument]] = {"name": [], "file": []}
        for key in self._keys[container]:
            kind = key[0]  # type: ignore[index]
            related[kind] = [self.current[other] for other in self._groups[key] if other != container]
        same = {one.id for one in related["name"]}
        files = tuple(one for one in related["file"] if one.id not in same and one.name != own.name)
        return DocumentHistory(versions, tuple(related["name"]), files)


def visible_rows(store: RevisionStore) -> Iterable[StoredRow]:
    """Yield the rows that can be checked: visible documents, no placeholders."""
    return (row for row in store.rows(states=(VISIBLE,)) if not row.is_placeholder)
