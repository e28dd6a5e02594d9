"""Forms for tests: the fields of the simulator's default project, a small template of it, and edits by hand."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from pdm_nb.batch.remote.configuration import Configuration
from pdm_nb.model import Field, NamingStandard, Qualifier, Requirement
from pdm_nb.registers.forms import columns_of, fingerprint, instructions, write_form
from pdm_nb.registers.reading.form import FILE, Form, FormColumn, FormRow
from tests.support.register_fields import FIELDS, LOOKUPS

BY_NAME = {item.name: item for item in FIELDS}
DRAWING = next(value for value in LOOKUPS["type"].values if value.label == "Drawing")


def fields(*names: str) -> tuple[Field, ...]:
    return tuple(BY_NAME[name] for name in names)


def requirements() -> list[Requirement]:
    """A rule for all documents, and one with a naming standard for drawings."""
    standard = NamingStandard("n-1", "ISO 19650", fields("discipline", "number"))
    drawing = Qualifier("f-type", "type", (DRAWING,), "Type")
    return [
        Requirement("r-1", fields("type", "revision"), fields("description"), (), None),
        Requirement("r-2", fields("type", "revision"), (), (drawing,), standard),
    ]


def configuration(without: Sequence[str] = ()) -> Configuration:
    """The configuration of a project, without some fields."""
    return Configuration(
        {item.id: item for item in FIELDS if item.name not in without},
        requirements(),
        {BY_NAME[name].id: lookup for name, lookup in LOOKUPS.items() if name not in without},
    )


def write_template(
    path: Path, rows: Sequence[Mapping[str, str]], known: Configuration | None = None, **more: str
) -> Path:
    """Write a template with these texts by heading, for the project "P-1"."""
    known = known or configuration()
    columns = [FormColumn(FILE, "file"), *columns_of(known)]
    facts = {
        "project id": "P-1",
        "project": "Tower",
        "written": "2026-11-30",
        "configuration": fingerprint(known),
    }
    facts |= more
    found = [FormRow(str(number), dict(row)) for number, row in enumerate(rows, 1)]
    return write_form(path, Form("template", facts, columns, found, instructions("template", facts), 20))


def edit(path: Path, change: Callable[[Worksheet], Any], sheet: str = "Register") -> Path:
    """Change a sheet as somebody does by hand, and save the workbook."""
    book = openpyxl.load_workbook(path)
    change(book[sheet])
    book.save(path)
    return path


def column(sheet: Worksheet, heading: str) -> int:
    """The number of the column with a heading."""
    return next(int(cell.column) for cell in sheet[1] if cell.value == heading)


def set_texts(sheet: Worksheet, heading: str, texts: Sequence[Any]) -> None:
    """Set the cells of a column, from row 2 on."""
    place = column(sheet, heading)
    for row, text in enumerate(texts, 2):
        sheet.cell(row, place).value = text


def texts_of(sheet: Worksheet, heading: str) -> list[Any]:
    place = column(sheet, heading)
    return [sheet.cell(row, place).value for row in range(2, sheet.max_row + 1) if sheet.cell(row, 1).value]


def with_lists(known: Configuration, name: str, labels: Sequence[str]) -> Configuration:
    """The configuration with only these values in a list."""
    lookup = LOOKUPS[name]
    kept = [value for value in lookup.values if value.label in labels]
    return replace(known, lookups={**known.lookups, BY_NAME[name].id: type(lookup)(lookup.field, kept)})


def saved_by_libreoffice(path: Path, suffix: str, folder: Path) -> Path:
    """The file as LibreOffice saves it after opening it."""
    profile = f"-env:UserInstallation=file://{folder / 'profile'}"
    command = [
        "soffice",
        "--headless",
        profile,
        "--convert-to",
        suffix,
        "--outdir",
        str(folder / suffix),
        str(path),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return folder / suffix / path.with_suffix(f".{suffix}").name
