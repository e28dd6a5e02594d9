"""Draws one sample drawing sheet as a PDF page: frame, body, notes and a title block in its firm's house style.

Six layouts of title blocks are drawn here, as offices really differ: a grid in the corner, a strip along the edge, a
table with labels beside the values, a row of code boxes, a band with `Label: value` lines, and captions under the
values; those of American offices are in `sample_us_sheets`. What a sheet says is decided in `samples`; the reader in `reading` knows nothing of this module.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

from reportlab.pdfgen.canvas import Canvas

from .drawing import A1, Box, DrawingPen, DrawingSheet, OfficeStyle, cells, cut, history_table
from .drawing_content import BODIES
from .title_blocks_us import US_LAYOUTS


def draw_sheet(
    path: Path, sheet: DrawingSheet, house: OfficeStyle, rng: random.Random, **options: Any
) -> None:
    """Write the sheet to `path`, one page of the house's size, the same bytes for the same arguments.

    `options` are reportlab's, `encrypt` for one.
    """
    canvas = Canvas(str(path), pagesize=house.size, invariant=1, pageCompression=1, **options)
    canvas.setTitle("Sheet")
    unit = max(house.size[1] / A1[1], 0.58)
    pen, margin = DrawingPen(canvas, house, unit), 28 * unit
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


def _notes(pen: DrawingPen, sheet: DrawingSheet, box: Box) -> None:
    pen.text(box[0], box[3], "GENERAL NOTES", 12, bold=True)
    y = box[3] - 24 * pen.unit
    for count, note in enumerate(sheet.notes, 1):
        pen.text(box[0], y, f"{count}.", 8.5)
        pen.lines((box[0] + 20 * pen.unit, 0, box[2], y + 8.5 * pen.unit), note, 8.5)
        y -= 36 * pen.unit


# --- title blocks: each draws its block and returns the room left for the drawing itself ---------------------


def _corner(pen: DrawingPen, sheet: DrawingSheet, frame: Box, below: bool = False) -> Box:
    u = pen.unit
    x0, x1, y = frame[2] - 620 * u, frame[2], frame[1]
    for fields, shares, height, centre in (
        (["number", "revision"], [5.0, 1.4], 62, True),
        (["scale", "date", "drawn", "checked"], [1.0, 1.2, 0.8, 0.8], 44, False),
        (["title"], [1.0], 84, False),
        (["status", "project"], [1.0, 1.6], 46, False),
    ):
        cells(pen, sheet, (x0, y, x1, y + height * u), fields, shares, centre=centre, below=below)
        y += height * u
    pen.frame((x0, y, x1, y + 60 * u))
    pen.text(x0 + 14 * u, y + 22 * u, sheet.firm, 20, bold=True)
    history_table(
        pen, sheet, x0, x1, y + (60 if pen.house.table_upward else 60 + 18 * (len(sheet.history) + 1)) * u
    )
    return (frame[0], frame[1], x0, frame[3])


def _captions(pen: DrawingPen, sheet: DrawingSheet, frame: Box) -> Box:
    return _corner(pen, sheet, frame, below=True)


def _strip(pen: DrawingPen, sheet: DrawingSheet, frame: Box) -> Box:
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
            cells(pen, sheet, (x0, y, x1, y + height * u), fields, shares, centre=centre)
            y += height * u
    history_table(pen, sheet, x0, x1, y + 18 * u * (len(sheet.history) + 2))
    pen.lines((x0 + 16 * u, 0, x1 - 10 * u, frame[3] - 20 * u), sheet.firm, 22, bold=True)
    pen.lines((x0 + 16 * u, 0, x1 - 10 * u, frame[3] - 120 * u), "CONSULTANT SEAL", 8)
    return (frame[0], frame[1], x0, frame[3])


def _beside(pen: DrawingPen, sheet: DrawingSheet, frame: Box) -> Box:
    u, x0, x1, y = pen.unit, frame[2] - 560 * pen.unit, frame[2], frame[1]
    for name in ("checked", "drawn", "scale", "date", "revision", "number", "title", "status", "project"):
        if name in sheet.dropped:
            continue
        height = 46 * u if name == "title" else 25 * u
        label, value = cut((x0, y, x1, y + height), [1.0, 3.0])
        pen.frame(label)
        pen.frame(value)
        pen.text(label[0] + 6 * u, y + height - 16 * u, pen.house.labels.get(name, ""), 9)
        pen.lines((value[0] + 8 * u, 0, value[2] - 8 * u, y + height - 5 * u), getattr(sheet, name), 13)
        y += height
    pen.frame((x0, y, x1, y + 52 * u))
    pen.text(x0 + 10 * u, y + 18 * u, sheet.firm, 18, bold=True)
    history_table(
        pen, sheet, x0, x1, y + (52 if pen.house.table_upward else 52 + 18 * (len(sheet.history) + 1)) * u
    )
    return (frame[0], frame[1], x0, frame[3])


def _boxes(pen: DrawingPen, sheet: DrawingSheet, frame: Box) -> Box:
    u, x0, x1, y = pen.unit, frame[2] - 700 * pen.unit, frame[2], frame[1]
    cells(pen, sheet, (x0, y, x1, y + 46 * u), ["scale", "date", "drawn", "checked"], [1, 1, 1, 1])
    y += 46 * u
    parts = [*sheet.name.split("-")[:6], sheet.number]
    labels = ["PROJECT", "ORIGINATOR", "VOLUME", "LEVEL", "TYPE", "ROLE", pen.house.labels["number"]]
    row = cut((x0, y, x0 + 550 * u, y + 50 * u), [1.0, 1.3, 1.0, 0.8, 0.8, 0.8, 1.2])
    for cell, label, part in zip(row, labels, parts, strict=True):
        if not (label == labels[-1] and "number" in sheet.dropped):
            pen.cell(cell, label, part, 14, centre=True)
    cells(pen, sheet, (x0 + 550 * u, y, x1, y + 50 * u), ["revision"], [1])
    y += 50 * u
    cells(pen, sheet, (x0, y, x1, y + 70 * u), ["title", "status"], [2.4, 1.0])
    y += 70 * u
    pen.frame((x0, y, x1, y + 70 * u))
    pen.text(x0 + 12 * u, y + 40 * u, sheet.firm, 20, bold=True)
    pen.text(x0 + 12 * u, y + 14 * u, sheet.project, 12)
    history_table(
        pen, sheet, x0, x1, y + (70 if pen.house.table_upward else 70 + 18 * (len(sheet.history) + 1)) * u
    )
    return (frame[0], frame[1], x0, frame[3])


def _band(pen: DrawingPen, sheet: DrawingSheet, frame: Box) -> Box:
    u, top = pen.unit, frame[1] + 112 * pen.unit
    columns = cut((frame[0], frame[1], frame[2], top), [2.2, 3.6, 1.8, 1.5, 3.4])
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
    history_table(pen, sheet, columns[4][0], columns[4][2], frame[1] if pen.house.table_upward else top)
    return (frame[0], top, frame[2], frame[3])


LAYOUTS: dict[str, Callable[[DrawingPen, DrawingSheet, Box], Box]] = {
    "corner": _corner,
    "captions": _captions,
    "strip": _strip,
    "beside": _beside,
    "boxes": _boxes,
    "band": _band,
    **US_LAYOUTS,
}
