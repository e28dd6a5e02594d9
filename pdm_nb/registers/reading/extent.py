"""Checks how far the cells of .xlsb and .ods reach: their reader needs memory for the whole rectangle."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator

from ...errors import InputError
from .sheets.limits import MAX_CELLS
from .xlsx.safe_xml import Attributes, feed, hardened_parser, local

_ROW, _CELLS = 0, range(1, 12)  # records of .xlsb: BrtRowHdr, BrtCellBlank to BrtFmlaError


def check_extent(archive: zipfile.ZipFile, name: str, kind: str) -> None:
    """Refuse a workbook whose cells would need too much memory, such as one with a stray cell far away."""
    extents = _ods_extents(archive) if kind == "ods" else _xlsb_extents(archive)
    for sheet, rows, columns in extents:
        if rows * columns > MAX_CELLS:
            raise InputError(
                f"Sheet {sheet!r} of {name} reaches to row {rows:,} and column {columns:,}, probably with a stray cell. "
                "Delete the cells below and to the right of the table, or save it as .xlsx."
            )


def _xlsb_extents(archive: zipfile.ZipFile) -> Iterator[tuple[str, int, int]]:
    for part in archive.namelist():
        if part.startswith("xl/worksheets/") and part.endswith(".bin"):
            rows = columns = 0
            for record, number in _records(archive, part):
                if record == _ROW:
                    rows = max(rows, number + 1)
                elif record in _CELLS:
                    columns = max(columns, number + 1)
            yield posixpath.basename(part), rows, columns


def _records(archive: zipfile.ZipFile, part: str) -> Iterator[tuple[int, int]]:
    """Yield the kind of each record of rows and cells, and the number that it starts with."""
    data = archive.read(part)
    at, end = 0, len(data)
    while at + 1 < end:
        record = data[at]
        at += 1
        if record & 0x80:
            record = (record & 0x7F) | (data[at] & 0x7F) << 7
            at += 1
        size = shift = 0
        while at < end and shift < 28:
            byte = data[at]
            at += 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                break
        if record < 12 and size >= 4:
            yield record, int.from_bytes(data[at : at + 4], "little")
        at += size


def _ods_extents(archive: zipfile.ZipFile) -> list[tuple[str, int, int]]:
    """Count rows and columns with the repetitions up to the last cell with a value."""
    found: list[list[str | int]] = []
    row = row_repeats = column = 0

    def start(element: str, attributes: Attributes) -> None:
        nonlocal row, row_repeats, column
        kind = local(element)
        if kind == "table":
            found.append([attributes.get("table:name", ""), 0, 0])
            row = 0
        elif kind == "table-row":
            row_repeats, column = _repeats(attributes, "rows"), 0
            row += row_repeats
        elif kind in ("table-cell", "covered-table-cell") and found:
            column += _repeats(attributes, "columns")
            if any(local(name) == "value-type" for name in attributes):
                found[-1][1] = max(int(found[-1][1]), row)
                found[-1][2] = max(int(found[-1][2]), column)

    parser = hardened_parser()
    parser.StartElementHandler = start
    if "content.xml" in archive.namelist():
        feed(parser, archive, "content.xml")
    return [(str(sheet), int(rows), int(columns)) for sheet, rows, columns in found]


def _repeats(attributes: Attributes, what: str) -> int:
    number = attributes.get(f"table:number-{what}-repeated", "1")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 1
