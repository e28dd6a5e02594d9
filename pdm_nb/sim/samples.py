"""A believable set of construction documents in a folder, and the truth about each: `write_samples`.

Also `write_register`: the same set as somebody's spreadsheet, with the faults such spreadsheets have. This module
decides what the documents say and how their files are called; `sample_firms` knows the firms they come
from, `sample_sheets` and `sample_papers` draw them. The
same seed gives the same files, byte for byte.
"""

from __future__ import annotations

import csv
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from pdm_nb.sim import codes, sample_papers
from pdm_nb.sim.sample_firms import (
    BODIES,
    FIRMS,
    LABELS,
    NOTES,
    WEIGHTS,
    Firm,
    history,
    label_of,
    random_day,
    subject,
    written,
)
from pdm_nb.sim.sample_papers import Paper
from pdm_nb.sim.sample_pen import House, Sheet
from pdm_nb.sim.sample_sheets import draw_sheet

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
    `codes.TYPES`, the other lists' values are codes, `date` is an ISO date. `number`, `title`, `revision` and
    `date` are what the document shows; `missing` names those of them that its title block does not show although
    they are true. `name` is what the naming standard would call it and `serial` the last part of that (B67).
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
    project: str
    originator: str
    volume: str
    location: str
    discipline: str
    spec_section: str = ""
    layout: str = ""  # of the title block
    missing: frozenset[str] = field(default_factory=frozenset)


def write_samples(folder: str | Path, count: int = 25, seed: int = 7) -> list[Sample]:
    """Write `count` documents to `folder` (made where it is missing) and tell the truth about each.

    About 60 % drawings, 15 % specifications and 5 % other PDFs; the rest are DWG, IFC, image and Office files.
    From 15 documents on there is at least one of each kind. ValueError for a count below one.
    """
    if count < 1:
        raise ValueError(f"count is {count}: ask for at least one sample document")
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    maker = _Maker(folder, seed)
    return [maker.make(kind, index) for index, kind in enumerate(_kinds(count, random.Random(seed)))]


