"""Reads the title block of a page: labelled cells, their values, and the table of revisions.

How this works: cells are found by the words of their labels. The value is in the cell of the label, next to it or below
it. The table of revisions is found by its headings. The less evidence there is for a value, the lower is its confidence.
`page_text` supplies the geometry; `reader` decides whether a page is a drawing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date

from .page_dates import DateOrder, detect_date_order, parse_date
from .page_text import Box, PageText, Phrase

MAX_LABELS, MAX_HEADINGS = 80, 30  # of a crowded page: those nearest to its right or lower edge
MIN_CONFIDENCE = 0.55  # below it a value is not reported: it may just be the text below a word in a list


@dataclass(frozen=True, slots=True)
class Guess:
    """A value and the confidence in it, 0 to 1."""

    value: str
    confidence: float


_NO = r"( (no|nr|num|number|id))"
_LABELS: tuple[tuple[str, float, str], ...] = (
    ("number", 1.0, rf"(drawing|sheet|dwg|drg|document|doc)( (identification|reference|ref))?{_NO}"),
    ("number", 0.95, r"(drawing|sheet|document) (identification|reference)"),
    ("number", 0.65, r"(drawing|sheet|dwg|number)"),
    ("title", 1.0, r"((drawing|sheet|document|dwg|drg) )?(title|name)"),
    ("title", 0.7, r"(sheet |drawing )?(contents?|description|subject)"),
    ("revision", 1.0, rf"(current )?(rev|revision){_NO}?"),
    ("revision", 0.65, rf"issue{_NO}?"),
    ("date", 1.0, r"((issue|issued|sheet|drawing|revision|rev) )?date|date (of issue|issued)"),
    ("date", 0.65, r"(issued|dated|plot date|date (drawn|plotted|created)|drawn date|first issue)"),
    (
        "",  # cells with other values; they end the cells next to them
        1.0,
        rf"(scale|drawn|drn|dwn|designed|checked|chk|chkd|reviewed|approved|appd|status|suitability|project|client|owner|job|"
        rf"contract|level|zone|volume|type|role|originator|discipline|phase|stage|file|size|key plan|stamp|seal)"
        rf"( (by|code|name|description|purpose|date|size)|{_NO})?( (at )?a[0-4])?",
    ),
)
_PATTERNS = tuple((kind, weight, re.compile(pattern)) for kind, weight, pattern in _LABELS)


@dataclass(frozen=True, slots=True)
class _Label:
    """A phrase that names a cell; `rest` is the value if label and value are one phrase (`Rev: B`)."""

    kind: str
    weight: float
    phrase: Phrase
    rest: str = ""


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))


def _label_of(phrase: Phrase) -> _Label | None:
    head, colon, rest = phrase.text.partition(":")
    if len(head) > 40:
        return None
    plain = _plain(head)
    for kind, weight, pattern in _PATTERNS:
        if pattern.fullmatch(plain):
            return _Label(kind, weight, phrase, rest.strip() if colon else "")
    return None


# --- the block

_SHEET_NUMBER = re.compile(r"(?=.*\d)[A-Z0-9]+([-._/ ]{1,3}[A-Z0-9]+)*", re.I)
_COUNTER = re.compile(r"((sheet|page)\W*)?\d+ *(of|/) *\d+", re.I)  # 3 of 12: not the number of a sheet
_BARE_NUMBER = re.compile(r"[A-Z]{1,3}[-.]?\d{1,4}(\.\d{1,2})?[A-Z]?")


@dataclass(frozen=True, slots=True)
class _Candidate:
    text: str
    weight: float


class TitleBlock:
    """The labelled cells of a page, and its table of revisions."""

    def __init__(self, page: PageText) -> None:
        self.page = page
        self.date_order = detect_date_order(page)
        labels = [label for phrase in page.phrases if (label := _label_of(phrase))]
        self.label_ids = {id(label.phrase) for label in labels}
        self.labels = sorted(labels, key=lambda label: self._edge_distance(label.phrase))[:MAX_LABELS]
        self.rows = self._table()  # also takes the table's headings out of the labels
        self.kinds = {label.kind or _plain(label.phrase.text).split()[0] for label in self.labels}

    # the values

    def number(self) -> Guess | None:
        guess = self._best("number", lambda text: _is_number(text, self.date_order))
        return guess or self._bare_number()

    def title(self) -> Guess | None:
        return self._best("title", _is_title) or self._bare_title()

    def revision(self) -> Guess | None:
        cell = self._best("revision", lambda text: len(text) <= 8 and not re.fullmatch(r"[A-Za-z]{4,}", text))
        last = self.rows[-1][0] if self.rows else ""
        if last and (cell is None or cell.confidence < 0.6):
            cell = Guess(last, 0.78)
        elif cell and last and last.casefold() != cell.value.casefold():
            cell = replace(cell, confidence=round(cell.confidence * 0.7, 2))
        return cell if cell and re.fullmatch(r"[A-Za-z0-9]{1,5}", cell.value) else None  # B36

    def date_authored(self) -> Guess | None:
        guess = self._best("date", lambda text: parse_date(text, self.date_order) is not None)
        if guess:
            parsed = parse_date(guess.value, self.date_order)
            assert parsed is not None
            return Guess(parsed[0].isoformat(), round(guess.confidence * parsed[1], 2))
        return Guess(self.rows[-1][1].isoformat(), 0.55) if self.rows else None

    # finding the value of a label

    def _best(self, kind: str, accept: Callable[[str], bool]) -> Guess | None:
        """The value with the most evidence for a kind of label; values that disagree lower the confidence."""
        found = []
        for label in self.labels:
            if label.kind == kind and (value := self._value(label)) and accept(value.text):
                found.append(
                    _Candidate(value.text, value.weight * label.weight * self._position_weight(label.phrase))
                )
        if not found:
            return None
        best = max(found, key=lambda one: one.weight)
        doubt = 0.9 if len({one.text.casefold() for one in found}) > 1 else 1.0
        confidence = round(0.97 * best.weight * doubt, 2)
        return Guess(best.text, confidence) if confidence >= MIN_CONFIDENCE else None

    def _edge_distance(self, phrase: Phrase) -> float:
        """The distance of a phrase from the right or the lower edge, as a share of the page."""
        return min(1 - phrase.middle[0] / self.page.width, phrase.middle[1] / self.page.height)

    def _position_weight(self, phrase: Phrase) -> float:
        """1 at the right or the bottom of a sheet, where title blocks are, otherwise less."""
        x, y = phrase.middle[0] / self.page.width, phrase.middle[1] / self.page.height
        return 1.0 if (x > 0.6 and y < 0.6) or y < 0.2 or x > 0.8 else 0.7

    def _value(self, label: _Label) -> _Candidate | None:
        if label.rest:
            return _Candidate(label.rest, 0.98)
        cell = self.page.cell(*label.phrase.middle)
        if cell is None:
            return self._near(label.phrase)
        if own := self._text(cell, label.phrase):
            return _Candidate(own, 1.0)
        next_cell = self.page.cell(cell[2] + 3, label.phrase.middle[1])
        if next_cell and not any(id(phrase) in self.label_ids for phrase in self.page.inside(next_cell)):
            text = self._text(next_cell, label.phrase)
            return _Candidate(text, 0.98) if text else None
        return None

    def _text(self, cell: Box, label: Phrase) -> str:
        """The text of a cell, up to the next label in it."""
        phrases = self.page.inside(cell)
        others = [p for p in phrases if id(p) in self.label_ids and p is not label]
        top = min((p.box[1] for p in others if p.box[1] >= label.box[3] - 1), default=cell[3])
        bottom = max((p.box[3] for p in others if p.box[3] <= label.box[1] + 1), default=cell[1])
        texts = [p.text for p in phrases if id(p) not in self.label_ids and bottom < p.middle[1] < top]
        return " ".join(text for text in texts if not _COUNTER.fullmatch(text.strip())).strip()

    def _near(self, label: Phrase) -> _Candidate | None:
        """If there are no ruled cells: the phrase next to the label, otherwise the nearest line below it."""
        reach, (x0, y0, x1, y1) = label.size, label.box
        free = [p for p in self.page.phrases if id(p) not in self.label_ids]
        same_line = [
            p
            for p in free
            if y0 - reach / 2 < p.middle[1] < y1 + reach / 2 and 0 < p.box[0] - x1 < 15 * reach
        ]
        if same_line:
            nearest = min(same_line, key=lambda p: p.box[0])
            blocked = any(x1 < label.phrase.box[0] < nearest.box[0] for label in self._on_line(y0, y1))
            if not blocked:
                return _Candidate(nearest.text, 0.85)
        below = [
            p
            for p in free
            if 0 < y0 - p.middle[1] < 4 * reach and p.box[0] < x1 + reach and p.box[2] > x0 - reach
        ]
        return _Candidate(max(below, key=lambda p: p.middle[1]).text, 0.75) if below else None

    def _on_line(self, y0: float, y1: float) -> Iterable[_Label]:
        return (label for label in self.labels if y0 < label.phrase.middle[1] < y1)

    def _bare_number(self) -> Guess | None:
        """The number without a label: on many sheets the largest text in the lower right corner."""
        largest = self._largest()
        if self._has_cell("number") or largest is None or not _BARE_NUMBER.fullmatch(largest.text):
            return None
        cell = self.page.cell(*largest.middle)
        if cell and any(id(phrase) in self.label_ids for phrase in self.page.inside(cell)):
            return None  # the value of another cell, such as the revision
        return Guess(largest.text, 0.66)

    def _bare_title(self) -> Guess | None:
        """The title without a label: in the cell above the number."""
        largest = self._largest()
        if self._has_cell("title") or largest is None or not _is_number(largest.text, self.date_order):
            return None
        own = self.page.cell(*largest.middle)
        above = self.page.cell(largest.middle[0], own[3] + 3) if own else None
        if above is None or any(id(phrase) in self.label_ids for phrase in self.page.inside(above)):
            return None
        text = self._text(above, largest)
        return Guess(text, 0.6) if _is_title(text) else None

    def _has_cell(self, kind: str) -> bool:
        """Whether the title block has an unambiguous label of this kind; then its cell is empty or holds the value."""
        own = (label for label in self.labels if label.kind == kind and label.weight == 1)
        return any(self._position_weight(label.phrase) == 1 for label in own)

    def _largest(self) -> Phrase | None:
        """The largest text in the lower right corner."""
        width, height = self.page.width, self.page.height
        corner = [p for p in self.page.phrases if p.box[0] > 0.7 * width and p.box[3] < 0.25 * height]
        return max(corner, key=lambda p: p.size, default=None)

    def _table(self) -> list[tuple[str, date]]:
        """The table of revisions, oldest first: revision and date of each row; empty if there is none."""
        rows: list[tuple[str, date]] = []
        heads = [p for p in self.page.phrases if len(p.text) < 20 and re.fullmatch(_MARK, _plain(p.text))]
        for head in sorted(heads, key=self._edge_distance)[:MAX_HEADINGS]:
            line = [p for p in self.page.phrases if abs(p.box[1] - head.box[1]) < head.size / 3]
            line = [p for p in line if head.box[0] <= p.box[0] < head.box[0] + 0.5 * self.page.width]
            dates = [p for p in line if _plain(p.text) in ("date", "issue date", "date issued", "issued")]
            texts = [p for p in line if re.fullmatch(_DESCRIPTION, _plain(p.text)) and p is not head]
            if dates and texts:
                taken = {id(p) for p in (head, dates[0], texts[0])}
                self.labels = [label for label in self.labels if id(label.phrase) not in taken]
                rows += self._rows(head, min(texts[0].box[0], dates[0].box[0]), dates[0])
        return sorted(rows, key=lambda row: row[1])

    def _rows(self, head: Phrase, edge: float, dated: Phrase) -> Iterable[tuple[str, date]]:
        """Rows above or below a heading: a short mark in the first column, a date in the date column."""
        reach = 25 * head.size
        near = [p for p in self.page.phrases if abs(p.middle[1] - head.middle[1]) < reach]
        marks = [p for p in near if len(p.text) <= 8 and head.box[0] - 3 * head.size < p.box[0] < edge]
        for phrase in near:
            if phrase is dated or abs(phrase.box[0] - dated.box[0]) > 6 * head.size:
                continue
            if parsed := parse_date(phrase.text, self.date_order):
                same_row = [p for p in marks if abs(p.middle[1] - phrase.middle[1]) < phrase.size / 2]
                yield from ((mark.text, parsed[0]) for mark in same_row)


_MARK = rf"(rev|revision|issue){_NO}?|no|mark"
_DESCRIPTION = r"(revision |issue )?(descriptions?|details?|remarks?|comments?)|revisions?|amendments?|issued for|purpose"


def _is_title(text: str) -> bool:
    return len(re.findall(r"[^\W\d_]", text)) >= 3


def _is_number(text: str, date_order: DateOrder) -> bool:
    return (
        len(text) <= 50
        and _SHEET_NUMBER.fullmatch(text) is not None
        and _COUNTER.fullmatch(text) is None
        and parse_date(text, date_order) is None
    )
