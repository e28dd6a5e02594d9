"""What sample drawing sheets are drawn with: text, cells, rows of cells and the table of revisions.

`DrawingSheet` holds the content of a sheet, `OfficeStyle` a firm's way of drawing it. The title blocks of `title_blocks`
and `title_blocks_us` consist of these parts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

A1, A3, ARCH_D = (2384.0, 1684.0), (1191.0, 842.0), (2592.0, 1728.0)  # points, landscape
ARCH_C, ARCH_E, ARCH_E1 = (1728.0, 1296.0), (3456.0, 2592.0), (3024.0, 2160.0)
ANSI_B, ANSI_D, ANSI_E = (1224.0, 792.0), (2448.0, 1584.0), (3168.0, 2448.0)

Box = tuple[float, float, float, float]  # left, bottom, right, top


@dataclass(frozen=True, slots=True)
class DrawingTerms:
    """The words on drawings of a country: rooms, parts, and functions that write millimetres as measures."""

    rooms: tuple[str, ...]
    levels: tuple[str, ...]
    parts: tuple[str, ...]
    scales: tuple[str, ...]
    frames: tuple[str, ...]
    beams: tuple[str, ...]
    runs: tuple[str, ...]
    rating: str
    length: Callable[[int], str]
    size: Callable[[int], str]
    level: Callable[[int], str]


METRIC = DrawingTerms(
    rooms=("OFFICE", "MEETING", "STORE", "CORRIDOR", "LOBBY", "PLANT", "WC", "RISER", "APARTMENT"),
    levels=("Ground floor", "Level 01", "Level 02", "Roof"),
    parts=("SEALANT", "MEMBRANE", "INSULATION 120", "ANCHOR M16", "PACKING", "FLASHING"),
    scales=("1:5", "1:10", "1:20"),
    frames=("STEEL", "OAK", "ALUMINIUM"),
    beams=("UB 406x178x60", "UB 305x165x40", "IPE 300"),
    runs=("400x200 SA", "DN100", "TRAY 300"),
    rating="FD30",
    length=str,
    size=str,
    level=lambda floor: f"LEVEL {floor:02}  +{4.2 + floor * 3.75:.3f}",
)


@dataclass(frozen=True, slots=True)
class OfficeStyle:
    """A firm's way of drawing sheets. `labels` holds the captions of cells; with "" a cell has no caption."""

    layout: str
    size: tuple[float, float]
    labels: dict[str, str]
    font: str = "Helvetica"
    table_header: tuple[str, str, str] = ("REV", "DESCRIPTION", "DATE")
    table_upward: bool = False  # rows are above the header, as in many offices
    table_order: tuple[int, int, int] = (
        0,
        1,
        2,
    )  # the order of revision, description and date, from the left
    deltas: bool = False  # the table shows its marks in triangles
    terms: DrawingTerms = field(default=METRIC, repr=False)
    upright: bool = False  # values as lines of `Label: value`, not in cells
    size_name: str = ""


@dataclass(frozen=True, slots=True)
class DrawingSheet:
    """The content of a sheet. A field "" is an empty cell; a field in `dropped` has no cell."""

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
    body: str  # a key of `drawing_content.BODIES`
    history: tuple[tuple[str, str, str], ...] = ()  # revision, description, date; oldest first
    notes: tuple[str, ...] = ()
    dropped: frozenset[str] = frozenset()
    job: str = ""
    place: str = ""  # the project's address
    count: str = ""  # 12 OF 87


class SheetDrawing:
    """Draw the parts of a sheet on a canvas; `unit` scales the sizes of an A1 sheet."""

    def __init__(self, canvas: Canvas, style: OfficeStyle, unit: float) -> None:
        self.canvas, self.style, self.unit = canvas, style, unit
        self.regular = "Times-Roman" if style.font == "Times" else style.font
        self.bold = f"{style.font}-Bold"

    def text(self, x: float, y: float, text: str, size: float, bold: bool = False) -> None:
        self.canvas.setFont(self.bold if bold else self.regular, size * self.unit)
        self.canvas.drawString(x, y, text)

    def lines(self, box: Box, text: str, size: float, centre: bool = False, bold: bool = False) -> None:
        """Write text from the top of the box downward, wrapped to its width."""
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

    def delta(self, box: Box, mark: str) -> None:
        """Draw a revision mark in its triangle, in the middle of a cell."""
        u, x = self.unit, (box[0] + box[2]) / 2
        path = self.canvas.beginPath()
        path.moveTo(x - 10 * u, box[1] + 1.5 * u)
        path.lineTo(x + 10 * u, box[1] + 1.5 * u)
        path.lineTo(x, box[3] - 0.5 * u)
        path.close()
        self.canvas.setLineWidth(0.6 * u)
        self.canvas.drawPath(path)
        self.canvas.setFont(self.regular, 7.5 * u)
        self.canvas.drawCentredString(x, box[1] + 4 * u, mark)

    def cell(
        self, box: Box, label: str, value: str, size: float = 11, centre: bool = False, below: bool = False
    ) -> None:
        """Draw a ruled cell: a small label in a top (or bottom) corner, the value in the remaining space."""
        u, label_height = self.unit, 16 * self.unit
        self.frame(box)
        label_y = box[1] + 4 * u if below else box[3] - 10 * u
        self.text(box[0] + 4 * u, label_y, label, 7)
        top = box[3] - 4 * u if below else box[3] - label_height
        self.lines((box[0] + 6 * u, box[1], box[2] - 6 * u, top), value, size, centre, bold=size > 14)


def cut(box: Box, shares: list[float]) -> list[Box]:
    """Cut a box into columns by shares of its width."""
    total, columns, x = sum(shares), [], box[0]
    for share in shares:
        right = x + (box[2] - box[0]) * share / total
        columns.append((x, box[1], right, box[3]))
        x = right
    return columns


def cells(
    drawing: SheetDrawing,
    sheet: DrawingSheet,
    box: Box,
    fields: list[str],
    shares: list[float],
    **options: bool,
) -> None:
    """Draw a row of cells for these fields, without those that the sheet has dropped."""
    fields_shares = [
        (name, share) for name, share in zip(fields, shares, strict=True) if name not in sheet.dropped
    ]
    sizes = {"number": 22.0, "revision": 18.0, "title": 15.0}
    for (name, _), cell in zip(fields_shares, cut(box, [share for _, share in fields_shares]), strict=True):
        drawing.cell(
            cell, drawing.style.labels.get(name, ""), getattr(sheet, name), sizes.get(name, 11), **options
        )


def history_table(drawing: SheetDrawing, sheet: DrawingSheet, x0: float, x1: float, y: float) -> float:
    """Draw the table of revisions from `y` upward or downward; return the y of its end."""
    if not sheet.history:
        return y
    height, upward, order = 18 * drawing.unit, drawing.style.table_upward, drawing.style.table_order
    shares = [(1, 4.2, 2)[column] for column in order]
    rows = [drawing.style.table_header, *(sheet.history if upward else reversed(sheet.history))]
    for count, row in enumerate(rows):
        low = y + count * height if upward else y - (count + 1) * height
        for cell, column in zip(cut((x0, low, x1, low + height), shares), order, strict=True):
            drawing.frame(cell, 0.4)
            if column == 0 and count and drawing.style.deltas:
                drawing.delta(cell, row[column])
            else:
                drawing.text(
                    cell[0] + 4 * drawing.unit, low + 5 * drawing.unit, row[column], 7 if count == 0 else 8
                )
    return y + len(rows) * height if upward else y - len(rows) * height
