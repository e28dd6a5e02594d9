"""Reads the text of a PDF page as phrases with positions, and the ruled cells around them.

How this works: characters are joined to words, and words on one line to phrases; straight lines and edges of rectangles
are collected as horizontal and vertical rules. `PageText.cell` finds the rules around a point. `title_block` interprets
the result. pypdfium2 is not thread-safe: callers hold `PDFIUM`.
"""

from __future__ import annotations

import ctypes
import math
import threading
from dataclasses import dataclass, field
from itertools import islice

import pypdfium2 as pdfium
import pypdfium2.raw as raw

PDFIUM = threading.Lock()  # hold it for every call of pypdfium2, which is not thread-safe
MAX_CHARS = 20_000  # read at each end of a page's text: a title block is drawn first or last
MAX_OBJECTS = 20_000

Box = tuple[float, float, float, float]  # left, bottom, right, top, as the page is displayed


@dataclass(frozen=True, slots=True)
class Phrase:
    """Adjacent words on one line. `size` is the height of the line in points."""

    text: str
    box: Box
    size: float

    @property
    def middle(self) -> tuple[float, float]:
        return (self.box[0] + self.box[2]) / 2, (self.box[1] + self.box[3]) / 2


@dataclass(slots=True)
class PageText:
    """The upright text of a page and its straight rules, in display coordinates with the origin at the lower left."""

    width: float
    height: float
    phrases: list[Phrase] = field(default_factory=list)
    horizontal: list[tuple[float, float, float]] = field(default_factory=list)  # y, from x, to x
    vertical: list[tuple[float, float, float]] = field(default_factory=list)  # x, from y, to y

    def cell(self, x: float, y: float) -> Box | None:
        """Return the ruled cell around a point; None if there is none, or if it is too large for a cell."""
        above = [rule[0] for rule in self.horizontal if rule[0] > y and rule[1] - 1 <= x <= rule[2] + 1]
        below = [rule[0] for rule in self.horizontal if rule[0] <= y and rule[1] - 1 <= x <= rule[2] + 1]
        right = [rule[0] for rule in self.vertical if rule[0] > x and rule[1] - 1 <= y <= rule[2] + 1]
        left = [rule[0] for rule in self.vertical if rule[0] <= x and rule[1] - 1 <= y <= rule[2] + 1]
        if not (above and below and right and left):
            return None
        box = (max(left), max(below), min(right), min(above))
        if box[2] - box[0] > 0.6 * self.width or box[3] - box[1] > 0.25 * self.height:
            return None
        return box

    def inside(self, box: Box) -> list[Phrase]:
        """Return the phrases whose middle is in the box, in reading order."""
        found = [p for p in self.phrases if box[0] < p.middle[0] < box[2] and box[1] < p.middle[1] < box[3]]
        lines: list[list[Phrase]] = []
        for phrase in sorted(found, key=lambda p: -p.middle[1]):
            same_line = lines and lines[-1][0].middle[1] - phrase.middle[1] < phrase.size / 2
            lines[-1].append(phrase) if same_line else lines.append([phrase])
        return [phrase for line in lines for phrase in sorted(line, key=lambda p: p.box[0])]


class _DisplayTransform:
    """Converts the coordinates of a page to those of its display (for /Rotate and an origin other than 0)."""

    def __init__(self, page: pdfium.PdfPage) -> None:
        self.rotation = page.get_rotation()
        self.box = page.get_cropbox()

    def __call__(self, box: Box) -> Box:
        left, bottom, right, top = self.box
        corners = [(box[0] - left, box[1] - bottom), (box[2] - left, box[3] - bottom)]
        width, height = right - left, top - bottom
        if self.rotation == 90:
            corners = [(y, width - x) for x, y in corners]
        elif self.rotation == 180:
            corners = [(width - x, height - y) for x, y in corners]
        elif self.rotation == 270:
            corners = [(height - y, x) for x, y in corners]
        (x0, y0), (x1, y1) = corners
        return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def read_page(page: pdfium.PdfPage) -> PageText:
    """Read the phrases and rules of one page. Of very long pages, only the first and last characters are read."""
    width, height = page.get_size()
    transform, result = _DisplayTransform(page), PageText(width, height)
    textpage = page.get_textpage()
    try:
        result.phrases = _phrases(_words(textpage, transform))
    finally:
        textpage.close()
    if result.phrases:
        _rules(page, transform, result)
    return result


