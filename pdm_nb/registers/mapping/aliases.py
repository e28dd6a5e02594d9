"""Finds the fields that a heading may mean: by the names of the project's own fields, then by common words. Pure.

The words are in `aliases.toml`. A field of the project is found by its name or label; only if none matches is the
heading looked up among the aliases.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from ...model import Field
from .headings import Meaning, Vocabulary, plain

FILE = "file"  # stands for the column with the files, next to the names of fields
OWN, SURE, LIKELY, UNSURE = 100.0, 90.0, 65.0, 40.0  # scores
STRENGTHS = {"sure": SURE, "likely": LIKELY, "unsure": UNSURE}
SHORT = frozenset({"no", "nr", "n", "nro"})  # alone, these number the rows
BETWEEN = re.compile(r"\s*[/|·]\s*")  # between two names of one column: Index/Ausgabe


@dataclass(frozen=True, slots=True)
class Reading:
    """A field that a heading may mean, with a score of 100 and why."""

    field: str
    score: float
    reason: str


class Aliases:
    """The common headings of registers.

    Parameters
    ----------
    data : mapping
        The content of `aliases.toml`.
    """

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.vocabulary = Vocabulary(data["words"], data["small"]["words"])
        self._harmless = frozenset(data["harmless"]["words"])
        self._counted = frozenset(map(plain, data["counted"]["words"]))
        self._other = frozenset(map(plain, data["other"]["words"]))
        self._by_meaning: dict[Meaning, list[tuple[str, float]]] = {}
        for concept, strengths in data["aliases"].items():
            for strength, headings in strengths.items():
                for rank, heading in enumerate(headings):
                    meaning = self.vocabulary.meaning(heading)
                    self._by_meaning.setdefault(meaning, []).append(
                        (concept, STRENGTHS[strength] - rank / 10)
                    )

    def readings(self, heading: str) -> list[tuple[str, float]]:
        """Return what a heading may mean without knowing the project, as (concept, score), best first."""
        words = self.vocabulary.words(heading)
        if (
            not words
            or words in [[short] for short in SHORT]
            or self.is_count(heading)
            or self.is_about_other(heading)
        ):
            return []
        meaning = self.vocabulary.meaning(heading)
        found = self._by_meaning.get(meaning) or self._without_harmless(meaning) or self._either(heading)
        found = found or self._with_a_name(meaning)
        return sorted(found, key=lambda one: -one[1])

    def is_count(self, heading: str) -> bool:
        """Return True for a heading in the plural that counts something, such as Revisions."""
        words = self.vocabulary.words(heading)
        return len(words) == 1 and words[0] in self._counted

    def is_about_other(self, heading: str) -> bool:
        """Return True for a heading about something else than the issued document, such as a planned date."""
        words = self.vocabulary.words(heading)
        return any(word in self._other or word.removesuffix("s") in self._other for word in words)

    def _without_harmless(self, meaning: Meaning) -> list[tuple[str, float]]:
        found = self._by_meaning.get(meaning - self._harmless, [])
        return [(concept, min(score, LIKELY) - 1) for concept, score in found]

    def _either(self, heading: str) -> list[tuple[str, float]]:
        """What the parts of a heading such as Index/Ausgabe mean; the first part counts more."""
        parts = BETWEEN.split(heading)
        if len(parts) != 2:
            return []
        first, second = map(self.readings, parts)
        return [(concept, min(score, LIKELY) - 2) for concept, score in first] + [
            (concept, min(score, LIKELY) - 20) for concept, score in second
        ]

    def _with_a_name(self, meaning: Meaning) -> list[tuple[str, float]]:
        """A number with one more word, such as "ACME Drawing No."."""
        extra = meaning - {"document", "no"}
        return [("number", UNSURE - 5)] if {"document", "no"} < meaning and len(extra) == 1 else []


@lru_cache(1)
def default_aliases() -> Aliases:
    """Return the aliases of this package."""
    return Aliases(tomllib.loads((files(__package__) / "aliases.toml").read_text("utf-8")))


class FieldNames:
    """Finds the fields of one project by their headings.

    Parameters
    ----------
    fields : sequence of Field
        The fields of the project.
    aliases : Aliases, optional
        The common headings.
    """

    def __init__(self, fields: Sequence[Field], aliases: Aliases | None = None) -> None:
        self.aliases = aliases or default_aliases()
        self.fields = {item.name: item for item in fields}
        self._exact: dict[str, list[Field]] = {}
        self._by_meaning: dict[Meaning, list[Field]] = {}
        for item in fields:
            for text in dict.fromkeys((item.name, item.label)):
                _append(self._exact, _letters(text), item)
                _append(self._by_meaning, self.aliases.vocabulary.meaning(text), item)

    def readings(self, heading: str) -> list[Reading]:
        """Return the fields that a heading may mean, best first."""
        if own := self._own(heading):
            return own
        found: dict[str, Reading] = {}
        for concept, score in self.aliases.readings(heading):
            name = self._name_of(concept)
            if name and name not in found:
                found[name] = Reading(name, score, f"{heading!r} usually means {self.label_of(name)}")
        return list(found.values()) or self._own_in_other_words(heading)

    def _own(self, heading: str) -> list[Reading]:
        if plain(heading).strip() == FILE:
            return [Reading(FILE, OWN, "it has the name of the column with the files")]
        same = _distinct(self._exact.get(_letters(heading), ()))
        if self.aliases.is_count(heading):
            same = [item for item in same if plain(heading) in (plain(item.name), plain(item.label))]
        # A name takes precedence over the label of another field: custom fields can have any label.
        same = [item for item in same if _letters(item.name) == _letters(heading)] or same
        score = OWN if len(same) == 1 else UNSURE
        return [Reading(item.name, score, f"the project has a field {item.label!r}") for item in same]

    def _own_in_other_words(self, heading: str) -> list[Reading]:
        """The field whose name or label has the same words in another language, order or form."""
        same = _distinct(self._by_meaning.get(self.aliases.vocabulary.meaning(heading), ()))
        if len(same) != 1 or self.aliases.is_count(heading) or self.aliases.is_about_other(heading):
            return []
        return [Reading(same[0].name, LIKELY - 5, f"{heading!r} is like {same[0].label!r}")]

    def _name_of(self, concept: str) -> str | None:
        """The name of the field for a concept of the aliases, None if the project has none."""
        if concept == FILE or concept in self.fields:
            return concept
        same = _distinct(self._by_meaning.get(self.aliases.vocabulary.meaning(concept), ()))
        return same[0].name if len(same) == 1 else None

    def label_of(self, name: str) -> str:
        """Return the label of a field."""
        return "the file" if name == FILE else self.fields[name].label


def _letters(text: str) -> str:
    """A text without case, accents, punctuation and plural."""
    return re.sub(r"[\W_]+", "", plain(text)).removesuffix("s")


def _distinct(fields: Iterable[Field]) -> list[Field]:
    return list({item.name: item for item in fields}.values())


def _append(table: dict[Any, list[Field]], key: Any, item: Field) -> None:
    if key:
        table.setdefault(key, []).append(item)
