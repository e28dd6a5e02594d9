"""The sample documents of Sample Medical Center (US National CAD Standard): their content and the names of their files.

A sheet shows its number as its firm writes it: `A-101`, `AD101`, `A101` or `S5.2`. The naming standard of the project
joins discipline and number with a `-` (B67).
"""

from __future__ import annotations

import random
import re

from ..world.codes import us
from ..world.codes.spec_sections import SPEC_SECTIONS
from .drawing import ANSI_B, ANSI_D, ANSI_E, ARCH_C, ARCH_D, ARCH_E, ARCH_E1, DrawingSheet, OfficeStyle
from .firms import Firm, format_date, history, label_of, random_day
from .firms_us import (
    ADDRESS,
    DELTAS,
    DIGITS,
    FIRMS,
    HEADERS,
    ISSUES,
    LABELS,
    NOTES,
    PROJECT_NAME,
    SCALES,
    TERMS,
    WEIGHTS,
    WORDING,
    body_of,
    discipline_of,
    subject,
)
from .office_files import WRITERS, Paper, Write, write_letter, write_manual, write_report
from .sample_set import MIME_TYPES, Design, Sample, SampleSet, choose_revision, sheet_content, suffix_of

_SIZES = {ANSI_B: "B", ANSI_D: "D", ANSI_E: "E", ARCH_C: "C", ARCH_D: "D", ARCH_E: "E", ARCH_E1: "E1"}


class UsSet(SampleSet):
    """Sheets, specification sections and the other documents of a hospital project."""

    standard = "us-ncs"
    revising_firm = next(firm for firm in FIRMS if firm.layout == "ribbon")

    def _serial(self, discipline: str, digit: int, dotted: bool) -> str:
        """The next unused number: a digit and a sequence of two digits, or a sequence after a dot; from the hundredth, a letter."""
        turn, count = divmod(self.count(f"{discipline}{'.' * dotted}", digit) - 1, 99)
        letter = chr(ord("A") + turn - 1) if turn else ""
        return f"{digit}.{count + 1}{letter}" if dotted else f"{digit}{count + 1:02}{letter}"

    def design(self, rng: random.Random, firm: Firm | None = None, min_issues: int = 1) -> Design:
        firm = firm or rng.choices(FIRMS, WEIGHTS)[0]
        discipline = rng.choice(firm.discipline.split())
        digit = 0 if discipline[0] == "G" and rng.random() < 0.6 else rng.choices(*DIGITS)[0]
        serial = self._serial(discipline, digit, firm.numbers == "dotted")
        title = subject(rng, discipline, digit)
        issues = history(rng, firm, ISSUES, min_issues)
        revision, missing, date = choose_revision(rng, firm, issues)
        hyphen = "-" if firm.numbers == "sheet" and len(discipline) == 1 else ""
        number = f"{discipline}{hyphen}{serial}"
        sample = Sample(
            path=self.unused_path(
                _stem(rng, f"{discipline}-{serial}", number, title, revision, date), ".pdf"
            ),
            kind="drawing",
            mime_type=MIME_TYPES[".pdf"],
            type="Drawing",
            name=f"{discipline}-{serial}",
            serial=serial,
            number=number,
            title=title.upper() if firm.upper else title,
            revision=revision,
            date=date,
            status=_status(rng),
            discipline=discipline,
            layout=firm.layout,
            missing=missing,
            standard=self.standard,
        )
        return Design(sample, firm, issues, body_of(discipline, digit))

    def sheet(self, design: Design, rng: random.Random) -> tuple[DrawingSheet, OfficeStyle]:
        firm, sample = design.firm, design.sample
        labels = {name: rng.choice(names) for name, names in LABELS.items()}
        for name, share in (("number", 0.3), ("title", 0.2)):
            if firm.layout == "stack" and rng.random() < share:
                labels[name] = ""  # many sheets show both in large type in the corner, without captions
        number, of = rng.randint(1, 9), rng.randint(40, 180)
        sheet = DrawingSheet(
            **sheet_content(design, rng),
            scale=rng.choice(SCALES),
            firm=firm.originator,
            project=PROJECT_NAME,
            drawn=rng.choice(("ABC", "DE", "FGH", "JK")),
            checked=rng.choice(("LMN", "OP", "QRS", "TU")),
            status=label_of(us.STATUSES, sample.status).upper(),
            notes=tuple(note.format(n=number) for note in rng.sample(NOTES, rng.randint(3, 7))),
            job=f"20{rng.randint(22, 25)}-{rng.randint(1, 300):03}",
            place=ADDRESS,
            count=f"{rng.randint(1, of)} OF {of}",
        )
        size = rng.choice(firm.sizes)
        style = OfficeStyle(
            firm.layout,
            size,
            labels,
            firm.font,
            rng.choice(HEADERS),
            table_upward=firm.upward,
            table_order=rng.choice(((0, 1, 2), (0, 2, 1))),
            deltas=firm.layout in DELTAS and firm.revisions == "digit",
            terms=TERMS,
            upright=rng.random() < 0.5,
            size_name=_SIZES[size],
        )
        return sheet, style

    def paper(self, kind: str, rng: random.Random, pages: int = 0) -> Sample:
        section = rng.choice([code for code in SPEC_SECTIONS if code.active])
        type_code, titles, write = (*_PAPERS[kind], WRITERS[kind]) if kind in _PAPERS else rng.choice(_OTHERS)
        specification = kind == "specification"
        title = section.label if specification else rng.choice(titles)
        discipline = discipline_of(section.code)
        number = section.code if specification else f"{type_code}-{self.count(type_code, 0):03}"
        revision, issued, suffix = rng.choice("012"), random_day(rng), suffix_of(kind, rng)
        stem = (
            f"{number} {title}" if rng.random() < 0.5 else f"{number}_{title.replace(' ', '_')}_R{revision}"
        )
        path = self.unused_path(re.sub(r"[^\w .-]", "", stem), suffix)
        sample = Sample(
            path=path,
            kind=kind,
            mime_type=MIME_TYPES[suffix],
            type=label_of(us.TYPES, type_code),
            name=path.stem,
            serial=number,
            number=number,
            title=title,
            revision=revision,
            date=issued.isoformat(),
            status=_status(rng),
            discipline=discipline,
            spec_section=section.code if specification else "",
            standard=self.standard,
        )
        dated = format_date(issued, rng.choice(("{month} {d}, {y}", "{m:02}/{d:02}/{y}")))
        firm = rng.choice(FIRMS).originator
        paper = Paper(number, title, revision, dated, firm, PROJECT_NAME, WORDING)
        write_manual(path, paper, rng, pages) if pages else write(path, paper, rng)
        return sample


