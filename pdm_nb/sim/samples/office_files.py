"""Writes the sample documents that are not drawings: specifications, reports, letters, and files of other formats.

The files open in the programs for their format, except the DWG, which is only a header. `iso19650` and `us_ncs` decide
what a document contains. The same arguments give the same bytes.
"""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from openpyxl import Workbook
from PIL import Image, ImageDraw
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

A4, LETTER = (595.0, 842.0), (612.0, 792.0)
MARGIN = 64.0
_ZIP_TIME = (2026, 1, 1, 0, 0, 0)
_STAMP = b"2026-01-01T00:00:00Z"

_CLAUSES = (
    "Submit product data, samples and shop drawings before work of this section starts.",
    "Store materials dry, off the ground and protected from frost and direct sun.",
    "Do the work with installers who have finished at least {n} projects of similar size.",
    "Keep the ambient temperature between {n} and 32 degrees for 48 hours before and after installation.",
    "Provide a mock-up of {n} square metres; the accepted mock-up may remain as part of the work.",
    "Reject components that are cracked, warped, stained or otherwise damaged.",
    "Verify dimensions on site before fabrication and report deviations larger than {n} mm.",
    "Coordinate openings with Drawing S-20{n} and with the schedule dated 0{n}/02/2025.",
    "Test one specimen for each {n}0 units delivered and send the results within five days.",
    "Warrant materials and workmanship for {n} years from the date of acceptance.",
    "Clean adjoining surfaces daily and leave them free of residue.",
    "Remove temporary protection no earlier than {n} days after completion.",
)
_ARTICLES = (
    ("GENERAL", ("SUMMARY", "SUBMITTALS", "QUALITY ASSURANCE", "DELIVERY AND STORAGE", "WARRANTY")),
    ("PRODUCTS", ("MANUFACTURERS", "MATERIALS", "ACCESSORIES", "FABRICATION")),
    ("EXECUTION", ("EXAMINATION", "PREPARATION", "INSTALLATION", "CLEANING", "PROTECTION")),
)
_REMARKS = (
    "The survey of the existing quay wall found movement of {n} mm over the last season.",
    "Measurements were taken on 1{n}.03.2025 with the instruments listed in the appendix.",
    "It is recommended that the monitoring continues every {n} weeks until the basement is closed.",
    "Sheet A-10{n}, revision B, shows the positions of the measuring points.",
    "No objection is raised against the sequence proposed by the contractor.",
    "The values stay below the limits agreed for stage {n}; no action is needed at present.",
    "Access to the riverside path has to remain open during all phases of the work.",
)


@dataclass(frozen=True, slots=True)
class Wording:
    """The paper sizes and phrases of a country; `{n}` stands for a digit."""

    sizes: tuple[tuple[float, float], ...]  # of specifications; all other documents use the first
    clauses: tuple[str, ...]
    remarks: tuple[str, ...]
    address: tuple[str, ...]  # of the recipient of letters


METRIC = Wording(
    (A4, LETTER), _CLAUSES, _REMARKS, ("General Example Contracting", "Site office, Riverside Tower")
)


@dataclass(frozen=True, slots=True)
class Paper:
    """The content of a document without a title block."""

    number: str
    title: str
    revision: str
    date: str
    firm: str
    project: str
    wording: Wording = METRIC


class _TextFlow:
    """Writes text from page to page, with a header on each page."""

    def __init__(self, path: Path, size: tuple[float, float], header: str, footer: str) -> None:
        self.canvas = Canvas(str(path), pagesize=size, invariant=1, pageCompression=1)
        self.size, self.header, self.footer, self.page = size, header, footer, 0
        self.y = 0.0
        self.new_page()

    def new_page(self) -> None:
        if self.page:
            self.canvas.showPage()
        self.page += 1
        self.canvas.setFont("Times-Italic", 9)
        self.canvas.drawString(MARGIN, self.size[1] - 40, self.header)
        self.canvas.drawRightString(self.size[0] - MARGIN, 36, f"{self.footer} {self.page}".strip())
        self.y = self.size[1] - 70

    def add(
        self, text: str, size: float = 10.5, indent: float = 0, bold: bool = False, centre: bool = False
    ) -> None:
        font = "Times-Bold" if bold else "Times-Roman"
        for line in simpleSplit(text, font, size, self.size[0] - 2 * MARGIN - indent):
            if self.y < 70:
                self.new_page()
            self.canvas.setFont(font, size)
            if centre:
                self.canvas.drawCentredString(self.size[0] / 2, self.y, line)
            else:
                self.canvas.drawString(MARGIN + indent, self.y, line)
            self.y -= size * 1.35
        self.y -= size * 0.5

    def save(self) -> None:
        self.canvas.showPage()
        self.canvas.save()


