"""Turns what people write into what the service takes: labels and codes to ids, numbers, timestamps (B21, B22, B29).

Nothing is guessed in silence: what is not clear stays as it was typed, with a `Problem` that names the nearest
values or the form to write.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property, lru_cache
from typing import Any

import pandas as pd
from rapidfuzz import fuzz, process

from ..model import Cell, Field, FieldType, LabelSource, User, Value

NEAREST = 3  # values that are named to whoever wrote none of them
ALIKE = 50.0  # of 100: how much alike they have to be
REMEMBERED = 65_536  # texts of a field whose nearest values are kept
SEPARATOR = ";"  # between several values in one cell
NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII)
# Forms in which nothing can be taken for something else.
CLEAR_DATES = (
    "%Y/%m/%d",
    "%Y-%m-%d",
    "%Y.%m.%d",
    "%d-%b-%Y",
    "%d %b %Y",
    "%d %B %Y",
    "%B %d, %Y",
    "%b %d, %Y",
)
DAY_MONTH = re.compile(r"^(\d{1,2})[./-](\d{1,2})[./-](\d{4})$")


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a text cannot be sent. `code` is the check that reports it; `proposal` a text that would do."""

    code: str
    message: str
    mend: str
    proposal: str | None = None


class Lookup:
    """The values of one field, to be found by id, code or label (users by id, mail or name)."""

    def __init__(self, field: Field, values: Iterable[Value]) -> None:
        self.field = field
        self.values = tuple(values)
        # A column of thousands of unknown texts is asked again and again: by `set`, by a check, by the next check.
        self._near = lru_cache(REMEMBERED)(self._nearest)
        self._by_id = {value.id: value for value in self.values}
        self._exact: dict[str, list[Value]] = {}
        self._loose: dict[str, list[Value]] = {}
        for value in self.values:
            for key in {value.code, value.label} - {""}:
                self._exact.setdefault(key, []).append(value)
                self._loose.setdefault(_loose(key), []).append(value)

    @classmethod
    def of_users(cls, field: Field, users: Iterable[User]) -> Lookup:
        """Users as values: the mail address is the code (B22: their ids are sent as strings)."""
        return cls(field, (Value(user.id, user.email, user.name) for user in users))

    @cached_property
    def active(self) -> list[Value]:
        return [value for value in self.values if value.active]

    @cached_property
    def by_code(self) -> dict[str, Value]:
        """Active values by their exact code, as file names are read by it (B19)."""
        return {value.code: value for value in reversed(self.active) if value.code}

    def code_of(self, id_: str) -> str:
        """The code of a value, "" where there is no such value or it has none."""
        value = self._by_id.get(id_)
        return value.code if value else ""

    def label_of(self, id_: str) -> str:
        value = self._by_id.get(id_)
        return value.label if value else id_

    def find(self, text: str) -> Value | Problem:
        """The one active value that `text` names, else why there is none."""
        found = self._found(text)
        usable = list(dict.fromkeys(value for value in found if value.active))
        if len(usable) == 1:
            return usable[0]
        if usable:
            # The code tells them apart, unless it is what was written, or several have it.
            codes = [value.code for value in usable]
            clear = len(set(codes)) == len(codes) and not {"", text} & set(codes)
            told = ", ".join(codes if clear else [f"{value.id} ({value.label})" for value in usable])
            return Problem(
                "PDM107",
                f"{text!r} names several values of {self.field.label}",
                f"write the {'code' if clear else 'id'} instead, one of: {told}",
            )
        near = self.nearest(text)
        named = ", ".join(_named(value) for value in near)
        proposal = near[0].label if near else None
        if found:
            return Problem(
                "PDM103",
                f"{_named(found[0])} is no longer active in {self.field.label}",
                f"choose an active value{f', such as {named}' if near else ''}",
                proposal if near and _close(text, near) else None,
            )
        return Problem(
            "PDM102",
            f"{text!r} is no value of {self.field.label}",
            f"the nearest are {named}" if near else self._advice(),
            proposal if near and _close(text, near) else None,
        )

    def _advice(self) -> str:
        if not self.active:
            return f"{self.field.label} has no values in this project"
        if len(self.active) <= 12:
            return f"choose one of {', '.join(_named(value) for value in self.active)}"
        return f'see values("{self.field.name}") for its {len(self.active)} values'

    def _found(self, text: str) -> list[Value]:
        # What people write are codes and labels: an id that happens to look like one must not win over it.
        if text in self._exact:
            return self._exact[text]
        if text in self._by_id:
            return [self._by_id[text]]
        return self._loose.get(_loose(text)) or []

    def nearest(self, text: str, most: int = NEAREST) -> list[Value]:
        """Active values that look like `text`, best first."""
        return list(self._near(_loose(text)))[:most]

    def _nearest(self, loose: str) -> tuple[Value, ...]:
        names, values = self._names
        close = process.extract(loose, names, scorer=fuzz.ratio, limit=2 * NEAREST, score_cutoff=ALIKE)
        return tuple(dict.fromkeys(values[place] for _, _, place in close))

    @cached_property
    def _names(self) -> tuple[list[str], list[Value]]:
        """What active values are called, and whose name each is."""
        names = {_loose(name): value for value in self.active for name in (value.code, value.label) if name}
        return list(names), list(names.values())

    def nearest_codes(self, text: str, most: int = NEAREST) -> list[str]:
        """Active codes that look like `text`, best first; one that it only differs from in case before all."""
        codes = {_loose(code): code for code in self.by_code}
        close = process.extract(_loose(text), list(codes), scorer=fuzz.ratio, limit=most, score_cutoff=ALIKE)
        return [codes[name] for name, _, _ in close]