# By kind: the code of its type, and titles.
_PAPERS: dict[str, tuple[str, tuple[str, ...]]] = {
    "specification": ("SPC", ("",)),
    "dwg": ("DRW", ("Floor plan background", "Title block", "Site survey base")),
    "ifc": ("OTH", ("Structural model", "Architectural model", "MEP model")),
    "image": ("PHO", ("Site progress", "Curtain wall mock-up", "Slab pour")),
    "docx": ("BUL", ("Revised door hardware", "Change to roof drains")),
    "xlsx": ("CAL", ("Panel load calculation", "Cooling load summary")),
}
_OTHERS: tuple[tuple[str, tuple[str, ...], Write], ...] = (
    ("GEO", ("Geotechnical engineering report", "Report of test borings"), write_report),
    ("MEM", ("Shutdown of the north utility plant", "Delivery of curtain wall units"), write_letter),
    ("RFI", ("Beam penetration at grid C4", "Door swing at exam room"), write_letter),
)


def _status(rng: random.Random) -> str:
    return rng.choice([code.code for code in us.STATUSES if code.active])


def _stem(rng: random.Random, name: str, number: str, title: str, revision: str, date: str) -> str:
    """A file name: about 60 % follow the naming standard, the others are typical names that people give."""
    plain, revision = re.sub(r"[^\w .-]", "", title), re.sub(r"\W", "", revision)
    return rng.choices(
        (
            name,
            f"{number} - {plain.upper()}",
            f"{number}_{plain.replace(' ', '_')}_Rev{revision}",
            number,
            f"{date} {number}",
            f"scan{rng.randrange(10000):04}",
            f"SMC_{number.lower()}",
            f"{plain} (FINAL)",
        ),
        (58, 12, 8, 6, 4, 4, 4, 4),
    )[0]
