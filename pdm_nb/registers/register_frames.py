"""What a register shows as frames: its columns, and what is unusual about its cells and rows. Pure."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from .. import frames
from .reading import Appearance
from .reading.table.register_table import Reason
from .register_stages import RegisterStages

ODD = {
    Appearance.INVISIBLE: "The cell has invisible characters. They were left out.",
    Appearance.APOSTROPHE: "The text begins with an apostrophe. Remove it if it is not a part of the text.",
    Appearance.ERROR: "The cell has an error. Correct it in the spreadsheet.",
    Appearance.DATE: "The cell is a date. A spreadsheet may have converted a text such as 1-2.",
    Appearance.POWER: "The cell is a number that is shown as a power of ten. A text such as 1E5 was converted, or digits are "
    "lost: enter it as text.",
    Appearance.NO_VALUE: "The formula has no stored value. Open the file in a spreadsheet and save it.",
}
PROBLEM = {"row": frames.WHOLE, "column": frames.TEXT, "field": frames.TEXT, "value": frames.TEXT}
PROBLEM |= {"kind": frames.TEXT, "message": frames.TEXT, "proposal": frames.TEXT}
Row = tuple[int, str | None, str | None, str | None, str, str, str | None]


def columns_frame(stages: RegisterStages) -> pd.DataFrame:
    """Return one row per column: what it becomes, what was proposed, and why."""
    mapping, proposals = stages.mapping, {one.column: one for one in stages.proposals}
    targets = {column: name for column, name in mapping.columns.items() if name}
    for join in mapping.joins:
        targets |= dict.fromkeys(join.columns, join.field)
    targets |= {split.column: ", ".join(filter(None, split.fields)) for split in mapping.splits}
    decided = stages.profile.mapping.named
    rows = []
    for column in stages.content.columns:
        one = proposals[column]
        rows.append(
            (
                column,
                targets.get(column),
                "decided" if column in decided else one.confidence.value,
                "; ".join(one.reasons),
                "; ".join(one.samples),
            )
        )
    names = ("column", "field", "confidence", "reasons", "samples")
    return frames.frame(dict.fromkeys(names, frames.TEXT), rows)


def problems_frame(stages: RegisterStages) -> pd.DataFrame:
    """Return one row per cell that is not what it looks like, and per row that is not a document."""
    found = [*_cell_problems(stages), *odd_cells(stages), *_unsplit(stages), *_excluded(stages)]
    return frames.frame(PROBLEM, sorted(found, key=lambda one: one[0]))


def _cell_problems(stages: RegisterStages) -> Iterator[Row]:
    numbers, names = stages.content.numbers, stages.mapping.columns
    for one in stages.problems:
        yield (
            numbers[one.row],
            one.column,
            names.get(one.column),
            one.value,
            one.kind.value,
            one.message,
            one.proposal,
        )


def odd_cells(stages: RegisterStages) -> Iterator[Row]:
    """Yield the cells of fields that are not what they look like."""
    numbers = stages.content.numbers
    for column, name in stages.mapping.columns.items():
        for place, cell in stages.content.odd_cells(column) if name else ():
            if (message := ODD.get(cell.appearance)) and not (
                cell.appearance is Appearance.DATE and column in stages.date_orders
            ):
                stored = None if cell.stored is None else str(cell.stored)
                yield numbers[place], column, name, stored, cell.appearance.value, message, cell.shown


def _unsplit(stages: RegisterStages) -> Iterator[Row]:
    for column, places in stages.mapped.unsplit.items():
        for place in places:
            text = stages.content.columns[column][place]
            message = "The cell cannot be split as the others. Its first field has the whole text."
            yield stages.content.numbers[place], column, None, text, "not split", message, None


def _excluded(stages: RegisterStages) -> Iterator[Row]:
    for one in stages.content.table.excluded:
        if one.reason is not Reason.EMPTY:
            message = f"The row is not a document: {one.reason.value}."
            yield one.row, None, None, one.text, one.reason.value, message, None
