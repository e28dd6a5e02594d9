"""What was set by hand, action by action, so that it can be taken back and done again: `batch.undo()`, `redo()`.

Kept in memory, for as long as the batch is open; the cells themselves are the journal's, so a journal that is opened
again has every cell and no history.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from ...model import Cell, LabelSource
from ..journal.cells import Placed
from ..journal.journal import Journal
from ..journal.states import EDITABLE

ACTIONS = 100  # that can be taken back


@dataclass(frozen=True, slots=True)
class CellChange:
    """One cell of an action: what the analyst had set before (None: nothing), what counted, and what was put in."""

    document: int
    field: str  # id
    mine: Cell | None
    counted: Cell
    now: Cell


@dataclass(frozen=True, slots=True)
class Action:
    """What was done at once, however many cells: a value set, a paste, a mend. `label` says it in words."""

    label: str
    changes: tuple[CellChange, ...]


class UndoHistory:
    """Puts the analyst's cells into the journal, an action at a time; takes the last back, and does it again."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._done: deque[Action] = deque(maxlen=ACTIONS)
        # What was taken back, and what each cell of it was left as.
        self._undone: list[tuple[Action, list[Cell | None]]] = []

    @property
    def done(self) -> list[Action]:
        """What `undo` takes back, the last at the end."""
        return list(self._done)

    @property
    def undone(self) -> list[Action]:
        """What `redo` does again, the next first."""
        return [action for action, _ in reversed(self._undone)]

    def put(self, cells: Sequence[Placed], label: str) -> None:
        """Set cells as one action. Raises `StateError`, and sets nothing, as `Journal.set_cells` does."""
        if self._put(cells, label):
            self._undone.clear()

    def _put(self, cells: Sequence[Placed], label: str) -> tuple[CellChange, ...]:
        held = self._journal
        changes = tuple(CellChange(d, f, held.ours(d, f), held.cell(d, f), cell) for d, f, cell in cells)
        held.set_cells(cells)
        if changes:
            self._done.append(Action(label, changes))
        return changes

    def undo(self) -> list[CellChange]:
        """Take back the last action of which something can be; answers what was, [] where there is none.

        A cell that was set anew since, or whose document is submitted or gone, stays as it is; an action of such cells
        alone is passed over and kept, since a refused document comes back. One that the service has got meanwhile is
        set to what counted before, and sent again.
        """
        for place, action in reversed(list(enumerate(self._done))):
            if back := [one for one in action.changes if self._is(one, one.now)]:
                self._take_back(back)
                del self._done[place]
                left = [self._journal.ours(one.document, one.field) for one in back]
                self._undone.append((Action(action.label, tuple(back)), left))
                return back
        return []

    def _take_back(self, back: Sequence[CellChange]) -> None:
        journal = self._journal
        dropped = {
            (one.document, one.field)
            for one in back
            if one.mine is None and one.field in journal.unsent_fields(one.document)
        }
        journal.drop_cells(dropped)
        kept = [one for one in back if (one.document, one.field) not in dropped]
        journal.set_cells((one.document, one.field, one.mine or _by_hand(one.counted)) for one in kept)

    def redo(self) -> list[CellChange]:
        """Do again what was taken back last and can be done; answers it, [] where there is nothing.

        A cell that is no longer as it was left then stays as it is; an action of such cells alone is passed over.
        """
        for place, (action, left) in reversed(list(enumerate(self._undone))):
            again = [one for one, cell in zip(action.changes, left, strict=True) if self._is(one, cell)]
            if again:
                done = self._put([(one.document, one.field, one.now) for one in again], action.label)
                del self._undone[place]
                return list(done)
        return []

    def _is(self, one: CellChange, cell: Cell | None) -> bool:
        """True where the analyst's cell is this, and may be changed."""
        document = self._journal.documents.get(one.document)
        editable = document is not None and document.state in EDITABLE
        return editable and self._journal.ours(one.document, one.field) == cell


def _by_hand(cell: Cell) -> Cell:
    return Cell(cell.text, cell.values, LabelSource.MANUAL)
