"""The values of a field, to be found by what people call them (B21, B22), and what is told where nothing is found."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from rapidfuzz import fuzz, process

from ...model import Field, FieldType, User, Value, sentence
from . import similarity
from .similarity import loose
from .text import quoted

NEAREST = 3  # values that are named to whoever wrote none of them
SIMILAR = "Similar: "  # what the names of such values begin with
ALIKE = 50.0  # of 100: how similar they have to be
REMEMBERED = (
    65_536  # texts of a field that are kept with their nearest values, and with what is wrong with them
)
SURPLUS = 100  # characters by which a text may exceed the longest names, and still be compared with them
WHOLE = re.compile(r"\d{1,18}(\.0+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a text cannot be sent.

    `code` is the check that reports it, `proposal` the one text that is meant beyond doubt, `similar` texts to select from.
    """

    code: str
    message: str
    mend: str
    proposal: str | None = None
    similar: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """The message with what to do, as `Finding.sentence` has it."""
        return sentence(self.message, self.mend)


class Lookup:
    """The values of one field, to be found by id, code or label (users by id, mail or name)."""

    def __init__(self, field: Field, values: Iterable[Value]) -> None:
        self.field = field
        self.values = tuple(values)
        # A column of thousands of unknown texts is asked again and again: by `set`, by a check, by the next check.
        self._near = lru_cache(REMEMBERED)(self._nearest)
        self._unknown = lru_cache(REMEMBERED)(self._why_none)
        self._by_id = {value.id: value for value in self.values}
        self._exact: dict[str, list[Value]] = {}
        self._loose: dict[str, list[Value]] = {}
        for value in self.values:
            for key in {value.own_code, value.label} - {""}:
                self._exact.setdefault(key, []).append(value)
                self._loose.setdefault(loose(key), []).append(value)
        for value in self.active:
            if len(self._exact.get(value.label, ())) > 1 and not value.own_code:
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
        return {value.own_code: value for value in reversed(self.active) if value.own_code}

    def code_of(self, id_: str) -> str:
        """The code of a value, "" where there is no such value or it has none."""
        value = self._by_id.get(id_)
        return value.own_code if value else ""

    def label_of(self, id_: str) -> str:
        value = self._by_id.get(id_)
        return value.label if value else id_

    def known_id(self, text: str) -> str:
        """The text if it is the id of a value, else ""."""
        return text if text in self._by_id else ""

    def name_of(self, id_: str) -> str:
        """The text that names exactly this value: its label, else its code, else both label and id; "" if none does."""
        value = self._by_id.get(id_)
        names = (value.label, value.own_code, by_id(value)) if value else ()
        return next((name for name in names if name and self.find(name) == value), "")

    def find(self, text: str) -> Value | Problem:
        """The one active value that `text` names, else why there is none."""
        found = self._found(text)
        usable = list(dict.fromkeys(value for value in found if value.active))
        if len(usable) == 1:
            return usable[0]
        if usable:
            # The code tells them apart, unless it is what was written, or several have it.
            codes = [value.own_code for value in usable]
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
        if self._is_too_long(text):
            return Problem("PDM102", f"{quoted(text)} is not in the {self.field.label} list", self._advice())
        return self._unknown(text)

    def _why_none(self, text: str) -> Problem:
        found, (meant, close) = self._found(text), self._alike(text)
        near = list(dict.fromkeys([*([meant] if meant else []), *close, *self.nearest(text)]))[:NEAREST]
        named = ", ".join(_named(value) for value in near)
        proposal, similar = (self._text_of(meant) if meant else None), tuple(map(self._text_of, near))
        if found:
            return Problem(
                "PDM103",
                f"{_named(found[0])} is no longer active in {self.field.label}",
                f"choose an active value{f', such as {named}' if near else ''}",
                proposal,
                similar,
            )
        return Problem(
            "PDM102",
            f"{quoted(text)} is not in the {self.field.label} list",
            f"{SIMILAR}{named}" if near else self._advice(),
            proposal,
            similar,
        )

    def meant(self, text: str) -> Value | None:
        """The one active value that a text means beyond doubt although it is written otherwise; None if there is none.

        It differs in case, spaces, accents or punctuation only, has label and code together, is a whole number that a
        spreadsheet made of the code, or has one word in the plural (`likeness`). Names of people, places, projects and
        companies have to have the same words: one letter more is another name.
        """
        return None if self._is_too_long(text) else self._alike(text)[0]

    def _is_too_long(self, text: str) -> bool:
        """True for a text that no value can be like (`ALIKE`), nor a label and a code together."""
        return len(text) > 3 * self.longest + SURPLUS

    def _alike(self, text: str) -> tuple[Value | None, list[Value]]:
        """The value that a text means beyond doubt, and the active values that are one letter apart from it."""
        parts = similarity.tokens(text)
        same = [value for value in self._same(text, similarity.key(parts)) if value.active]
        if same or self._found(text):
            return (same[0] if len(same) == 1 else None), []
        if numbered := self._of_number(text):
            return numbered[0], []
        close: dict[Value, bool] = {}
        for changed, is_plural in similarity.one_letter_apart(parts, self._vocabulary):
            for value in self._labelled.get(similarity.key(changed), ()):
                close[value] = close.get(value, False) or is_plural
        active = [value for value in close if value.active]
        is_sure = (
            len(close) == 1 and active and all(close.values()) and self.field.type is not FieldType.REFERENCE
        )
        return (active[0] if is_sure else None), active

    def _text_of(self, value: Value) -> str:
        """A text that names this value and no other."""
        return self.name_of(value.id) or value.id

    def _same(self, text: str, key: str) -> list[Value]:
        """Values whose label or code is this text but for its spelling, or that have both parts of it (`A - Architect`)."""
        found = [*self._labelled.get(key, ()), *self._coded.get(key, ())]
        for one, other in similarity.pairs(text):
            for label, code in ((one, other), (other, one)):
                coded = self._coded.get(code, ())
                found += [value for value in self._labelled.get(label, ()) if value in coded]
        return list(dict.fromkeys(found))

    @cached_property
    def _labelled(self) -> dict[str, list[Value]]:
        """Values by the key of their label."""
        return _by_key((value.label, value) for value in self.values)

    @cached_property
    def _coded(self) -> dict[str, list[Value]]:
        """Values by the key of their code."""
        return _by_key((value.own_code, value) for value in self.values)

    @cached_property
    def _vocabulary(self) -> list[str]:
        """The words of all labels that are long enough to be recognized with another letter."""
        words = (part for value in self.values for part in similarity.tokens(value.label) if part.isalpha())
        return list(dict.fromkeys(word for word in words if len(word) >= similarity.WORD))

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
            return [
                self._by_id[text],
                *self._of_number(text),
            ]  # a short id may be meant as the number of a code
        return self._loose.get(loose(text)) or []

    def _of_number(self, text: str) -> list[Value]:
        """The one active value whose code is this number, as a spreadsheet makes 1 or 1.0 of 01."""
        if not WHOLE.fullmatch(text):
            return []
        same = self._numbers.get(text.partition(".")[0].lstrip("0"), [])
        return same if len(same) == 1 else []

    @cached_property
    def _numbers(self) -> dict[str, list[Value]]:
        """Active values by the number that their code is, without the zeros in front."""
        found: dict[str, list[Value]] = {}
        for code, value in self.by_code.items():
            if code.isdecimal() and code.isascii():
                found.setdefault(code.lstrip("0"), []).append(value)
        return found

    def nearest(self, text: str, most: int = NEAREST) -> list[Value]:
        """Active values that look like `text`, best first."""
        return list(self._near(loose(text)))[:most]

    def _nearest(self, text: str) -> tuple[Value, ...]:
        names, values = self._names
        close = process.extract(text, names, scorer=fuzz.ratio, limit=2 * NEAREST, score_cutoff=ALIKE)
        return tuple(dict.fromkeys(values[place] for _, _, place in close))

    @cached_property
    def _names(self) -> tuple[list[str], list[Value]]:
        """What active values are called, and whose name each is."""
        pairs = {
            (loose(name), value): None
            for value in self.active
            for name in (value.own_code, value.label)
            if name
        }
        return [name for name, _ in pairs], [value for _, value in pairs]

    def nearest_codes(self, text: str, most: int = NEAREST) -> list[str]:
        """Active codes that look like `text`, best first; one that it only differs from in case before all."""
        codes = {loose(code): code for code in self.by_code}
        close = process.extract(loose(text), list(codes), scorer=fuzz.ratio, limit=most, score_cutoff=ALIKE)
        return [codes[name] for name, _, _ in close]


def by_id(value: Value) -> str:
    """How a value is called whose label others have too and that has no code."""
    return f"{value.label} ({value.id})"


def _by_key(named: Iterable[tuple[str, Value]]) -> dict[str, list[Value]]:
    found: dict[str, list[Value]] = {}
    for text, value in named:
        if key := similarity.key(similarity.tokens(text)):
            found.setdefault(key, []).append(value)
    return found


def _named(value: Value) -> str:
    code = value.own_code
    return f"{value.label} ({code})" if code and code != value.label else value.label
