"""How fresh and how complete the local store of revisions is, in words."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from .revision_store import RevisionStore
from .row_encoder import MASKED, NOT_LISTED, RECYCLED, UNREAD, VISIBLE


@dataclass(frozen=True, slots=True)
class Freshness:
    """What a look at the store shows.

    Attributes
    ----------
    read, unread, masked, not_listed, recycled : int
        Revisions by their state; `unread` are known by their id alone.
    at : float or None
        When the store was brought up to date (Unix seconds); None if it never was.
    full_at : float or None
        When all rows were read the last time; None if they never were.
    notes : tuple of str
        What could not be read, one sentence each.
    """

    read: int
    unread: int
    masked: int
    not_listed: int
    recycled: int
    at: float | None
    full_at: float | None
    notes: tuple[str, ...]

    @classmethod
    def of(cls, store: RevisionStore) -> Freshness:
        """Return the freshness of a store."""
        return cls(
            *(store.count(VISIBLE), store.count(UNREAD), store.count(MASKED)),
            *(store.count(NOT_LISTED), store.count(RECYCLED)),
            store.fact("synced_at"),
            store.fact("full_at"),
            tuple(store.fact("notes", ())),
        )

    def sentence(self, now: Callable[[], float]) -> str:
        """Return it as text for people."""
        if self.at is None:
            parts = ["The list of revisions was not read yet"]
        else:
            moment = time.strftime("%Y-%m-%d %H:%M", time.localtime(self.at))
            parts = [f"{_count(self.read)} as of {moment} ({_ago(now() - self.at)})"]
        if self.unread:
            parts.append(f"{self.unread:,} more are not read yet: project.sync_revisions() reads them")
        elif self.full_at is not None:
            parts.append(f"Each row was read within the last {_age(now() - self.full_at)}")
        if self.masked:
            parts.append(f"{_are(self.masked)} hidden from this account")
        if self.not_listed:
            parts.append(f"{_are(self.not_listed)} no longer listed: recycled, hidden or not indexed")
        if self.recycled:
            parts.append(f"{_are(self.recycled)} in the recycle bin")
        return " ".join((". ".join(parts) + ".", *self.notes))


def _are(number: int) -> str:
    return f"{number:,} {'is' if number == 1 else 'are'}"


def _count(number: int) -> str:
    return f"{number:,} {'revision' if number == 1 else 'revisions'}"


def _ago(seconds: float) -> str:
    return "just now" if seconds < 60 else f"{_age(seconds)} ago"


def _age(seconds: float) -> str:
    """Return a duration in the largest unit that fits."""
    for unit, size in (("day", 86_400), ("hour", 3600)):
        if seconds >= 2 * size:
            return f"{int(seconds // size)} {unit}s"
    return f"{max(1, int(seconds // 60))} min"