def _kinds(count: int, rng: random.Random) -> list[str]:
    least = 1 if count >= 15 else 0
    specifications = max(least, round(count * 0.15))
    others = max(least, round(count * 0.05))
    rest = max(5 * least, round(count * 0.2))
    placeholders = ["dwg", "ifc", "image", "docx", "xlsx"] * (rest // 5 + 1)
    kinds = ["specification"] * specifications + ["other"] * others + placeholders[:rest]
    kinds = ["drawing"] * (count - len(kinds)) + kinds
    rng.shuffle(kinds)
    return kinds


class _Maker:
    """Makes one document after another; keeps names and numbers from being used twice."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.seed = folder, seed
        self.files: set[str] = set()
        self.counts: dict[tuple[str, int], int] = {}

    def make(self, kind: str, index: int) -> Sample:
        rng = random.Random(f"{self.seed}:{index}")  # so that one document's choices do not move the others'
        return self._drawing(rng) if kind == "drawing" else self._paper(kind, rng)

    def _serial(self, key: str, digit: int) -> tuple[str, str]:
        """The next free number: as the naming standard has it, and as a sheet shows it."""
        count = self.counts[key, digit] = self.counts.get((key, digit), 0) + 1
        short = f"{digit}{count:02}"
        return f"{short:0>4}", short

    def _path(self, stem: str, suffix: str) -> Path:
        name, copy = f"{stem}{suffix}", 1
        while name.casefold() in self.files:  # also unique where the file system ignores case
            copy += 1
            name = f"{stem} ({copy}){suffix}"
        self.files.add(name.casefold())
        return self.folder / name

    def _drawing(self, rng: random.Random) -> Sample:
        firm = rng.choices(FIRMS, WEIGHTS)[0]
        digit = rng.choices((1, 2, 5, 6), (6, 2, 2, 1))[0]
        serial, short = self._serial(firm.discipline, digit)
        volume, location = _place(rng, digit)
        name = _name(firm.originator, volume, location, "DR", firm.discipline, serial)
        number = {"sheet": f"{firm.discipline}-{short}", "serial": serial, "full": name}[firm.numbers]
        title = subject(rng, firm.discipline, digit, location)
        issues = history(rng, firm)
        special = rng.random() < 0.05
        revision = issues[-1][0] + (rng.choice("*#/!") if special else "")
        absent = rng.choice(("number", "title", "revision", "date")) if rng.random() < 0.06 else ""
        missing = {absent} - {""}
        if absent == "date" and not firm.revision_cell:
            missing.add("revision")  # its table of revisions, which has dates, is left out as well
        shown = issues[-1 if firm.last_date else 0][1]
        path = self._path(_stem(rng, name, f"{firm.discipline}-{short}", title, revision, location), ".pdf")
        sample = Sample(
            path=path,
            kind="drawing",
            mime_type=MIME_TYPES[".pdf"],
            type="Drawing",
            name=name,
            serial=serial,
            number=number,
            title=title.upper() if firm.upper else title,
            revision=revision,
            date=shown.isoformat(),
            status=_status(rng),
            project=codes.PROJECTS[0].code,
            originator=firm.originator,
            volume=volume,
            location=location,
            discipline=firm.discipline,
            layout=firm.layout,
            missing=frozenset(missing),
        )
        _write_sheet(sample, firm, issues, BODIES[digit], rng)
        return sample

    def _paper(self, kind: str, rng: random.Random) -> Sample:
        section = rng.choice([code for code in codes.SPEC_SECTIONS if code.active])
        type_code, titles, write = _PAPERS[kind] if kind in _PAPERS else rng.choice(_OTHERS)
        originator = rng.choice([code.code for code in codes.ORIGINATORS if code.active])
        discipline = "Z" if kind == "other" else rng.choice("ASMEPCL")
        volume, location = _place(rng, 1)
        serial, _ = self._serial(type_code, 0)
        name = _name(originator, volume, location, type_code, discipline, serial)
        specification = kind == "specification"
        title = section.label if specification else rng.choice(titles)
        revision = rng.choice(("P01", "P02", "P03", "C01", "C02"))
        issued = random_day(rng)
        suffix = f".{kind}" if kind in ("dwg", "ifc", "docx", "xlsx") else ".pdf"
        if kind == "image":
            suffix = rng.choice((".png", ".jpg"))
        short = f"Spec {section.code}" if specification else f"{type_code}-{serial[-3:]}"
        path = self._path(_stem(rng, name, short, title, revision, location), suffix)
        sample = Sample(
            path=path,
            kind=kind,
            mime_type=MIME_TYPES[suffix],
            type=next(code.label for code in codes.TYPES if code.code == type_code),
            name=name,
            serial=serial,
            number=section.code if specification else serial,
            title=title,
            revision=revision,
            date=issued.isoformat(),
            status=_status(rng),
            project=codes.PROJECTS[0].code,
            originator=originator,
            volume=volume,
            location=location,
            discipline=discipline,
            spec_section=section.code if specification else "",
        )
        shown = written(issued, rng.choice(("{d} {month} {y}", "{y}-{m:02}-{d:02}", "{month} {d}, {y}")))
        firm = label_of(codes.ORIGINATORS, originator)
        number = section.code if specification else name
        write(path, Paper(number, title, revision, shown, firm, codes.PROJECT_NAME), rng)
        return sample


_Write = Callable[[Path, Paper, random.Random], None]
_PAPERS: dict[str, tuple[str, tuple[str, ...], _Write]] = {
    "specification": ("SP", (), sample_papers.write_specification),
    "dwg": ("DR", ("Floor plan model space", "Detail library", "Site base"), sample_papers.write_dwg),
    "ifc": ("M3", ("Structural model", "Architectural model", "Services model"), sample_papers.write_ifc),
    "image": ("PH", ("Site progress", "Facade mock-up", "Slab pour"), sample_papers.write_image),
    "docx": (
        "MS",
        ("Method statement for crane lifts", "Method statement for façade"),
        sample_papers.write_docx,
    ),
    "xlsx": ("SH", ("Door schedule", "Equipment schedule", "Room data"), sample_papers.write_xlsx),
}
_OTHERS: tuple[tuple[str, tuple[str, ...], _Write], ...] = (
    ("RP", ("Ground monitoring report", "Acoustic report", "Façade test report"), sample_papers.write_report),
    ("CO", ("Access to the riverside path", "Delivery of panels, level 12"), sample_papers.write_letter),
)


def _name(*parts: str) -> str:
    return codes.SEPARATOR.join((codes.PROJECTS[0].code, *parts))


def _place(rng: random.Random, digit: int) -> tuple[str, str]:
    """A volume and a location: one level for plans, mostly several for other sheets."""
    volume = rng.choice([code.code for code in codes.VOLUMES if code.active and code.code != "XX"])
    levels = [code.code for code in codes.LOCATIONS if code.active and code.code not in ("ZZ", "XX")]
    return volume, rng.choice(levels) if digit == 1 else rng.choice(("ZZ", "ZZ", "XX", rng.choice(levels)))


def _status(rng: random.Random) -> str:
    return rng.choice([code.code for code in codes.STATUSES if code.active])


def _write_sheet(
    sample: Sample, firm: Firm, issues: list[tuple[str, date, str]], body: str, rng: random.Random
) -> None:
    labels = {name: rng.choice(names) for name, names in LABELS.items()}
    if firm.layout == "strip" and rng.random() < 0.3:
        labels["number"] = ""  # many strips show the sheet number alone, large, in the corner
    dropped = set(sample.missing) if rng.random() < 0.5 else set()  # no cell, or an empty one
    if not firm.revision_cell:
        dropped.add("revision")
    names = ("number", "title", "revision")
    shown = {name: "" if name in sample.missing else getattr(sample, name) for name in names}
    rows = [(revision, text, written(day, firm.dates)) for revision, day, text in issues]
    rows[-1] = (sample.revision, *rows[-1][1:])
    header = rng.choice(
        (("REV", "DESCRIPTION", "DATE"), ("NO.", "REVISION", "DATE"), ("Rev", "Amendment", "Date"))
    )
    number = rng.randint(1, 9)
    sheet = Sheet(
        name=sample.name,
        **shown,
        date="" if "date" in sample.missing else written(date.fromisoformat(sample.date), firm.dates),
        scale=rng.choice(("1:50", "1:100", "1:200", "AS SHOWN", "NTS")),
        firm=label_of(codes.ORIGINATORS, firm.originator),
        project=f"{codes.PROJECT_NAME}, Quay Street 12",
        drawn=rng.choice(("A.B.", "CD", "EFG", "H.J.")),
        checked=rng.choice(("K.L.", "MN", "OP", "Q.R.")),
        status=label_of(codes.STATUSES, sample.status),
        body=body,
        history=()
        if sample.missing & {"revision", "date"}
        else tuple(rows[-5:]),  # full tables lose the oldest
        notes=tuple(note.format(n=number) for note in rng.sample(NOTES, rng.randint(3, 7))),
        dropped=frozenset(dropped),
    )
    house = House(firm.layout, rng.choice(firm.sizes), labels, firm.font, header, firm.upward)
    draw_sheet(sample.path, sheet, house, rng)


def _stem(rng: random.Random, name: str, short: str, title: str, revision: str, location: str) -> str:
    """A file's name: somewhat more than half follow the naming standard, the others what people do."""
    plain = re.sub(r"[^\w .-]", "", title)
    revision = re.sub(r"\W", "", revision)
    return rng.choices(
        (
            name,
            f"{short} {plain} rev{revision}",
            f"{short}_{plain.replace(' ', '_')}_{revision}",
            f"scan{rng.randrange(10000):04}",
            f"Übersicht Ebene {location} – {short}",
            f"平面図 {short} {location}",
            f"{name.lower().replace('-', '_')}",
            f"{plain} (final)",
        ),
        (58, 16, 8, 5, 4, 2, 4, 3),
    )[0]


REGISTER_COLUMNS = (
    "File name",
    "Document Type",
    "Doc No",
    "Title",
    "Rev",
    "Issue Date",
    "Status",
    "Discipline",
    "Originator",
    "Volume",
    "Level",
    "Spec Section",
)


def write_register(
    folder: str | Path,
    samples: list[Sample],
    path: str | Path | None = None,
    faults: bool = True,
    seed: int = 7,
) -> Path:
    """Write `register.csv`: every sample as somebody else's spreadsheet has it, labels and codes mixed.

    With `faults`, a few cells are wrong the way such spreadsheets are: a misspelt label, a status that is no
    longer used, dates that are none, a trailing blank. UTF-8 with a byte order mark, as spreadsheets write it.
    """
    rng = random.Random(seed)
    rows = [_register_row(sample, rng) for sample in samples]
    if faults and rows:
        for count, (column, spoil) in enumerate(_FAULTS):
            row = (
                rows[rng.randrange(len(rows))]
                if len(rows) < len(_FAULTS)
                else rows[count * len(rows) // len(_FAULTS)]
            )
            row[column] = spoil(row[column])
    path = Path(path or Path(folder) / "register.csv")
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, REGISTER_COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return path


def _register_row(sample: Sample, rng: random.Random) -> dict[str, str]:
    def either(entries: tuple[codes.Code, ...], code: str) -> str:
        return label_of(entries, code) if code and rng.random() < 0.5 else code

    type_code = next(code.code for code in codes.TYPES if code.label == sample.type)
    values = (
        sample.path.name,
        either(codes.TYPES, type_code),
        sample.serial if sample.number == sample.name else sample.number,
        sample.title,
        sample.revision,
        sample.date,
        either(codes.STATUSES, sample.status),
        either(codes.DISCIPLINES, sample.discipline),
        either(codes.ORIGINATORS, sample.originator),
        either(codes.VOLUMES, sample.volume),
        either(codes.LOCATIONS, sample.location),
        either(codes.SPEC_SECTIONS, sample.spec_section),
    )
    return dict(zip(REGISTER_COLUMNS, values, strict=True))


_FAULTS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("Discipline", lambda _: "Architecural"),
    ("Status", lambda _: next(code.code for code in codes.STATUSES if not code.active)),
    ("Issue Date", lambda _: "31/02/2026"),
    ("Originator", lambda value: f"{value} "),
    ("Issue Date", lambda _: "12.3.26x"),
    ("Document Type", lambda _: "Drawnig"),
    ("Originator", lambda _: next(code.code for code in codes.ORIGINATORS if not code.active)),
)
