"""A spreadsheet about the samples, with typical mistakes: `write_register`."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable
from pathlib import Path

from ..world.codes import riverside, us
from ..world.codes.code_list import Code
from ..world.codes.spec_sections import SPEC_SECTIONS
from .firms import label_of
from .sample_set import Sample

FILE_COLUMN = "File name"
Codes = tuple[Code, ...]
# By standard: heading of a column -> attribute of the sample, and the list that its code belongs to.
COLUMNS: dict[str, dict[str, tuple[str, Codes]]] = {
    "iso19650": {
        "Document Type": ("type", riverside.TYPES),
        "Doc No": ("number", ()),
        "Title": ("title", ()),
        "Rev": ("revision", ()),
        "Issue Date": ("date", ()),
        "Status": ("status", riverside.STATUSES),
        "Discipline": ("discipline", riverside.DISCIPLINES),
        "Originator": ("originator", riverside.ORIGINATORS),
        "Volume": ("volume", riverside.VOLUMES),
        "Level": ("location", riverside.LOCATIONS),
        "Spec Section": ("spec_section", SPEC_SECTIONS),
    },
    "us-ncs": {
        "Type": ("type", us.TYPES),
        "Number": ("serial", ()),  # the whole number of a sheet would repeat the discipline in the name
        "Title": ("title", ()),
        "Rev": ("revision", ()),
        "Issue Date": ("date", ()),
        "Status": ("status", us.STATUSES),
        "Discipline": ("discipline", us.DISCIPLINES),
        "Spec Section": ("spec_section", SPEC_SECTIONS),
    },
}


def register_columns(standard: str) -> tuple[str, ...]:
    return (FILE_COLUMN, *COLUMNS[standard])


def write_register(
    folder: str | Path,
    samples: list[Sample],
    path: str | Path | None = None,
    faults: bool = True,
    seed: int = 7,
) -> Path:
    """Write a register of samples as a CSV file, with labels and codes mixed.

    The file is UTF-8 with a byte order mark, as spreadsheet programs write it. The columns depend on the standard of
    the samples.

    Parameters
    ----------
    folder : path
        The folder of the samples; file names in the register are relative to it.
    samples : list of Sample
        The samples, all of the same standard.
    path : path, optional
        The file to write; `register.csv` in `folder` by default.
    faults : bool
        Whether some cells contain typical mistakes: a misspelled label, an inactive status, invalid dates, a trailing
        space.
    seed : int
        The seed of the random choices.

    Returns
    -------
    Path
        The file that was written.

    Raises
    ------
    ValueError
        If the samples follow more than one standard.

    Examples
    --------
    >>> from pdm_nb.sim.samples import write_register, write_samples
    >>> folder = getfixture("tmp_path")
    >>> write_register(folder, write_samples(folder, 1)).name
    'register.csv'
    """
    standards = sorted({sample.standard for sample in samples}) or ["iso19650"]
    if len(standards) > 1:
        raise ValueError(f"the samples follow {' and '.join(standards)}: write one register per standard")
    rng = random.Random(seed)
    rows = [_register_row(sample, Path(folder), rng) for sample in samples]
    if faults and rows:
        _add_faults(rows, standards[0], rng)
    path = Path(path or Path(folder) / "register.csv")
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, register_columns(standards[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def _register_row(sample: Sample, folder: Path, rng: random.Random) -> dict[str, str]:
    path, folder = sample.path.absolute(), folder.absolute()
    row = {FILE_COLUMN: path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.name}
    for column, (attribute, entries) in COLUMNS[sample.standard].items():
        text: str = getattr(sample, attribute)
        if attribute == "type":  # the only list value of which a sample holds the label
            text = next(entry.code for entry in entries if entry.label == text)
        if attribute == "number" and sample.number == sample.name:
            text = sample.serial
        row[column] = label_of(entries, text) if entries and text and rng.random() < 0.5 else text
    return row


def _add_faults(rows: list[dict[str, str]], standard: str, rng: random.Random) -> None:
    faults = _FAULTS[standard]
    for count, (column, make_wrong) in enumerate(faults):
        few = len(rows) < len(faults)
        row = rows[rng.randrange(len(rows)) if few else count * len(rows) // len(faults)]
        row[column] = make_wrong(row[column])


def _inactive(entries: Codes) -> str:
    return next(entry.code for entry in entries if not entry.active)


_Fault = tuple[str, Callable[[str], str]]
_BAD_DATES: tuple[_Fault, ...] = (
    ("Issue Date", lambda _: "31/02/2026"),
    ("Issue Date", lambda _: "12.3.26x"),
)
_FAULTS: dict[str, tuple[_Fault, ...]] = {
    "iso19650": (
        ("Discipline", lambda _: "Architecural"),
        ("Status", lambda _: _inactive(riverside.STATUSES)),
        _BAD_DATES[0],
        ("Originator", lambda value: f"{value} "),
        _BAD_DATES[1],
        ("Document Type", lambda _: "Drawnig"),
        ("Originator", lambda _: _inactive(riverside.ORIGINATORS)),
    ),
    "us-ncs": (
        ("Discipline", lambda _: "Architectual"),
        ("Status", lambda _: _inactive(us.STATUSES)),
        _BAD_DATES[0],
        ("Status", lambda value: f"{value} "),
        _BAD_DATES[1],
        ("Type", lambda _: "Drawnig"),
        ("Discipline", lambda _: _inactive(us.DISCIPLINES)),
    ),
}
