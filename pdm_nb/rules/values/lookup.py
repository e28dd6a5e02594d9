"""Finds the value of a field by what people call it: id, code or label (B21, B22). If none is found, it explains why."""

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
from .value_search import search

NEAREST = 3  # similar values that a message names
SIMILAR = "Similar: "  # what the list of their names starts with
LEAST_SCORE = 50.0  # of 100: how similar they have to be
CACHE_SIZE = 65_536  # texts of a field whose similar values and problems are cached
SURPLUS = 100  # characters by which a text may exceed the longest names and still be compared with them
WHOLE = re.compile(r"\d{1,18}(\.0+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a text cannot be sent, and what to do.

    `code` is the check that reports it, `proposal` the one text that is certainly meant, `similar` texts to select
    from.
    """

    code: str
    message: str
    fix: str
    proposal: str | None = None
    similar: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """The message with what to do, in the form of `Finding.sentence`."""
        return sentence(self.message, self.fix)


class Lookup:
    """Finds the values of one field by id, code or label (users by id, mail address or name)."""

    def __init__(self, field: Field, values: Iterable[Value]) -> None:
        self.field = field
        self.values = tuple(values)
        # A column of thousands of unknown texts is looked up repeatedly: by `set` and by every check.
        self._similar = lru_cache(CACHE_SIZE)(self._nearest)
        self._unknown = lru_cache(CACHE_SIZE)(self._why_none)
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
        """Return a lookup of users, whose mail address is the code (B22: their ids are sent as strings)."""
        return cls(field, (Value(user.id, user.email, user.name) for user in users))

    @cached_property
    def active(self) -> list[Value]:
        return [value for value in self.values if value.active]

    @cached_property
    def by_code(self) -> dict[str, Value]:
        """Active values by their exact code, as file names contain it (B19)."""
        return {value.own_code: value for value in reversed(self.active) if value.own_code}

    def code_of(self, id_: str) -> str:
        """Return the code of a value, "" if the value is unknown or has no code."""
        value = self._by_id.get(id_)
        return value.own_code if value else ""

    def label_of(self, id_: str) -> str:
        """Return the label of a value, the id itself if the value is unknown."""
        value = self._by_id.get(id_)
        return value.label if value else id_

    def known_id(self, text: str) -> str:
        """Return the text if it is the id of a value, otherwise ""."""
        return text if text in self._by_id else ""

    def is_active(self, id_: str) -> bool:
        """Return True for the id of an active value."""
        value = self._by_id.get(id_)
        return value is not None and value.active

    def name_of(self, id_: str) -> str:
        """Return a text that only this value matches: its label, its code, or label and id; "" if there is none."""
        value = self._by_id.get(id_)
        names = (value.label, value.own_code, by_id(value)) if value else ()
        return next((name for name in names if name and self.find(name) == value), "")

    def find(self, text: str) -> Value | Problem:
        """Return the one active value that matches a text, or why there is none."""
        found = self._found(text)
        usable = list(dict.fromkeys(value for value in found if value.active))
        if len(usable) == 1:
            return usable[0]
        if usable:
            # The code distinguishes them, unless it is what was written, or several have it.
            codes = [value.own_code for value in usable]
            clear = len(set(codes)) == len(codes) and not {"", text} & set(codes)
            named = ", ".join(codes if clear else [f"{value.id} ({value.label})" for value in usable])
            return Problem(
                "PDM107",
                f"{quoted(text)} matches several values in the {self.field.label} list",
                f"Use the {'code' if clear else 'id'} instead, one of: {named}",
            )
        return self.why_none(text)

    def why_none(self, text: str) -> Problem:
        """Return the problem of a text that matches no active value."""
        if self._is_too_long(text):
            return Problem("PDM102", f"{quoted(text)} is not in the {self.field.label} list", self._advice())
        return self._unknown(text)

    def _why_none(self, text: str) -> Problem:
        found, (meant, close) = self._found(text), self._close(text)
        near = list(dict.fromkeys([*([meant] if meant else []), *close, *self.nearest(text)]))[:NEAREST]
        named = ", ".join(_named(value) for value in near)
        proposal, similar = (self._text_of(meant) if meant else None), tuple(map(self._text_of, near))
        if found:
            return Problem(
                "PDM103",
                f"{_named(found[0])} is no longer active in the {self.field.label} list",
                f"Select an active value{f', such as {named}' if near else ''}",
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
        """Return the one active value that a text certainly means although it is written differently, or None.

        The text differs only in case, spaces, accents or punctuation, has label and code together, is a whole number
        that a spreadsheet made of the code, or has one word in the plural (`similarity`). Names of people, places,
        projects and companies must have the same words: one more letter makes another name.
        """
        return None if self._is_too_long(text) else self._close(text)[0]

    def _is_too_long(self, text: str) -> bool:
        """True for a text that is too long for any value to be similar, or a label and a code together."""
        return len(text) > 3 * self.longest + SURPLUS

    def _close(self, text: str) -> tuple[Value | None, list[Value]]:
        """The value that a text certainly means, and the active values that are one letter apart from it."""
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
        """A text that only this value matches."""
        return self.name_of(value.id) or value.id

    def _same(self, text: str, key: str) -> list[Value]:
        """Values whose label or code differs only in spelling, or that have both parts of the text (`A - Architect`)."""
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
        """The words of all labels that are long enough to be recognized with one different letter."""
        words = (part for value in self.values for part in similarity.tokens(value.label) if part.isalpha())
        return list(dict.fromkeys(word for word in words if len(word) >= similarity.WORD))

    @cached_property
    def longest(self) -> int:
        """Characters of the longest code or label."""
        return max(map(len, self._exact), default=0)

    def knows(self, text: str) -> bool:
        """Return True if a text matches a value, including inactive ones and several with one name."""
        return bool(self._found(text))

    def _advice(self) -> str:
        if not self.active:
            return f"The {self.field.label} list has no values in this project"
        if len(self.active) <= 12:
            return f"Select one of {', '.join(_named(value) for value in self.active)}"
        return f"Select one of the {len(self.active):,} values in the list"

    def _found(self, text: str) -> list[Value]:
        # People write codes and labels: an id that happens to look like one must not take precedence.
        if text in self._exact:
            return self._exact[text]
        if text in self._by_id:
            return [
                self._by_id[text],
                *self._of_number(text),
            ]  # a short id may be meant as the number of a code
        return self._loose.get(loose(text)) or []

    def _of_number(self, text: str) -> list[Value]:
        """The one active value whose code is this number: a spreadsheet turns 01 into 1 or 1.0."""
        if not WHOLE.fullmatch(text):
            return []
        same = self._numbers.get(text.partition(".")[0].lstrip("0"), [])
        return same if len(same) == 1 else []

    @cached_property
    def _numbers(self) -> dict[str, list[Value]]:
        """Active values by their numeric code without leading zeros."""
        found: dict[str, list[Value]] = {}
        for code, value in self.by_code.items():
            if code.isdecimal() and code.isascii():
                found.setdefault(code.lstrip("0"), []).append(value)
        return found

    def search(self, typed: str) -> list[Value]:
        """Return the active values that match a typed text, best first."""
        return search(self.active, typed)

    def nearest(self, text: str, most: int = NEAREST) -> list[Value]:
        """Return the active values that are most similar to a text, best first."""
        return list(self._similar(loose(text)))[:most]

    def _nearest(self, text: str) -> tuple[Value, ...]:
        names, values = self._names
        close = process.extract(text, names, scorer=fuzz.ratio, limit=2 * NEAREST, score_cutoff=LEAST_SCORE)
        return tuple(dict.fromkeys(values[place] for _, _, place in close))

    @cached_property
    def _names(self) -> tuple[list[str], list[Value]]:
        """The names of active values, and the value of each name."""
        pairs = {
            (loose(name), value): None
            for value in self.active
            for name in (value.own_code, value.label)
            if name
        }
        return [name for name, _ in pairs], [value for _, value in pairs]

    def nearest_codes(self, text: str, most: int = NEAREST) -> list[str]:
        """Return the active codes that are most similar to a text, best first."""
        codes = {loose(code): code for code in self.by_code}
        close = process.extract(
            loose(text), list(codes), scorer=fuzz.ratio, limit=most, score_cutoff=LEAST_SCORE
        )
        return [codes[name] for name, _, _ in close]


def by_id(value: Value) -> str:
    """Return the name of a value that shares its label with others and has no code."""
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
