"""Draws one sample drawing sheet as a PDF page: frame, body, notes, and a title block in the style of its firm.

This module has six layouts of title blocks, since offices differ: a grid in the corner, a strip along the edge, a table
with labels next to the values, a row of code boxes, a band with `Label: value` lines, and captions below the values.
`title_blocks_us` has the layouts of American offices. `iso19650` and `us_ncs` decide what a sheet contains; the PDF reader
does not use this module.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

from reportlab.pdfgen.canvas import Canvas

from .drawing import A1, Box, DrawingSheet, OfficeStyle, SheetDrawing, cells, cut, history_table
from .drawing_content import BODIES
from .title_blocks_us import US_LAYOUTS


def draw_sheet(
    path: Path, sheet: DrawingSheet, style: OfficeStyle, rng: random.Random, **options: Any
) -> None:
    """Write the sheet to `path` as one page. The same arguments give the same bytes.

    `options` are those of reportlab's canvas, such as `encrypt`.
    """
    canvas = Canvas(str(path), pagesize=style.size, invariant=1, pageCompression=1, **options)
    canvas.setTitle("Sheet")
    unit = max(style.size[1] / A1[1], 0.58)
    drawing, margin = SheetDrawing(canvas, style, unit), 28 * unit
    frame = (margin, margin, style.size[0] - margin, style.size[1] - margin)
    drawing.frame(frame, 2)
    body = LAYOUTS[style.layout](drawing, sheet, frame)
    split = body[2] - 330 * unit
    BODIES[sheet.body](
        drawing, (body[0] + 90 * unit, body[1] + 90 * unit, split - 60 * unit, body[3] - 90 * unit), rng
    )
    _notes(drawing, sheet, (split, body[1], body[2] - 15 * unit, body[3] - 30 * unit))
    canvas.showPage()
    canvas.save()


def _notes(drawing: SheetDrawing, sheet: DrawingSheet, box: Box) -> None:
    drawing.text(box[0], box[3], "GENERAL NOTES", 12, bold=True)
    y = box[3] - 24 * drawing.unit
    for count, note in enumerate(sheet.notes, 1):
        drawing.text(box[0], y, f"{count}.", 8.5)
        drawing.lines((box[0] + 20 * drawing.unit, 0, box[2], y + 8.5 * drawing.unit), note, 8.5)
        y -= 36 * drawing.unit


# --- title blocks: each function draws its block and returns the box that is left for the drawing itself


def _corner(drawing: SheetDrawing, sheet: DrawingSheet, frame: Box, below: bool = False) -> Box:
    u = drawing.unit
    x0, x1, y = frame[2] - 620 * u, frame[2], frame[1]
    for fields, shares, height, centre in (
        (["number", "revision"], [5.0, 1.4], 62, True),
        (["scale", "date", "drawn", "checked"], [1.0, 1.2, 0.8, 0.8], 44, False),
        (["title"], [1.0], 84, False),
        (["status", "project"], [1.0, 1.6], 46, False),
    ):
        cells(drawing, sheet, (x0, y, x1, y + height * u), fields, shares, centre=centre, below=below)
        y += height * u
    drawing.frame((x0, y, x1, y + 60 * u))
    drawing.text(x0 + 14 * u, y + 22 * u, sheet.firm, 20, bold=True)
    history_table(
        drawing,
        sheet,
        x0,
        x1,
        y + (60 if drawing.style.table_upward else 60 + 18 * (len(sheet.history) + 1)) * u,
    )
    return (frame[0], frame[1], x0, frame[3])


def _captions(drawing: SheetDrawing, sheet: DrawingSheet, frame: Box) -> Box:
    return _corner(drawing, sheet, frame, below=True)


def _strip(drawing: SheetDrawing, sheet: DrawingSheet, frame: Box) -> Box:
    u, x1, x0, y = drawing.unit, frame[2], frame[2] - 250 * drawing.unit, frame[1]
    drawing.frame((x0, frame[1], x1, frame[3]), 1.4)
    for fields, shares, height, centre in (
        (["number"], [1.0], 92, True),
        (["title"], [1.0], 104, False),
        (["revision", "status"], [1.0, 2.2], 40, False),
        (["drawn", "checked"], [1.0, 1.0], 34, False),
        (["date", "scale"], [1.0, 1.0], 34, False),
        (["project"], [1.0], 60, False),
    ):
        if set(fields) - sheet.dropped:
            cells(drawing, sheet, (x0, y, x1, y + height * u), fields, shares, centre=centre)
            y += height * u
    history_table(drawing, sheet, x0, x1, y + 18 * u * (len(sheet.history) + 2))
    drawing.lines((x0 + 16 * u, 0, x1 - 10 * u, frame[3] - 20 * u), sheet.firm, 22, bold=True)
    drawing.lines((x0 + 16 * u, 0, x1 - 10 * u, frame[3] - 120 * u), "CONSULTANT SEAL", 8)
    return (frame[0], frame[1], x0, frame[3])


def _beside(drawing: SheetDrawing, sheet: DrawingSheet, frame: Box) -> Box:
    u, x0, x1, y = drawing.unit, frame[2] - 560 * drawing.unit, frame[2], frame[1]
    for name in ("checked", "drawn", "scale", "date", "revision", "number", "title", "status", "project"):
        if name in sheet.dropped:
            continue
        height = 46 * u if name == "title" else 25 * u
        label, value = cut((x0, y, x1, y + height), [1.0, 3.0])
        drawing.frame(label)
        drawing.frame(value)
        drawing.text(label[0] + 6 * u, y + height - 16 * u, drawing.style.labels.get(name, ""), 9)
        drawing.lines((value[0] + 8 * u, 0, value[2] - 8 * u, y + height - 5 * u), getattr(sheet, name), 13)
        y += height
    drawing.frame((x0, y, x1, y + 52 * u))
    drawing.text(x0 + 10 * u, y + 18 * u, sheet.firm, 18, bold=True)
    history_table(
        drawing,
        sheet,
        x0,
        x1,
        y + (52 if drawing.style.table_upward else 52 + 18 * (len(sheet.history) + 1)) * u,
    )
    return (frame[0], frame[1], x0, frame[3])


def _boxes(drawing: SheetDrawing, sheet: DrawingSheet, frame: Box) -> Box:
    u, x0, x1, y = drawing.unit, frame[2] - 700 * drawing.unit, frame[2], frame[1]
    cells(drawing, sheet, (x0, y, x1, y + 46 * u), ["scale", "date", "drawn", "checked"], [1, 1, 1, 1])
    y += 46 * u
    parts = [*sheet.name.split("-")[:6], sheet.number]
    labels = ["PROJECT", "ORIGINATOR", "VOLUME", "LEVEL", "TYPE", "ROLE", drawing.style.labels["number"]]
    row = cut((x0, y, x0 + 550 * u, y + 50 * u), [1.0, 1.3, 1.0, 0.8, 0.8, 0.8, 1.2])
    for cell, label, part in zip(row, labels, parts, strict=True):
        if not (label == labels[-1] and "number" in sheet.dropped):
            drawing.cell(cell, label, part, 14, centre=True)
    cells(drawing, sheet, (x0 + 550 * u, y, x1, y + 50 * u), ["revision"], [1])
    y += 50 * u
    cells(drawing, sheet, (x0, y, x1, y + 70 * u), ["title", "status"], [2.4, 1.0])
    y += 70 * u
    drawing.frame((x0, y, x1, y + 70 * u))
    drawing.text(x0 + 12 * u, y + 40 * u, sheet.firm, 20, bold=True)
    drawing.text(x0 + 12 * u, y + 14 * u, sheet.project, 12)
    history_table(
        drawing,
        sheet,
        x0,
        x1,
        y + (70 if drawing.style.table_upward else 70 + 18 * (len(sheet.history) + 1)) * u,
    )
    return (frame[0], frame[1], x0, frame[3])


def _band(drawing: SheetDrawing, sheet: DrawingSheet, frame: Box) -> Box:
    u, top = drawing.unit, frame[1] + 112 * drawing.unit
    columns = cut((frame[0], frame[1], frame[2], top), [2.2, 3.6, 1.8, 1.5, 3.4])
    for column in columns:
        drawing.frame(column, 1.0)
    drawing.lines((columns[0][0] + 10 * u, 0, columns[0][2] - 8 * u, top - 12 * u), sheet.firm, 18, bold=True)
    groups = (["project", "title", "status"], ["number", "revision", "scale"], ["date", "drawn", "checked"])
    for column, names in zip(columns[1:4], groups, strict=True):
        y = top - 26 * u
        for name in names:
            if name not in sheet.dropped:
                drawing.text(
                    column[0] + 8 * u, y, f"{drawing.style.labels.get(name, '')}: {getattr(sheet, name)}", 12
                )
            y -= 32 * u
    history_table(
        drawing, sheet, columns[4][0], columns[4][2], frame[1] if drawing.style.table_upward else top
    )
    return (frame[0], top, frame[2], frame[3])


LAYOUTS: dict[str, Callable[[SheetDrawing, DrawingSheet, Box], Box]] = {
    "corner": _corner,
    "captions": _captions,
    "strip": _strip,
    "beside": _beside,
    "boxes": _boxes,
    "band": _band,
    **US_LAYOUTS,
}
