"""What a table holds: values and marks by row and column, what of them is still to be sent, and what was refused. Pure.

A cell whose edit was refused keeps what was typed, until its panel says another value or another lock than it said
then; what the panel says meanwhile is kept behind it. The wire is `table.py`'s.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .column import Edit, refusal
from .wire_format import Cells

Place = tuple[int, str]
Held = dict[int, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Refused:
    """A cell whose edit was refused: what was typed, why it is not taken, what the panel has there."""

    typed: str
    why: str
    value: Any
    mark: Any

    def stays(self, value: Any, mark: Any) -> bool:
        """True while the panel says what it said then."""
        return bool(value == self.value and _lock(mark) == _lock(self.mark))


class TableState:
    """The cells of a table; `pending` tells whether some are to be sent."""

    def __init__(self, values: Cells, marks: Cells) -> None:
        self._refused: dict[Place, Refused] = {}
        self._last: list[Place] = []  # what was refused of the last action
        self._last_taken = 0  # cells of it that were not
        self.replace(values, marks)

    def replace(self, values: Cells, marks: Cells) -> None:
        """Hold other rows; what was refused stays where the panel says the same of it."""
        self.values: Held = {row: dict(cells) for row, cells in values.items()}
        self.marks: Held = {row: {k: m for k, m in marks.get(row, {}).items() if m} for row in self.values}
        self._new_values: Held = {}
        self._new_marks: Held = {}
        before, self._refused = self._refused, {}
        for place, one in before.items():
            if one.stays(*self._at(place)):
                self._put_refused(place, replace(one, mark=self._at(place)[1]))

    @property
    def pending(self) -> bool:
        return bool(self._new_values or self._new_marks)

    def take(self) -> tuple[Held, Held]:
        """Values and marks that are to be sent; they are none any more."""
        taken = self._new_values, self._new_marks
        self._new_values, self._new_marks = {}, {}
        return taken

    def patch(self, values: Cells, marks: Cells) -> None:
        """What the panel says of some cells. Rows that are not there are left out."""
        for row, key, value in _cells(values, self.values):
            if self._is_free((row, key), value=value) and self.values[row].get(key) != value:
                self.values[row][key] = value
                self._new_values.setdefault(row, {})[key] = value
        for row, key, mark in _cells(marks, self.values):
            mark = mark or None
            if self._is_free((row, key), mark=mark) and self.marks[row].get(key) != mark:
                self.marks[row][key] = mark
                self._new_marks.setdefault(row, {})[key] = mark

    # -- what a person does
    def begin(self, edits: Iterable[Edit]) -> dict[Place, Any]:
        """Take edits as they were typed, which is what counts unless the panel patches it; answers what was there."""
        before = {}
        for edit in edits:
            place = edit.row, edit.key
            self._lift(place)
            before[place] = self.values[edit.row].get(edit.key)
            self.values[edit.row][edit.key] = edit.new
        return before

    def end(self, edits: Sequence[Edit], refused: Mapping[Place, str], before: Mapping[Place, Any]) -> None:
        """The edits were judged. All their cells are to be sent: what was typed in one browser another has not seen."""
        places = [(edit.row, edit.key) for edit in edits]
        self._last = [place for place in places if place in refused]
        self._last_taken = len(places) - len(self._last)
        for edit, place in zip(edits, places, strict=True):
            if place in refused and edit.row in self.values:
                value, mark = self._at(place)
                value = before[place] if value == edit.new else value
                self._put_refused(place, Refused(edit.new, refused[place], value, mark))
        self._resend(places)

    def drop_refused(self) -> Place | None:
        """Drop what was refused of the last action; answers where, if that was all of the action."""
        dropped, self._last = [place for place in self._last if self._lift(place)], []
        return dropped[0] if dropped and not self._last_taken else None

    # -- cells that were refused
    def _at(self, place: Place) -> tuple[Any, Any]:
        row, key = place
        return self.values.get(row, {}).get(key), self.marks.get(row, {}).get(key)

    def _put_refused(self, place: Place, refused: Refused) -> None:
        row, key = place
        self.values[row][key], self.marks[row][key] = refused.typed, refusal(refused.why)
        self._refused[place] = refused

    def _is_free(self, place: Place, **said: Any) -> bool:
        """False for a cell that keeps what was typed; what the panel says is kept behind it."""
        refused = self._refused.get(place)
        if refused is None:
            return True
        now = replace(refused, **said)
        if refused.stays(now.value, now.mark):
            self._refused[place] = now
            return False
        return self._lift(place)

    def _lift(self, place: Place) -> bool:
        """Show again what the panel has in a cell whose edit was refused; False where it was not."""
        refused = self._refused.pop(place, None)
        if refused is None:
            return False
        row, key = place
        self.values[row][key], self.marks[row][key] = refused.value, refused.mark
        self._resend([place])
        return True

    def _resend(self, places: Iterable[Place]) -> None:
        for row, key in places:
            if row in self.values:
                self._new_values.setdefault(row, {})[key], self._new_marks.setdefault(row, {})[key] = (
                    self._at((row, key))
                )


def _cells(changes: Cells, rows: Held) -> Iterable[tuple[int, str, Any]]:
    return (
        (row, key, content) for row, cells in changes.items() if row in rows for key, content in cells.items()
    )


def _lock(mark: Mapping[str, Any] | None) -> str:
    return str((mark or {}).get("locked") or "")
