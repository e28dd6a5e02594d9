"""What a register shows as frames: its columns, and what is unusual about its cells and rows. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pandas as pd

from .. import frames
from ..rules.naming_standard import split_suffix
from .mapping import CellProblem
from .matching import Matching
from .matching.shared_files import row_label
from .reading import Appearance
from .reading.table.register_table import Reason
from .register_stages import RegisterStages

ODD = {
    Appearance.INVISIBLE: "The cell has invisible characters. They were left out.",
    Appearance.APOSTROPHE: "The text begins with an apostrophe. Remove it if it is not a part of the text.",
    Appearance.ERROR: "The cell has an error. Correct it in the spreadsheet.",
    Appearance.DATE: "The cell is a date. A spreadsheet may have converted a text such as 1-2.",
    Appearance.NO_VALUE: "The formula has no stored value. Open the file in a spreadsheet and save it.",
}
PDF_SUFFIX = ".pdf"
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
    found = [*_cell_problems(stages), *_odd_cells(stages), *_unsplit(stages), *_excluded(stages)]
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


def _odd_cells(stages: RegisterStages) -> Iterator[Row]:
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


def problem_notices(stages: RegisterStages) -> list[str]:
    """Return a sentence for each kind of problem in each column, with its count and an example."""
    found: list[str] = []
    groups: dict[tuple[str, str], list[CellProblem]] = {}
    for one in stages.problems:
        groups.setdefault((one.column, one.kind.value), []).append(one)
    for (_, kind), problems in groups.items():
        first, count = problems[0], len(problems)
        more = f" {count - 1} more cells are like it." if count > 1 else ""
        where = stages.content.place(first.row, first.column)
        hint = ""
        if first.proposal and kind not in stages.cleaned:
            hint = f" register.clean({kind!r}) does so."
        found.append(f"{where[0].upper()}{where[1:]}: {first.message}{more}{hint}")
    odd: dict[tuple[str | None, str], list[Row]] = {}
    for cell in _odd_cells(stages):
        _, column, _, _, kind, _, _ = cell
        odd.setdefault((column, kind), []).append(cell)
    for (column, kind), rows in odd.items():
        row, *_, shown = rows[-1]
        taken = f", taken as {shown!r}" if shown else ""
        cells = f"{len(rows)} cells" if len(rows) > 1 else "1 cell"
        found.append(f"{cells} in {column!r}: {kind}, such as row {row}{taken}.")
    return found


def row_notices(matching: Matching) -> list[str]:
    """Return sentences about rows without a file and files without a row."""
    found = []
    unclear = [row for row, files in matching.unclear.items() if len(files) > 1]
    if unclear:
        row = unclear[0]
        rows = f"{len(unclear)} rows match" if len(unclear) > 1 else "1 row matches"
        files = ", ".join(matching.unclear[row][:3])
        found.append(
            f"{rows} several files, such as row {row_label(row)}, {matching.text_of(row)!r}: {files}. register.assign({row!r}, '…') "
            f"sets the file of one.{_by_suffix(matching)}"
        )
    if shared := [row for row, files in matching.unclear.items() if len(files) == 1]:
        row = shared[0]
        rows = f"{len(shared)} rows have" if len(shared) > 1 else "1 row has"
        found.append(
            f"{rows} a number that other rows have too, and its file has no revision, such as row {row_label(row)}, "
            f"{matching.text_of(row)!r}: {matching.unclear[row][0]}. register.assign({row!r}, '…') sets the file of one."
        )
    without = [row for row in matching.rows if row not in matching.matches and row not in matching.unclear]
    if without:
        row = without[0]
        rows = f"{len(without)} rows have" if len(without) > 1 else "1 row has"
        found.append(f"{rows} no file, such as row {row_label(row)}: {matching.text_of(row)!r}.")
    proposed = {one.file for one in matching.matches.values()}
    left = [file for file in matching.unused_files if file not in proposed]
    if left:
        files = f"{len(left)} files have" if len(left) > 1 else "1 file has"
        found.append(f"{files} no row and will not be uploaded, such as {left[0]}.")
    return found


def _by_suffix(matching: Matching) -> str:
    """Return how rows whose files differ only in the suffix are decided at once, "" if there are none."""
    found: Counter[str] = Counter()
    for files in matching.unclear.values():
        stems = {split_suffix(file)[0].casefold() for file in files}
        if len(files) > 1 and len(stems) == 1:
            found.update({split_suffix(file)[1].casefold() for file in files})
    if not found:
        return ""
    suffix = PDF_SUFFIX if PDF_SUFFIX in found else found.most_common(1)[0][0]
    return f" Open the register with suffixes={suffix!r} if only those files are meant."
