"""The sample documents of Riverside Tower (ISO 19650): their content and the names of their files."""

from __future__ import annotations

import random
import re

from ..world.codes import riverside
from ..world.codes.code_list import SEPARATOR
from ..world.codes.spec_sections import SPEC_SECTIONS
from .drawing import DrawingSheet, OfficeStyle
from .firms import (
    BODIES,
    FIRMS,
    LABELS,
    NOTES,
    WEIGHTS,
    Firm,
    format_date,
    history,
    label_of,
    random_day,
    subject,
)
from .office_files import WRITERS, Paper, Write, write_letter, write_manual, write_report
from .sample_set import MIME_TYPES, Design, Sample, SampleSet, choose_revision, sheet_content, suffix_of


class IsoSet(SampleSet):
    """Drawings, specifications and the other documents of a tower project."""

    standard = "iso19650"
    revising_firm = next(firm for firm in FIRMS if firm.originator == "VLT")

    def _serial(self, key: str, digit: int) -> tuple[str, str]:
        """The next unused number, as in the naming standard and as a sheet shows it."""
        short = f"{digit}{self.count(key, digit):02}"
        return f"{short:0>4}", short

    def design(self, rng: random.Random, firm: Firm | None = None, min_issues: int = 1) -> Design:
        firm = firm or rng.choices(FIRMS, WEIGHTS)[0]
        digit = rng.choices((1, 2, 5, 6), (6, 2, 2, 1))[0]
        serial, short = self._serial(firm.discipline, digit)
        volume, location = _place(rng, digit)
        name = _name(firm.originator, volume, location, "DR", firm.discipline, serial)
        title = subject(rng, firm.discipline, digit, location)
        issues = history(rng, firm, min_issues=min_issues)
        revision, missing, date = choose_revision(rng, firm, issues)
        path = self.unused_path(
            _stem(rng, name, f"{firm.discipline}-{short}", title, revision, location), ".pdf"
        )
        sample = Sample(
            path=path,
            kind="drawing",
            mime_type=MIME_TYPES[".pdf"],
            type="Drawing",
            name=name,
            serial=serial,
            number={"sheet": f"{firm.discipline}-{short}", "serial": serial, "full": name}[firm.numbers],
            title=title.upper() if firm.upper else title,
            revision=revision,
            date=date,
            status=_status(rng),
            project=riverside.PROJECTS[0].code,
            originator=firm.originator,
            volume=volume,
            location=location,
            discipline=firm.discipline,
            layout=firm.layout,
            missing=missing,
        )
        return Design(sample, firm, issues, BODIES[digit])

    def sheet(self, design: Design, rng: random.Random) -> tuple[DrawingSheet, OfficeStyle]:
        firm = design.firm
        labels = {name: rng.choice(names) for name, names in LABELS.items()}
        if firm.layout == "strip" and rng.random() < 0.3:
            labels["number"] = (
                ""  # many strips show the number in large type in the corner, without a caption
            )
        content = sheet_content(design, rng)
        header = rng.choice(
            (("REV", "DESCRIPTION", "DATE"), ("NO.", "REVISION", "DATE"), ("Rev", "Amendment", "Date"))
        )
        number = rng.randint(1, 9)
        sheet = DrawingSheet(
            **content,
            scale=rng.choice(("1:50", "1:100", "1:200", "AS SHOWN", "NTS")),
            firm=label_of(riverside.ORIGINATORS, firm.originator),
            project=f"{riverside.PROJECT_NAME}, Quay Street 12",
            drawn=rng.choice(("A.B.", "CD", "EFG", "H.J.")),
            checked=rng.choice(("K.L.", "MN", "OP", "Q.R.")),
            status=label_of(riverside.STATUSES, design.sample.status),
            notes=tuple(note.format(n=number) for note in rng.sample(NOTES, rng.randint(3, 7))),
        )
        return sheet, OfficeStyle(firm.layout, rng.choice(firm.sizes), labels, firm.font, header, firm.upward)

    def paper(self, kind: str, rng: random.Random, pages: int = 0) -> Sample:
        section = rng.choice([code for code in SPEC_SECTIONS if code.active])
        type_code, titles, write = (*_PAPERS[kind], WRITERS[kind]) if kind in _PAPERS else rng.choice(_OTHERS)
        originator = rng.choice([code.code for code in riverside.ORIGINATORS if code.active])
        discipline = "Z" if kind == "other" else rng.choice("ASMEPCL")
        volume, location = _place(rng, 1)
        serial, _ = self._serial(type_code, 0)
        name = _name(originator, volume, location, type_code, discipline, serial)
        specification = kind == "specification"
        title = section.label if specification else rng.choice(titles)
        revision = rng.choice(("P01", "P02", "P03", "C01", "C02"))
        issued = random_day(rng)
        suffix = suffix_of(kind, rng)
        short = f"Spec {section.code}" if specification else f"{type_code}-{serial[-3:]}"
        path = self.unused_path(_stem(rng, name, short, title, revision, location), suffix)
        sample = Sample(
            path=path,
            kind=kind,
            mime_type=MIME_TYPES[suffix],
            type=next(code.label for code in riverside.TYPES if code.code == type_code),
            name=name,
            serial=serial,
            number=section.code if specification else serial,
            title=title,
            revision=revision,
            date=issued.isoformat(),
            status=_status(rng),
            project=riverside.PROJECTS[0].code,
            originator=originator,
            volume=volume,
            location=location,
            discipline=discipline,
            spec_section=section.code if specification else "",
        )
        dated = format_date(issued, rng.choice(("{d} {month} {y}", "{y}-{m:02}-{d:02}", "{month} {d}, {y}")))
        firm = label_of(riverside.ORIGINATORS, originator)
        number = section.code if specification else name
        paper = Paper(number, title, revision, dated, firm, riverside.PROJECT_NAME)
        write_manual(path, paper, rng, pages) if pages else write(path, paper, rng)
        return sample


