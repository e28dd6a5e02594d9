"""Title blocks of a drawing with a grid and notes, as offices lay them out: where the revision is, and what else is there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from reportlab.lib.pagesizes import A1, landscape
from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = landscape(A1)
LETTERS = "ABCDEFGH"


def _text(canvas: Canvas, x: float, y: float, text: str, size: float = 8) -> None:
    canvas.setFont("Helvetica", size)
    canvas.drawString(WIDTH - x, y, text)


def _grid(canvas: Canvas) -> None:
    """Axes along all edges, and sections and notes with letters and numbers."""
    for place, letter in enumerate(LETTERS):
        for x in (WIDTH - 20, 25):
            _text(canvas, x, 200 + place * 180, letter, 14)
    for place in range(12):
        for y in (15, HEIGHT - 25):
            _text(canvas, WIDTH - 100 - place * 170, y, str(place + 1), 14)
    for place, letter in enumerate(LETTERS):
        _text(canvas, 1500, 900 - place * 14, f"{place + 1}. See section {letter} - {letter}.")
        _text(canvas, 1200 - 30 * place, 700, letter)


def _earlier(revision: str) -> list[str]:
    return (
        list(LETTERS[: LETTERS.index(revision) + 1])
        if revision.isalpha()
        else [str(n) for n in range(int(revision) + 1)]
    )


def cells(canvas: Canvas, revision: str) -> None:
    """Labels above their values, with initials next to them."""
    values = (("DRAWN", "JB"), ("CHECKED", "C"), ("REV", revision), ("SCALE", "1:100"), ("SHEET", "1 of 3"))
    for place, (label, value) in enumerate(values):
        _text(canvas, 500 - 70 * place, 140, label, 6)
        _text(canvas, 500 - 70 * place, 128, value, 9)


def colon(canvas: Canvas, revision: str) -> None:
    """Label and value in one text."""
    _text(canvas, 300, 120, "Drawing No: XX-A-101", 10)
    _text(canvas, 300, 100, f"Revision: {revision}", 10)


def table(canvas: Canvas, revision: str) -> None:
    """A table of revisions with its heading at the bottom, and no cell for the current one."""
    for place, heading in enumerate(("Rev", "Date", "Description")):
        _text(canvas, 400 - 40 * place, 200, heading)
    for row, text in enumerate(_earlier(revision), 1):
        _text(canvas, 400, 200 + 14 * row, text)
        _text(canvas, 360, 200 + 14 * row, f"0{row}.02.2026")


def number(canvas: Canvas, revision: str) -> None:
    """The revision behind the number, and a table with only the first revision."""
    _text(canvas, 400, 300, "Rev")
    _text(canvas, 400, 286, "A" if revision.isalpha() else "0")
    _text(canvas, 340, 98, f"XX-A-101-{revision}", 14)


def german(canvas: Canvas, revision: str) -> None:
    """Labels in German."""
    for x, label, value in ((300, "Plan-Nr.", "XX-A-101"), (150, "Index", revision)):
        _text(canvas, x, 120, label, 7)
        _text(canvas, x, 104, value, 12)


LAYOUTS: tuple[Callable[[Canvas, str], None], ...] = (cells, colon, table, number, german)


def draw(path: Path, layout: Callable[[Canvas, str], None], revision: str) -> Path:
    """Draw a sheet with a title block."""
    canvas = Canvas(str(path), pagesize=(WIDTH, HEIGHT))
    _grid(canvas)
    layout(canvas, revision)
    canvas.save()
    return path
