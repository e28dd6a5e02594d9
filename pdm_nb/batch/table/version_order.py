"""Which documents of a batch become versions of one document, and in which order they are submitted (B40, B41).

Documents of one name and one format are versions of one document. Kept up to date row by row; what concerns a whole
group is computed once for each change, so that a look-up takes the same time in a group of any size. An order that was
set by hand is used as long as its documents keep their name, format and revision.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from ...model import Document
from ...rules.checks.base import BEFORE_ML, PDF
from ...rules.checks.duplicates import version_number
from ...rules.revision_order import Candidate, Order, order
from ...rules.revision_scheme import USUAL, RevisionScheme
from ..journal.states import State

Key = tuple[str, str]  # name, format
Place = tuple[Key, str]  # what an order by hand depends on: name and format, revision
FEW = 50  # versions of one document up to which all are updated when one of them changes
SHOWN = 4  # revisions of a group that a message lists
STUCK = (State.HELD, State.FAILED, State.GONE, State.UNCONFIRMED)


@dataclass(frozen=True, slots=True)
class VersionGroup:
    """All versions of one document that are still to be submitted."""

    order: Order
    places: dict[int, int]  # document -> its place in the order
    revisions: tuple[str, ...]  # of the first few and the last, "…" between them
    stuck: int | None  # the first one that is on hold, failed or unconfirmed
    pending: bool  # whether machine learning may still read a revision
    by_hand: bool
    stamp: int  # a new number after each change


NONE = VersionGroup(Order(()), {}, (), None, False, False, 0)


class Versions:
    """Documents that were not submitted yet, by name and format; versions and revisions of the submitted ones."""

    def __init__(self, by_hand: str = "[]", scheme: RevisionScheme = USUAL) -> None:
        self._scheme = scheme
        self._by_hand = [[(id_, ((name, mime), revision)) for id_, name, mime, revision in one]
                         for one in json.loads(by_hand)]  # fmt: skip
        self._keys: dict[int, Key] = {}
        self._candidates: dict[Key, dict[int, Candidate]] = {}
        self._groups: dict[Key, VersionGroup] = {}
        self._highest: dict[Key, int] = {}
        self._submitted: dict[Key, dict[str, None]] = {}
        self._stamps = count(1)

    # -- changes
    def put(self, document: Document, name: str, revision: str, date: str) -> set[int]:
        """Add or update a document; return the others that are affected."""
        key = (name, document.mime_type)
        if document.state == State.SUBMITTED:
            self._highest[key] = max(self.highest(*key), version_number(document.version or ""))
            self._submitted.setdefault(key, {})[revision] = None
            return self.drop(document.id) | _few(self._candidates.get(key, {}))
        if not name:
            return self.drop(document.id)
        candidate = Candidate(
            document.id, revision, date, document.state in STUCK, _is_pending(document, revision)
        )
        if self._candidates.get(key, {}).get(document.id) == candidate:
            return set()
        touched = self.drop(document.id)
        group = self._candidates.setdefault(key, {})
        group[document.id] = candidate
        self._keys[document.id] = key
        self._groups.pop(key, None)
        return (touched | _few(group)) - {document.id}

    def drop(self, id_: int) -> set[int]:
        """Remove a document; return the others that are affected."""
        key = self._keys.pop(id_, None)
        if key is None:
            return set()
        group = self._candidates[key]
        del group[id_]
        self._groups.pop(key, None)
        if not group:
            del self._candidates[key]
        return _few(group)

    @property
    def scheme(self) -> RevisionScheme:
        """The revision scheme that orders versions."""
        return self._scheme

    def use_scheme(self, scheme: RevisionScheme) -> None:
        """Order versions by another revision scheme; orders by hand stay."""
        self._scheme = scheme
        self._groups.clear()

    def set_order(self, ids: Sequence[int]) -> str:
        """Set an order by hand, oldest first, that replaces one of the same documents; return all orders as JSON."""
        kept = [one for one in self._by_hand if not {id_ for id_, _ in one} & set(ids)]
        self._by_hand = [*kept, [(id_, self._place(id_)) for id_ in ids]]
        for id_ in ids:
            self._groups.pop(self._keys[id_], None)
        rows = [[(id_, *key, revision) for id_, (key, revision) in one] for one in self._by_hand]
        return json.dumps(rows, ensure_ascii=False)

    def _place(self, id_: int) -> Place:
        key = self._keys[id_]
        return key, self._candidates[key][id_].revision

    # -- look-ups
    def group(self, id_: int) -> VersionGroup:
        """Return all versions of a document that are still to be submitted, itself among them."""
        key = self._keys.get(id_)
        if key is None:
            return NONE
        if key not in self._groups:
            self._groups[key] = self._group(self._candidates[key])
        return self._groups[key]

    def _group(self, candidates: dict[int, Candidate]) -> VersionGroup:
        by_hand = self._ordered_by_hand(candidates)
        found = Order(by_hand) if by_hand else order(list(candidates.values()), self._scheme)
        shown = (
            found.documents
            if len(found.documents) <= SHOWN
            else (*found.documents[: SHOWN - 1], found.documents[-1])
        )
        revisions = [candidates[id_].revision for id_ in shown]
        if len(shown) < len(found.documents):
            revisions.insert(-1, "…")
        return VersionGroup(
            found,
            {id_: place for place, id_ in enumerate(found.documents)},
            tuple(revisions),
            next((id_ for id_ in found.documents if candidates[id_].stuck), None),
            any(one.pending for one in candidates.values()),
            bool(by_hand),
            next(self._stamps),
        )

    def _ordered_by_hand(self, candidates: dict[int, Candidate]) -> tuple[int, ...]:
        for one in self._by_hand:
            places = dict(one)
            if candidates.keys() <= places.keys() and all(
                places[id_] == self._place(id_) for id_ in candidates
            ):
                return tuple(id_ for id_, _ in one if id_ in candidates)
        return ()

    def before(self, id_: int) -> int | None:
        """Return the version just before a document; any other one if the order is not known; else None."""
        group = self.group(id_)
        if group.order.doubt:
            return next(other for other in group.order.documents if other != id_)
        place = group.places.get(id_, 0)
        return group.order.documents[place - 1] if place else None

    def after(self, id_: int) -> Iterator[int]:
        """Yield the version just after a document, if the order is known."""
        group = self.group(id_)
        place = group.places.get(id_, -1) + 1
        if not group.order.doubt and 0 < place < len(group.order.documents):
            yield group.order.documents[place]

    def waits_for(self, id_: int) -> int | None:
        """Return an earlier version that is on hold, failed or unconfirmed, None if there is none."""
        group = self.group(id_)
        if group.stuck is None or group.order.doubt or group.places[group.stuck] >= group.places[id_]:
            return None
        return group.stuck

    def highest(self, name: str, mime_type: str) -> int:
        """Return the highest version that the batch has submitted of a document, 0 if none."""
        return self._highest.get((name, mime_type), 0)

    def submitted(self, name: str, mime_type: str) -> tuple[str, ...]:
        """Return the revisions that the batch has submitted of a document."""
        return tuple(self._submitted.get((name, mime_type), ()))


def _few(group: dict[int, Candidate]) -> set[int]:
    return set(group) if len(group) <= FEW else set()


def _is_pending(document: Document, revision: str) -> bool:
    """Return True while machine learning may read the revision of a document (B36)."""
    reading = document.ml in ("", "in_progress") or (
        document.ml == "unknown" and document.state == "completed"
    )
    return not revision and document.mime_type == PDF and document.state in BEFORE_ML and reading
