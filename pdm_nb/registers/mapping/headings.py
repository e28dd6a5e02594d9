"""Reduces headings to their meaning, so that "Dwg. No", "Plan-Nr." and "Numéro du plan" are the same. Pure.

How this works: a heading is split into words, at spaces, punctuation and capitals (`FileName`). Accents, case, small
words and units in brackets are dropped. Each remaining word is replaced by the word of `aliases.toml` that it stands
for, and a German compound by its parts: *Plannummer* is *plan nummer*, which is *document no*. What remains is compared
as a set, since the order differs between languages.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache

CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
NUMBER_SIGN = re.compile(r"\bn\s*[°º]|№|#", re.IGNORECASE)
IN_BRACKETS = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
# In brackets, these describe how a value is written. (s) is a plural.
UNITS = re.compile(
    r"s|m+|cm|mm|km|in|inch|ft|m2|m²|m3|kg|t|%|utc|gmt|[a-z]{2,4}t|local|required|mandatory|optional|please review"
    r"|[dmyj]{1,4}([./ -][dmyj]{1,4}){1,2}|if any|max\.? \d+.*|x",
    re.IGNORECASE,
)
WORD = re.compile(r"[^\W_]+")
LONG = 4  # letters of a word whose plural is recognized
NO_PLURAL = ("ss", "us", "is")  # status, access, analysis
PART = 3  # letters of the shortest part of a compound
JOINTS = ("", "s", "n", "en", "es", "e")  # between the parts of a compound, as in Dokument-en-nummer
LONGEST = 200  # characters of a heading that are read

Meaning = frozenset[str]


def plain(text: str) -> str:
    """Return a text in lower case, without accents and invisible characters."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in folded if unicodedata.category(char) not in ("Mn", "Cf"))


class Vocabulary:
    """The words of headings, and what they stand for.

    Parameters
    ----------
    words : mapping
        A word -> the words that stand for it.
    small : iterable of str
        Words that are dropped.
    """

    def __init__(self, words: Mapping[str, Iterable[str]], small: Iterable[str]) -> None:
        self._small = frozenset(map(plain, small))
        self._stands_for = {plain(word): word for word in words}
        for word, others in words.items():
            for other in others:
                self._stands_for.setdefault(plain(other), word)
        self.meaning = lru_cache(4096)(self._meaning)

    def words(self, heading: str) -> list[str]:
        """Return the words of a heading as they were written, without accents, case, units and small words."""
        text = NUMBER_SIGN.sub(" no ", CAMEL.sub(" ", heading[:LONGEST]))
        text = IN_BRACKETS.sub(lambda found: " " if UNITS.fullmatch(found[1].strip()) else found[0], text)
        return [word for word in WORD.findall(plain(text)) if word not in self._small]

    def _meaning(self, heading: str) -> Meaning:
        """Return what a heading means, as a set of words; empty if nothing is left of it."""
        found = [part for word in self.words(heading) for part in self._parts(word)]
        if len(found) > 1:
            found = ["no" if part == "number" else part for part in found]
        return frozenset(found)

    def _parts(self, word: str) -> tuple[str, ...]:
        known = self._known(word)
        return (known,) if known else self._compound(word) or (_singular(word),)

    def _known(self, word: str) -> str | None:
        return self._stands_for.get(word) or self._stands_for.get(_singular(word))

    def _compound(self, word: str) -> tuple[str, ...]:
        """The parts of a German compound, () if it is not one of two known words."""
        for end in range(len(word) - PART, PART - 1, -1):
            first = self._known(word[:end])
            for joint in JOINTS if first else ():
                rest = word[end:]
                if rest.startswith(joint) and (second := self._second(rest[len(joint) :])):
                    return first, second  # type: ignore[return-value]
        return ()

    def _second(self, word: str) -> str | None:
        return self._known(word) if len(word) >= PART or word == "nr" else None


def _singular(word: str) -> str:
    is_plural = len(word) >= LONG and word.endswith("s") and not word.endswith(NO_PLURAL)
    return word[:-1] if is_plural else word
