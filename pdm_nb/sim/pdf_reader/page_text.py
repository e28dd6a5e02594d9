"""The text of a PDF page as phrases with places, and the ruled cells around them.

Nothing here knows what a title block is: `reading` asks for the phrases of a page, for the cell that a point lies
in, and draws the conclusions. pypdfium2 is not thread safe: callers hold `PDFIUM`.
"""

from __future__ import annotations

import ctypes
import math
import threading
from dataclasses import dataclass, field
from itertools import islice

import pypdfium2 as pdfium
import pypdfium2.raw as raw

PDFIUM = threading.Lock()  # whoever calls pypdfium2 holds it, since it is not thread safe
CHARS = 20_000  # at each end of a page's text: a title block is drawn first or last
OBJECTS = 20_000

Box = tuple[float, float, float, float]  # left, bottom, right, top, as the page is displayed


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that stand together on one line. `size` is the line's height in points."""

    text: str
    box: Box
    size: float

    @property
    def middle(self) -> tuple[float, float]:
        return (self.box[0] + self.box[2]) / 2, (self.box[1] + self.box[3]) / 2


@dataclass(slots=True)
class PageText:
    """A page's upright text and its straight rules, in display coordinates with the origin at the lower left."""

    width: float
    height: float
    phrases: list[Phrase] = field(default_factory=list)
    flats: list[tuple[float, float, float]] = field(default_factory=list)  # y, from x, to x
    posts: list[tuple[float, float, float]] = field(default_factory=list)  # x, from y, to y

    def cell(self, x: float, y: float) -> Box | None:
        """The ruled cell around a point, or None where the rules nearby do not make one of a cell's size."""
        above = [rule[0] for rule in self.flats if rule[0] > y and rule[1] - 1 <= x <= rule[2] + 1]
        below = [rule[0] for rule in self.flats if rule[0] <= y and rule[1] - 1 <= x <= rule[2] + 1]
        right = [rule[0] for rule in self.posts if rule[0] > x and rule[1] - 1 <= y <= rule[2] + 1]
        left = [rule[0] for rule in self.posts if rule[0] <= x and rule[1] - 1 <= y <= rule[2] + 1]
        if not (above and below and right and left):
            return None
        box = (max(left), max(below), min(right), min(above))
        if box[2] - box[0] > 0.6 * self.width or box[3] - box[1] > 0.25 * self.height:
            return None
        return box

    def inside(self, box: Box) -> list[Phrase]:
        """Phrases whose middle lies in the box, in reading order."""
        found = [p for p in self.phrases if box[0] < p.middle[0] < box[2] and box[1] < p.middle[1] < box[3]]
        lines: list[list[Phrase]] = []
        for phrase in sorted(found, key=lambda p: -p.middle[1]):
            level = lines and lines[-1][0].middle[1] - phrase.middle[1] < phrase.size / 2
            lines[-1].append(phrase) if level else lines.append([phrase])
        return [phrase for line in lines for phrase in sorted(line, key=lambda p: p.box[0])]


class _View:
    """Turns a page's own coordinates into those of its display (the /Rotate entry, an origin other than 0)."""

    def __init__(self, page: pdfium.PdfPage) -> None:
        self.turn = page.get_rotation()
        self.box = page.get_cropbox()

    def __call__(self, box: Box) -> Box:
        left, bottom, right, top = self.box
        corners = [(box[0] - left, box[1] - bottom), (box[2] - left, box[3] - bottom)]
        width, height = right - left, top - bottom
        if self.turn == 90:
            corners = [(y, width - x) for x, y in corners]
        elif self.turn == 180:
            corners = [(width - x, height - y) for x, y in corners]
        elif self.turn == 270:
            corners = [(height - y, x) for x, y in corners]
        (x0, y0), (x1, y1) = corners
        return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def read_page(page: pdfium.PdfPage) -> PageText:
    """Phrases and rules of one page. Bounded: of very long pages the first and last characters are read."""
    width, height = page.get_size()
    view, result = _View(page), PageText(width, height)
    textpage = page.get_textpage()
    try:
        result.phrases = _phrases(_words(textpage, view))
    finally:
        textpage.close()
    if result.phrases:
        _rules(page, view, result)
    return result


def _words(textpage: pdfium.PdfTextPage, view: _View) -> list[Phrase]:
    """Upright words: characters in stream order, cut at spaces, gaps and changes of line."""
    count = textpage.count_chars()
    indices = range(count) if count <= 2 * CHARS else [*range(CHARS), *range(count - CHARS, count)]
    words: list[Phrase] = []
    letters, box = "", (0.0, 0.0, 0.0, 0.0)
    rect, turn = raw.FS_RECTF(), math.radians(view.turn)
    for index in indices:
        code = raw.FPDFText_GetUnicode(textpage, index)
        blank = code <= 32 or code == 0xA0 or 0xD800 <= code < 0xE000 or code > 0x10FFFF
        # both angles run clockwise; rotated text is dimensions and the like, no part of a title block
        if not blank and math.cos(raw.FPDFText_GetCharAngle(textpage, index) + turn) < 0.95:
            continue
        if blank or not raw.FPDFText_GetLooseCharBox(textpage, index, ctypes.byref(rect)):
            letters = _flush(words, letters, box)
            continue
        char = view((rect.left, rect.bottom, rect.right, rect.top))
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
    """Join words of one line and like size that stand less than about a letter's height apart."""
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
            if last and _adjoin(last, word):
                box = (last.box[0], min(last.box[1], word.box[1]), word.box[2], max(last.box[3], word.box[3]))
                phrases[-1] = Phrase(f"{last.text} {word.text}", box, last.size)
            else:
                phrases.append(word)
    return phrases


def _adjoin(last: Phrase, word: Phrase) -> bool:
    small, large = sorted((last.size, word.size))
    return large < 1.3 * small and -0.2 * small < word.box[0] - last.box[2] < 0.8 * small


def _rules(page: pdfium.PdfPage, view: _View, result: PageText) -> None:
    """Straight lines and the edges of rectangles, from paths simple enough to be one of them."""
    for item in islice(page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH]), OBJECTS):
        segments = raw.FPDFPath_CountSegments(item)
        x0, y0, x1, y1 = view(item.get_bounds())
        if segments > 6 or (
            segments < 4 and min(x1 - x0, y1 - y0) > 4
        ):  # a curve, a figure or a slanted line
            continue
        if x1 - x0 > 8:
            result.flats += [(y0, x0, x1), (y1, x0, x1)] if y1 - y0 > 4 else [((y0 + y1) / 2, x0, x1)]
        if y1 - y0 > 8:
            result.posts += [(x0, y0, y1), (x1, y0, y1)] if x1 - x0 > 4 else [((x0 + x1) / 2, y0, y1)]
