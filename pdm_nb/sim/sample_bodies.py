"""Draws what stands in the middle of a sample sheet: plans, elevations, details, schedules.

Enough to look like a drawing and to hold what such drawings hold: dimensions, marks, small tables that are no
title block. What a sheet is about is decided in `samples`.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import pairwise

from .sample_pen import Box, Pen, cut


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
        for cell, text in zip(cut((box[0], y - height, box[2], y), [1, 1, 1, 1.2, 1, 2]), row, strict=True):
            pen.frame(cell, 0.5)
            pen.text(cell[0] + 6 * u, cell[1] + 8 * u, text, 9, bold=count == 0)
        y -= height


BODIES: dict[str, Callable[[Pen, Box, random.Random], None]] = {
    "plan": _plan,
    "elevation": _elevation,
    "details": _details,
    "schedule": _schedule,
}
