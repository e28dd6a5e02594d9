"""Records by hand whether an unconfirmed submit made a revision that the service does not show (B66)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..journal.journal import NO_REVISION, Step
from ..journal.states import Event
from ..table.batch_table import BatchTable
from .match_revisions import UNMATCHED

NO_REVISION_EXISTS = "It was confirmed that no revision exists. Submit again."


def confirm(table: BatchTable, ids: Sequence[int], *, exists: bool) -> None:
    """Record of unconfirmed documents whether they became revisions, and release the versions that waited."""
    waiting = table.next_versions(ids)
    table.journal.note(step for id_ in ids for step in _steps(id_, exists))
    table.release_fixed(waiting)


def _steps(document: int, exists: bool) -> Iterator[Step]:
    if exists:
        yield Step(document, Event.ACCEPTED)
        yield Step(document, None, UNMATCHED)
    else:
        yield Step(document, Event.RETURNED, {"reason": NO_REVISION, "message": NO_REVISION_EXISTS})
