"""Draws one sample drawing sheet as a PDF page: frame, body, notes and a title block in its firm's house style.

Six layouts of title blocks are drawn, as offices really differ: a grid in the corner, a strip along the edge, a
table with labels beside the values, a row of code boxes, a band with `Label: value` lines, and captions under the
values. What a sheet says is decided in `samples`; the reader in `reading` knows nothing of this module.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

A1, A3, ARCH_D = (2384.0, 1684.0), (1191.0, 842.0), (2592.0, 1728.0)  # points, landscape

Box = tuple[float, float, float, float]  # left, bottom, right, top


@dataclass(frozen=True, slots=True)
class House:
    """A firm's way of making sheets. `labels` names the cells; a label "" leaves the cell's caption out."""

    layout: str
    size: tuple[float, float]
    labels: dict[str, str]
    font: str = "Helvetica"
    table_header: tuple[str, str, str] = ("REV", "DESCRIPTION", "DATE")
    table_upward: bool = False  # rows stand above the header, as many offices draw them


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a sheet shows. A field "" is a cell left empty; one in `dropped` has no cell at all."""

    name: str
    number: str
    title: str
    revision: str
    date: str
    scale: str
    firm: str
    project: str
    drawn: str
    checked: str
    status: str
    body: str  # plan, elevation, details or schedule
    history: tuple[tuple[str, str, str], ...] = ()  # revision, description, date; oldest first
    notes: tuple[str, ...] = ()
    dropped: frozenset[str] = frozenset()


class Pen:
    """A canvas with the few strokes that title blocks are made of; `unit` scales an A1 sheet's sizes."""

    def __init__(self, canvas: Canvas, house: House, unit: float) -> None:
        self.canvas, self.house, self.unit = canvas, house, unit
        self.regular = "Times-Roman" if house.font == "Times" else house.font
        self.bold = f"{house.font}-Bold"

    def text(self, x: float, y: float, text: str, size: float, bold: bool = False) -> None:
        self.canvas.setFont(self.bold if bold else self.regular, size * self.unit)
        self.canvas.drawString(x, y, text)

    def lines(self, box: Box, text: str, size: float, centre: bool = False, bold: bool = False) -> None:
        """Write text from the top of the box down, wrapped to its width."""
        font, points = self.bold if bold else self.regular, size * self.unit
        self.canvas.setFont(font, points)
        y = box[3] - points
        for line in simpleSplit(text, font, points, box[2] - box[0]):
            if centre:
                self.canvas.drawCentredString((box[0] + box[2]) / 2, y, line)
            else:
                self.canvas.drawString(box[0], y, line)
            y -= points * 1.2

    def frame(self, box: Box, width: float = 0.7) -> None:
        self.canvas.setLineWidth(width)
        self.canvas.rect(box[0], box[1], box[2] - box[0], box[3] - box[1])

    def cell(
        self, box: Box, label: str, value: str, size: float = 11, centre: bool = False, below: bool = False
    ) -> None:
        """A ruled cell: small label in a corner at the top (or the bottom), the value in the room left."""
        u, room = self.unit, 16 * self.unit
        self.frame(box)
        label_y = box[1] + 4 * u if below else box[3] - 10 * u
        self.text(box[0] + 4 * u, label_y, label, 7)
        top = box[3] - 4 * u if below else box[3] - room
        self.lines((box[0] + 6 * u, box[1], box[2] - 6 * u, top), value, size, centre, bold=size > 14)


def draw_sheet(path: Path, sheet: Sheet, house: House, rng: random.Random) -> None:
    """Write the sheet to `path`, one page of the house's size, the same bytes for the same arguments."""
    canvas = Canvas(str(path), pagesize=house.size, invariant=1, pageCompression=1)
    canvas.setTitle("Sheet")
    unit = max(house.size[1] / A1[1], 0.58)
    pen, margin = Pen(canvas, house, unit), 28 * unit
    frame = (margin, margin, house.size[0] - margin, house.size[1] - margin)
    pen.frame(frame, 2)
    body = LAYOUTS[house.layout](pen, sheet, frame)
    split = body[2] - 330 * unit
    BODIES[sheet.body](
        pen, (body[0] + 90 * unit, body[1] + 90 * unit, split - 60 * unit, body[3] - 90 * unit), rng
    )
    _notes(pen, sheet, (split, body[1], body[2] - 15 * unit, body[3] - 30 * unit))
    canvas.showPage()
    canvas.save()


