"""Draws what stands in the middle of a sample sheet: plans, elevations, details, schedules, a sheet index.

Enough to look like a drawing and to hold what such drawings hold: dimensions, marks, small tables that are no
title block. What a sheet is about is decided in `samples`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from itertools import pairwise

from .drawing import Box, DrawingPen, cut


def _grid(pen: DrawingPen, xs: list[float], ys: list[float]) -> None:
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


def _axes(pen: DrawingPen, box: Box, columns: int, rows: int) -> tuple[list[float], list[float]]:
    """A grid of so many fields, drawn; the places of its lines."""
    xs = [box[0] + (box[2] - box[0]) * i / columns for i in range(columns + 1)]
    ys = [box[1] + (box[3] - box[1]) * i / rows for i in range(rows + 1)]
    _grid(pen, xs, ys)
    return xs, ys


def _plan(pen: DrawingPen, box: Box, rng: random.Random, most: int = 8) -> None:
    canvas, u, words = pen.canvas, pen.unit, pen.house.words
    xs, ys = _axes(pen, box, rng.randint(most - 3, most), rng.randint(most // 2 - 1, most // 2 + 1))
    pen.frame((xs[0], ys[0], xs[-1], ys[-1]), 4 * u)
    room = 100 * rng.randint(1, 40)
    for i, x in enumerate(xs[:-1]):
        for j, y in enumerate(ys[:-1]):
            room += 1
            _room(pen, (x, y, xs[i + 1], ys[j + 1]), room, rng)
    canvas.setFont(pen.regular, 8 * u)
    for left, right in pairwise(xs):
        canvas.line(left, ys[0] - 40 * u, right, ys[0] - 40 * u)
        canvas.drawCentredString(
            (left + right) / 2, ys[0] - 36 * u, words.length(rng.randrange(5400, 9600, 75))
        )
    for low, high in pairwise(ys):
        canvas.saveState()
        canvas.translate(xs[-1] + 36 * u, (low + high) / 2)
        canvas.rotate(90)
        canvas.drawCentredString(0, 0, words.length(rng.randrange(5400, 9600, 75)))
        canvas.restoreState()


def _room(pen: DrawingPen, box: Box, number: int, rng: random.Random) -> None:
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
    name = rng.choice(pen.house.words.rooms)
    x, y = (box[0] + box[2]) / 2 - 20 * u, (box[1] + box[3]) / 2
    pen.text(x, y, name, 8)
    pen.text(x, y - 12 * u, f"{number:04}", 8)


def _elevation(pen: DrawingPen, box: Box, rng: random.Random) -> None:
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
        pen.text(right + 46 * u, y + 3 * u, pen.house.words.level(floor), 8)
        for bay in range(bays if floor < floors else 0):
            inset = width * 0.14
            canvas.rect(left + bay * width + inset, y + height * 0.2, width - 2 * inset, height * 0.6)
    pen.frame((left, box[1], right, box[1] + floors * height), 2.4 * u)


def _details(pen: DrawingPen, box: Box, rng: random.Random) -> None:
    canvas, u, words = pen.canvas, pen.unit, pen.house.words
    for count, cell in enumerate((half for row in _halves(box) for half in cut(row, [1, 1, 1])), 1):
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
        for note in rng.sample(words.parts, 3):
            y = rng.uniform(inner[1] + 20 * u, inner[3] - 20 * u)
            canvas.line(wall + 90 * u, y, inner[2] - 90 * u, y)
            pen.text(inner[2] - 86 * u, y - 3 * u, note, 7.5)
        pen.text(inner[0], cell[1] + 28 * u, f"DETAIL {count}", 11, bold=True)
        pen.text(inner[0], cell[1] + 14 * u, f"SCALE {rng.choice(words.scales)}", 8)


def _halves(box: Box) -> tuple[Box, Box]:
    middle = (box[1] + box[3]) / 2
    return (box[0], box[1], box[2], middle), (box[0], middle, box[2], box[3])


def _table(pen: DrawingPen, box: Box, shares: list[float], rows: Sequence[Sequence[str]]) -> None:
    """A ruled table from the top of the box down; the first row is its heading."""
    u, height, y = pen.unit, 24 * pen.unit, box[3]
    for count, row in enumerate(rows):
        for cell, text in zip(cut((box[0], y - height, box[2], y), shares), row, strict=True):
            pen.frame(cell, 0.5)
            pen.text(cell[0] + 6 * u, cell[1] + 8 * u, text, 9, bold=count == 0)
        y -= height


def _schedule(pen: DrawingPen, box: Box, rng: random.Random) -> None:
    words = pen.house.words
    rows = [("MARK", "WIDTH", "HEIGHT", "FRAME", "RATING", "REMARKS")]
    for count in range(1, rng.randint(18, 34)):
        sizes = words.size(rng.randrange(600, 1900, 50)), words.size(rng.randrange(1900, 2700, 50))
        rows.append((f"D{count:03}", *sizes, rng.choice(words.frames), words.rating, "SEE NOTE 2"))
    _table(pen, box, [1, 1, 1, 1.2, 1, 2], rows)


def _index(pen: DrawingPen, box: Box, rng: random.Random) -> None:
    """The list of a set's sheets: a table of numbers and titles that is no title block."""
    rows = [("SHEET NUMBER", "SHEET TITLE")]
    for letter in rng.sample("ACEFILMPST", 6):
        for count in range(1, rng.randint(3, 6)):
            rows.append((f"{letter}-10{count}", f"{rng.choice(pen.house.words.levels).upper()} PLAN"))
    middle = (box[0] + box[2]) / 2
    pen.text(box[0], box[3] + 20 * pen.unit, "SHEET INDEX", 16, bold=True)
    _table(pen, (box[0], box[1], middle - 30 * pen.unit, box[3]), [1, 3.2], rows)
    pen.text(middle, box[3] + 20 * pen.unit, "ABBREVIATIONS", 16, bold=True)
    for count, text in enumerate(_ABBREVIATIONS):
        pen.text(middle, box[3] - (18 + 22 * count) * pen.unit, text, 10)


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


