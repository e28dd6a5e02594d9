"""Which documents of a batch would be one to the service (same name and format, B40), or are one file on the disk.

Kept up to date row by row, so that asking costs the same in a batch of any size. Reads nothing: names are told it.
"""

from __future__ import annotations

from collections.abc import Hashable
from itertools import islice

from ..model import Document
from ..rules.naming import loose

MANY = 10  # others that are told of; whoever has more of them need not hear of each that comes or goes


class Twins:
    """Documents by name and format, without case and form of accents; and by file."""

    def __init__(self) -> None:
        self.names: dict[int, str] = {}  # what each document will be called
        self._keys: dict[int, tuple[Hashable, ...]] = {}
        self._groups: dict[Hashable, dict[int, None]] = {}

    def put(self, document: Document, name: str) -> set[int]:
        """Note a document as it is now; answers the others that have, or had, something in common with it."""
        keys: list[Hashable] = [(loose(name), document.mime_type)]
        if document.inode:
            keys.append((document.inode, document.mtime_ns, document.size))
        if self._keys.get(document.id) == tuple(keys) and self.names.get(document.id) == name:
            return set()
        touched = self.drop(document.id)
        self.names[document.id], self._keys[document.id] = name, tuple(keys)
        for key in keys:
            group = self._groups.setdefault(key, {})
            touched |= _few(group)
            group[document.id] = None
        return touched

    def drop(self, id_: int) -> set[int]:
        """Forget a document; answers those that had something in common with it."""
        touched: set[int] = set()
        self.names.pop(id_, None)
        for key in self._keys.pop(id_, ()):
            group = self._groups[key]
            del group[id_]
            touched |= _few(group)
            if not group:
                del self._groups[key]
        return touched

    def of_name(self, id_: int) -> list[int]:
        """Others that are called so, or nearly; the first few."""
        return self._others(id_, 0)

    def of_file(self, id_: int) -> list[int]:
        """Others that are the same file under another path: a link."""
        return self._others(id_, 1)

    def _others(self, id_: int, which: int) -> list[int]:
        keys = self._keys.get(id_, ())
        group = self._groups[keys[which]] if len(keys) > which else {}
        if len(group) < 2:
            return []
        return [other for other in islice(group, MANY + 1) if other != id_]


def _few(group: dict[int, None]) -> set[int]:
    return set(group) if len(group) <= MANY else set()
