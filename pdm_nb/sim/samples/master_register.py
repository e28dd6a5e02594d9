"""A spreadsheet about the samples as another company would deliver it: `write_master_register`.

Unlike `register`, which has the words of the project, this one has a cover sheet, a title above its table, sections,
its own headings and its own words for the values. It is dirty in the ways in which real registers are.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from ..world.codes import riverside
from ..world.codes.code_list import Code
from .firms import label_of
from .sample_set import Sample

HEADINGS = (
    "S/N", "Dwg No.", "File", "Document Title", "Rev.", "Date of Issue", "Suitability", "Disc.", "Company", "Doc. Type",
    "Vol./System", "Level", "Remarks",
)  # fmt: skip
SUITABILITY = {
    "S1": "S1 - For coordination", "S2": "S2 - For information", "S3": "S3 - Review & comment", "S4": "S4 - Stage approval",
}  # fmt: skip
# Words of the company that are in no list of the project, and what they mean: what a crosswalk is for.
WORDS = {"Drawing": "Dwg", "Specification": "Spec.", "Correspondence": "Letter", "Model": "3D model"}
DISCIPLINES = {"A": "Arch.", "S": "Struct.", "E": "Elec.", "M": "Mech."}
DATED = 0.2  # of the dates are text, as day/month/year


def write_master_register(
    folder: str | Path, samples: Sequence[Sample], path: str | Path | None = None, *, seed: int = 7
) -> Path:
    """Write a register of samples as an Excel workbook of another company, which has to be mapped and cleaned.

    Parameters
    ----------
    folder : path
        The folder of the samples.
    samples : sequence of Sample
        The samples, with names after ISO 19650.
    path : path, optional
        The file to write; `master-register.xlsx` next to the folder by default.
    seed : int
        The seed of the random choices.

    Returns
    -------
    Path
        The file that was written.

    Raises
    ------
    ValueError
        If the samples follow another standard.

    Examples
    --------
    >>> from pdm_nb.sim.samples import write_master_register, write_samples
    >>> folder = getfixture("tmp_path") / "documents"
    >>> write_master_register(folder, write_samples(folder, 1)).name
    'master-register.xlsx'
    """
    if any(sample.standard != "iso19650" for sample in samples):
        raise ValueError("the samples must follow iso19650: use write_register for others")
    rng = random.Random(seed)
    book = Workbook()
    cover = book.worksheets[0]
    cover.title = "Cover"
    for line in ("MASTER DOCUMENT REGISTER", riverside.PROJECT_NAME, f"{len(samples)} documents"):
        cover.append([line])
    _write_table(book.create_sheet("Register"), samples, Path(folder), rng)
    notes = book.create_sheet("Notes")
    notes.append(["Documents that were superseded before the handover are not listed."])
    found = Path(path or Path(folder).with_name("master-register.xlsx"))
    book.save(found)
    return found


def _write_table(sheet: Worksheet, samples: Sequence[Sample], folder: Path, rng: random.Random) -> None:
    sheet.append([f"Master document register: {riverside.PROJECT_NAME}"])
    sheet.append(["Issued by the document control of the main contractor"])
    sheet.append([])
    sheet.append(HEADINGS)
    for cell in sheet[4]:
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="DDDDDD")
    number = 0
    ordered = sorted(samples, key=lambda sample: (sample.discipline, sample.path.name))
    for discipline, group in groupby(ordered, key=lambda sample: sample.discipline):
        sheet.append([label_of(riverside.DISCIPLINES, discipline).upper()])
        for sample in group:
            number += 1
            sheet.append(_row(number, sample, folder, rng))
            cell = sheet.cell(sheet.max_row, HEADINGS.index("Date of Issue") + 1)
            if isinstance(cell.value, dt.date):
                cell.number_format = "dd-mmm-yy"
    sheet.append([])
    sheet.append([None, f"Total: {number} documents"])


def _row(number: int, sample: Sample, folder: Path, rng: random.Random) -> list[Any]:
    name = sample.path.relative_to(folder).with_suffix("").as_posix()
    day = dt.date.fromisoformat(sample.date) if sample.date else None
    issued: Any = day.strftime("%d/%m/%Y") if day and rng.random() < DATED else day
    return [
        number,
        sample.number,
        name.lower() if rng.random() < 0.05 else name,
        sample.title,
        sample.revision,
        issued,
        SUITABILITY.get(sample.status, sample.status),
        DISCIPLINES.get(sample.discipline, sample.discipline),
        _either(riverside.ORIGINATORS, sample.originator, rng),
        WORDS.get(sample.type, sample.type),
        _either(riverside.VOLUMES, sample.volume, rng),
        _either(riverside.LOCATIONS, sample.location, rng),
        "superseded by email, see minutes" if rng.random() < 0.02 else None,
    ]


def _either(entries: tuple[Code, ...], code: str, rng: random.Random) -> str:
    """Return the label of a code, the code, or both."""
    label = label_of(entries, code) if code else code
    return rng.choice([code, label, f"{code} - {label}"]) if code else code