def _notes(pen: Pen, sheet: Sheet, box: Box) -> None:
    pen.text(box[0], box[3], "GENERAL NOTES", 12, bold=True)
    y = box[3] - 24 * pen.unit
    for count, note in enumerate(sheet.notes, 1):
        pen.text(box[0], y, f"{count}.", 8.5)
        pen.lines((box[0] + 20 * pen.unit, 0, box[2], y + 8.5 * pen.unit), note, 8.5)
        y -= 36 * pen.unit


# --- title blocks: each draws its block and returns the room left for the drawing itself ---------------------


def _row(box: Box, shares: list[float]) -> list[Box]:
    """Cut a box into columns by shares of its width."""
    total, cells, x = sum(shares), [], box[0]
    for share in shares:
        right = x + (box[2] - box[0]) * share / total
        cells.append((x, box[1], right, box[3]))
        x = right
    return cells


def _cells(pen: Pen, sheet: Sheet, box: Box, fields: list[str], shares: list[float], **style: bool) -> None:
    fields_shares = [
        (name, share) for name, share in zip(fields, shares, strict=True) if name not in sheet.dropped
    ]
    sizes = {"number": 22.0, "revision": 18.0, "title": 15.0}
    for (name, _), cell in zip(fields_shares, _row(box, [share for _, share in fields_shares]), strict=True):
        pen.cell(cell, pen.house.labels.get(name, ""), getattr(sheet, name), sizes.get(name, 11), **style)


def _history(pen: Pen, sheet: Sheet, x0: float, x1: float, y: float) -> float:
    """The table of revisions from `y` upward or downward; gives the y where it ends."""
    if not sheet.history:
        return y
    height, upward = 18 * pen.unit, pen.house.table_upward
    rows = [pen.house.table_header, *(sheet.history if upward else reversed(sheet.history))]
    for count, row in enumerate(rows):
        low = y + count * height if upward else y - (count + 1) * height
        for cell, text in zip(_row((x0, low, x1, low + height), [1, 4.2, 2]), row, strict=True):
            pen.frame(cell, 0.4)
            pen.text(cell[0] + 4 * pen.unit, low + 5 * pen.unit, text, 7 if count == 0 else 8)
    return y + len(rows) * height if upward else y - len(rows) * height


def _corner(pen: Pen, sheet: Sheet, frame: Box, below: bool = False) -> Box:
    u = pen.unit
    x0, x1, y = frame[2] - 620 * u, frame[2], frame[1]
    for fields, shares, height, centre in (
        (["number", "revision"], [5.0, 1.4], 62, True),
        (["scale", "date", "drawn", "checked"], [1.0, 1.2, 0.8, 0.8], 44, False),
        (["title"], [1.0], 84, False),
        (["status", "project"], [1.0, 1.6], 46, False),
    ):
        _cells(pen, sheet, (x0, y, x1, y + height * u), fields, shares, centre=centre, below=below)
        y += height * u
    pen.frame((x0, y, x1, y + 60 * u))
    pen.text(x0 + 14 * u, y + 22 * u, sheet.firm, 20, bold=True)
    _history(
        pen, sheet, x0, x1, y + (60 if pen.house.table_upward else 60 + 18 * (len(sheet.history) + 1)) * u
    )
    return (frame[0], frame[1], x0, frame[3])


def _captions(pen: Pen, sheet: Sheet, frame: Box) -> Box:
    return _corner(pen, sheet, frame, below=True)


