"""Finds the sheet and the headings of the register, or takes those that are given, and joins sheets."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from ....errors import InputError
from ....rules.values.text import quantity
from ..sheets.workbook import ReadingNotice, Sheet, Workbook
from .headings import Heading, find_headings, heading_names
from .join import join_tables
from .register_table import Reason, RegisterTable, TableCandidate
from .sheet_table import SheetTable, take_table

LIKELY = 0.6  # below this score, the headings are reported as uncertain
CLOSE = 0.1  # sheets whose scores differ by less are equally likely
ENOUGH_ROWS = 10
TEXT = 0.5  # factor for a sheet that is hardly a table


def find_table(
    workbook: Workbook,
    sheet: str | Sequence[str] | None = None,
    header: int | tuple[int, int] | None = None,
    skip: Collection[int] = (),
    *,
    hidden: bool = False,
) -> RegisterTable:
    """Find the table of a register.

    Parameters
    ----------
    workbook : Workbook
        What `read_workbook` returned.
    sheet : str or list of str, optional
        The name of the sheet, or of several to join. If not given, the most likely visible one.
    header : int or (int, int), optional
        The row number of the headings, or of the first and last row if they are over two; 0 if there are none.
    skip : collection of int
        Row numbers to leave out.
    hidden : bool
        Take hidden rows and columns too.

    Returns
    -------
    RegisterTable
        The rows under their headings, what was left out and why, and what else was possible.

    Raises
    ------
    InputError
        If a sheet is unknown, or no sheet has a table.

    Examples
    --------
    >>> import pandas as pd
    >>> from pdm_nb.registers.reading import read_workbook
    >>> table = find_table(read_workbook(pd.DataFrame({"Number": ["A-101"], "Title": ["Plan"]})))
    >>> table.columns, table.header, list(table.frame.index)
    (['Number', 'Title'], (1,), [2])
    """
    skipped = frozenset(skip)
    candidates = _candidates(workbook, skipped)
    selected = _selected(workbook, sheet, candidates)
    headers = {one.name: _header(one, header, skipped, workbook.name) for one in selected}
    tables = [take_table(one, headers[one.name].rows, skipped, hidden) for one in selected]
    others = [] if sheet is not None else _equally_likely(candidates)
    notices = [*workbook.notices, *_about_choice(workbook, tables, headers, others, header is None)]
    return join_tables(tables, candidates, bool(others), notices)


def _candidates(workbook: Workbook, skip: frozenset[int]) -> list[TableCandidate]:
    """Return the sheets that have headings, the most likely first, hidden ones last."""
    found, wide = [], set[str]()
    for sheet in workbook.sheets:
        if heading := find_headings(sheet, skip):
            rows = sum(number > heading.rows[-1] for number in sheet.rows)
            score = round(heading.score + 0.25 * min(1.0, rows / ENOUGH_ROWS), 3)
            reasons = (*heading.reasons, f"{rows} rows below")
            found.append(TableCandidate(sheet.name, heading.rows, score, rows, reasons, sheet.hidden))
            wide |= {sheet.name} if len(heading_names(sheet, heading.rows)) > 1 else set()
    if tables := [one.rows for one in found if one.sheet in wide and not one.hidden]:
        enough = max(ENOUGH_ROWS, *tables)
        found = [one if one.sheet in wide or one.rows >= enough else _as_text(one) for one in found]
    return sorted(found, key=lambda one: (one.hidden, -one.score))


def _as_text(candidate: TableCandidate) -> TableCandidate:
    """Return a sheet with one short column, next to a table, as less likely: it is a cover, or notes."""
    return replace(
        candidate,
        score=round(candidate.score * TEXT, 3),
        reasons=(*candidate.reasons, "only one column, next to a table"),
    )


def _selected(
    workbook: Workbook, names: str | Sequence[str] | None, candidates: list[TableCandidate]
) -> list[Sheet]:
    by_name = {sheet.name: sheet for sheet in workbook.sheets}
    if names is None:
        visible = [one for one in candidates if not one.hidden]
        if not visible and len(by_name) == 1:
            return list(workbook.sheets)
        if not visible:
            hidden = ", ".join(repr(one.sheet) for one in candidates)
            found = f" Hidden sheets with a table: {hidden}." if hidden else ""
            raise InputError(
                f"{workbook.name} has no table with headings in a visible sheet.{found} Set sheet= and header=."
            )
        return [by_name[visible[0].sheet]]
    wanted = [names] if isinstance(names, str) else list(dict.fromkeys(names))
    for name in wanted:
        if name not in by_name:
            raise InputError(
                f"{workbook.name} has no sheet {name!r}. It has: {', '.join(map(repr, by_name))}."
            )
    if not wanted:
        raise InputError("sheet= is an empty list. Name at least one sheet.")
    return [by_name[name] for name in wanted]


def _header(sheet: Sheet, given: int | tuple[int, int] | None, skip: frozenset[int], name: str) -> Heading:
    if given is None:
        if heading := find_headings(sheet, skip):
            return heading
        if len(sheet.rows) == 1:
            return Heading((next(iter(sheet.rows)),))
        raise InputError(
            f"Sheet {sheet.name!r} of {name} has no table. Set header= to the row of the headings."
        )
    rows = (given,) if isinstance(given, int) else tuple(given)
    if rows == (0,):
        return Heading(())
    if not all(row in sheet.rows for row in rows):
        raise InputError(
            f"Row {', '.join(map(str, rows))} of sheet {sheet.name!r} is empty. Set header= to the headings."
        )
    return Heading(rows, 1.0)


def _equally_likely(candidates: list[TableCandidate]) -> list[str]:
    visible = [one for one in candidates if not one.hidden]
    return [one.sheet for one in visible[1:] if one.rows and visible[0].score - one.score < CLOSE]


def _about_choice(
    workbook: Workbook, tables: list[SheetTable], headers: dict[str, Heading], others: list[str], found: bool
) -> list[ReadingNotice]:
    notices = []
    for table in tables:
        rows = " and ".join(map(str, table.header))
        where = (
            f"headings in row{'s' if len(table.header) > 1 else ''} {rows}" if rows else "without headings"
        )
        left_out = sum(one.reason is not Reason.EMPTY for one in table.excluded)
        text = f"Sheet {table.sheet!r}: {where}, {quantity(len(table.numbers), 'row')}" + (
            f", {left_out} left out." if left_out else "."
        )
        notices.append(ReadingNotice("table", text, table.sheet, table.header))
        if found and headers[table.sheet].score < LIKELY:
            text = f"The headings of sheet {table.sheet!r} are not certain. Set header= if row {rows} is wrong, 0 if there are none."
            notices.append(ReadingNotice("uncertain_headings", text, table.sheet, table.header))
    if others:
        text = f"Other sheets are about as likely: {', '.join(others)}. Select one, or several to join them."
        notices.append(ReadingNotice("ambiguous_sheet", text))
    used = {table.sheet for table in tables}
    if unseen := [
        sheet.name for sheet in workbook.sheets if sheet.hidden and sheet.name not in used and sheet.rows
    ]:
        notices.append(ReadingNotice("hidden_sheets", f"Hidden sheets were not read: {', '.join(unseen)}."))
    return notices
