"""Documents of the local store of revisions, as they are compared: names, formats, versions, and what should be one.

Fields are read later (`revision_contexts.py`): here are few facts of each revision, since there may be a million.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterable

from ..explore.revision_reader import RevisionReader
from ..explore.store.revision_store import RevisionStore
from ..explore.store.row_encoder import VISIBLE, StoredRow
from ..model import ExistingDocument
from ..rules.checks.base import DocumentHistory
from ..rules.document_names import Facts
from ..rules.naming_standard import loose
from .document_naming import DocumentNaming


class StoredDocuments:
    """The visible documents of a project: the current version of each, and how documents are related.

    Attributes
    ----------
    current : dict
        Container -> id of the row of its current version, for documents without placeholders.
    """

    def __init__(self, store: RevisionStore, naming: DocumentNaming) -> None:
        self.reader, self._naming = RevisionReader(store), naming
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
            if len(versions) == 1 or max(versions, key=lambda one: one[0])[1] is found:
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
            base = self._naming.base(one.name, facts[container])
            keys: list[Hashable] = [("name", loose(base), one.mime_type)] if one.name else []
            if one.file_name and one.file_size:
                keys.append(("file", one.file_name, one.file_size, one.mime_type))
            self._keys[container] = tuple(keys)
            for key in keys:
                self._groups.setdefault(key, []).append(container)

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
