"""Finds the title block of a scan by the ruled lines that separate it from the drawing.

A title block is a band along the lower edge, a strip along the right edge, or a box in the lower right corner. Its lines
reach the frame of the sheet, which the lines of a drawing rarely do.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from PIL import Image, ImageFilter

from .drawing import Region

DARK = 170  # gray value
THICK = 7  # pixels that lines are made thick, since the lines of a scan are not quite straight
LONG = 0.75  # share of a side: a line from edge to edge
FRAME = 0.08  # share of a side: the margin, the frame and what is too small for a title block
STRIP_TOP = 0.4  # the title is in the lower part of a strip
NARROW = 0.8  # a box to the right of it is part of a strip
CROWDED = 0.15  # share of lines in a direction: then they are hatching, or noise
SCORE = 0.4  # less than that of labels, which show what the cells are


class Runs(NamedTuple):
    """The longest dark run of each column of an image: its length and its end, as shares of the height."""

    length: Any
    end: Any


def region_by_lines(image: Any) -> tuple[Region, float] | None:
    """Return the region of the title block of a page and a score, None if no lines show it."""
    gray = image.convert("L").filter(ImageFilter.MinFilter(THICK))
    columns, rows = _runs(gray), _runs(gray.transpose(Image.Transpose.TRANSPOSE))
    if max(_share(columns), _share(rows)) > CROWDED:
        return None
    region = _band(rows) or _strip(columns) or _corner(columns, rows)
    return (region, SCORE) if region else None


def _runs(image: Any) -> Runs:
    import numpy

    dark = numpy.asarray(image) < DARK
    height = len(dark)
    run, best = numpy.zeros(dark.shape[1], int), numpy.zeros(dark.shape[1], int)
    end = best.copy()
    for number, row in enumerate(dark):
        run = (run + 1) * row
        end = numpy.where(run > best, number, end)
        best = numpy.maximum(run, best)
    return Runs(best / height, end / height)


def _share(runs: Runs) -> float:
    return float((runs.length > LONG).mean())


def _long(runs: Runs, start: float) -> list[float]:
    """Where lines from edge to edge are, behind a share of the side and before the frame."""
    count = len(runs.length)
    return [
        number / count
        for number, length in enumerate(runs.length)
        if length > LONG and runs.end[number] > 1 - FRAME and start < number / count < 1 - FRAME
    ]


def _band(rows: Runs) -> Region | None:
    found = _long(rows, 0.7)
    return (0.0, round(min(found) - 0.01, 4), 1.0, 1.0) if found else None


def _strip(columns: Runs) -> Region | None:
    found = _long(columns, 0.65)
    return (round(min(found) - 0.01, 4), STRIP_TOP, 1.0, 1.0) if found else None


def _corner(columns: Runs, rows: Runs) -> Region | None:
    """The largest box at the frame in the lower right corner that has a line at its left side and at its top."""
    across, down = len(columns.length), len(rows.length)
    for number in range(round(0.35 * across), round((1 - FRAME) * across)):
        length, end = float(columns.length[number]), float(columns.end[number])
        if not (FRAME < length < LONG and end > 1 - FRAME):
            continue
        left, top = number / across, end - length
        near = range(max(0, round((top - 0.01) * down)), min(down, round((top + 0.01) * down) + 1))
        if any(rows.length[row] > 0.8 * (1 - FRAME - left) and rows.end[row] > 1 - FRAME for row in near):
            top = (
                min(top, STRIP_TOP) if left > NARROW else top
            )  # a cell of a strip whose side is not straight
            return round(left - 0.01, 4), round(max(0.0, top - 0.01), 4), 1.0, 1.0
    return None
