"""What the sets of sample documents have in common: the truth about a document, free names and numbers, drawing.

`Sample` is that truth. A set (`sample_iso`, `sample_us`) decides what its documents say and how their files are
called; `sample_awkward` has it make documents with something wrong.
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
from .firms import Firm, Issue, written
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
    """One written file and the truth about it; "" where something does not apply.

    `kind` is drawing, specification, other (these are PDFs), dwg, ifc, image, docx or xlsx. `type` is a label of
    the standard's list of types, the other lists' values are codes, `date` is an ISO date. `number`, `title`,
    `revision` and `date` are what the document shows; `missing` names those of them that its title block does not
    show although they are true. `name` is what the naming standard would call it and `serial` the last part of that
    (B67); where the standard does not name such documents, `name` is the file's. `awkward` says what is wrong
    with it, by a key of `AWKWARD`.
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
    """A drawing before it is drawn: what it says, whose it is, its issues so far, what stands in the middle."""

    sample: Sample
    firm: Firm
    issues: Sequence[Issue]
    body: str


class SampleSet(ABC):
    """Makes one document after another; keeps names and numbers from being used twice."""

    standard: str
    reviser: Firm  # a firm whose revisions, and their dates, stand in the title block

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.seed = folder, seed
        self.files: set[str] = set()
        self.counts: dict[tuple[str, int], int] = {}

    def make(self, kind: str, index: int) -> Sample:
        rng = self.chance(index)
        if kind == "drawing":
            return self.draw(self.design(rng), rng)
        return self.paper(kind, rng)

    def chance(self, index: int | str) -> random.Random:
        """Of one document alone, so that its choices do not move the others'."""
        return random.Random(f"{self.seed}:{index}")

    @abstractmethod
    def design(self, rng: random.Random, firm: Firm | None = None, least: int = 1) -> Design:
        """Decide on a drawing with at least so many issues."""

    @abstractmethod
    def paper(self, kind: str, rng: random.Random, pages: int = 0) -> Sample:
        """Write a document that is no drawing; with `pages`, a manual of that many."""

    @abstractmethod
    def sheet(self, design: Design, rng: random.Random) -> tuple[DrawingSheet, OfficeStyle]:
        """What the sheet shows, and how."""

    def draw(self, design: Design, rng: random.Random, **canvas: Any) -> Sample:
        sheet, house = self.sheet(design, rng)
        draw_sheet(design.sample.path, sheet, house, rng, **canvas)
        return design.sample

    def count(self, key: str, digit: int) -> int:
        """How many documents there are of a kind, with the one that is being made."""
        found = self.counts[key, digit] = self.counts.get((key, digit), 0) + 1
        return found

    def free(self, stem: str, suffix: str) -> Path:
        """A path in the folder that no other sample has."""
        name, copy = f"{stem}{suffix}", 1
        while name.casefold() in self.files:  # also unique where the file system ignores case
            copy += 1
            name = f"{stem} ({copy}){suffix}"
        self.files.add(name.casefold())
        return self.folder / name


def fate(rng: random.Random, firm: Firm, issues: Sequence[Issue]) -> tuple[str, frozenset[str], str]:
    """A drawing's revision, now and then with a special character; what its title block lacks (B36); its date."""
    special = rng.random() < 0.05
    revision = issues[-1][0] + (rng.choice("*#/!") if special else "")
    absent = rng.choice(("number", "title", "revision", "date")) if rng.random() < 0.06 else ""
    missing = {absent} - {""}
    if absent == "date" and not firm.revision_cell:
        missing.add("revision")  # its table of revisions, which has dates, is left out as well
    return revision, frozenset(missing), issues[-1 if firm.last_date else 0][1].isoformat()


def shown(design: Design, rng: random.Random) -> dict[str, Any]:
    """The arguments of `DrawingSheet` that follow from a design alone."""
    sample, firm = design.sample, design.firm
    dropped = set(sample.missing) if rng.random() < 0.5 else set()  # no cell, or an empty one
    if not firm.revision_cell:
        dropped.add("revision")
    rows = [(revision, text, written(day, firm.dates)) for revision, day, text in design.issues]
    rows[-1] = (sample.revision, *rows[-1][1:])
    names = ("number", "title", "revision")
    return {
        "name": sample.name,
        **{name: "" if name in sample.missing else getattr(sample, name) for name in names},
        "date": "" if "date" in sample.missing else written(date.fromisoformat(sample.date), firm.dates),
        "body": design.body,
        # full tables lose the oldest
        "history": () if sample.missing & {"revision", "date"} else tuple(rows[-5:]),
        "dropped": frozenset(dropped),
    }


def suffix_of(kind: str, rng: random.Random) -> str:
    if kind == "image":
        return rng.choice((".png", ".jpg"))
    return f".{kind}" if f".{kind}" in MIME_TYPES else ".pdf"


def reissued(design: Design, count: int, path: Path) -> Design:
    """The same sheet as of its first `count` issues, at a path of its own."""
    issues = design.issues[:count]
    sample = replace(
        design.sample,
        path=path,
        revision=issues[-1][0],
        date=issues[-1 if design.firm.last_date else 0][1].isoformat(),
        missing=frozenset(),
    )
    return replace(design, sample=sample, issues=issues)