def write_specification(path: Path, paper: Paper, rng: random.Random) -> None:
    """Write a section in three parts over several pages, with a running header."""
    size = rng.choice(paper.wording.sizes)
    header = f"{paper.project}   {paper.title}   {paper.revision}   {paper.date}"
    flow = _TextFlow(path, size, header, f"{paper.number} -")
    _section(flow, paper, rng)
    flow.save()


def write_manual(path: Path, paper: Paper, rng: random.Random, pages: int) -> None:
    """Write specification sections over exactly this number of pages."""
    flow = _TextFlow(path, paper.wording.sizes[-1], f"{paper.project}   PROJECT MANUAL   {paper.date}", "-")
    while flow.page < pages - 8:  # every section is shorter
        _section(flow, paper, rng)
    while flow.page < pages:
        flow.new_page()
        flow.add("This page is intentionally left blank.", centre=True)
    flow.save()


def _section(flow: _TextFlow, paper: Paper, rng: random.Random) -> None:
    heading = rng.choice(("SECTION {}", "Section {}", "SECTION {} -")).format(paper.number)
    flow.add(heading, 13, bold=True, centre=True)
    flow.add(paper.title.upper(), 13, bold=True, centre=True)
    for part, (name, articles) in enumerate(_ARTICLES, 1):
        flow.add(f"PART {part}{rng.choice((' - ', ' '))}{name}", 11.5, bold=True)
        for count, article in enumerate(rng.sample(articles, rng.randint(3, len(articles))), 1):
            flow.add(f"{part}.{count:02}  {article}", bold=True)
            for letter in "ABCDE"[: rng.randint(2, 5)]:
                flow.add(
                    f"{letter}.  {rng.choice(paper.wording.clauses).format(n=rng.randint(2, 9))}", indent=24
                )
    flow.add("END OF SECTION", 11, bold=True, centre=True)


def write_report(path: Path, paper: Paper, rng: random.Random) -> None:
    flow = _TextFlow(path, paper.wording.sizes[0], f"{paper.firm}", "Page")
    flow.add(paper.title, 22, bold=True)
    for line in (f"Project: {paper.project}", f"Report {paper.number}, issue {paper.revision}", paper.date):
        flow.add(line, 12)
    for count, chapter in enumerate(("Introduction", "Findings", "Assessment", "Recommendations"), 1):
        flow.add(f"{count}  {chapter}", 14, bold=True)
        for _ in range(rng.randint(2, 4)):
            flow.add(
                " ".join(
                    remark.format(n=rng.randint(2, 9)) for remark in rng.sample(paper.wording.remarks, 3)
                )
            )
    flow.save()


def write_letter(path: Path, paper: Paper, rng: random.Random) -> None:
    flow = _TextFlow(path, paper.wording.sizes[0], paper.firm, "")
    for line in (*paper.wording.address, paper.date):
        flow.add(line)
    flow.add(f"Our reference: {paper.number}")
    flow.add(f"Subject: {paper.title}", bold=True)
    flow.add("Dear Sir or Madam,")
    for _ in range(rng.randint(2, 4)):
        flow.add(
            " ".join(remark.format(n=rng.randint(2, 9)) for remark in rng.sample(paper.wording.remarks, 2))
        )
    flow.add("Yours faithfully,")
    flow.add(paper.firm)
    flow.save()


def write_dwg(path: Path, paper: Paper, rng: random.Random) -> None:
    """Write the header of a drawing file (version 2018 and later) and filler bytes; enough to be recognized as DWG."""
    path.write_bytes(b"AC1032" + bytes(5) + b"\x03" + bytes(116) + rng.randbytes(rng.randint(2000, 9000)))


