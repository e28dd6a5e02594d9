"""The state of a table: values and marks by row and column, which of them must still be sent, and rejected edits. Pure.

How this works: a rejected edit stays in its cell as it was typed, with the reason. Meanwhile, what the panel sets is kept
behind it. The cell shows the panel's value again when the panel sets another value or lock than at the time of the
rejection, when the cell is edited again, or when the edit is undone. `table.py` sends the changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .column import Edit, rejection
from .wire_format import Cells

Place = tuple[int, str]
MutableCells = dict[int, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class RejectedEdit:
    """A rejected edit: the typed text, the reason, and the panel's value and mark behind it."""

    typed: str
    reason: str
    value: Any
    mark: Any

    def stays(self, value: Any, mark: Any) -> bool:
        """True while the panel's value and lock are those at the time of the rejection."""
        return bool(value == self.value and _lock(mark) == _lock(self.mark))


class TableState:
    """The cells of a table."""

    def __init__(self, values: Cells, marks: Cells) -> None:
        self._rejected: dict[Place, RejectedEdit] = {}
        self._last_rejected: list[Place] = []  # of the last action
        self._last_accepted = 0  # number of cells of the last action that were accepted
        self.replace(values, marks)

    def replace(self, values: Cells, marks: Cells) -> None:
        """Replace all rows. Rejected edits stay in cells whose value and lock are the same."""
        self.values: MutableCells = {row: dict(cells) for row, cells in values.items()}
        self.marks: MutableCells = {
            row: {k: m for k, m in marks.get(row, {}).items() if m} for row in self.values
        }
        self._new_values: MutableCells = {}
        self._new_marks: MutableCells = {}
        before, self._rejected = self._rejected, {}
        for place, one in before.items():
            if one.stays(*self._at(place)):
                self._put_rejected(place, replace(one, mark=self._at(place)[1]))

    @property
    def pending(self) -> bool:
        """True if there are changes to send."""
        return bool(self._new_values or self._new_marks)

    def take(self) -> tuple[MutableCells, MutableCells]:
        """Return the values and marks to send, and forget them."""
        taken = self._new_values, self._new_marks
        self._new_values, self._new_marks = {}, {}
        return taken

    def patch(self, values: Cells, marks: Cells) -> None:
        """Set cells as the panel wants them; unknown rows are ignored."""
        for row, key, value in _cells(values, self.values):
            if self._is_free((row, key), value=value) and self.values[row].get(key) != value:
                self.values[row][key] = value
                self._new_values.setdefault(row, {})[key] = value
        for row, key, mark in _cells(marks, self.values):
            mark = mark or None
            if self._is_free((row, key), mark=mark) and self.marks[row].get(key) != mark:
                self.marks[row][key] = mark
                self._new_marks.setdefault(row, {})[key] = mark

    # -- edits
    def begin(self, edits: Iterable[Edit]) -> dict[Place, Any]:
        """Put edits in as typed; they stay unless the panel patches them. Returns the values before."""
        before = {}
        for edit in edits:
            place = edit.row, edit.key
            self._restore(place)
            before[place] = self.values[edit.row].get(edit.key)
            self.values[edit.row][edit.key] = edit.new
        return before

    def end(self, edits: Sequence[Edit], rejected: Mapping[Place, str], before: Mapping[Place, Any]) -> None:
        """Note which edits were rejected. All their cells are sent, because other browsers have not seen the typing."""
        places = [(edit.row, edit.key) for edit in edits]
        self._last_rejected = [place for place in places if place in rejected]
        self._last_accepted = len(places) - len(self._last_rejected)
        for edit, place in zip(edits, places, strict=True):
            if place in rejected and edit.row in self.values:
                value, mark = self._at(place)
                value = before[place] if value == edit.new else value
                self._put_rejected(place, RejectedEdit(edit.new, rejected[place], value, mark))
        self._resend(places)

    def discard_rejected(self) -> Place | None:
        """Discard the rejected edits of the last action. Returns the first place if all of it was rejected."""
        discarded = [place for place in self._last_rejected if self._restore(place)]
        self._last_rejected = []
        return discarded[0] if discarded and not self._last_accepted else None

    # -- rejected edits
    def _at(self, place: Place) -> tuple[Any, Any]:
        row, key = place
        return self.values.get(row, {}).get(key), self.marks.get(row, {}).get(key)

    def _put_rejected(self, place: Place, rejected: RejectedEdit) -> None:
        row, key = place
        self.values[row][key], self.marks[row][key] = rejected.typed, rejection(rejected.reason)
        self._rejected[place] = rejected

    def _is_free(self, place: Place, **update: Any) -> bool:
        """False for a cell that keeps a rejected edit; the panel's update is kept behind it."""
        rejected = self._rejected.get(place)
        if rejected is None:
            return True
        now = replace(rejected, **update)
        if rejected.stays(now.value, now.mark):
            self._rejected[place] = now
            return False
        return self._restore(place)

    def _restore(self, place: Place) -> bool:
        """Show the panel's value again in a cell with a rejected edit; False if it has none."""
        rejected = self._rejected.pop(place, None)
        if rejected is None:
            return False
        row, key = place
        self.values[row][key], self.marks[row][key] = rejected.value, rejected.mark
        self._resend([place])
        return True

    def _resend(self, places: Iterable[Place]) -> None:
        for row, key in places:
            if row in self.values:
                self._new_values.setdefault(row, {})[key], self._new_marks.setdefault(row, {})[key] = (
                    self._at((row, key))
                )


def _cells(changes: Cells, rows: MutableCells) -> Iterable[tuple[int, str, Any]]:
    return (
        (row, key, content) for row, cells in changes.items() if row in rows for key, content in cells.items()
    )


def _lock(mark: Mapping[str, Any] | None) -> str:
    return str((mark or {}).get("locked") or "")
