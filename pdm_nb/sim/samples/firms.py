"""The fictional firms of the sample drawings: how each firm draws sheets, and what the sheets show.

The module contains data and the random choices from it (a subject, a history of revisions, a date format). It writes no
files.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

from ..world.codes import riverside
from ..world.codes.code_list import Code
from .drawing import A1, A3, ARCH_D

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


Issue = tuple[str, date, str]  # revision, day, what it was issued for


@dataclass(frozen=True, slots=True)
class Firm:
    """How one originator makes drawings: layout, page sizes, dates, numbers, revisions.

    `originator` is a code, or the name of the firm if the project has no list of originators; `discipline` is one code,
    or several codes with spaces between them, of which one is taken at random.
    """

    originator: str
    discipline: str
    layout: str
    sizes: tuple[tuple[float, float], ...]
    dates: str
    numbers: str  # sheet: A-401; serial: 0401; full: the naming standard's name; joined: A401; dotted: S5.2
    revisions: str  # iso: P01, C01; letter: A; digit: 1
    font: str = "Helvetica"
    upper: bool = True
    upward: bool = False
    last_date: bool = True  # the DATE cell shows the last issue, not the first
    revision_cell: bool = True  # without it, only the table of revisions shows the revision


FIRMS = (
    Firm(
        "DEM", "A", "strip", (ARCH_D, ARCH_D, A1), "{m:02}/{d:02}/{y}", "sheet", "digit", revision_cell=False
    ),
    Firm(
        "SMP", "S", "corner", (A1, A1, A3), "{d:02}/{m:02}/{y}", "serial", "iso", upward=True, last_date=False
    ),
    Firm("EXM", "M", "band", (A1, A3), "{d:02}.{m:02}.{y}", "sheet", "letter", "Times"),
    Firm("VLT", "E", "boxes", (A1, A3), "{y}-{m:02}-{d:02}", "serial", "iso", upper=False),
    Firm("PLB", "P", "beside", (A3, A1), "{d} {mon} {y}", "full", "iso", upper=False),
    Firm("CVL", "C", "strip", (ARCH_D,), "{month} {d}, {y}", "sheet", "letter"),
    Firm("LND", "L", "captions", (A1, A3), "{d:02}-{mon}-{yy:02}", "sheet", "letter", upward=True),
    Firm("STL", "X", "beside", (A3,), "{d:02}/{m:02}/{y}", "serial", "digit", "Courier"),
    Firm("FCD", "Y", "corner", (A1,), "{d:02} {MON} {y}", "full", "iso", "Times"),
)
WEIGHTS = (30, 18, 12, 12, 8, 6, 4, 6, 6)

# The captions of a cell differ from sheet to sheet.
LABELS = {
    "number": ("DRAWING NO.", "DRAWING NUMBER", "SHEET NUMBER", "DWG NO", "Sheet No.", "Drawing No"),
    "title": ("DRAWING TITLE", "TITLE", "SHEET TITLE", "Drawing Title"),
    "revision": ("REV", "REVISION", "Rev.", "REV NO."),
    "date": ("DATE", "Date", "ISSUE DATE", "DATE OF ISSUE"),
    "scale": ("SCALE", "SCALE @ A1", "Scale"),
    "drawn": ("DRAWN BY", "DRAWN", "DRN"),
    "checked": ("CHECKED BY", "CHECKED", "CHK"),
    "status": ("STATUS", "SUITABILITY"),
    "project": ("PROJECT", "Project", "PROJECT NAME"),
}
_SUBJECTS = {  # what sheets of a discipline show: plans; elevations and sections; details and schedules
    "A": (
        "general arrangement plan;reflected ceiling plan;partition plan",
        "elevation;section",
        "stair;facade;door",
    ),
    "S": (
        "framing plan;slab reinforcement plan;column layout",
        "core wall elevation;section",
        "connection;pile cap",
    ),
    "M": (
        "ductwork layout;heating pipework layout",
        "riser section;plant room section",
        "duct support;damper",
    ),
    "E": (
        "lighting layout;small power layout;cable tray layout",
        "switchroom elevation",
        "earthing;luminaire",
    ),
    "P": ("drainage layout;domestic water layout", "stack section", "gully;pipe bracket"),
    "C": ("grading plan;utilities plan;erosion control plan", "road section", "kerb;manhole"),
    "L": ("planting plan;paving plan;café terrace plan", "planter section", "tree pit;bench"),
    "X": ("stair steelwork plan;decking layout", "stair elevation", "base plate;handrail"),
    "Y": ("curtain wall panel plan;mullion layout", "curtain wall elevation", "transom;bracket"),
}
BODIES = {1: "plan", 2: "elevation", 5: "details", 6: "schedule"}
_SIDES = ("North", "South", "East", "West", "Riverside", "Courtyard")
_ISSUES = (
    "Issued for coordination",
    "Issued for information",
    "Comments incorporated",
    "Issued for construction",
    "General update",
    "Openings revised, see RFI 117",
    "Grid 4 moved 150",
)
NOTES = (
    "Do not scale from this drawing. Use figured dimensions only.",
    "All dimensions in mm unless noted otherwise, levels in metres above datum.",
    "Read with drawings S-20{n} and A-50{n} rev C dated 1{n}/03/2024.",
    "Survey date: 0{n}.11.2023. Existing levels are to be verified on site.",
    "Fire rating of partitions type {n}: 60 minutes, see schedule A-60{n}.",
    "For waterproofing see specification section 07 1{n} 00, issue 0{n}.",
    "Setting out point 0{n} is at E 4521{n}.250, N 1183{n}.700.",
    "Superseded details of 1{n} May 2024 are withdrawn.",
    "Provide sleeves for services before casting. Refer to sheet M-11{n}.",
)


def label_of(entries: tuple[Code, ...], code: str) -> str:
    return next(entry.label for entry in entries if entry.code == code)


def random_day(rng: random.Random) -> date:
    return date(2025, 3, 1) + timedelta(days=rng.randrange(600))


def format_date(day: date, form: str) -> str:
    month = MONTHS[day.month - 1]  # not by strftime, which depends on the locale
    names = {"month": month, "mon": month[:3], "MON": month[:3].upper(), "MONTH": month.upper()}
    return form.format(d=day.day, m=day.month, y=day.year, yy=day.year % 100, **names)


def subject(rng: random.Random, discipline: str, digit: int, location: str) -> str:
    plans, views, details = (group.split(";") for group in _SUBJECTS[discipline])
    level = label_of(riverside.LOCATIONS, location)
    if digit == 1:
        part = rng.choice(("", "", " - part 1", " - part 2", " - phase B"))
        return f"{level} {rng.choice(plans)}{part}"
    if digit == 2:
        view = rng.choice(views)
        letter = rng.choice("ABCDEF")
        return (
            f"{rng.choice(_SIDES)} {view}"
            if "elevation" in view
            else f"{view.capitalize()} {letter}-{letter}"
        )
    if digit == 5:
        return f"{rng.choice(details).capitalize()} details, sheet {rng.randint(1, 6)}"
    return f"{rng.choice(details).capitalize()} schedule and type legend for the {rng.choice(('tower', 'podium'))}"


def history(
    rng: random.Random, firm: Firm, texts: tuple[str, ...] = _ISSUES, min_issues: int = 1
) -> list[Issue]:
    """Draw the issues of a drawing, oldest first."""
    count = rng.randint(min_issues, 6)
    series = {
        "iso": ["P01", "P02", "P03", "C01", "C02", "C03"],
        "letter": list("ABCDEF"),
        "digit": list("123456"),
    }[firm.revisions]
    day, issues = random_day(rng) - timedelta(days=25 * count), []
    for revision in series[:count]:
        day += timedelta(days=rng.randint(8, 25))
        issues.append((revision, day, rng.choice(texts)))
    return issues