def _strip(pen: Pen, sheet: Sheet, frame: Box) -> Box:
    u, x1, x0, y = pen.unit, frame[2], frame[2] - 250 * pen.unit, frame[1]
    pen.frame((x0, frame[1], x1, frame[3]), 1.4)
    for fields, shares, height, centre in (
        (["number"], [1.0], 92, True),
        (["title"], [1.0], 104, False),
        (["revision", "status"], [1.0, 2.2], 40, False),
        (["drawn", "checked"], [1.0, 1.0], 34, False),
        (["date", "scale"], [1.0, 1.0], 34, False),
        (["project"], [1.0], 60, False),
    ):
        if set(fields) - sheet.dropped:
            _cells(pen, sheet, (x0, y, x1, y + height * u), fields, shares, centre=centre)
            y += height * u
    _history(pen, sheet, x0, x1, y + 18 * u * (len(sheet.history) + 2))
    pen.lines((x0 + 16 * u, 0, x1 - 10 * u, frame[3] - 20 * u), sheet.firm, 22, bold=True)
    pen.lines((x0 + 16 * u, 0, x1 - 10 * u, frame[3] - 120 * u), "CONSULTANT SEAL", 8)
    return (frame[0], frame[1], x0, frame[3])


def _beside(pen: Pen, sheet: Sheet, frame: Box) -> Box:
    u, x0, x1, y = pen.unit, frame[2] - 560 * pen.unit, frame[2], frame[1]
    for name in ("checked", "drawn", "scale", "date", "revision", "number", "title", "status", "project"):
        if name in sheet.dropped:
            continue
        height = 46 * u if name == "title" else 25 * u
        label, value = _row((x0, y, x1, y + height), [1.0, 3.0])
        pen.frame(label)
        pen.frame(value)
        pen.text(label[0] + 6 * u, y + height - 16 * u, pen.house.labels.get(name, ""), 9)
        pen.lines((value[0] + 8 * u, 0, value[2] - 8 * u, y + height - 5 * u), getattr(sheet, name), 13)
        y += height
    pen.frame((x0, y, x1, y + 52 * u))
    pen.text(x0 + 10 * u, y + 18 * u, sheet.firm, 18, bold=True)
    _history(
        pen, sheet, x0, x1, y + (52 if pen.house.table_upward else 52 + 18 * (len(sheet.history) + 1)) * u
    )
    return (frame[0], frame[1], x0, frame[3])


def _boxes(pen: Pen, sheet: Sheet, frame: Box) -> Box:
    u, x0, x1, y = pen.unit, frame[2] - 700 * pen.unit, frame[2], frame[1]
    _cells(pen, sheet, (x0, y, x1, y + 46 * u), ["scale", "date", "drawn", "checked"], [1, 1, 1, 1])
    y += 46 * u
    parts = [*sheet.name.split("-")[:6], sheet.number]
    labels = ["PROJECT", "ORIGINATOR", "VOLUME", "LEVEL", "TYPE", "ROLE", pen.house.labels["number"]]
    row = _row((x0, y, x0 + 550 * u, y + 50 * u), [1.0, 1.3, 1.0, 0.8, 0.8, 0.8, 1.2])
    for cell, label, part in zip(row, labels, parts, strict=True):
        if not (label == labels[-1] and "number" in sheet.dropped):
            pen.cell(cell, label, part, 14, centre=True)
    _cells(pen, sheet, (x0 + 550 * u, y, x1, y + 50 * u), ["revision"], [1])
    y += 50 * u
    _cells(pen, sheet, (x0, y, x1, y + 70 * u), ["title", "status"], [2.4, 1.0])
    y += 70 * u
    pen.frame((x0, y, x1, y + 70 * u))
    pen.text(x0 + 12 * u, y + 40 * u, sheet.firm, 20, bold=True)
    pen.text(x0 + 12 * u, y + 14 * u, sheet.project, 12)
    _history(
        pen, sheet, x0, x1, y + (70 if pen.house.table_upward else 70 + 18 * (len(sheet.history) + 1)) * u
    )
    return (frame[0], frame[1], x0, frame[3])


def _band(pen: Pen, sheet: Sheet, frame: Box) -> Box:
    u, top = pen.unit, frame[1] + 112 * pen.unit
    columns = _row((frame[0], frame[1], frame[2], top), [2.2, 3.6, 1.8, 1.5, 3.4])
    for column in columns:
        pen.frame(column, 1.0)
    pen.lines((columns[0][0] + 10 * u, 0, columns[0][2] - 8 * u, top - 12 * u), sheet.firm, 18, bold=True)
    groups = (["project", "title", "status"], ["number", "revision", "scale"], ["date", "drawn", "checked"])
    for column, names in zip(columns[1:4], groups, strict=True):
        y = top - 26 * u
        for name in names:
            if name not in sheet.dropped:
                pen.text(
                    column[0] + 8 * u, y, f"{pen.house.labels.get(name, '')}: {getattr(sheet, name)}", 12
                )
            y -= 32 * u
    _history(pen, sheet, columns[4][0], columns[4][2], frame[1] if pen.house.table_upward else top)
    return (frame[0], top, frame[2], frame[3])


