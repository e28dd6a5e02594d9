"""Reads labeled values from the text of a sheet, to compare them with the cells of its document. Pure.

How this works: a label such as "Rev" or "Drawing No" has its value behind a colon, next to it, below it or above it. Only
a text that certainly is a value of that kind counts. What the page shows anywhere counts as agreement: a cell and a title
block disagree only if the cell's value is nowhere on the page and a labeled value of the same kind is another one. Revisions
such as B and 2 are everywhere on a drawing, in grids and notes: they count next to a label, in its table, and after a number.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import cached_property

from .pdf_content import PdfContent, TextRun
from .revision_rank import rank
from .values import dates
from .values.lookup import Lookup
from .values.normalize import plain

_NO = r"( (no|nr|num|number|id))"
LABELS = {
    "number": re.compile(
        rf"(drawing|sheet|dwg|drg|document|doc){_NO}|(plan|zeichnung|zeichnungs) ?(nr|nummer)"
    ),
    "revision": re.compile(rf"(current )?(rev|revision){_NO}?|index|indice|änderungsindex"),
    "status": re.compile(r"(document |drawing )?(status|suitability)( (code|status))?"),
    "date": re.compile(r"((drawing|issue|sheet) )?date|date of issue"),
    "title": re.compile(r"(drawing|sheet|document|dwg|drg) title"),
}
GERMAN = re.compile(r"zeichnung|ma(?:ß|ss)stab|plan-?nr|plannummer|bauherr|gezeichnet|geprüft", re.IGNORECASE)
# Cells of a title block with other values: the value next to such a label is not that of another one.
OTHERS = re.compile(
    r"(scale|size|sheet|drawn|checked|chk|approved|designed|reviewed|project|client|job|title|by|description|date"
    r"|purpose|zone|level|volume|role|type|originator|discipline)( (by|no|code|name|number|date))?( (at )?a[0-4])?"
)
# Two letters are not compared, since they may be the initials of a person.
REVISION = re.compile(r"[A-Z]|[A-Z]{0,2}\d{1,3}(?:\.\d{1,3})?", re.IGNORECASE)
# Grids, sections and notes have them too: a revision like this counts only where a revision is expected.
COMMON = re.compile(r"[A-Z]|\d{1,2}", re.IGNORECASE)
WITH_WORD = re.compile(
    r"\brev(?:ision)?\b[ .:#-]*([A-Z]|\d{1,2})\b|\b([A-Z]|\d{1,2})[ -]+rev(?:ision)?\b", re.IGNORECASE
)
PAPER = re.compile(r"A[0-4]", re.IGNORECASE)  # the size of a sheet, not a revision
NUMBER = re.compile(r"(?=.*\d)[A-Z0-9]+(?:[-._/][A-Z0-9]+)*", re.IGNORECASE)
DATE = re.compile(
    r"\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./]\d{2,4}|\d{1,2}[ -.]*[A-Za-z]{3,9}\.?[ -.,]*\d{2,4}"
    r"|[A-Za-z]{3,9}\.? *\d{1,2},? *\d{4}"
)
PARTS = re.compile(r"[-_./\s,;:()\[\]]+")
NEXT, BELOW = 15, 4  # how far a value is from its label, in heights of the larger text
CELL = 50  # the width of a cell, in heights of its label
WIDE = ("number", "title")  # the values in wide cells
EDGE = 0.65  # the share of a sheet to the left of a title block, and above it
LONGEST_LABEL = 40  # characters

Distances = Callable[[TextRun, TextRun], float | None]  # of a text from a label, None if it is not its value


class TitleBlockText:
    """The text of a sheet, and the values in it that have a label."""

    def __init__(self, content: PdfContent) -> None:
        self._runs, self._width, self._height = content.text, content.width, content.height

    @cached_property
    def words(self) -> frozenset[str]:
        """All words and codes on the page, whole and in their parts, without case and accents."""
        found: set[str] = set()
        for run in self._runs:
            text = plain(run.text)
            found |= {text, *text.split(), *PARTS.split(text)}
        return frozenset(found)

    @cached_property
    def _labels(self) -> list[tuple[str, TextRun, str]]:
        """Kind ("" for another one), run, and the value behind a colon of each label."""
        found = []
        for run in self._runs:
            head, colon, rest = run.text.partition(":")
            text = " ".join(re.findall(r"[^\W_]+", head.casefold())) if len(head) <= LONGEST_LABEL else ""
            kind = next((kind for kind, form in LABELS.items() if form.fullmatch(text)), None)
            if kind and not self._is_at_edge(run):
                kind = ""  # such as the heading of a list of sheets
            if text == "index" and not self._is_german:
                kind = ""  # such as that of a list of sheets
            if kind is not None or OTHERS.fullmatch(text):
                found.append((kind or "", run, rest.strip() if colon else ""))
        return found

    @property
    def _is_german(self) -> bool:
        return any(GERMAN.search(run.text) for run in self._runs)

    def _is_at_edge(self, run: TextRun) -> bool:
        """True at the right or the lower edge of a sheet, where title blocks are."""
        return run.left > EDGE * self._width or run.top < (1 - EDGE) * self._height

    @cached_property
    def _label_runs(self) -> frozenset[TextRun]:
        return frozenset(run for _, run, _ in self._labels)

    def labeled(self, kind: str) -> list[str]:
        """Return the texts that may be the value of a kind of label."""
        found: list[str] = []
        for label, run, rest in self._labels:
            if label == kind:
                wide = (self._in_cell,) if kind in WIDE else ()
                found += [rest] if rest else [near.text for near in self._near(run, wide)]
        return list(dict.fromkeys(found))

    def _near(self, label: TextRun, wide: Iterable[Distances]) -> Iterator[TextRun]:
        """The nearest text next to a label, below it and above it, unless it is a label or nearer to another one."""
        for distances in (*PLACES, *wide):
            found = [
                (distance, number)
                for number, run in enumerate(self._runs)
                if run is not label and (distance := distances(label, run)) is not None
            ]
            if found:
                distance, number = min(found)
                nearest = self._runs[number]
                if nearest not in self._label_runs and distance <= self._distance(nearest):
                    yield nearest

    def _distance(self, run: TextRun) -> float:
        """The distance between a text and the label that is nearest to it."""
        found = (distances(label, run) for label in self._label_runs for distances in PLACES)
        return min((distance for distance in found if distance is not None), default=math.inf)

    def _in_cell(self, label: TextRun, run: TextRun) -> float | None:
        """How far a text in the middle of a wide cell is below the label in its upper left corner."""
        gap, offset = label.bottom - run.top, run.left - label.left
        if not (
            -label.height < gap < BELOW * max(label.height, run.height) and 0 < offset < CELL * label.height
        ):
            return None
        between = any(
            label.left < other.left < run.right and abs(other.bottom - label.bottom) < label.height
            for other in self._label_runs
        )
        return None if between else gap

    # -- the values of each kind: of labels, if the cell's value is nowhere on the page
    def other_number(self, number: str) -> str:
        """Return the number of the sheet if it certainly differs from a number, otherwise ""."""
        compact = _compact(number)
        if not NUMBER.fullmatch(number) or plain(number) in self.words or len(compact) < 3:
            return ""
        if any(compact in _compact(run.text) for run in self._runs):
            return ""
        count = len(PARTS.split(number))
        return _only(
            text
            for text in self.labeled("number")
            if NUMBER.fullmatch(text) and _shape("-".join(PARTS.split(text)[-count:])) == _shape("-".join(PARTS.split(number)))
        )  # fmt: skip

    def other_revision(self, revision: str) -> str:
        """Return the newest revision of the sheet if it certainly differs from a revision, otherwise ""."""
        own = rank(revision)
        if own is None or not REVISION.fullmatch(revision):
            return ""
        is_common = bool(COMMON.fullmatch(revision))
        shown = self._revision_texts if is_common else self.words
        if any(rank(word) == own for word in shown if len(word) <= 12 and not PAPER.fullmatch(word)):
            return ""
        labeled = [*self.labeled("revision"), *(self._in_tables if is_common else ())]
        found = [text for text in labeled if REVISION.fullmatch(text)]
        ranked = [(its[1], text) for text in found if (its := rank(text)) is not None and its[0] == own[0]]
        if not ranked or any(PAPER.fullmatch(text) for _, text in ranked):
            return ""
        return str(max(ranked)[1])

    @cached_property
    def _revision_texts(self) -> frozenset[str]:
        """The texts that may be a revision by their place: a letter or a number alone is anywhere on a drawing."""
        found = {*self.labeled("revision"), *self._in_columns}
        numbers = [run for run in self._runs if NUMBER.fullmatch(run.text) and len(PARTS.split(run.text)) > 1]
        for run in self._runs:
            found |= {text for texts in WITH_WORD.findall(run.text) for text in texts if text}
        found |= {PARTS.split(run.text)[-1] for run in numbers}  # A-101-B
        found |= {run.text for number in numbers for run in self._runs if _next_to(number, run) is not None}
        return frozenset(map(plain, found))

    @cached_property
    def _in_columns(self) -> list[str]:
        """The texts straight below and above a label of revisions, at whatever distance."""
        return [run.text for label in self._revision_labels for run in self._runs if _is_over(label, run)]

    @cached_property
    def _in_tables(self) -> list[str]:
        """The texts in the rows of a table that a label of revisions is the heading of."""
        found: list[str] = []
        for label in self._revision_labels:
            column = [run for run in self._runs if run is not label and _is_over(label, run)]
            for side in (_below, _above):
                last: TextRun | None = label
                while last is not None:
                    near = [
                        (gap, n)
                        for n, run in enumerate(column)
                        if (gap := side(last, run)) is not None and run is not last
                    ]
                    last = column.pop(min(near)[1]) if near else None
                    found += [last.text] if last else []
        return found

    @property
    def _revision_labels(self) -> list[TextRun]:
        return [run for kind, run, _ in self._labels if kind == "revision"]

    def other_status(self, texts: Sequence[str], lookup: Lookup) -> str:
        """Return the code or label of the sheet's status if it certainly is another value of the list, otherwise ""."""
        known = [plain(text) for text in texts if text]
        page = f" {' '.join(plain(run.text) for run in self._runs)} "
        if any(f" {text} " in page or text in self.words for text in known):
            return ""
        found = [
            (text, value)
            for text in self.labeled("status")
            for value in lookup.active
            if plain(text) in (plain(value.own_code), plain(value.label), plain(f"{value.own_code} {value.label}"))
        ]  # fmt: skip
        return found[0][0] if len({value.id for _, value in found}) == 1 else ""

    def other_date(self, own: date) -> str:
        """Return the date of the sheet if it certainly differs from a date, otherwise ""."""
        texts = [found for run in self._runs for found in DATE.findall(run.text)]
        if any(moment == own for text in texts for moment in _readings(text)):
            return ""
        found = {text: dates.clear(text) for text in self.labeled("date") if DATE.fullmatch(text)}
        return next(iter(found)) if None not in found.values() and len(set(found.values())) == 1 else ""

    def other_title(self, title: str) -> str:
        """Return the title of the sheet if a word of a title is certainly not on it, otherwise ""."""
        found = [text for text in self.labeled("title") if len(text) > 3]
        own = [word for word in PARTS.split(plain(title)) if len(word) > 2 or word.isdigit()]
        missing = [word for word in own if word not in self.words and not self._abbreviated(word)]
        return found[0] if len(found) == 1 and own and missing else ""

    def _abbreviated(self, word: str) -> bool:
        """True if a word on the page may be an abbreviation of a word, or the other way round."""
        if word.isdigit():
            return word.lstrip("0") in {one.lstrip("0") for one in self.words}
        return any(
            (one[0] == word[0] and (word.startswith(one) or one.startswith(word) or _is_skeleton(one, word)))
            for one in self.words
            if one and one.isalpha()
        )


