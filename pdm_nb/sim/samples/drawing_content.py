"""Draws the middle of a sample sheet: plans, elevations, details, schedules, a sheet index.

The content resembles real drawings: dimensions, marks, and small tables that are not title blocks. `iso19650` and
`us_ncs` decide what a sheet shows.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from itertools import pairwise

from .drawing import Box, SheetDrawing, cut


def _grid(drawing: SheetDrawing, xs: list[float], ys: list[float]) -> None:
    """Draw grid lines with bubbles: numbers along the top, letters down the side."""
    canvas, radius = drawing.canvas, 15 * drawing.unit
    canvas.setLineWidth(0.4)
    canvas.setDash(12, 4)
    for x in xs:
        canvas.line(x, ys[0] - radius, x, ys[-1] + 2 * radius)
    for y in ys:
        canvas.line(xs[0] - 2 * radius, y, xs[-1] + radius, y)
    canvas.setDash()
    canvas.setFont(drawing.regular, 11 * drawing.unit)
    for count, x in enumerate(xs, 1):
        canvas.circle(x, ys[-1] + 3 * radius, radius)
        canvas.drawCentredString(x, ys[-1] + 3 * radius - 4 * drawing.unit, str(count))
    for letter, y in zip("ABCDEFGH", ys, strict=False):
        canvas.circle(xs[0] - 3 * radius, y, radius)
        canvas.drawCentredString(xs[0] - 3 * radius, y - 4 * drawing.unit, letter)


def _axes(drawing: SheetDrawing, box: Box, columns: int, rows: int) -> tuple[list[float], list[float]]:
    """Draw a grid of this many fields; return the positions of its lines."""
    xs = [box[0] + (box[2] - box[0]) * i / columns for i in range(columns + 1)]
    ys = [box[1] + (box[3] - box[1]) * i / rows for i in range(rows + 1)]
    _grid(drawing, xs, ys)
    return xs, ys


def _plan(drawing: SheetDrawing, box: Box, rng: random.Random, max_columns: int = 8) -> None:
    canvas, u, terms = drawing.canvas, drawing.unit, drawing.style.terms
    xs, ys = _axes(
        drawing,
        box,
        rng.randint(max_columns - 3, max_columns),
        rng.randint(max_columns // 2 - 1, max_columns // 2 + 1),
    )
    drawing.frame((xs[0], ys[0], xs[-1], ys[-1]), 4 * u)
    room = 100 * rng.randint(1, 40)
    for i, x in enumerate(xs[:-1]):
        for j, y in enumerate(ys[:-1]):
            room += 1
            _room(drawing, (x, y, xs[i + 1], ys[j + 1]), room, rng)
    canvas.setFont(drawing.regular, 8 * u)
    for left, right in pairwise(xs):
        canvas.line(left, ys[0] - 40 * u, right, ys[0] - 40 * u)
        canvas.drawCentredString(
            (left + right) / 2, ys[0] - 36 * u, terms.length(rng.randrange(5400, 9600, 75))
        )
    for low, high in pairwise(ys):
        canvas.saveState()
        canvas.translate(xs[-1] + 36 * u, (low + high) / 2)
        canvas.rotate(90)
        canvas.drawCentredString(0, 0, terms.length(rng.randrange(5400, 9600, 75)))
        canvas.restoreState()


def _room(drawing: SheetDrawing, box: Box, number: int, rng: random.Random) -> None:
    canvas, u = drawing.canvas, drawing.unit
    canvas.setLineWidth(2.4 * u)
    if rng.random() < 0.75:
        canvas.line(box[2], box[1], box[2], box[3] - (box[3] - box[1]) * rng.choice((0, 0.25)))
    if rng.random() < 0.75:
        canvas.line(box[0] + (box[2] - box[0]) * rng.choice((0, 0.2)), box[3], box[2], box[3])
    canvas.setLineWidth(0.5)
    swing = 34 * u
    canvas.arc(box[0] + 10 * u, box[1], box[0] + 10 * u + 2 * swing, box[1] + 2 * swing, 90, 90)
    canvas.rect(box[0] - 5 * u, box[1] - 5 * u, 10 * u, 10 * u, fill=1)
    name = rng.choice(drawing.style.terms.rooms)
    x, y = (box[0] + box[2]) / 2 - 20 * u, (box[1] + box[3]) / 2
    drawing.text(x, y, name, 8)
    drawing.text(x, y - 12 * u, f"{number:04}", 8)


def _elevation(drawing: SheetDrawing, box: Box, rng: random.Random) -> None:
    canvas, u = drawing.canvas, drawing.unit
    floors, bays = rng.randint(8, 16), rng.randint(6, 11)
    height, width = (box[3] - box[1]) / (floors + 1), (box[2] - box[0]) * 0.8 / bays
    left, right = box[0] + 30 * u, box[0] + 30 * u + width * bays
    canvas.setLineWidth(3 * u)
    canvas.line(box[0], box[1], box[2], box[1])
    for floor in range(floors + 1):
        y = box[1] + floor * height
        canvas.setLineWidth(0.6)
        canvas.line(left, y, right + 40 * u, y)
        drawing.text(right + 46 * u, y + 3 * u, drawing.style.terms.level(floor), 8)
        for bay in range(bays if floor < floors else 0):
            inset = width * 0.14
            canvas.rect(left + bay * width + inset, y + height * 0.2, width - 2 * inset, height * 0.6)
    drawing.frame((left, box[1], right, box[1] + floors * height), 2.4 * u)


def _details(drawing: SheetDrawing, box: Box, rng: random.Random) -> None:
    canvas, u, terms = drawing.canvas, drawing.unit, drawing.style.terms
    for count, cell in enumerate((half for row in _halves(box) for half in cut(row, [1, 1, 1])), 1):
        inner = (cell[0] + 10 * u, cell[1] + 50 * u, cell[2] - 10 * u, cell[3] - 10 * u)
        drawing.frame(inner)
        wall = inner[0] + (inner[2] - inner[0]) * rng.uniform(0.3, 0.5)
        canvas.setLineWidth(1.8 * u)
        for offset in (0, 30, 42, 90):
            canvas.line(wall + offset * u, inner[1], wall + offset * u, inner[3])
        canvas.setLineWidth(0.3)
        y = inner[1]
        while y < inner[3] - 30 * u:
            canvas.line(wall, y, wall + 30 * u, y + 30 * u)
            y += 9 * u
        for note in rng.sample(terms.parts, 3):
            y = rng.uniform(inner[1] + 20 * u, inner[3] - 20 * u)
            canvas.line(wall + 90 * u, y, inner[2] - 90 * u, y)
            drawing.text(inner[2] - 86 * u, y - 3 * u, note, 7.5)
        drawing.text(inner[0], cell[1] + 28 * u, f"DETAIL {count}", 11, bold=True)
        drawing.text(inner[0], cell[1] + 14 * u, f"SCALE {rng.choice(terms.scales)}", 8)


def _halves(box: Box) -> tuple[Box, Box]:
    middle = (box[1] + box[3]) / 2
    return (box[0], box[1], box[2], middle), (box[0], middle, box[2], box[3])


def _table(drawing: SheetDrawing, box: Box, shares: list[float], rows: Sequence[Sequence[str]]) -> None:
    """Draw a ruled table from the top of the box downward; the first row is the heading."""
    u, height, y = drawing.unit, 24 * drawing.unit, box[3]
    for count, row in enumerate(rows):
        for cell, text in zip(cut((box[0], y - height, box[2], y), shares), row, strict=True):
            drawing.frame(cell, 0.5)
            drawing.text(cell[0] + 6 * u, cell[1] + 8 * u, text, 9, bold=count == 0)
        y -= height


def _schedule(drawing: SheetDrawing, box: Box, rng: random.Random) -> None:
    terms = drawing.style.terms
    rows = [("MARK", "WIDTH", "HEIGHT", "FRAME", "RATING", "REMARKS")]
    for count in range(1, rng.randint(18, 34)):
        sizes = terms.size(rng.randrange(600, 1900, 50)), terms.size(rng.randrange(1900, 2700, 50))
        rows.append((f"D{count:03}", *sizes, rng.choice(terms.frames), terms.rating, "SEE NOTE 2"))
    _table(drawing, box, [1, 1, 1, 1.2, 1, 2], rows)


def _index(drawing: SheetDrawing, box: Box, rng: random.Random) -> None:
    """Draw the list of a set's sheets: a table of numbers and titles that is not a title block."""
    rows = [("SHEET NUMBER", "SHEET TITLE")]
    for letter in rng.sample("ACEFILMPST", 6):
        for count in range(1, rng.randint(3, 6)):
            rows.append((f"{letter}-10{count}", f"{rng.choice(drawing.style.terms.levels).upper()} PLAN"))
    middle = (box[0] + box[2]) / 2
    drawing.text(box[0], box[3] + 20 * drawing.unit, "SHEET INDEX", 16, bold=True)
    _table(drawing, (box[0], box[1], middle - 30 * drawing.unit, box[3]), [1, 3.2], rows)
    drawing.text(middle, box[3] + 20 * drawing.unit, "ABBREVIATIONS", 16, bold=True)
    for count, text in enumerate(_ABBREVIATIONS):
        drawing.text(middle, box[3] - (18 + 22 * count) * drawing.unit, text, 10)


