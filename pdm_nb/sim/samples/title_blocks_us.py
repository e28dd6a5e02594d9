"""The title blocks of American offices: along the right edge, along the bottom, federal, ANSI.

As in `title_blocks`, each function draws its block and returns the box that is left for the drawing itself.
"""

from __future__ import annotations

from collections.abc import Callable

from .drawing import Box, DrawingSheet, SheetDrawing, cells, cut, history_table


def _lines(
    drawing: SheetDrawing, sheet: DrawingSheet, box: Box, names: tuple[str, ...], size: float = 9
) -> None:
    """Draw a ruled block of `Label: value` lines."""
    u = drawing.unit
    drawing.frame(box)
    y = box[3] - 16 * u
    for name in names:
        if name in sheet.dropped:
            continue
        label = drawing.style.labels.get(name, "").rstrip(":")
        drawing.text(box[0] + 8 * u, y, f"{label}: {getattr(sheet, name)}", size)
        y -= 16 * u


def _facts(drawing: SheetDrawing, sheet: DrawingSheet, box: Box, names: tuple[str, ...]) -> None:
    """Draw a row of small cells of the same size."""
    names = tuple(name for name in names if name not in sheet.dropped)
    for name, cell in zip(names, cut(box, [1.0] * len(names)), strict=True):
        drawing.cell(cell, drawing.style.labels[name], getattr(sheet, name), 10.5)


def _office(drawing: SheetDrawing, sheet: DrawingSheet, box: Box) -> None:
    """Draw the name and address of the firm."""
    u = drawing.unit
    drawing.frame(box)
    left = (box[0] + 14 * u, box[1], box[2] - 10 * u, box[3] - 14 * u)
    drawing.lines(left, sheet.firm.upper(), 19, bold=True)
    drawing.lines((*left[:3], box[3] - 92 * u), "400 PLACEHOLDER STREET, SUITE 210, SPRINGFIELD", 8)


def _stack(drawing: SheetDrawing, sheet: DrawingSheet, frame: Box) -> Box:
    """Draw the layout of the standard: blocks along the right edge, the sheet number in the lower corner."""
    u, x1, x0, y = drawing.unit, frame[2], frame[2] - 290 * drawing.unit, frame[1]
    drawing.frame((x0, frame[1], x1, frame[3]), 2)
    if "number" not in sheet.dropped:
        block = (x0, y, x1, y + 100 * u)
        drawing.frame(block, 1.4)
        drawing.text(x0 + 6 * u, block[3] - 12 * u, drawing.style.labels["number"], 7)
        drawing.lines((x0, y, x1, block[3] - 22 * u), sheet.number, 44, centre=True, bold=True)
        drawing.text(x0 + 6 * u, y + 6 * u, f"SHEET {sheet.count}", 7)
        y = block[3]
    if "title" not in sheet.dropped:
        drawing.cell((x0, y, x1, y + 96 * u), drawing.style.labels["title"], sheet.title, 18)
        y += 96 * u
    names = ("job", "date", "scale", "drawn", "checked", "revision")
    if drawing.style.upright:
        _lines(drawing, sheet, (x0, y, x1, y + 108 * u), names)
        y += 108 * u
    else:
        for pair in (names[4:], names[2:4], names[:2]):
            _facts(drawing, sheet, (x0, y, x1, y + 36 * u), pair)
            y += 36 * u
    _facts(drawing, sheet, (x0, y, x1, y + 36 * u), ("status",))
    y += 36 * u
    top = y + 18 * u * (len(sheet.history) + 2)
    history_table(drawing, sheet, x0, x1, top)
    drawing.cell((x0, top, x1, top + 110 * u), drawing.style.labels["project"], sheet.project.upper(), 20)
    drawing.lines((x0 + 6 * u, 0, x1 - 6 * u, top + 36 * u), sheet.place, 8)
    _office(drawing, sheet, (x0, frame[3] - 150 * u, x1, frame[3]))
    drawing.text(x0 + 14 * u, frame[3] - 170 * u, "CONSULTANTS", 8)
    drawing.canvas.circle((x0 + x1) / 2, frame[3] - 270 * u, 62 * u)
    drawing.text((x0 + x1) / 2 - 30 * u, frame[3] - 274 * u, "SEAL", 8)
    return (frame[0], frame[1], x0, frame[3])