def write_ifc(path: Path, paper: Paper, rng: random.Random) -> None:
    """Write a building model with one project and one building as STEP text."""
    alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_$"
    ids = ["0" + "".join(rng.choices(alphabet, k=21)) for _ in range(3)]
    title = paper.title.replace("'", "")
    lines = f"""ISO-10303-21;
HEADER;
FILE_DESCRIPTION(('ViewDefinition [ReferenceView_V1.2]'),'2;1');
FILE_NAME('{paper.number}.ifc','2026-01-01T00:00:00',('Sample'),('Sample'),'','','');
FILE_SCHEMA(('IFC4'));
ENDSEC;
DATA;
#1=IFCCARTESIANPOINT((0.,0.,0.));
#2=IFCAXIS2PLACEMENT3D(#1,$,$);
#3=IFCGEOMETRICREPRESENTATIONCONTEXT($,'Model',3,1.E-05,#2,$);
#4=IFCSIUNIT(*,.LENGTHUNIT.,.MILLI.,.METRE.);
#5=IFCUNITASSIGNMENT((#4));
#6=IFCPROJECT('{ids[0]}',$,'{paper.project}',$,$,$,$,(#3),#5);
#7=IFCLOCALPLACEMENT($,#2);
#8=IFCBUILDING('{ids[1]}',$,'{title}',$,$,#7,$,$,.ELEMENT.,$,$,$);
#9=IFCRELAGGREGATES('{ids[2]}',$,$,$,#6,(#8));
ENDSEC;
END-ISO-10303-21;
"""
    path.write_text(lines, encoding="ascii", errors="replace", newline="\n")


def write_image(path: Path, paper: Paper, rng: random.Random) -> None:
    """Write a small image of a tower, PNG or JPEG by the suffix."""
    tone = rng.randint(150, 220)
    image = Image.new("RGB", (480, 320), (tone - 40, tone, 235))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 260, 480, 320), fill=(96, 110, 84))
    left, width, floors = rng.randint(120, 220), rng.randint(70, 130), rng.randint(9, 20)
    for floor in range(floors):
        y = 250 - floor * 11
        draw.rectangle((left, y, left + width, y + 9), fill=(tone - 70, tone - 75, tone - 60))
        for x in range(left + 4, left + width - 8, 12):
            draw.rectangle((x, y + 2, x + 7, y + 7), fill=(40, 60, rng.randint(80, 160)))
    image.save(path, "PNG" if path.suffix == ".png" else "JPEG")


def write_docx(path: Path, paper: Paper, rng: random.Random) -> None:
    remarks = [remark.format(n=rng.randint(2, 9)) for remark in rng.sample(paper.wording.remarks, 4)]
    texts = [paper.title, f"{paper.project}, {paper.number}, {paper.revision}, {paper.date}", *remarks]
    body = "".join(f"<w:p><w:r><w:t>{escape(text)}</w:t></w:r></w:p>" for text in texts)
    office = "http://schemas.openxmlformats.org"
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    _zip(
        path,
        {
            "[Content_Types].xml": f'{head}<Types xmlns="{office}/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{kind}"/></Types>'.encode(),
            "_rels/.rels": f'{head}<Relationships xmlns="{office}/package/2006/relationships"><Relationship Id="rId1" '
            f'Type="{office}/officeDocument/2006/relationships/officeDocument" '
            'Target="word/document.xml"/></Relationships>'.encode(),
            "word/document.xml": f'{head}<w:document xmlns:w="{office}/wordprocessingml/2006/main">'
            f"<w:body>{body}</w:body></w:document>".encode(),
        },
    )


def write_xlsx(path: Path, paper: Paper, rng: random.Random) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Schedule"
    sheet.append([paper.project, paper.number, paper.revision, paper.date])
    sheet.append([paper.title])
    sheet.append(["Mark", "Width", "Height", "Quantity"])
    for count in range(1, rng.randint(12, 40)):
        sheet.append([f"D{count:03}", rng.randrange(600, 1900, 50), 2100, rng.randint(1, 12)])
    stream = io.BytesIO()
    book.save(stream)
    # openpyxl writes the current time into the file; replace it, so that the bytes stay the same
    with zipfile.ZipFile(stream) as saved:
        parts = {name: saved.read(name) for name in saved.namelist()}
    parts["docProps/core.xml"] = re.sub(rb"\d{4}-\d\d-\d\dT[\d:.]+Z?", _STAMP, parts["docProps/core.xml"])
    _zip(path, parts)


def _zip(path: Path, parts: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w") as file:
        for name, data in parts.items():
            info = zipfile.ZipInfo(name, _ZIP_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            file.writestr(info, data)


Write = Callable[[Path, Paper, random.Random], None]
WRITERS: dict[str, Write] = {
    "specification": write_specification,
    "dwg": write_dwg,
    "ifc": write_ifc,
    "image": write_image,
    "docx": write_docx,
    "xlsx": write_xlsx,
}