LAYOUTS: dict[str, Callable[[Pen, Sheet, Box], Box]] = {
    "corner": _corner,
    "captions": _captions,
    "strip": _strip,
    "beside": _beside,
    "boxes": _boxes,
    "band": _band,
}


# --- bodies ---------------------------------------------------------------------------------------------------


def _grid(pen: Pen, xs: list[float], ys: list[float]) -> None:
    """Grid lines with bubbles: numbers along the top, letters down the side."""
    canvas, radius = pen.canvas, 15 * pen.unit
    canvas.setLineWidth(0.4)
    canvas.setDash(12, 4)
    for x in xs:
        canvas.line(x, ys[0] - radius, x, ys[-1] + 2 * radius)
    for y in ys:
        canvas.line(xs[0] - 2 * radius, y, xs[-1] + radius, y)
    canvas.setDash()
    canvas.setFont(pen.regular, 11 * pen.unit)
    for count, x in enumerate(xs, 1):
        canvas.circle(x, ys[-1] + 3 * radius, radius)
        canvas.drawCentredString(x, ys[-1] + 3 * radius - 4 * pen.unit, str(count))
    for letter, y in zip("ABCDEFGH", ys, strict=False):
        canvas.circle(xs[0] - 3 * radius, y, radius)
        canvas.drawCentredString(xs[0] - 3 * radius, y - 4 * pen.unit, letter)


def _plan(pen: Pen, box: Box, rng: random.Random) -> None:
    canvas, u = pen.canvas, pen.unit
    columns, rows = rng.randint(5, 8), rng.randint(3, 5)
    xs = [box[0] + (box[2] - box[0]) * i / columns for i in range(columns + 1)]
    ys = [box[1] + (box[3] - box[1]) * i / rows for i in range(rows + 1)]
    _grid(pen, xs, ys)
    pen.frame((xs[0], ys[0], xs[-1], ys[-1]), 4 * u)
    room = 100 * rng.randint(1, 40)
    for i, x in enumerate(xs[:-1]):
        for j, y in enumerate(ys[:-1]):
            room += 1
            _room(pen, (x, y, xs[i + 1], ys[j + 1]), room, rng)
    canvas.setFont(pen.regular, 8 * u)
    for left, right in pairwise(xs):
        canvas.line(left, ys[0] - 40 * u, right, ys[0] - 40 * u)
        canvas.drawCentredString((left + right) / 2, ys[0] - 36 * u, str(rng.randrange(5400, 9600, 75)))
    for low, high in pairwise(ys):
        canvas.saveState()
        canvas.translate(xs[-1] + 36 * u, (low + high) / 2)
        canvas.rotate(90)
        canvas.drawCentredString(0, 0, str(rng.randrange(5400, 9600, 75)))
        canvas.restoreState()


def _room(pen: Pen, box: Box, number: int, rng: random.Random) -> None:
    canvas, u = pen.canvas, pen.unit
    canvas.setLineWidth(2.4 * u)
    if rng.random() < 0.75:
        canvas.line(box[2], box[1], box[2], box[3] - (box[3] - box[1]) * rng.choice((0, 0.25)))
    if rng.random() < 0.75:
        canvas.line(box[0] + (box[2] - box[0]) * rng.choice((0, 0.2)), box[3], box[2], box[3])
    canvas.setLineWidth(0.5)
    swing = 34 * u
    canvas.arc(box[0] + 10 * u, box[1], box[0] + 10 * u + 2 * swing, box[1] + 2 * swing, 90, 90)
    canvas.rect(box[0] - 5 * u, box[1] - 5 * u, 10 * u, 10 * u, fill=1)
    name = rng.choice(
        ("OFFICE", "MEETING", "STORE", "CORRIDOR", "LOBBY", "PLANT", "WC", "RISER", "APARTMENT")
    )
    x, y = (box[0] + box[2]) / 2 - 20 * u, (box[1] + box[3]) / 2
    pen.text(x, y, name, 8)
    pen.text(x, y - 12 * u, f"{number:04}", 8)


