"""Ranks the values of a list that a text may mean, and how sure that is. Pure.

How this works: spelling comes first (`rules.values.similarity`): the text is the code, the label, or both. Then words
that mean the same (`values.toml`), then likeness of letters. A likeness never crosses what distinguishes the values
of a building: a number, a storey or direction, "no" and other negations. *Level 12* is not like *Level 1*, and
*Volume 9* is not like *No volume*, however many letters they share.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache
from importlib.resources import files
from itertools import islice
from typing import Any

from rapidfuzz import fuzz, process

from ...model import Value
from ...rules.values import similarity
from ...rules.values.lookup import Lookup
from .headings import plain

MOST = 5  # candidates of a text
LONGEST = 200  # characters of a text that is compared
LEAST_LIKENESS = 60.0  # of 100
BEST_LIKENESS = 75.0  # likeness alone is never worth more
NAMES = frozenset({"procore_vendor", "procore_company", "procore_project"})  # variants of lists of names
SCORERS = (fuzz.ratio, fuzz.token_sort_ratio, fuzz.token_set_ratio)
PARTS = re.compile(r"\s+[-–—|/]\s+|\s*[:=]\s*")  # between the parts of a label
AFTER_CODE = re.compile(r"[\s:=|/(),–—-]+")
SPLITS = 8  # places at which a code may end
SAME, LIKE = 80.0, 50.0  # likeness of a label next to a code


class ValueMatch(StrEnum):
    """Why a value may be meant."""

    EXACT = "exact"
    CODE = "code"
    LABEL = "label"
    CODE_AND_LABEL = "code – label"
    ALIAS = "alias"
    LIKENESS = "likeness"


@dataclass(frozen=True, slots=True)
class ValueCandidate:
    """A value that a text may mean.

    Attributes
    ----------
    text : str
        A text that only this value matches, usually its label.
    label, code : str
        The value as people know it.
    score : float
        How sure it is, up to 100. Spelling is worth 90 and more, likeness at most 80.
    kind : ValueMatch
        Why the value is a candidate.
    """

    text: str
    label: str
    code: str
    score: float
    kind: ValueMatch


class Meanings:
    """Words that mean the same, and words that keep values apart.

    Parameters
    ----------
    data : mapping
        The content of `values.toml`.
    """

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._group = {plain(word): number for number, group in enumerate(data["groups"]) for word in group}
        self._negations = frozenset(map(plain, data["apart"]["negations"]))
        self._places = frozenset(map(plain, data["apart"]["places"]))
        self._small = frozenset(map(plain, data["small"]))
        self._prefixes = tuple(data["apart"]["prefixes"])
        self.distinctions = lru_cache(65_536)(self._distinctions)

    def groups(self, words: Iterable[str]) -> frozenset[int]:
        """Return the groups of words that a text has words of."""
        return frozenset(self._group[word] for word in words if word in self._group)

    def are_all_known(self, words: Iterable[str]) -> bool:
        """Return True if each word is in a group, or has no meaning of its own."""
        return all(word in self._group or word in self._small for word in words)

    def _distinctions(self, text: str) -> tuple[object, ...]:
        """What distinguishes a text from others that share its letters: numbers, negation, places, single letters."""
        words = frozenset(map(plain, similarity.tokens(text[:LONGEST])))
        letters = frozenset(word for word in words if len(word) == 1 and word.isalpha())
        return numbers_of(text), bool(words & self._negations), words & self._places, letters

    def is_apart(self, text: str, other: str) -> bool:
        """Return True if two texts differ in what a likeness must not cross."""
        if self.distinctions(text) != self.distinctions(other):
            return True
        mine, yours = _words(text), _words(other)
        return any(self._negates(a, yours) for a in mine - yours) or any(
            self._negates(a, mine) for a in yours - mine
        )

    def _negates(self, word: str, others: frozenset[str]) -> bool:
        """True if a word is one of the others with a prefix, such as unapproved."""
        return any(
            word.removeprefix(prefix) in others for prefix in self._prefixes if word.startswith(prefix)
        )


@lru_cache(1)
def default_meanings() -> Meanings:
    """Return the words of this package."""
    return Meanings(tomllib.loads((files(__package__) / "values.toml").read_text("utf-8")))


@dataclass(frozen=True, slots=True)
class _Bucket:
    """Values with the same numbers, storeys and negations, their labels, and the groups of their words."""

    values: Sequence[Value]
    labels: Sequence[str]
    groups: Sequence[frozenset[int]]


NOTHING = _Bucket((), (), ())


class Ranking:
    """Ranks the values of one field for texts that are not in its list.

    Parameters
    ----------
    lookup : Lookup
        The values of the field.
    meanings : Meanings, optional
        Words that mean the same.
    """

    def __init__(self, lookup: Lookup, meanings: Meanings | None = None) -> None:
        self._lookup = lookup
        self._meanings = meanings or default_meanings()

    def candidates(self, text: str) -> list[ValueCandidate]:
        """Return the values that a text may mean, best first, each once."""
        text = text.strip()[:LONGEST]
        found: dict[str, ValueCandidate] = {}
        ways = (self._spelled, self._with_code, self._part_of_label, self._aliases, self._alike)
        for one in (candidate for way in ways for candidate in way(text)):
            if one.text not in found or found[one.text].score < one.score:
                found[one.text] = one
        return sorted(found.values(), key=lambda one: -one.score)[:MOST]

    def _candidate(self, value: Value, score: float, kind: ValueMatch) -> ValueCandidate:
        text = self._lookup.name_of(value.id) or value.id
        return ValueCandidate(text, value.label, value.own_code, round(score, 1), kind)

    def _spelled(self, text: str) -> list[ValueCandidate]:
        """The value that is certainly meant although it is spelled differently."""
        if value := self._lookup.meant(text):
            return [self._candidate(value, 98.0, self._kind(text, value))]
        same = self._without_zeros.get(_without_zeros(text), [])
        return [self._candidate(same[0], 92.0, ValueMatch.LABEL)] if len(same) == 1 else []

    @cached_property
    def _without_zeros(self) -> dict[str, list[Value]]:
        """Values by their label without leading zeros: Level 1 is Level 01 if no other value is."""
        found: dict[str, list[Value]] = {}
        for value in self._lookup.active:
            found.setdefault(_without_zeros(value.label), []).append(value)
        return found

    @staticmethod
    def _kind(text: str, value: Value) -> ValueMatch:
        key = similarity.key(similarity.tokens(text))
        if key == similarity.key(similarity.tokens(value.label)):
            return ValueMatch.EXACT if text.casefold() == value.label.casefold() else ValueMatch.LABEL
        if key == similarity.key(similarity.tokens(value.own_code)) or text.isdecimal():
            return ValueMatch.CODE
        words = [word.casefold() for word in AFTER_CODE.split(text.strip(" )(]["))]
        has_code = value.own_code.casefold() in (words[0], words[-1])
        return ValueMatch.CODE_AND_LABEL if has_code else ValueMatch.LABEL

    def _with_code(self, text: str) -> list[ValueCandidate]:
        """Values of which the text has the code, and something else that is like the label or unlike it."""
        found = []
        for match in islice(AFTER_CODE.finditer(text), SPLITS):
            before, after = text[: match.start()], text[match.end() :].strip(" )")
            for code, rest in ((before, after), (after, before)):
                if rest and (value := self._lookup.by_code.get(code)):
                    found.append(
                        self._candidate(value, self._agreement(rest, value), ValueMatch.CODE_AND_LABEL)
                    )
        return found

    def _agreement(self, rest: str, value: Value) -> float:
        """The score of a code with a text that should be its label."""
        if self._meanings.is_apart(rest, value.label):
            return LIKE
        groups = self._meanings.groups(_words(rest))
        if groups and groups == self._meanings.groups(_words(value.label)):
            return 95.0
        likeness = max(scorer(plain(rest), plain(value.label)) for scorer in SCORERS)
        return 95.0 if likeness >= SAME else 75.0 if likeness >= LIKE else LIKE

    def _part_of_label(self, text: str) -> list[ValueCandidate]:
        """Values whose label has the text before or after a dash, such as Stage 2 - Concept design."""
        same = self._by_part.get(similarity.key(similarity.tokens(text)), [])
        return [self._candidate(same[0], 88.0, ValueMatch.CODE_AND_LABEL)] if len(same) == 1 else []

    @cached_property
    def _by_part(self) -> dict[str, list[Value]]:
        found: dict[str, list[Value]] = {}
        for value in self._lookup.active:
            parts = PARTS.split(value.label)
            for part in parts if len(parts) > 1 else []:
                found.setdefault(similarity.key(similarity.tokens(part)), []).append(value)
        return found

    def _aliases(self, text: str) -> list[ValueCandidate]:
        """Values with words of the same groups."""
        groups = self._meanings.groups(_words(text))
        if not groups or self._is_name:
            return []
        bucket = self._comparable(text)
        near = [
            (value, theirs)
            for value, theirs in zip(bucket.values, bucket.groups, strict=True)
            if groups <= theirs and not self._meanings.is_apart(text, value.label)
        ]
        same = [value for value, theirs in near if theirs == groups]
        score = 90.0 if len(same) == 1 else 76.0
        if not same and len(near) == 1:
            same, score = [near[0][0]], 80.0
        is_covered = self._meanings.are_all_known(_words(text))
        return [self._candidate(value, score if is_covered else 60.0, ValueMatch.ALIAS) for value in same]

    @property
    def _is_name(self) -> bool:
        """True for lists of people, companies and projects, whose words are names."""
        field = self._lookup.field
        return field.is_user or field.variant in NAMES

    def _comparable(self, text: str) -> _Bucket:
        """The values that a text may be compared with: those with the same distinctions."""
        return self._buckets.get(self._meanings.distinctions(text), NOTHING)

    @cached_property
    def _buckets(self) -> dict[object, _Bucket]:
        found: dict[object, list[Value]] = {}
        for value in self._lookup.active:
            found.setdefault(self._meanings.distinctions(value.label), []).append(value)
        return {
            key: _Bucket(
                values,
                [plain(value.label) for value in values],
                [self._meanings.groups(_words(value.label)) for value in values],
            )
            for key, values in found.items()
        }

    def _alike(self, text: str) -> list[ValueCandidate]:
        """Values whose labels have similar letters, and differ in nothing that a likeness must not cross."""
        bucket, likeness = self._comparable(text), dict[int, float]()
        for scorer in SCORERS:
            for _, score, place in process.extract(
                plain(text), bucket.labels, scorer=scorer, limit=4 * MOST, score_cutoff=LEAST_LIKENESS
            ):
                likeness[place] = max(score, likeness.get(place, 0.0))
        values = [(bucket.values[place], score) for place, score in likeness.items()]
        return [
            self._candidate(value, score * BEST_LIKENESS / 100, ValueMatch.LIKENESS)
            for value, score in values
            if not self._meanings.is_apart(text, value.label)
        ]


@lru_cache(65_536)
def numbers_of(text: str) -> tuple[str, ...]:
    """Return the numbers and signs of a text, sorted, without leading zeros."""
    parts = [part for part in similarity.tokens(text[:LONGEST]) if not part[0].isalpha()]
    return tuple(sorted(part.lstrip("0") or "0" if part[0].isdecimal() else part for part in parts))


@lru_cache(65_536)
def _words(text: str) -> frozenset[str]:
    return frozenset(word for word in re.findall(r"[^\W\d_]+", plain(text)))


def _without_zeros(text: str) -> str:
    parts = similarity.tokens(text)
    return similarity.key([part.lstrip("0") or "0" if part[0].isdecimal() else part for part in parts])