def _words(textpage: pdfium.PdfTextPage, transform: _DisplayTransform) -> list[Phrase]:
    """Upright words: characters in stream order, split at spaces, gaps and line changes."""
    count = textpage.count_chars()
    indices = (
        range(count) if count <= 2 * MAX_CHARS else [*range(MAX_CHARS), *range(count - MAX_CHARS, count)]
    )
    words: list[Phrase] = []
    letters, box = "", (0.0, 0.0, 0.0, 0.0)
    rect, rotation = raw.FS_RECTF(), math.radians(transform.rotation)
    for index in indices:
        code = raw.FPDFText_GetUnicode(textpage, index)
        blank = code <= 32 or code == 0xA0 or 0xD800 <= code < 0xE000 or code > 0x10FFFF
        # both angles are clockwise; rotated text, such as dimensions, is not part of a title block
        if not blank and math.cos(raw.FPDFText_GetCharAngle(textpage, index) + rotation) < 0.95:
            continue
        if blank or not raw.FPDFText_GetLooseCharBox(textpage, index, ctypes.byref(rect)):
            letters = _flush(words, letters, box)
            continue
        char = transform((rect.left, rect.bottom, rect.right, rect.top))
        size = char[3] - char[1]
        if letters and (
            abs(char[1] - box[1]) > 0.3 * size or not -0.5 * size < char[0] - box[2] < 0.35 * size
        ):
            letters = _flush(words, letters, box)
        box = (box[0], min(box[1], char[1]), char[2], max(box[3], char[3])) if letters else char
        letters += chr(code)
    _flush(words, letters, box)
    return words


def _flush(words: list[Phrase], letters: str, box: Box) -> str:
    if letters:
        words.append(Phrase(letters, box, box[3] - box[1]))
    return ""


def _phrases(words: list[Phrase]) -> list[Phrase]:
    """Join words of one line and similar size whose distance is less than about the height of a letter."""
    lines: list[list[Phrase]] = []
    for word in sorted(words, key=lambda w: -w.box[1]):
        if lines and abs(lines[-1][0].box[1] - word.box[1]) < 0.25 * word.size:
            lines[-1].append(word)
        else:
            lines.append([word])
    phrases: list[Phrase] = []
    for line in lines:
        start = len(phrases)
        for word in sorted(line, key=lambda w: w.box[0]):
            last = phrases[-1] if len(phrases) > start else None
            if last and _are_adjacent(last, word):
                box = (last.box[0], min(last.box[1], word.box[1]), word.box[2], max(last.box[3], word.box[3]))
                phrases[-1] = Phrase(f"{last.text} {word.text}", box, last.size)
            else:
                phrases.append(word)
    return phrases


def _are_adjacent(last: Phrase, word: Phrase) -> bool:
    small, large = sorted((last.size, word.size))
    return large < 1.3 * small and -0.2 * small < word.box[0] - last.box[2] < 0.8 * small


def _rules(page: pdfium.PdfPage, transform: _DisplayTransform, result: PageText) -> None:
    """Collect straight lines and edges of rectangles; all other paths are ignored."""
    for item in islice(page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH]), MAX_OBJECTS):
        segments = raw.FPDFPath_CountSegments(item)
        x0, y0, x1, y1 = transform(item.get_bounds())
        if segments > 6 or (
            segments < 4 and min(x1 - x0, y1 - y0) > 4
        ):  # a curve, a figure or a diagonal line
            continue
        if x1 - x0 > 8:
            result.horizontal += [(y0, x0, x1), (y1, x0, x1)] if y1 - y0 > 4 else [((y0 + y1) / 2, x0, x1)]
        if y1 - y0 > 8:
            result.vertical += [(x0, y0, y1), (x1, y0, y1)] if x1 - x0 > 4 else [((x0 + x1) / 2, y0, y1)]
