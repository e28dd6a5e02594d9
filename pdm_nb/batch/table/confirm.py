"""Settle by hand whether an unconfirmed submit made a revision, for documents of which the service does not show it (B66)."""

from __future__ import annotations

from collections.abc import Iterator

from ..journal.journal import NO_REVISION, Step
from ..journal.states import Event
from ..pipeline.match_revisions import NOT_PAIRED

NONE_THERE = "It was confirmed that no revision exists. Submit again."


def confirmed(document: int, *, exists: bool) -> Iterator[Step]:
    """Yield what is noted of an unconfirmed document that somebody looked up in Procore."""
    if exists:
        yield Step(document, Event.ACCEPTED)
        yield Step(document, None, NOT_PAIRED)
    else:
        yield Step(document, Event.RETURNED, {"reason": NO_REVISION, "message": NONE_THERE})
