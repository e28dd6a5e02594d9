"""Reads text with separators into the rows of a sheet."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path

from ....errors import InputError
from ....rules.values.text import quantity
from ..display import text_cell
from ..sheets.limits import MAX_COLUMNS, check_cells, check_text_size
from ..sheets.workbook import Appearance, ReadingNotice, Sheet, ShownCell, Workbook
from .dialect import SEPARATORS, Dialect, detect_dialect
from .encoding import STRAY, decode_strays, detect_encoding

_QUOTED_FORMULA = re.compile(r'="((?:[^"]|"")*)"')  # how programs keep the zeros of ="007" in a spreadsheet
NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}


def read_separated(path: Path, *, encoding: str | None = None, separator: str | None = None) -> Workbook:
    """Read a file with separated values; encoding and separator are detected if they are not given."""
    check_text_size(path)
    data = path.read_bytes()
    text, notices = _decode(data, path.name, encoding)
    text, given = _separator_line(text)
    separator = separator or given
    dialect = detect_dialect(text, (separator,) if separator else SEPARATORS)
    sheet = Sheet(path.stem)
    slots = 0
    for number, record in _records(text, dialect, path.name):
        if row := _row(sheet, number, record):
            sheet.rows[number] = row
            slots += len(row)
            check_cells(slots, path.name, sheet.name)
    if not separator:
        notices.append(_about_dialect(path.name, dialect))
    notices += _about_long_rows(path.name, sheet, dialect)
    return Workbook(path.name, (sheet,), tuple(notices))


def _decode(data: bytes, name: str, encoding: str | None) -> tuple[str, list[ReadingNotice]]:
    found = detect_encoding(data)
    if found.strays and encoding is None:
        return _with_strays(data, name, found.strays)
    try:
        text = data.decode(encoding or found.name)
    except (UnicodeDecodeError, LookupError):
        if encoding:
            raise InputError(f"{name} is not encoded as {encoding!r}. It looks like {found.name}.") from None
        text = data.decode(found.name, "replace")
    if text.count("\0"):
        raise InputError(f"{name} is not a text file. Save the register as .xlsx or CSV.")
    if encoding or found.is_certain:
        return text.removeprefix("\ufeff"), []
    others = f" It could also be {' or '.join(found.others)}; check the accents." if found.others else ""
    code = "ambiguous_encoding" if found.others else "encoding"
    return text, [ReadingNotice(code, f"{name} was read as {found.name}.{others}")]


def _with_strays(data: bytes, name: str, count: int) -> tuple[str, list[ReadingNotice]]:
    text = decode_strays(data)
    first = next(
        number
        for number, line in enumerate(data.splitlines(), 1)
        if STRAY.search(line.decode("utf-8", "surrogateescape"))
    )
    message = (
        f"{name} is UTF-8, but {quantity(count, 'character', 'is', 'are')} not, such as in line {first}. "
        f"{'It was' if count == 1 else 'They were'} taken for cp1252; check the accents."
    )
    return text.removeprefix("\ufeff"), [ReadingNotice("mixed_encoding", message)]


def _separator_line(text: str) -> tuple[str, str | None]:
    """Return the text without Excel's first line `sep=;`, and the separator that it names."""
    first, _, rest = text.partition("\n")
    first = first.strip("\r")
    if first[:4].lower() == "sep=" and len(first) == 5:
        return rest, first[4]
    return text, None


def _records(text: str, dialect: Dialect, name: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the records with their numbers, which are those of the rows in a spreadsheet."""
    reader = dialect.reader(text)
    for number in count(1):
        line = reader.line_num
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            shown = next(islice(io.StringIO(text, newline=""), line, None), "").strip()
            raise InputError(_about_quotes(name, number, line + 1, shown, str(error))) from None
        yield number, record


def _about_quotes(name: str, number: int, line: int, shown: str, error: str) -> str:
    where = f"Row {number} of {name}" + (f" (line {line})" if line != number else "")
    problem = "has a quotation mark that is not closed or not doubled"
    if "field larger" in error:
        problem = "has a field of more than 131,072 characters, or a quotation mark that is not closed"
    return f"{where} {problem}: {shown[:60]}. Correct it, or save the register as .xlsx."


def _row(sheet: Sheet, number: int, record: list[str]) -> list[str | None]:
    row: list[str | None] = []
    for column, text in enumerate(record[:MAX_COLUMNS]):
        found = _as_shown(text)
        if isinstance(found, ShownCell):
            sheet.cells.setdefault(column, {})[number] = found
            found = found.shown
        row.append(found)
    while row and row[-1] is None:
        row.pop()
    return row


def _as_shown(text: str) -> ShownCell | str | None:
    if text[:2] == '="' and (written := _QUOTED_FORMULA.fullmatch(text)):
        return ShownCell(written[1].replace('""', '"') or None, text, Appearance.TEXT_FORMAT)
    return text_cell(text)


def _about_long_rows(name: str, sheet: Sheet, dialect: Dialect) -> list[ReadingNotice]:
    """Report rows with more values than others: their values may be in the wrong columns."""
    long = [number for number, row in sheet.rows.items() if len(row) > dialect.columns > 1]
    if not long:
        return []
    rows = quantity(len(long), "row", "has", "have")
    separator = NAMES.get(dialect.separator, repr(dialect.separator))
    text = (
        f"In {name}, {rows} more than {dialect.columns} values, such as row {long[0]}. If a {separator} is part of a text, "
        "the values behind it are in the wrong columns: put the text in quotes."
    )
    return [ReadingNotice("long_rows", text, sheet.name, tuple(long))]


def _about_dialect(name: str, dialect: Dialect) -> ReadingNotice:
    separator = NAMES.get(dialect.separator, repr(dialect.separator))
    if dialect.columns < 2:
        return ReadingNotice("no_separator", f"{name} has one column: no separator was found.")
    quote = "" if dialect.quote == '"' else f", quoted with {dialect.quote}"
    return ReadingNotice(
        "separator", f"{name} has {dialect.columns} columns, separated by {separator}{quote}."
    )