# By kind: the code of its type, and titles.
_PAPERS: dict[str, tuple[str, tuple[str, ...]]] = {
    "specification": ("SP", ("",)),
    "dwg": ("DR", ("Floor plan model space", "Detail library", "Site base")),
    "ifc": ("M3", ("Structural model", "Architectural model", "Services model")),
    "image": ("PH", ("Site progress", "Facade mock-up", "Slab pour")),
    "docx": ("MS", ("Method statement for crane lifts", "Method statement for façade")),
    "xlsx": ("SH", ("Door schedule", "Equipment schedule", "Room data")),
}
_OTHERS: tuple[tuple[str, tuple[str, ...], Write], ...] = (
    ("RP", ("Ground monitoring report", "Acoustic report", "Façade test report"), write_report),
    ("CO", ("Access to the riverside path", "Delivery of panels, level 12"), write_letter),
)


def _name(*parts: str) -> str:
    return SEPARATOR.join((riverside.PROJECTS[0].code, *parts))


def _place(rng: random.Random, digit: int) -> tuple[str, str]:
    """Choose a volume and a location: one level for plans, mostly several levels for other sheets."""
    volume = rng.choice([code.code for code in riverside.VOLUMES if code.active and code.code != "XX"])
    levels = [code.code for code in riverside.LOCATIONS if code.active and code.code not in ("ZZ", "XX")]
    return volume, rng.choice(levels) if digit == 1 else rng.choice(("ZZ", "ZZ", "XX", rng.choice(levels)))


def _status(rng: random.Random) -> str:
    return rng.choice([code.code for code in riverside.STATUSES if code.active])


def _stem(rng: random.Random, name: str, short: str, title: str, revision: str, location: str) -> str:
    """A file name: about 60 % follow the naming standard, the others are typical names that people give."""
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
