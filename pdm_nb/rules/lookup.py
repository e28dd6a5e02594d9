"""The values of a field, to be found by what people call them (B21, B22), and what is told where nothing is found."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from rapidfuzz import fuzz, process

from ..model import Field, User, Value
from .words import quoted

NEAREST = 3  # values that are named to whoever wrote none of them
ALIKE = 50.0  # of 100: how much alike they have to be
REMEMBERED = 65_536  # texts of a field whose nearest values are kept
WHOLE = re.compile(r"\d{1,18}(\.0+)?", re.ASCII)


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
        for value in self.active:
            if len(self._exact.get(value.label, ())) > 1 and not value.code:
                self._exact.setdefault(by_id(value), []).append(value)

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

    def known_id(self, text: str) -> str:
        """The text if it is the id of a value, else ""."""
        return text if text in self._by_id else ""

    def name_of(self, id_: str) -> str:
        """The text that names exactly this value: its label, else its code, else both label and id; "" if none does."""
        value = self._by_id.get(id_)
        names = (value.label, value.code, by_id(value)) if value else ()
        return next((name for name in names if name and self.find(name) == value), "")

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
                f"{quoted(text)} names several values of {self.field.label}",
                f"write the {'code' if clear else 'id'} instead, one of: {told}",
            )
        return self.why_none(text)

    def why_none(self, text: str) -> Problem:
        """Why a text that names no active value is none."""
        found, numbered = self._found(text), self._of_number(text)
        near = [*numbered, *self.nearest(text)][:NEAREST]
        named = ", ".join(_named(value) for value in near)
        if found:
            return Problem(
                "PDM103",
                f"{_named(found[0])} is no longer active in {self.field.label}",
                f"choose an active value{f', such as {named}' if near else ''}",
                near[0].label if near and _close(text, near) else None,
            )
        return Problem(
            "PDM102",
            f"{quoted(text)} is no value of {self.field.label}",
            f"the nearest are {named}" if near else self._advice(),
            near[0].label if near and (numbered or _close(text, near)) else None,
        )

    @cached_property
    def longest(self) -> int:
        """Characters of the longest code or label."""
        return max(map(len, self._exact), default=0)

    def knows(self, text: str) -> bool:
        """True where `text` names a value, also an inactive one or several of one name."""
        return bool(self._found(text))

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

    def _of_number(self, text: str) -> list[Value]:
        """The one active value whose code is this number, as a spreadsheet makes 1 or 1.0 of 01."""
        if not WHOLE.fullmatch(text):
            return []
        same = [value for code, value in self.by_code.items() if _is_number(code, text)]
        return same if len(same) == 1 else []

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


def by_id(value: Value) -> str:
    """How a value is called whose label others have too and that has no code."""
    return f"{value.label} ({value.id})"


def _is_number(code: str, text: str) -> bool:
    return code.isdecimal() and code.isascii() and code.lstrip("0") == text.partition(".")[0].lstrip("0")


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