def _is_skeleton(short: str, word: str) -> bool:
    """True if the letters of a shorter word are in a word in this order: flr and floor."""
    rest = iter(word)
    return len(short) < len(word) and len(short) > 1 and all(letter in rest for letter in short)


def _readings(text: str) -> Iterator[date]:
    clear = dates.clear(text)
    moments = [dates.read(clear)] if clear else [dates.read_as(text, order) for order in dates.ORDERS]
    yield from (moment.date() for moment in moments if moment is not None)


def _compact(text: str) -> str:
    return "".join(re.findall(r"[^\W_]", text.casefold()))


def _shape(text: str) -> str:
    """A number with 9 for each digit and A for each letter."""
    return re.sub(r"[^\W\d_]", "A", re.sub(r"\d", "9", text))


def _only(texts: Iterable[str]) -> str:
    """The text of which all are spellings, "" if there are several or none."""
    found = {_compact(text): text for text in texts}
    return next(iter(found.values())) if len(found) == 1 else ""


def _next_to(label: TextRun, run: TextRun) -> float | None:
    reach, gap = max(label.height, run.height), run.left - label.right
    same_line = run.bottom < (label.bottom + label.top) / 2 < run.top
    return gap if same_line and -1 < gap < NEXT * reach else None


def _below(label: TextRun, run: TextRun) -> float | None:
    return _apart(label, run, label.bottom - run.top)


def _above(label: TextRun, run: TextRun) -> float | None:
    return _apart(label, run, run.bottom - label.top)


def _is_over(label: TextRun, run: TextRun) -> bool:
    """True if a text is straight above or below a label, at whatever distance."""
    reach = max(label.height, run.height)
    return run.left < label.right + reach and run.right > label.left - reach


def _apart(label: TextRun, run: TextRun, gap: float) -> float | None:
    reach = max(label.height, run.height)
    return gap if _is_over(label, run) and -reach / 2 < gap < BELOW * reach else None


PLACES: tuple[Distances, ...] = (_next_to, _below, _above)
