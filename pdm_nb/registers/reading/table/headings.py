"""Finds the row of the headings of a sheet.

Each of the first rows with two texts or more gets a score from 0 to 1, from what sets headings apart: they are as many as
the rows below are wide, they are text and differ from each other, they look different from what is below them, and some
are words that registers use.
"""

from __future__ import annotations

import re
import statistics
from dataclasses import dataclass, field

from ..sheets.workbook import MergedRange, Sheet
from .shapes import is_numeric, shape

ROWS_TRIED = 60
ROWS_BELOW = 100
LONGEST = 80
# Stems of the words that head the columns of registers: English, German, French, Spanish.
_WORDS = re.compile(
    r"\b(?:no|nos|nr|num|number|numbers|code|codes|ref|reference|id|item|dwg|drg|doc|document|documents|drawing|drawings|"
    r"sheet|title|titles|name|description|desc|subject|rev|revision|revisions|version|status|suitability|purpose|state|"
    r"date|dated|issue|issued|author|originator|company|discipline|disc|trade|type|file|filename|files|path|pdf|scale|size|"
    r"level|floor|zone|area|volume|vol|system|remarks|comments|notes|section|spec|package|location|checked|approved|"
    r"nummer|titel|bezeichnung|benennung|index|datum|stand|plan|plannummer|dokument|dokumentnummer|zeichnung|gewerk|datei|"
    r"dateiname|blatt|massstab|maßstab|ersteller|verfasser|bemerkung|geschoss|"
    r"numéro|numero|titre|désignation|designation|indice|fichier|statut|état|etat|auteur|emetteur|émetteur|lot|"
    r"código|codigo|título|titulo|descripción|descripcion|revisión|fecha|estado|especialidad|archivo|plano|autor)\b",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"\d{2}")


@dataclass(slots=True)
class Heading:
    """A row, or two, that can have the headings."""

    rows: tuple[int, ...]
    score: float = 0.0
    reasons: list[str] = field(default_factory=list)


def find_headings(sheet: Sheet, skip: frozenset[int] = frozenset()) -> Heading | None:
    """Return the most likely row of headings, None if the sheet has no table."""
    numbers = [number for number in sheet.rows if number not in skip and number not in sheet.hidden_rows]
    usual = typical_width([sheet.rows[number] for number in numbers[: ROWS_TRIED + ROWS_BELOW]])
    tried = [score_row(sheet, numbers, place, usual) for place in range(min(len(numbers), ROWS_TRIED))]
    found = [one for one in tried if one is not None]
    if not found:
        return None
    best = max(found, key=lambda one: one.score)  # the first of equals
    # Headings that are repeated on each page look like what is below the first of them.
    number = next(one for one in numbers if sheet.rows[one] == sheet.rows[best.rows[0]])
    best.rows = (number,)
    for pair in ((number - 1, number), (number, number + 1)):
        if pair[0] in numbers and pair[1] in numbers and is_over_two_rows(sheet, *pair):
            return Heading(pair, best.score, [*best.reasons, "headings over two rows"])
    return best


def score_row(sheet: Sheet, numbers: list[int], place: int, usual: float) -> Heading | None:
    """Score a row by its place in `numbers`; None if it cannot have headings. Rows usually have so many cells."""
    cells = {column: text for column, text in enumerate(sheet.rows[numbers[place]]) if text}
    below = [sheet.rows[number] for number in numbers[place + 1 : place + 1 + ROWS_BELOW]]
    if not cells or not below:
        return None
    typical = max(typical_width(below), usual)  # notes below a table are narrower than it
    if len(cells) < 2 and typical > 1:
        return None
    coverage = min(1.0, len(cells) / typical)
    texts = sum(not is_numeric(text) and len(text) <= LONGEST for text in cells.values()) / len(cells)
    # Few rows below look different by chance: those of the last rows of a table.
    contrast = _contrast(cells, below) * min(1.0, 2 * (len(numbers) - place - 1) / len(numbers))
    words = sum(is_heading_word(text) for text in cells.values())
    distinct = len({text.casefold() for text in cells.values()}) / len(cells)
    score = (
        0.3 * coverage + 0.15 * texts + 0.25 * contrast + 0.3 * min(1.0, words / min(3, len(cells)))
    ) * distinct
    reasons = [f"{len(cells)} headings over rows of {typical:g} cells"]
    if words:
        reasons.append(f"{words} are usual in registers")
    if contrast > 0.5:
        reasons.append("the cells below look different")
    return Heading((numbers[place],), round(score, 3), reasons)


