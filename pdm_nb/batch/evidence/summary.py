"""The facts about a batch that its evidence begins with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

import pandas as pd

from ... import frames
from ...model import STATE_LABELS
from ..journal.journal import Journal
from ..pipeline.read_back import EQUAL
from .journal_frames import results

SUBMITTED_PLAN = "submitted plan"  # in the journal: the hash of the plan that a submit was called with


def summary(journal: Journal) -> pd.DataFrame:
    """Return the facts: what, value (string)."""
    return frames.frame({"what": frames.TEXT, "value": frames.TEXT}, _facts(journal))


def _facts(journal: Journal) -> Iterator[tuple[str, str]]:
    known = journal.identity
    yield "project", known.project or known.project_id
    yield "project id", known.project_id
    yield "company id", known.company_id
    yield "service", known.api_url
    yield "journal", str(journal.path)
    for (name, sha256), count in Counter(
        (name, sha256) for name, _, _, sha256 in journal.log.origins().values()
    ).items():
        yield "register", f"{name}, {count:,} documents, SHA-256 {sha256}"
    yield "documents", f"{len(journal.documents):,}"
    states = Counter(STATE_LABELS[document.state] for document in journal.documents.values())
    yield from ((state, f"{count:,}") for state, count in states.items())
    yield "bytes", f"{sum(document.size for document in journal.documents.values()):,}"
    if moments := [event[0] for event in journal.events()]:
        yield "first step", moment(min(moments))
        yield "last step", moment(max(moments))
    if plan := journal.meta.get(SUBMITTED_PLAN):
        yield "submitted by plan", plan
    yield from _of_changes(journal)
    yield from _of_reading_back(journal)


def _of_changes(journal: Journal) -> Iterator[tuple[str, str]]:
    cells: Counter[str] = Counter()
    for _, author, _, count in journal.log.decisions():
        cells[author] += count
    yield from ((f"cells by {author}", f"{count:,}") for author, count in cells.items())


def _of_reading_back(journal: Journal) -> Iterator[tuple[str, str]]:
    found = Counter(results(journal).values())
    if not found:
        yield "reading back", "not done"
        return
    yield "read back", moment(max(row[2] for row in journal.log.readback()))
    yield EQUAL, f"{found.pop(EQUAL, 0):,} documents"
    yield from ((result, f"{count:,} documents") for result, count in found.items())


def moment(seconds: float) -> str:
    """Return Unix seconds as text."""
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S} UTC"
