"""What was set by hand, step by step, so that it can be taken back: `batch.undo()`.

Kept in memory, for as long as the batch is open; the cells themselves are the journal's.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from ..model import Cell, LabelSource
from .cells import Placed
from .journal import Journal
from .state import EDITABLE

STEPS = 100  # that can be taken back


@dataclass(frozen=True, slots=True)
class Change:
    """One cell of a step: what the analyst had set before (None: nothing), what counted, and what was put in."""

    document: int
    field: str  # id
    mine: Cell | None
    counted: Cell
    now: Cell


class History:
    """Puts the analyst's cells into the journal, a step at a time, and takes the last step back."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._steps: deque[list[Change]] = deque(maxlen=STEPS)

    def put(self, cells: Sequence[Placed]) -> None:
        """Set cells as one step. Raises `StateError`, and sets nothing, as `Journal.set_cells` does."""
        held = self._journal
        step = [Change(d, f, held.ours(d, f), held.cell(d, f), cell) for d, f, cell in cells]
        held.set_cells(cells)
        if step:
            self._steps.append(step)

    def undo(self) -> list[Change]:
        """Take the last step back; answers what was, [] where there is nothing to take back.

        A cell that was set anew since, or whose document is submitted or gone, stays as it is. One that the service
        has got meanwhile is set to what counted before, and sent again.
        """
        if not self._steps:
            return []
        journal = self._journal
        back = [one for one in self._steps.pop() if self._can_go_back(one)]
        unsent = {
            (one.document, one.field) for one in back if one.field in journal.unsent_fields(one.document)
        }
        drop = [one for one in back if one.mine is None and (one.document, one.field) in unsent]
        dropped = {(one.document, one.field) for one in drop}
        journal.drop_cells(dropped)
        kept = [one for one in back if (one.document, one.field) not in dropped]
        journal.set_cells((one.document, one.field, one.mine or _by_hand(one.counted)) for one in kept)
        return back

    def _can_go_back(self, one: Change) -> bool:
        document = self._journal.documents.get(one.document)
        editable = document is not None and document.state in EDITABLE
        return editable and self._journal.ours(one.document, one.field) == one.now


def _by_hand(cell: Cell) -> Cell:
    return Cell(cell.text, cell.values, LabelSource.MANUAL)
