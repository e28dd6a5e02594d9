"""The undo history: actions that set cells, which can be undone and redone.

It is in memory, as long as the batch is open. The cells themselves are in the journal, so a journal that is opened again
has every cell but no history.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from ...model import Cell, Field, LabelSource
from ...rules.values.text import short
from ..journal.cells import PlacedCell
from ..journal.change_log import ANALYST, Cause
from ..journal.journal import Journal
from ..journal.states import EDITABLE

ACTIONS = 100  # that can be undone


@dataclass(frozen=True, slots=True)
class CellChange:
    """One cell of an action: what the analyst had set before (None: nothing), the effective cell, and the new one."""

    document: int
    field: str  # id
    before: Cell | None
    effective: Cell
    new: Cell


@dataclass(frozen=True, slots=True)
class Action:
    """Cells that were set together: one value, a paste, a fix. `label` describes it."""

    label: str
    changes: tuple[CellChange, ...]


class UndoHistory:
    """Sets cells of the analyst in the journal, one action at a time; undoes and redoes actions."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._done: deque[Action] = deque(maxlen=ACTIONS)
        # What was undone, and the cells after that.
        self._undone: list[tuple[Action, list[Cell | None]]] = []

    @property
    def done(self) -> list[Action]:
        """Actions that can be undone, the last one at the end."""
        return list(self._done)

    @property
    def undone(self) -> list[Action]:
        """Actions that can be redone, the next one first."""
        return [action for action, _ in reversed(self._undone)]

    def put(self, cells: Sequence[PlacedCell], label: str, author: str = ANALYST) -> tuple[CellChange, ...]:
        """Set cells as one action. Raises `StateError`, and sets nothing, like `Journal.set_cells`."""
        changes = self._put(cells, label, author)
        if changes:
            self._undone.clear()
        return changes

    def _put(self, cells: Sequence[PlacedCell], label: str, author: str) -> tuple[CellChange, ...]:
        journal = self._journal
        changes = tuple(
            CellChange(d, f, journal.analyst_cell(d, f), journal.cell(d, f), cell) for d, f, cell in cells
        )
        journal.set_cells(cells, Cause(author, label))
        if changes:
            self._done.append(Action(label, changes))
        return changes

    def undo(self) -> list[CellChange]:
        """Undo the last action that can be undone; returns its cells, [] if there is none.

        A cell that was changed since, or whose document is submitted or removed, stays as it is. An action of only such
        cells is skipped and kept, since a refused document becomes editable again. A cell that the service has by now is
        set to its effective value before, and sent again.
        """
        for place, action in reversed(list(enumerate(self._done))):
            if undone := [one for one in action.changes if self._is(one, one.new)]:
                self._restore(undone, Cause(ANALYST, f"Undone: {action.label}"))
                del self._done[place]
                left = [self._journal.analyst_cell(one.document, one.field) for one in undone]
                self._undone.append((Action(action.label, tuple(undone)), left))
                return undone
        return []

    def _restore(self, changes: Sequence[CellChange], cause: Cause) -> None:
        journal = self._journal
        dropped = {
            (one.document, one.field)
            for one in changes
            if one.before is None and one.field in journal.unsent_fields(one.document)
        }
        journal.drop_cells(dropped, cause)
        kept = [one for one in changes if (one.document, one.field) not in dropped]
        journal.set_cells(
            ((one.document, one.field, one.before or _by_hand(one.effective)) for one in kept), cause
        )

    def redo(self) -> list[CellChange]:
        """Redo the last action that was undone and can be redone; returns its cells, [] if there is none.

        A cell that was changed since stays as it is. An action of only such cells is skipped.
        """
        for place, (action, left) in reversed(list(enumerate(self._undone))):
            changes = [one for one, cell in zip(action.changes, left, strict=True) if self._is(one, cell)]
            if changes:
                cells = [(one.document, one.field, one.new) for one in changes]
                done = self._put(cells, action.label, ANALYST)
                del self._undone[place]
                return list(done)
        return []

    def _is(self, one: CellChange, cell: Cell | None) -> bool:
        """Return True if the analyst's cell is this one, and may be changed."""
        document = self._journal.documents.get(one.document)
        editable = document is not None and document.state in EDITABLE
        return editable and self._journal.analyst_cell(one.document, one.field) == cell


def _by_hand(cell: Cell) -> Cell:
    return Cell(cell.text, cell.values, LabelSource.MANUAL)


def action_label(item: Field, cells: Sequence[Cell], where: str) -> str:
    """Return the description of an action; `where` names the documents."""
    texts = {cell.text for cell in cells}
    if len(texts) != 1:
        return f"{item.label} of {where}"
    (text,) = texts
    return f"{item.label} = {short(text)}, {where}" if text else f"{item.label} cleared, {where}"
