"""An index of duplicates: documents of one name and format (B40), of one revision, of one file on the disk, or of equal content.

It is updated row by row, so that a look-up takes the same time in a batch of any size.
"""

from __future__ import annotations

from collections.abc import Hashable
from itertools import islice

from ...model import Document
from ...rules.naming_standard import loose

MANY = 10  # others that are reported; in a larger group, a change of one does not update all others


NAME, FILE, CONTENT, REVISION, BASE = (
    "name",
    "file",
    "content",
    "revision",
    "base",
)  # what documents may have in common


class DuplicateIndex:
    """Documents by name and format (ignoring case and form of accents), by file, and by name, format and revision."""

    def __init__(self) -> None:
        self.names: dict[int, str] = {}  # the name that each document will have
        self._keys: dict[int, dict[str, Hashable]] = {}
        self._groups: dict[tuple[str, Hashable], dict[int, None]] = {}

    def put(self, document: Document, name: str, revision: str, base: str = "") -> set[int]:
        """Add or update a document; returns the others that have, or had, something in common with it.

        `base`: its name without revision, status and date.
        """
        keys: dict[str, Hashable] = {NAME: (loose(name), document.mime_type)}
        if base:
            keys[BASE] = (loose(base), document.mime_type)
        if document.inode:
            keys[FILE] = (document.inode, document.mtime_ns, document.size)
        if document.sha256:  # once it was hashed
            keys[CONTENT] = (document.size, document.sha256)
        if revision:
            keys[REVISION] = (name, document.mime_type, revision)
        if self._keys.get(document.id) == keys and self.names.get(document.id) == name:
            return set()
        touched = self.drop(document.id)
        self.names[document.id], self._keys[document.id] = name, keys
        for key in keys.items():
            group = self._groups.setdefault(key, {})
            touched |= _few(group)
            group[document.id] = None
        return touched

    def drop(self, id_: int) -> set[int]:
        """Remove a document; returns those that had something in common with it."""
        touched: set[int] = set()
        self.names.pop(id_, None)
        for key in self._keys.pop(id_, {}).items():
            group = self._groups[key]
            del group[id_]
            touched |= _few(group)
            if not group:
                del self._groups[key]
        return touched

    def of_name(self, id_: int) -> list[int]:
        """Return others of the same, or almost the same, name; the first few."""
        return self._others(id_, NAME)

    def of_file(self, id_: int) -> list[int]:
        """Return others that are the same file under another path: a link."""
        return self._others(id_, FILE)

    def of_content(self, id_: int) -> list[int]:
        """Return others whose files had the same bytes when they were sent."""
        return self._others(id_, CONTENT)

    def of_revision(self, id_: int) -> list[int]:
        """Return others of exactly the same name, format and revision."""
        return self._others(id_, REVISION)

    def of_base(self, id_: int) -> list[int]:
        """Return others whose names differ in no more than revision, status and date."""
        return self._others(id_, BASE)

    def _others(self, id_: int, kind: str) -> list[int]:
        key = self._keys.get(id_, {}).get(kind)
        group = self._groups[kind, key] if key is not None else {}
        if len(group) < 2:
            return []
        return [other for other in islice(group, MANY + 1) if other != id_]


def _few(group: dict[int, None]) -> set[int]:
    return set(group) if len(group) <= MANY else set()
