"""Which documents of a batch become versions of one document, and in which order they are submitted (B40, B41).

Documents of one name and one format are versions of one document. Kept up to date row by row. An order that somebody
set by hand counts before the one that the revisions tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..model import Document
from ..rules.beside import version_number
from ..rules.revision_order import Candidate, Order, order
from .state import State

Key = tuple[str, str]  # name, format
MANY = 50  # versions of one document whose findings are kept until one of them changes


class Versions:
    """Documents that were not submitted yet, by name and format; of the others the highest version."""

    def __init__(self, by_hand: Sequence[int] = ()) -> None:
        self._by_hand = {id_: place for place, id_ in enumerate(by_hand)}
        self._keys: dict[int, Key] = {}
        self._groups: dict[Key, dict[int, Candidate]] = {}
        self._orders: dict[Key, Order] = {}
        self._highest: dict[Key, int] = {}

    def highest(self, name: str, mime_type: str) -> int:
        """Return the highest version that the batch has submitted of a document, 0 if none."""
        return self._highest.get((name, mime_type), 0)

    def put(self, document: Document, name: str, revision: str, date: str) -> set[int]:
        """Note a document as it is now; return the others whose order it changed."""
        key, candidate = (name, document.mime_type), Candidate(document.id, revision, date)
        if document.state == State.SUBMITTED:
            self._highest[key] = max(self.highest(*key), version_number(document.version or ""))
        if document.state == State.SUBMITTED or not name:
            return self.drop(document.id)
        if self._groups.get(key, {}).get(document.id) == candidate:
            return set()
        touched = self.drop(document.id)
        group = self._groups.setdefault(key, {})
        group[document.id] = candidate
        self._keys[document.id] = key
        self._orders.pop(key, None)
        return (touched | _few(group)) - {document.id}

    def drop(self, id_: int) -> set[int]:
        """Forget a document; return the others whose order it changed."""
        key = self._keys.pop(id_, None)
        if key is None:
            return set()
        group = self._groups[key]
        del group[id_]
        self._orders.pop(key, None)
        if not group:
            del self._groups[key]
        return _few(group)

    def are_many(self, id_: int) -> bool:
        """Return True if a document has so many versions that their findings are not kept."""
        return len(self._groups.get(self._keys.get(id_, ("", "")), ())) > MANY

    def of(self, id_: int) -> Order:
        """Return all versions of a document that are still to be submitted, itself among them, oldest first."""
        key = self._keys.get(id_)
        if key is None:
            return Order(())
        if key not in self._orders:
            self._orders[key] = self._order(self._groups[key])
        return self._orders[key]

    def _order(self, group: dict[int, Candidate]) -> Order:
        if len(group) > 1 and group.keys() <= self._by_hand.keys():
            return Order(tuple(sorted(group, key=self._by_hand.__getitem__)))
        return order(list(group.values()))

    def earlier(self, id_: int) -> Sequence[int]:
        """Return the versions that go before a document; all others if the order is not known."""
        found = self.of(id_)
        if found.doubt:
            return [other for other in found.documents if other != id_]
        return found.documents[: found.documents.index(id_)] if id_ in found.documents else ()

    def set_order(self, by_hand: Iterable[int]) -> set[int]:
        """Take another order by hand; return the documents that it concerns."""
        before, self._by_hand = self._by_hand, {id_: place for place, id_ in enumerate(by_hand)}
        self._orders.clear()
        return {id_ for id_ in before.keys() | self._by_hand.keys() if id_ in self._keys}


def _few(group: dict[int, Candidate]) -> set[int]:
    return set(group) if len(group) <= MANY else set()
