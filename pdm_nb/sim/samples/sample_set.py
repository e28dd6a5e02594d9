"""What the sets of sample documents have in common: the correct metadata of a document, unused names, drawing.

`Sample` holds the correct metadata of one file. A set (`iso19650`, `us_ncs`) decides what its documents say and how
their files are named; `awkward` uses a set to write problematic documents.
"""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from .drawing import DrawingSheet, OfficeStyle
from .firms import Firm, Issue, format_date
from .title_blocks import draw_sheet

_OOXML = "application/vnd.openxmlformats-officedocument"
MIME_TYPES = {
    ".pdf": "application/pdf",
    ".dwg": "image/vnd.dwg",
    ".ifc": "application/x-step",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".docx": f"{_OOXML}.wordprocessingml.document",
    ".xlsx": f"{_OOXML}.spreadsheetml.sheet",
}


@dataclass(frozen=True, slots=True)
class Sample:
    """One written file and its correct metadata; "" if a value does not apply.

    Parameters
    ----------
    path : path
        The file.
    kind : str
        drawing, specification, other (these are PDFs), dwg, ifc, image, docx or xlsx.
    mime_type : str
        The media type of the file.
    type : str
        A label of the standard's list of types. The values of all other lists are codes.
    name : str
        The name by the naming standard (B67); the file's name if the standard does not cover such documents.
    serial : str
        The last part of that name.
    number, title, revision, date : str
        What the document shows; `date` is an ISO date.
    missing : frozenset of str
        Those of number, title, revision and date that the title block does not show.
    layout : str
        The layout of the title block.
    standard : str
        A key of `STANDARDS`.
    awkward : str
        What is wrong with the file: a key of `AWKWARD`.

    Notes
    -----
    The other attributes hold codes of the lists of the same name.
    """

    path: Path
    kind: str
    mime_type: str
    type: str
    name: str
    serial: str
    number: str
    title: str
    revision: str
    date: str
    status: str
    discipline: str
    project: str = ""
    originator: str = ""
    volume: str = ""
    location: str = ""
    spec_section: str = ""
    layout: str = ""  # of the title block
    missing: frozenset[str] = field(default_factory=frozenset)
    standard: str = "iso19650"
    awkward: str = ""


@dataclass(frozen=True, slots=True)
class Design:
    """A drawing before it is drawn: its metadata, its firm, its issues so far, and what its middle shows."""

    sample: Sample
    firm: Firm
    issues: Sequence[Issue]
    body: str


class SampleSet(ABC):
    """Write the documents of one standard; no name and no number is used twice."""

    standard: str
    revising_firm: Firm  # a firm whose title block shows the revision and its date

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.seed = folder, seed
        self.files: set[str] = set()
        self.counts: dict[tuple[str, int], int] = {}

    def make(self, kind: str, index: int) -> Sample:
        rng = self.random_for(index)
        if kind == "drawing":
            return self.draw(self.design(rng), rng)
        return self.paper(kind, rng)

    def random_for(self, index: int | str) -> random.Random:
        """A generator for one document, so that its choices do not change other documents."""
        return random.Random(f"{self.seed}:{index}")

    @abstractmethod
    def design(self, rng: random.Random, firm: Firm | None = None, min_issues: int = 1) -> Design:
        """Decide what a drawing shows."""

    @abstractmethod
    def paper(self, kind: str, rng: random.Random, pages: int = 0) -> Sample:
        """Write a document that is not a drawing; with `pages`, a manual of that many pages."""

    @abstractmethod
    def sheet(self, design: Design, rng: random.Random) -> tuple[DrawingSheet, OfficeStyle]:
        """The content of the sheet and the style in which it is drawn."""

    def draw(self, design: Design, rng: random.Random, **canvas: Any) -> Sample:
        sheet, style = self.sheet(design, rng)
        draw_sheet(design.sample.path, sheet, style, rng, **canvas)
        return design.sample

    def count(self, key: str, digit: int) -> int:
        """Count a document; return how many there are now with this key and digit."""
        count = self.counts[key, digit] = self.counts.get((key, digit), 0) + 1
        return count

    def unused_path(self, stem: str, suffix: str) -> Path:
        """A path in the folder that no other sample has."""
        name, copy = f"{stem}{suffix}", 1
        while name.casefold() in self.files:  # unique also if the file system ignores case
            copy += 1
            name = f"{stem} ({copy}){suffix}"
        self.files.add(name.casefold())
        return self.folder / name


def choose_revision(
    rng: random.Random, firm: Firm, issues: Sequence[Issue]
) -> tuple[str, frozenset[str], str]:
    """A drawing's revision, sometimes with a special character; what its title block lacks (B36); its date."""
    special = rng.random() < 0.05
    revision = issues[-1][0] + (rng.choice("*#/!") if special else "")
    absent = rng.choice(("number", "title", "revision", "date")) if rng.random() < 0.06 else ""
    missing = {absent} - {""}
    if absent == "date" and not firm.revision_cell:
        missing.add("revision")  # its table of revisions, which has dates, is left out as well
    return revision, frozenset(missing), issues[-1 if firm.last_date else 0][1].isoformat()


def sheet_content(design: Design, rng: random.Random) -> dict[str, Any]:
    """The arguments of `DrawingSheet` that depend on the design only."""
    sample, firm = design.sample, design.firm
    dropped = set(sample.missing) if rng.random() < 0.5 else set()  # no cell, or an empty one
    if not firm.revision_cell:
        dropped.add("revision")
    rows = [(revision, text, format_date(day, firm.dates)) for revision, day, text in design.issues]
    rows[-1] = (sample.revision, *rows[-1][1:])
    names = ("number", "title", "revision")
    return {
        "name": sample.name,
        **{name: "" if name in sample.missing else getattr(sample, name) for name in names},
        "date": "" if "date" in sample.missing else format_date(date.fromisoformat(sample.date), firm.dates),
        "body": design.body,
        # the table shows the last five issues
        "history": () if sample.missing & {"revision", "date"} else tuple(rows[-5:]),
        "dropped": frozenset(dropped),
    }


def suffix_of(kind: str, rng: random.Random) -> str:
    if kind == "image":
        return rng.choice((".png", ".jpg"))
    return f".{kind}" if f".{kind}" in MIME_TYPES else ".pdf"


def at_issue(design: Design, count: int, path: Path) -> Design:
    """The same sheet after its first `count` issues, with another path."""
    issues = design.issues[:count]
    sample = replace(
        design.sample,
        path=path,
        revision=issues[-1][0],
        date=issues[-1 if design.firm.last_date else 0][1].isoformat(),
        missing=frozenset(),
    )
    return replace(design, sample=sample, issues=issues)