_ABBREVIATIONS = (
    "ACT     ACOUSTICAL CEILING TILE",
    "AFF     ABOVE FINISHED FLOOR",
    "DWG     DRAWING",
    "EQ      EQUAL",
    "FD      FLOOR DRAIN",
    "NIC     NOT IN CONTRACT",
    "NO      NUMBER",
    "NTS     NOT TO SCALE",
    "REV     REVISION",
    "TYP     TYPICAL",
    "UNO     UNLESS NOTED OTHERWISE",
)


def _enlarged(drawing: SheetDrawing, box: Box, rng: random.Random) -> None:
    _plan(drawing, box, rng, max_columns=4)


def _section(drawing: SheetDrawing, box: Box, rng: random.Random) -> None:
    """Draw slabs and walls in section, hatched below the ground."""
    canvas, u, terms = drawing.canvas, drawing.unit, drawing.style.terms
    floors, bays = rng.randint(3, 6), rng.randint(4, 7)
    ground = box[1] + 70 * u
    height, width = (box[3] - ground) / (floors + 0.6), (box[2] - box[0]) * 0.82 / bays
    right = box[0] + width * bays
    for floor in range(floors + 1):
        y = ground + floor * height
        canvas.rect(box[0], y - 12 * u, right - box[0], 12 * u, fill=1)
        canvas.line(right, y, right + 40 * u, y)
        drawing.text(right + 46 * u, y + 3 * u, terms.level(floor), 8)
        for bay in range(bays + 1 if floor < floors else 0):
            canvas.rect(box[0] + bay * width - 4 * u, y, 8 * u, height - 12 * u)
            if bay < bays:
                drawing.text(box[0] + (bay + 0.35) * width, y + 0.4 * height, rng.choice(terms.rooms), 8)
    x = box[0]
    while x < right:
        canvas.line(x, box[1], x + 40 * u, ground - 12 * u)
        x += 26 * u