def resolve(field: Field, given: Any, lookup: Lookup | None = None) -> tuple[Cell, Problem | None]:
    """The cell for what was given: text, number, date, list of values, or None for an empty cell.

    The cell's `values` are None where there is a problem; its text then is what was given.
    """
    text = text_of(given)
    if not text:
        return Cell("", (), LabelSource.MANUAL), None
    if field.type.is_lookup:
        found = _look_up(field, text, lookup or Lookup(field, ()))
    elif field.type is FieldType.NUMERIC:
        found = _number(field, text)
    elif field.type is FieldType.TIMESTAMP:
        found = _timestamp(field, text)
    else:
        found = Cell(text, (text,), LabelSource.MANUAL)
    if isinstance(found, Problem):
        return Cell(text, None, LabelSource.MANUAL), found
    return found, None


def text_of(given: Any) -> str:
    """What a cell shows of a Python value. NaN and None are empty; 3.0 is '3', as Excel had it."""
    if is_missing(given):
        return ""
    if isinstance(given, str):
        return given.strip()
    if isinstance(given, float) and given.is_integer():
        return str(int(given))
    if isinstance(given, datetime):
        return _iso(given)
    if isinstance(given, date):
        return given.isoformat()
    if isinstance(given, Sequence | set | frozenset):
        return f"{SEPARATOR} ".join(filter(None, map(text_of, given)))
    return str(given).strip()


def is_missing(given: Any) -> bool:
    """True for None and what pandas puts in its place: NaN, NaT, NA."""
    return given is None or given is pd.NA or (isinstance(given, float | datetime) and given != given)


def _look_up(field: Field, text: str, lookup: Lookup) -> Cell | Problem:
    whole = lookup.find(text)  # first as one: a label may hold the separator
    if isinstance(whole, Value):
        return Cell(whole.label, (whole.id,), LabelSource.MANUAL)
    names = [part.strip() for part in text.split(SEPARATOR) if part.strip()]
    if len(names) < 2:
        return whole
    if not field.is_multiple:
        return Problem(
            "PDM108", f"{field.label} takes one value, not {len(names)}", "keep one of them", names[0]
        )
    found: list[Value] = []
    for name in names:
        one = lookup.find(name)
        if isinstance(one, Problem):
            return one
        if one not in found:
            found.append(one)
    label = f"{SEPARATOR} ".join(value.label for value in found)
    return Cell(label, tuple(value.id for value in found), LabelSource.MANUAL)


def _number(field: Field, text: str) -> Cell | Problem:
    if NUMBER.fullmatch(text):  # not what Python reads as one: '1_000', 'inf', '１２', '.5'
        return Cell(text, (text,), LabelSource.MANUAL)
    plain = text.replace(" ", "").replace(",", "")
    proposal = plain if re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?", text.replace(" ", "")) else None
    return Problem("PDM105", f"{text!r} is no number ({field.label})", "write it as 1234.5", proposal)


def _timestamp(field: Field, text: str) -> Cell | Problem:
    try:
        moment = datetime.fromisoformat(text)
        # B29: the service takes UTC, and a time without a zone is taken for it; said in the docs
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        proposal = _clear_date(text)
        mend = f"write it as {proposal}" if proposal else "write it as 2026-03-31, or 2026-03-31T14:00:00Z"
        return Problem("PDM106", f"{_why_no_date(text, proposal)} ({field.label})", mend, proposal)
    return Cell(_iso(moment), (_wire(moment),), LabelSource.MANUAL)


def _clear_date(text: str) -> str | None:
    """A proposal for what can be read in one way only, as 31/03/2026 or 31 March 2026; none for 03/04/2026."""
    for form in CLEAR_DATES:
        try:
            return datetime.strptime(text, form).date().isoformat()
        except ValueError:
            continue
    match = DAY_MONTH.match(text)
    if match is None:
        return None
    first, second, year = map(int, match.groups())
    day, month = (first, second) if first > 12 else (second, first)
    if first <= 12 and second <= 12 and first != second:
        return None
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _why_no_date(text: str, proposal: str | None) -> str:
    if proposal is not None:
        return f"{text!r} is not written as dates are here"
    if DAY_MONTH.match(text):
        return f"{text!r} is no date, or day and month could be taken for each other"
    return f"{text!r} is no date"


def _iso(moment: datetime) -> str:
    if moment.tzinfo is not None:
        moment = moment.astimezone(UTC)
    if (moment.hour, moment.minute, moment.second) == (0, 0, 0):
        return moment.date().isoformat()
    return _wire(moment)


def _wire(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def show_timestamp(literal: str) -> str:
    """A timestamp of the service as cells show it: the date alone where it is midnight UTC."""
    try:
        return _iso(datetime.fromisoformat(literal))
    except (ValueError, OverflowError):
        return literal


def _loose(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _named(value: Value) -> str:
    return f"{value.label} ({value.code})" if value.code and value.code != value.label else value.label


def _close(text: str, near: Sequence[Value]) -> bool:
    """True where the nearest is near enough to be proposed, and clearly nearer than the next."""
    first, *others = (_likeness(text, value) for value in near)
    return first >= 0.9 or (first >= 0.7 and all(first - other >= 0.15 for other in others))


def _likeness(text: str, value: Value) -> float:
    return max(fuzz.ratio(_loose(text), _loose(name)) for name in (value.label, value.code) if name) / 100
