"""Finds different spellings of the same text, by OpenRefine's key collision methods. Pure.

*fingerprint*: words without case, accents and punctuation, each once, sorted: "Ground floor plan" and "Plan, ground
floor". *ngram-fingerprint*: the pairs of letters, each once, sorted: "Ground floor" and "Groundfloor". Unlike in
OpenRefine, texts with other numbers or signs never share a cluster.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from .candidates import numbers_of
from .headings import plain

SIZE = 2  # letters of an n-gram


def fingerprint(text: str) -> str:
    """Return a key that is equal for texts with the same words."""
    return " ".join(sorted(set(re.findall(r"[^\W_]+", plain(text)))))


def ngram_fingerprint(text: str, size: int = SIZE) -> str:
    """Return a key that is equal for texts with the same runs of letters."""
    letters = re.sub(r"[\W_]+", "", plain(text))
    return "".join(
        sorted({letters[start : start + size] for start in range(max(1, len(letters) - size + 1))})
    )


METHODS: dict[str, Callable[[str], str]] = {
    "fingerprint": fingerprint,
    "ngram-fingerprint": ngram_fingerprint,
}


@dataclass(frozen=True, slots=True)
class SpellingCluster:
    """Spellings that may be one text.

    Attributes
    ----------
    spellings : mapping
        Each spelling with its count, the most frequent first.
    method : str
        How they were found: "fingerprint" or "ngram-fingerprint".
    """

    spellings: Mapping[str, int]
    method: str

    @property
    def best(self) -> str:
        """The most frequent spelling, which the others become."""
        return next(iter(self.spellings))


def find_clusters(
    values: Iterable[str | None], methods: Sequence[str] = tuple(METHODS)
) -> list[SpellingCluster]:
    """Return the clusters of spellings in a column, those with most cells first.

    Examples
    --------
    >>> [dict(one.spellings) for one in find_clusters(["Ground floor", "ground  floor", "Ground floor", "Level 1"])]
    [{'Ground floor': 2, 'ground  floor': 1}]
    """
    counts = Counter(text for text in values if text and text.strip())
    found: list[SpellingCluster] = []
    placed: set[str] = set()
    for method in methods:
        groups: dict[object, list[str]] = {}
        for text in counts:
            if text not in placed and (key := METHODS[method](text)):
                groups.setdefault((key, numbers_of(text)), []).append(text)
        for texts in groups.values():
            if len(texts) > 1:
                texts.sort(key=lambda text: -counts[text])
                found.append(SpellingCluster({text: counts[text] for text in texts}, method))
                placed.update(texts)
    return sorted(found, key=lambda one: -sum(one.spellings.values()))


def merged(clusters: Iterable[SpellingCluster]) -> dict[str, str]:
    """Return each spelling that is not the best one of its cluster -> the best one."""
    return {text: one.best for one in clusters for text in one.spellings if text != one.best}