def _framing(drawing: SheetDrawing, box: Box, rng: random.Random) -> None:
    """Draw columns on the grid and beams between them, each with its size."""
    u, beams = drawing.unit, drawing.style.terms.beams
    xs, ys = _axes(drawing, box, rng.randint(5, 8), rng.randint(3, 5))
    for y in ys:
        for left, right in pairwise(xs):
            drawing.canvas.rect(left - 6 * u, y - 6 * u, 12 * u, 12 * u, fill=1)
            drawing.canvas.setLineWidth(2 * u)
            drawing.canvas.line(left + 14 * u, y, right - 14 * u, y)
            drawing.text((left + right) / 2 - 20 * u, y + 5 * u, rng.choice(beams), 8)
            if y < ys[-1]:
                drawing.canvas.setLineWidth(0.8 * u)
                for third in (1, 2):
                    x = left + (right - left) * third / 3
                    drawing.canvas.line(x, y + 8 * u, x, y + ys[1] - ys[0] - 8 * u)


def _services(drawing: SheetDrawing, box: Box, rng: random.Random) -> None:
    """Draw a plan with tagged runs of pipe, duct or cable over it."""
    _plan(drawing, box, rng)
    canvas, u = drawing.canvas, drawing.unit
    for _ in range(rng.randint(4, 7)):
        y = rng.uniform(box[1] + 60 * u, box[3] - 60 * u)
        x = rng.uniform(box[0] + 100 * u, box[2] - 200 * u)
        canvas.setLineWidth(rng.choice((3, 5)) * u)
        canvas.line(box[0] + 40 * u, y, x, y)
        canvas.line(x, y, x, rng.uniform(box[1] + 40 * u, box[3] - 40 * u))
        drawing.text(x - 90 * u, y + 6 * u, rng.choice(drawing.style.terms.runs), 8)