def _elevation(pen: Pen, box: Box, rng: random.Random) -> None:
    canvas, u = pen.canvas, pen.unit
    floors, bays = rng.randint(8, 16), rng.randint(6, 11)
    height, width = (box[3] - box[1]) / (floors + 1), (box[2] - box[0]) * 0.8 / bays
    left, right = box[0] + 30 * u, box[0] + 30 * u + width * bays
    canvas.setLineWidth(3 * u)
    canvas.line(box[0], box[1], box[2], box[1])
    for floor in range(floors + 1):
        y = box[1] + floor * height
        canvas.setLineWidth(0.6)
        canvas.line(left, y, right + 40 * u, y)
        pen.text(right + 46 * u, y + 3 * u, f"LEVEL {floor:02}  +{4.2 + floor * 3.75:.3f}", 8)
        for bay in range(bays if floor < floors else 0):
            inset = width * 0.14
            canvas.rect(left + bay * width + inset, y + height * 0.2, width - 2 * inset, height * 0.6)
    pen.frame((left, box[1], right, box[1] + floors * height), 2.4 * u)


def _details(pen: Pen, box: Box, rng: random.Random) -> None:
    canvas, u = pen.canvas, pen.unit
    for count, cell in enumerate((half for row in _halves(box) for half in _row(row, [1, 1, 1])), 1):
        inner = (cell[0] + 10 * u, cell[1] + 50 * u, cell[2] - 10 * u, cell[3] - 10 * u)
        pen.frame(inner)
        wall = inner[0] + (inner[2] - inner[0]) * rng.uniform(0.3, 0.5)
        canvas.setLineWidth(1.8 * u)
        for offset in (0, 30, 42, 90):
            canvas.line(wall + offset * u, inner[1], wall + offset * u, inner[3])
        canvas.setLineWidth(0.3)
        y = inner[1]
        while y < inner[3] - 30 * u:
            canvas.line(wall, y, wall + 30 * u, y + 30 * u)
            y += 9 * u
        for note in rng.sample(
            ("SEALANT", "MEMBRANE", "INSULATION 120", "ANCHOR M16", "PACKING", "FLASHING"), 3
        ):
            y = rng.uniform(inner[1] + 20 * u, inner[3] - 20 * u)
            canvas.line(wall + 90 * u, y, inner[2] - 90 * u, y)
            pen.text(inner[2] - 86 * u, y - 3 * u, note, 7.5)
        pen.text(inner[0], cell[1] + 28 * u, f"DETAIL {count}", 11, bold=True)
        pen.text(inner[0], cell[1] + 14 * u, f"SCALE 1:{rng.choice((5, 10, 20))}", 8)


def _halves(box: Box) -> tuple[Box, Box]:
    middle = (box[1] + box[3]) / 2
    return (box[0], box[1], box[2], middle), (box[0], middle, box[2], box[3])


def _schedule(pen: Pen, box: Box, rng: random.Random) -> None:
    u, height = pen.unit, 24 * pen.unit
    rows = [("MARK", "WIDTH", "HEIGHT", "FRAME", "RATING", "REMARKS")]
    for count in range(1, rng.randint(18, 34)):
        sizes = str(rng.randrange(600, 1900, 50)), str(rng.randrange(1900, 2700, 50))
        rows.append((f"D{count:03}", *sizes, rng.choice(("STEEL", "OAK", "ALUMINIUM")), "FD30", "SEE NOTE 2"))
    y = box[3]
    for count, row in enumerate(rows):
        for cell, text in zip(_row((box[0], y - height, box[2], y), [1, 1, 1, 1.2, 1, 2]), row, strict=True):
            pen.frame(cell, 0.5)
            pen.text(cell[0] + 6 * u, cell[1] + 8 * u, text, 9, bold=count == 0)
        y -= height


BODIES: dict[str, Callable[[Pen, Box, random.Random], None]] = {
    "plan": _plan,
    "elevation": _elevation,
    "details": _details,
    "schedule": _schedule,
}
