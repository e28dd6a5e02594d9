"""The mark of a form: a hidden sheet with what it was written for, and its columns. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ....errors import InputError
from ..sheets.workbook import Sheet, Workbook
from .form import CODES, INSTRUCTIONS, KEY, REGISTER, Form

MARK = "pdm_nb"  # the name of the hidden sheet
FORMAT = "1"
ROWS_TRIED = 60


@dataclass(frozen=True, slots=True)
class FormMark:
    """A form that was read: what it was written for, where its table is, and the lists that it had.

    Attributes
    ----------
    kind : {"template", "on hold"}
        What it is.
    facts : dict
        Project, time, fingerprint of the configuration and so on.
    fields : dict
        Heading -> name of the field, "file", or "" for columns that are not read back.
    letters : dict
        Heading -> the letters of its column when it was written.
    compared : tuple of str
        The headings whose cells are in the keys of the rows, in that order.
    lists : dict
        Heading -> the texts of its list.
    sheet, header : str, int
        The sheet with the table, and the row of its headings; 0 if it is not known.
    """

    kind: str
    facts: Mapping[str, str]
    fields: Mapping[str, str]
    letters: Mapping[str, str]
    compared: tuple[str, ...]
    lists: Mapping[str, Sequence[str]]
    sheet: str
    header: int


def mark_rows(form: Form, letters: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    """Yield the rows of the hidden sheet."""
    yield ("format", FORMAT)
    yield ("kind", form.kind)
    for name, text in form.facts.items():
        yield ("fact", name, text)
    compared = set(form.compared)
    for one in form.columns:
        yield (
            "column",
            one.heading,
            one.field,
            letters[one.heading],
            "yes" if one.heading in compared else "no",
        )


def marked(workbook: Workbook) -> FormMark | None:
    """Return the mark of a workbook, None if it is no form.

    Raises
    ------
    InputError
        If the form is of a newer version, or its table is not in it.
    """
    sheet = next((one for one in workbook.sheets if one.name == MARK), None)
    if sheet is None:
        return None
    rows = [[text or "" for text in row] + [""] * 5 for row in sheet.rows.values()]
    single = {row[0]: row[1] for row in rows}
    if single.get("format") != FORMAT:
        raise InputError(
            f"{workbook.name} was written by a newer version of pdm_nb. Update pdm_nb, or save its sheet "
            f"{REGISTER!r} as CSV to open it as any other register."
        )
    columns = [row[1:5] for row in rows if row[0] == "column"]
    headings = [heading for heading, *_ in columns]
    table = _table(workbook, headings)
    return FormMark(
        single.get("kind", ""),
        {row[1]: row[2] for row in rows if row[0] == "fact"},
        {heading: name for heading, name, *_ in columns},
        {heading: letters for heading, _, letters, _ in columns},
        tuple(heading for heading, *_, is_compared in columns if is_compared == "yes"),
        _lists(workbook),
        table.name,
        _header(table, headings),
    )


def _table(workbook: Workbook, headings: list[str]) -> Sheet:
    """Return the sheet with the table, also if it was renamed."""
    others = [one for one in workbook.sheets if one.name not in (MARK, CODES, INSTRUCTIONS)]
    found = sorted(others, key=lambda one: (not _has_key(one), one.name != REGISTER))
    if not found or not (found[0].name == REGISTER or _header(found[0], headings)):
        raise InputError(
            f"{workbook.name} has no sheet {REGISTER!r} any more. Rename the sheet with the table to {REGISTER!r}, or ask "
            "for the file again."
        )
    return found[0]


def _has_key(sheet: Sheet) -> bool:
    return any(KEY in row for row, _ in zip(sheet.rows.values(), range(ROWS_TRIED), strict=False))


def _header(sheet: Sheet, headings: list[str]) -> int:
    """Return the row that has most of the headings, also if rows were inserted above; 0 if none has two."""
    names = {KEY, *headings}
    counts = {
        number: len(names.intersection(filter(None, row)))
        for (number, row), _ in zip(sheet.rows.items(), range(ROWS_TRIED), strict=False)
    }
    best = max(counts, key=lambda number: counts[number], default=0)
    return best if counts.get(best, 0) > 1 else 0


def _lists(workbook: Workbook) -> dict[str, list[str]]:
    sheet = next((one for one in workbook.sheets if one.name == CODES), None)
    found: dict[str, list[str]] = {}
    for row in sheet.rows.values() if sheet else ():
        if len(row) > 1 and row[0] and row[1]:
            found.setdefault(row[0], []).append(row[1])
    return found