def _site(drawing: SheetDrawing, box: Box, rng: random.Random) -> None:
    """Draw contours with their heights around the outline of a building."""
    canvas, u = drawing.canvas, drawing.unit
    width, height = box[2] - box[0], box[3] - box[1]
    base = rng.randint(96, 180)
    for count in range(rng.randint(9, 14)):
        y = box[1] + height * count / 14
        canvas.setLineWidth((1.6 if count % 5 == 0 else 0.5) * u)
        bend = [y + height * rng.uniform(0.02, 0.12) for _ in range(2)]
        canvas.bezier(box[0], y, box[0] + width / 3, bend[0], box[0] + 2 * width / 3, bend[1], box[2], y)
        drawing.text(box[0] + 12 * u, y + 4 * u, str(base + count), 8)
    outline = (box[0] + 0.3 * width, box[1] + 0.35 * height, box[0] + 0.6 * width, box[1] + 0.65 * height)
    drawing.frame(outline, 4 * u)
    drawing.text(
        outline[0] + 20 * u, outline[3] - 40 * u, f"FFE {drawing.style.terms.length(304 * base)}", 12
    )


def _model(drawing: SheetDrawing, box: Box, rng: random.Random) -> None:
    """Draw the blocks of a building, seen from above a corner."""
    canvas, u = drawing.canvas, drawing.unit
    x, y = box[0] + 0.25 * (box[2] - box[0]), box[1] + 0.2 * (box[3] - box[1])
    for _ in range(rng.randint(3, 5)):
        wide, deep, high = (rng.uniform(120, 300) * u for _ in range(3))
        canvas.setLineWidth(1.6 * u)
        slant = 0.5
        top = [(x, y + high), (x + wide, y + high + slant * wide)]
        canvas.line(x, y, *top[0])
        canvas.line(x, y, x + wide, y + slant * wide)
        canvas.line(x, y, x - deep, y + slant * deep)
        canvas.line(x + wide, y + slant * wide, *top[1])
        canvas.line(x - deep, y + slant * deep, x - deep, y + high + slant * deep)
        canvas.line(*top[0], *top[1])
        canvas.line(*top[0], x - deep, y + high + slant * deep)
        canvas.line(*top[1], x + wide - deep, y + high + slant * (wide + deep))
        canvas.line(x - deep, y + high + slant * deep, x + wide - deep, y + high + slant * (wide + deep))
        x, y = x + 0.8 * wide, y + 0.3 * wide


def _crowd(drawing: SheetDrawing, box: Box, rng: random.Random) -> None:
    """Draw sixty thousand characters, like a page of dense schedules."""
    marks = [f"{rng.randrange(36**6):010} " for _ in range(100)]
    across = int((box[2] - box[0]) / drawing.canvas.stringWidth(marks[0], drawing.regular, 5 * drawing.unit))
    down = 60_000 // (across * len(marks[0])) + 1
    for count in range(down):
        y = box[1] + (box[3] - box[1]) * count / down
        drawing.text(box[0], y, "".join(rng.choices(marks, k=across)), 5)


BODIES: dict[str, Callable[[SheetDrawing, Box, random.Random], None]] = {
    "plan": _plan,
    "elevation": _elevation,
    "details": _details,
    "schedule": _schedule,
    "index": _index,
    "enlarged": _enlarged,
    "section": _section,
    "framing": _framing,
    "services": _services,
    "site": _site,
    "model": _model,
    "crowd": _crowd,
}