def _ribbon(drawing: SheetDrawing, sheet: DrawingSheet, frame: Box) -> Box:
    """Draw blocks along the bottom, the number in the right corner."""
    u, top = drawing.unit, frame[1] + 128 * drawing.unit
    blocks = cut((frame[0], frame[1], frame[2], top), [3.0, 1.4, 3.6, 3.2, 2.0, 1.8])
    _office(drawing, sheet, blocks[0])
    drawing.frame(blocks[1])
    drawing.text(blocks[1][0] + 8 * u, top - 14 * u, "SEAL", 7)
    history_table(drawing, sheet, blocks[2][0], blocks[2][2], frame[1] if drawing.style.table_upward else top)
    middle = top - 56 * u
    drawing.cell(
        (blocks[3][0], middle, blocks[3][2], top), drawing.style.labels["project"], sheet.project.upper(), 15
    )
    drawing.text(blocks[3][0] + 6 * u, middle + 6 * u, sheet.place, 7)
    cells(drawing, sheet, (blocks[3][0], frame[1], blocks[3][2], middle), ["title"], [1.0])
    _lines(drawing, sheet, blocks[4], ("job", "date", "scale", "drawn", "checked", "status"), 8.5)
    names, shares = ["number", "revision"], [2.0, 1.1]
    cells(drawing, sheet, (blocks[5][0], frame[1] + 40 * u, blocks[5][2], top), names, shares, centre=True)
    drawing.frame((blocks[5][0], frame[1], blocks[5][2], frame[1] + 40 * u))
    drawing.text(blocks[5][0] + 10 * u, frame[1] + 14 * u, f"SHEET {sheet.count}", 9)
    return (frame[0], top, frame[2], frame[3])


def _federal(drawing: SheetDrawing, sheet: DrawingSheet, frame: Box) -> Box:
    """Draw the layout of federal agencies: many small cells, the number labelled as sheet identification."""
    u, x1, x0, y = drawing.unit, frame[2], frame[2] - 330 * drawing.unit, frame[1]
    drawing.frame((x0, frame[1], x1, frame[3]), 2)
    if "number" not in sheet.dropped:
        drawing.cell((x0, y, x1, y + 78 * u), "SHEET IDENTIFICATION", sheet.number, 34, centre=True)
        drawing.text(x0 + 6 * u, y + 6 * u, f"SHEET {sheet.count}", 7)
        y += 78 * u
    if "title" not in sheet.dropped:
        drawing.cell((x0, y, x1, y + 84 * u), drawing.style.labels["title"], sheet.title, 15)
        y += 84 * u
    drawing.cell((x0, y, x1, y + 74 * u), drawing.style.labels["project"], sheet.project.upper(), 15)
    drawing.text(x0 + 6 * u, y + 8 * u, sheet.place, 8)
    y += 74 * u
    half = (x0 + x1) / 2
    for left, right in (
        (("drawn", "DRAWN BY"), "date"),
        (("checked", "CHECKED BY"), "scale"),
        (("job", "CONTRACT NO."), "revision"),
    ):
        drawing.cell((x0, y, half, y + 34 * u), left[1], getattr(sheet, left[0]), 10)
        _facts(drawing, sheet, (half, y, x1, y + 34 * u), (right,))
        y += 34 * u
    drawing.cell((x0, y, x1, y + 34 * u), "FILE NAME", f"{sheet.job}-{sheet.name}.DWG", 9)
    y += 34 * u
    _office(drawing, sheet, (x0, y, x1, y + 130 * u))
    y += 130 * u
    history_table(drawing, sheet, x0, x1, y + 18 * u * (len(sheet.history) + 1))
    return (frame[0], frame[1], x0, frame[3])


def _ansi(drawing: SheetDrawing, sheet: DrawingSheet, frame: Box) -> Box:
    """Draw the engineers' block in the lower right corner: size, number and revision in a row."""
    u, x0, x1, y = drawing.unit, frame[2] - 640 * drawing.unit, frame[2], frame[1]
    cells(drawing, sheet, (x0, y, x1 - 180 * u, y + 34 * u), ["scale", "date"], [1.3, 1.0])
    drawing.frame((x1 - 180 * u, y, x1, y + 34 * u))
    drawing.text(x1 - 170 * u, y + 12 * u, f"SHEET {sheet.count}", 9)
    y += 34 * u
    drawing.cell((x0, y, x0 + 70 * u, y + 56 * u), "SIZE", drawing.style.size_name, 20, centre=True)
    cells(
        drawing,
        sheet,
        (x0 + 70 * u, y, x1, y + 56 * u),
        ["job", "number", "revision"],
        [1.4, 2.6, 1.0],
        centre=True,
    )
    y += 56 * u
    left = x0 + 210 * u
    cells(drawing, sheet, (left, y, x1, y + 80 * u), ["title"], [1.0])
    for count, name in enumerate(("checked", "drawn")):
        _facts(drawing, sheet, (x0, y + 40 * count * u, left, y + 40 * (count + 1) * u), (name,))
    y += 80 * u
    cells(drawing, sheet, (x0, y, x1, y + 50 * u), ["project", "status"], [2.0, 1.0])
    y += 50 * u
    drawing.frame((x0, y, x1, y + 54 * u))
    drawing.text(x0 + 14 * u, y + 20 * u, sheet.firm.upper(), 18, bold=True)
    history_table(
        drawing,
        sheet,
        x0,
        x1,
        y + (54 if drawing.style.table_upward else 54 + 18 * (len(sheet.history) + 1)) * u,
    )
    return (frame[0], frame[1], x0, frame[3])


US_LAYOUTS: dict[str, Callable[[SheetDrawing, DrawingSheet, Box], Box]] = {
    "stack": _stack,
    "ribbon": _ribbon,
    "federal": _federal,
    "ansi": _ansi,
}
