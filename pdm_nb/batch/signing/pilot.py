"""The pilot of a batch: a few documents go all the way first, and the others wait for a yes.

The journal has which documents they are; everything else follows from their states and from what was read back of them,
so a pilot survives a restart, and reading back again later may clear it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pandas as pd

from ... import frames
from ...errors import InputError
from ...model import Document
from ..evidence.journal_frames import differences, documents
from ..journal.journal import Journal
from ..journal.states import State
from ..pipeline.read_back import DIFFERENT, EQUAL, NOT_LISTED
from .plan_content import NEW, VERSION

PILOT = "pilot"  # in the journal
STOPPED = (State.HELD, State.FAILED, State.GONE, State.UNCONFIRMED)
SHOWN = 3
RESULT = ["document", "file", "state", "revision_id", "version", "read_back", "message"]
OTHERS = "batch.submit() submits the other documents."
DECIDE = (
    "Fix the other documents and run another pilot, such as batch.submit(pilot=3), or submit them as they are with "
    "batch.submit(pilot=0)."
)


@dataclass(frozen=True)
class Pilot:
    """The pilot that a journal has: its documents, and whether somebody accepted it with its differences."""

    ids: tuple[int, ...]
    is_accepted: bool = False

    @classmethod
    def of(cls, journal: Journal) -> Pilot:
        """Return the last pilot of a batch; without documents if it had none."""
        stored = json.loads(journal.meta.get(PILOT, "{}"))
        return cls(tuple(stored.get("documents", ())), stored.get("accepted", False))

    def store(self, journal: Journal) -> None:
        """Write it into the journal."""
        journal.set_meta(PILOT, json.dumps({"documents": self.ids, "accepted": self.is_accepted}))

    def accept(self, journal: Journal) -> None:
        """Note that the other documents may be submitted, whatever the pilot showed."""
        if self.ids:
            Pilot(self.ids, True).store(journal)

    def _documents(self, journal: Journal) -> list[Document]:
        return [journal.documents[id_] for id_ in self.ids if id_ in journal.documents]

    def is_unfinished(self, journal: Journal) -> bool:
        """Return True if it was interrupted, so that a document can still continue or was not read back."""
        read = {row[0] for row in journal.log.readback()} if self.ids else set()
        return not self.is_accepted and any(
            document.state not in STOPPED and document.id not in read for document in self._documents(journal)
        )

    def question(self, journal: Journal) -> str:
        """Return why the other documents cannot be submitted yet, and what to do; "" if they can."""
        if self.is_accepted or not self.ids:
            return ""
        if self.is_unfinished(journal):
            return "The pilot is not finished. batch.resume() continues it."
        if not (found := list(self._wrong(journal))):
            return ""
        more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
        return f"The pilot is not as intended: {'; '.join(found[:SHOWN])}{more}. {DECIDE}"

    def _wrong(self, journal: Journal) -> Iterator[str]:
        """Yield what is not as intended, one clause each."""
        names, known = journal.fields, {document.id: document for document in self._documents(journal)}
        for document in known.values():
            if document.state != State.SUBMITTED:
                yield f"{document.name} is {document.state_label}"
        for id_, field, _, result, intended, found in journal.log.readback():
            if id_ not in known or result == EQUAL or known[id_].state != State.SUBMITTED:
                continue
            name = known[id_].name
            if result == NOT_LISTED:
                yield f"{name} is not listed yet, batch.evidence.reconcile() reads it again"
            elif result == DIFFERENT and field:
                yield f"{name}: {names.get(field, field)} is {found!r}, not {intended!r}"
            else:
                yield (
                    f"{name} {result}: {found.rstrip('.')}"
                    if result != DIFFERENT
                    else f"{name}: {found.rstrip('.')}"
                )

    def sentence(self, journal: Journal) -> str:
        """Return what the pilot showed, and what to do next."""
        if question := self.question(journal):
            return question
        return f"The pilot is as intended: {len(self.ids)} of {len(self.ids)} revisions are equal. {OTHERS}"

    def result(self, journal: Journal) -> pd.DataFrame:
        """Return one row per document: `RESULT`, and its differences as text (string)."""
        table = documents(journal)
        table = table[table["document"].isin(self.ids)][RESULT].reset_index(drop=True)
        wrong = differences(journal)
        texts: dict[int, list[str]] = {}
        for id_, field, result, found in wrong[["document", "field", "result", "found"]].to_numpy().tolist():
            texts.setdefault(id_, []).append(f"{field or result}: {found}")
        table["differences"] = pd.Series(
            ["; ".join(texts.get(id_, ())) for id_ in table["document"].tolist()], dtype=frames.TEXT
        )
        return table


def select_pilot(journal: Journal, planned: pd.DataFrame, type_field: str, count: int) -> Pilot:
    """Select documents that stand for the others: one of each kind first, the most frequent kinds first.

    A kind is what a document becomes (new or a version), its type and its format. Within a kind, the order of the submit
    counts; only documents without an earlier version in the batch are taken.

    Parameters
    ----------
    journal : Journal
        The journal of the batch.
    planned : DataFrame
        The documents of its plan.
    type_field : str
        The id of the field `type`.
    count : int
        How many documents.
    """
    ready = planned[planned["what"].isin((NEW, VERSION))].sort_values("order")
    first = ready.drop_duplicates("name") if ready["name"].ne("").all() else ready
    kinds: dict[tuple[str, str, str], list[int]] = {}
    for id_, what in first[["document", "what"]].to_numpy().tolist():
        kind = (what, journal.cell(id_, type_field).text, journal.documents[id_].mime_type)
        kinds.setdefault(kind, []).append(id_)
    selected = _in_turn(sorted(kinds.values(), key=len, reverse=True), count)
    if not selected:
        raise InputError(
            "No document can be submitted, so there is no pilot. batch.plan() shows why each document is on hold."
        )
    return Pilot(tuple(selected))


def _in_turn(groups: Iterable[list[int]], count: int) -> list[int]:
    """Return the first of each group, then the second of each, up to `count`."""
    listed = [list(group) for group in groups]
    places = max(map(len, listed), default=0)
    return [group[place] for place in range(places) for group in listed if place < len(group)][:count]