def is_heading_word(text: str) -> bool:
    """Whether a text has a word that registers use in headings, and is short. "Level 17" is a value."""
    return len(text) <= LONGEST and not _NUMBERED.search(text) and bool(_WORDS.search(text.replace("_", " ")))


def typical_width(rows: list[list[str | None]]) -> float:
    """Return how many cells a row has, by the median of those with more than one."""
    widths = [len(row) - row.count(None) for row in rows]
    return statistics.median([width for width in widths if width > 1] or [1])


def _contrast(cells: dict[int, str], below: list[list[str | None]]) -> float:
    """Return in which share of the columns no text below has the shape of the heading."""
    differs = []
    for column, text in cells.items():
        shapes = {shape(row[column] or "") for row in below if column < len(row) and row[column]}
        if shapes:
            differs.append(shape(text) not in shapes)
    return sum(differs) / len(differs) if differs else 0.0


def is_over_two_rows(sheet: Sheet, upper: int, lower: int) -> bool:
    """Whether the headings are in both rows: a group above, or each column in one of them."""
    top, bottom = _texts(sheet, upper), _texts(sheet, lower)
    if len(top) < 2 or not bottom or any(map(is_numeric, [*top.values(), *bottom.values()])):
        return False
    if any(
        one.first_row == one.last_row == upper
        and sum(one.first_column <= column <= one.last_column for column in bottom) > 1
        for one in sheet.merged
    ):
        return True
    if any(one.first_row == upper and one.last_row == lower for one in sheet.merged):
        return True
    below = [row for number, row in sheet.rows.items() if number > lower][:ROWS_BELOW]
    in_one_only = bool(top.keys() - bottom.keys()) and bool(bottom.keys() - top.keys())
    words = all(any(map(is_heading_word, row.values())) for row in (top, bottom))
    return in_one_only and words and _contrast(bottom, below) > 0.5


def _texts(sheet: Sheet, number: int) -> dict[int, str]:
    return {column: text for column, text in enumerate(sheet.rows[number]) if text}


def heading_names(sheet: Sheet, rows: tuple[int, ...]) -> dict[int, str]:
    """Return the heading of each column, two rows joined: `Issue` above `Date` is `Issue Date`."""
    names: dict[int, str] = {}
    for place, number in enumerate(rows):
        texts = _texts(sheet, number) if number in sheet.rows else {}
        if place + 1 < len(rows):
            texts = _spread(
                texts, _texts(sheet, rows[-1]), [one for one in sheet.merged if one.first_row == number]
            )
        for column, text in texts.items():
            before = names.get(column, "")
            names[column] = before if text == before else f"{before} {text}".strip()
    return {column: " ".join(text.split()) for column, text in sorted(names.items())}


def _spread(top: dict[int, str], bottom: dict[int, str], merged: list[MergedRange]) -> dict[int, str]:
    """Repeat a heading over the columns of its group: those it is merged over, else those with headings below alone."""
    spread = dict(top)
    for one in merged:
        for column in range(one.first_column + 1, one.last_column + 1):
            if one.first_column in top and column in bottom:
                spread[column] = top[one.first_column]
    if any(one.last_column > one.first_column for one in merged):
        return spread
    for column in sorted(bottom.keys() - top.keys()):
        if column - 1 in spread and column - 1 in bottom:
            spread[column] = spread[column - 1]
    return spread