def _enlarged(pen: DrawingPen, box: Box, rng: random.Random) -> None:
    _plan(pen, box, rng, most=4)


def _section(pen: DrawingPen, box: Box, rng: random.Random) -> None:
    """Slabs and walls cut through, hatched below the ground."""
    canvas, u, words = pen.canvas, pen.unit, pen.house.words
    floors, bays = rng.randint(3, 6), rng.randint(4, 7)
    ground = box[1] + 70 * u
    height, width = (box[3] - ground) / (floors + 0.6), (box[2] - box[0]) * 0.82 / bays
    right = box[0] + width * bays
    for floor in range(floors + 1):
        y = ground + floor * height
        canvas.rect(box[0], y - 12 * u, right - box[0], 12 * u, fill=1)
        canvas.line(right, y, right + 40 * u, y)
        pen.text(right + 46 * u, y + 3 * u, words.level(floor), 8)
        for bay in range(bays + 1 if floor < floors else 0):
            canvas.rect(box[0] + bay * width - 4 * u, y, 8 * u, height - 12 * u)
            if bay < bays:
                pen.text(box[0] + (bay + 0.35) * width, y + 0.4 * height, rng.choice(words.rooms), 8)
    x = box[0]
    while x < right:
        canvas.line(x, box[1], x + 40 * u, ground - 12 * u)
        x += 26 * u


def _framing(pen: DrawingPen, box: Box, rng: random.Random) -> None:
    """Columns on the grid, beams between them, each with its size."""
    u, beams = pen.unit, pen.house.words.beams
    xs, ys = _axes(pen, box, rng.randint(5, 8), rng.randint(3, 5))
    for y in ys:
        for left, right in pairwise(xs):
            pen.canvas.rect(left - 6 * u, y - 6 * u, 12 * u, 12 * u, fill=1)
            pen.canvas.setLineWidth(2 * u)
            pen.canvas.line(left + 14 * u, y, right - 14 * u, y)
            pen.text((left + right) / 2 - 20 * u, y + 5 * u, rng.choice(beams), 8)
            if y < ys[-1]:
                pen.canvas.setLineWidth(0.8 * u)
                for third in (1, 2):
                    x = left + (right - left) * third / 3
                    pen.canvas.line(x, y + 8 * u, x, y + ys[1] - ys[0] - 8 * u)


def _services(pen: DrawingPen, box: Box, rng: random.Random) -> None:
    """A plan with runs of pipe, duct or cable over it, tagged."""
    _plan(pen, box, rng)
    canvas, u = pen.canvas, pen.unit
    for _ in range(rng.randint(4, 7)):
        y = rng.uniform(box[1] + 60 * u, box[3] - 60 * u)
        x = rng.uniform(box[0] + 100 * u, box[2] - 200 * u)
        canvas.setLineWidth(rng.choice((3, 5)) * u)
        canvas.line(box[0] + 40 * u, y, x, y)
        canvas.line(x, y, x, rng.uniform(box[1] + 40 * u, box[3] - 40 * u))
        pen.text(x - 90 * u, y + 6 * u, rng.choice(pen.house.words.runs), 8)


def _site(pen: DrawingPen, box: Box, rng: random.Random) -> None:
    """Contours, each with its height, round a building's outline."""
    canvas, u = pen.canvas, pen.unit
    width, height = box[2] - box[0], box[3] - box[1]
    base = rng.randint(96, 180)
    for count in range(rng.randint(9, 14)):
        y = box[1] + height * count / 14
        canvas.setLineWidth((1.6 if count % 5 == 0 else 0.5) * u)
        bend = [y + height * rng.uniform(0.02, 0.12) for _ in range(2)]
        canvas.bezier(box[0], y, box[0] + width / 3, bend[0], box[0] + 2 * width / 3, bend[1], box[2], y)
        pen.text(box[0] + 12 * u, y + 4 * u, str(base + count), 8)
    outline = (box[0] + 0.3 * width, box[1] + 0.35 * height, box[0] + 0.6 * width, box[1] + 0.65 * height)
    pen.frame(outline, 4 * u)
    pen.text(outline[0] + 20 * u, outline[3] - 40 * u, f"FFE {pen.house.words.length(304 * base)}", 12)


def _model(pen: DrawingPen, box: Box, rng: random.Random) -> None:
    """Blocks of a building seen from above a corner."""
    canvas, u = pen.canvas, pen.unit
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


def _crowd(pen: DrawingPen, box: Box, rng: random.Random) -> None:
    """Sixty thousand characters, as a page of dense schedules has them."""
    marks = [f"{rng.randrange(36**6):010} " for _ in range(100)]
    across = int((box[2] - box[0]) / pen.canvas.stringWidth(marks[0], pen.regular, 5 * pen.unit))
    down = 60_000 // (across * len(marks[0])) + 1
    for count in range(down):
        y = box[1] + (box[3] - box[1]) * count / down
        pen.text(box[0], y, "".join(rng.choices(marks, k=across)), 5)


BODIES: dict[str, Callable[[DrawingPen, Box, random.Random], None]] = {
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
