"""The revision scheme of a project: which kinds of revisions come before others. Pure.

How this works: a revision has a kind and a place in it. P01 comes before C01 everywhere (ISO 19650); whether letters come
before numbers, or a draft P02.1 before P02, depends on the project. A scheme is set by examples, oldest first, such as
A, B, 0, 1: each example names its kind. A text without a kind ("-", "IFC"), or a second run of letters ("AB" for as built),
is an example of itself only.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ..errors import InputError
from .revision_rank import LETTERS_SCHEME, NUMBERS_SCHEME, STAGED_SCHEME, Rank, normalized, rank
from .values.text import quoted

BETWEEN = re.compile(r"\s*[<,;→]\s*")
SET = "set"  # the scheme of revisions whose kind is in the examples
OTHER = "other"  # the kind of a text that is in no scheme
USUALLY = {"P": 1, "C": 2}
Place = tuple[int | str, ...]


@dataclass(frozen=True, slots=True)
class RevisionKind:
    """A kind of revisions, as it occurs: how often, its first and last one, and its place among the others.

    `order` is None if it is not known. `known_by`: "set", "usual", or "" if the order is not known.
    """

    name: str
    count: int
    first: str
    last: str
    order: int | None
    known_by: str


@dataclass(frozen=True)
class RevisionScheme:
    """The order of the kinds of revisions.

    Attributes
    ----------
    examples : tuple of str
        What was set, oldest first; () for what is usual.
    kinds : mapping
        Kind, or a single revision -> its place.
    drafts_first : bool or None
        Whether P02.1 comes before P02; None if that is not known.
    """

    examples: tuple[str, ...] = ()
    kinds: Mapping[str, int] = field(default_factory=dict)
    drafts_first: bool | None = None

    @classmethod
    def of(cls, examples: Iterable[str]) -> RevisionScheme:
        """Return the scheme of examples, oldest first.

        Raises
        ------
        InputError
            If an example is empty, or not newer than the one before it.

        Examples
        --------
        >>> scheme = RevisionScheme.of(["A < B < 0 < 1 < AB"])
        >>> scheme.kinds
        {'letters': 0, 'numbers': 1, 'AB': 2}
        >>> scheme.is_older("Z", "0"), scheme.is_older("7", "AB")
        (True, True)
        """
        texts = tuple(text for one in examples for text in BETWEEN.split(one.strip()) if text)
        kinds: dict[str, int] = {}
        before: tuple[str, str] | None = None  # the last example and its kind
        drafts_first = _drafts_first(texts)
        for text in texts:
            kind = _kind_of_example(text, before)
            if before and kind == before[1]:
                if not _place(before[0], drafts_first) < _place(text, drafts_first):
                    raise InputError(
                        f"{quoted(text)} is not newer than {quoted(before[0])}. List revisions oldest first."
                    )
            elif kind in kinds:
                raise InputError(
                    f"{quoted(text)} is of the kind {kind!r}, as an earlier one is. List the revisions of a kind one after the other."
                )
            else:
                kinds[kind] = len(kinds)
            before = text, kind
        return cls(texts, _with_stages(kinds), drafts_first)

    def rank(self, revision: str) -> Rank | None:
        """Return the scheme of a revision and its position in it, None if it is in no scheme."""
        usual, kind = rank(revision), self.kind(revision)
        if kind in self.kinds:
            return SET, (self.kinds[kind], *(_place(revision, self.drafts_first) if usual else ()))
        return usual

    def is_older(self, revision: str, other: str) -> bool:
        """Return True if a revision is certainly older than another one."""
        mine, its = self.rank(revision), self.rank(other)
        if mine is None or its is None or mine[0] != its[0]:
            return False
        return not self.question([revision, other]) and mine[1] < its[1]

    def is_unclear(self, revision: str, other: str) -> bool:
        """Return True if two revisions are of known kinds, and which is older is not known."""
        mine, its = self.rank(revision), self.rank(other)
        return mine is not None and its is not None and mine[0] != its[0]

    def question(self, revisions: Sequence[str]) -> str:
        """Return why revisions of known kinds are not ordered, because projects differ in these; "" if they are."""
        by_kind: dict[str, list[tuple[str, Rank]]] = {}
        for text in revisions:
            found = rank(text)
            if found is not None and _single(text) not in self.kinds:
                by_kind.setdefault(found[0], []).append((text, found))
        return next(filter(None, (self._question(kind, ranked) for kind, ranked in by_kind.items())), "")

    def _question(self, kind: str, ranked: Sequence[tuple[str, Rank]]) -> str:
        if kind == STAGED_SCHEME and self.drafts_first is None:
            published = {place[:2]: text for text, (_, place) in ranked if place[2] == 0}
            for text, (_, place) in ranked:
                if place[2] != 0 and place[:2] in published:  # P02.1: a draft of P02, or after it
                    return f"whether {quoted(text)} comes before {quoted(published[place[:2]])} depends on the project"
        if kind == LETTERS_SCHEME:
            letters = {str(place[1]) for _, (_, place) in ranked}
            if letters == {"C", "P"} and kind not in self.kinds:  # letters, or the stages of ISO 19650
                return "'P' may come before or after 'C'"
            both = len({len(one) for one in letters}) > 1 and "Z" not in letters  # AB may be "as built"
            if both and not any(len(_single(one)) == 2 and rank(one) for one in self._letters()):
                return "revisions of one and of two letters can be compared only after Z"
        if kind == NUMBERS_SCHEME and kind not in self.kinds:
            years = [text for text, (_, place) in ranked if 1900 <= int(place[0]) < 2100]
            if years and len(years) < len(ranked):
                return f"{quoted(years[0])} may be a year"
        return ""

    def _letters(self) -> list[str]:
        """The examples that are letters and not an example of themselves."""
        return [
            one for one in self.examples
            if (found := rank(one)) and found[0] == LETTERS_SCHEME and _single(one) not in self.kinds
        ]  # fmt: skip

    def summary(self, revisions: Iterable[str]) -> list[RevisionKind]:
        """Return the kinds of revisions that occur, in their order; those whose order is not known last."""
        counts = Counter(text for text in map(str.strip, revisions) if text)
        kinds: dict[str, list[str]] = {}
        for text in counts:
            kinds.setdefault(self.kind(text), []).append(text)
        found = []
        is_usual = len(kinds) == 1 or set(kinds) <= USUALLY.keys()
        for name, texts in kinds.items():
            texts.sort(key=lambda text: (self.rank(text) or ("", ()))[1])
            order, known_by = None, ""
            if name in self.kinds:
                order, known_by = self.kinds[name] + 1, SET
            elif is_usual and name != OTHER:
                order, known_by = USUALLY.get(name, 1), "usual"
            found.append(
                RevisionKind(name, sum(counts[text] for text in texts), texts[0], texts[-1], order, known_by)
            )
        return sorted(found, key=lambda one: (one.order is None, one.order or 0, -one.count))

    def kind(self, revision: str) -> str:
        """Return the kind of a revision, "other" if it is in no scheme."""
        if (single := _single(revision)) in self.kinds:
            return single
        found = rank(revision)
        return OTHER if found is None else kind_of(found)


USUAL = RevisionScheme()


def kind_of(found: Rank) -> str:
    """Return the kind of a revision: its letters ("P", "T"), "letters", "numbers" or "dates"."""
    scheme, place = found
    if scheme == STAGED_SCHEME:
        return "PC"[int(place[0])]
    return scheme.removesuffix(" and a number")


def _single(revision: str) -> str:
    """Return a revision as the kind that only it is of."""
    return normalized(revision)


def _kind_of_example(text: str, before: tuple[str, str] | None) -> str:
    found = rank(text)
    if found is None:
        return _single(text)
    kind = kind_of(found)
    is_second_run = (
        kind == LETTERS_SCHEME and len(_single(text)) == 2 and (before is None or before[1] != kind)
    )
    return _single(text) if is_second_run else kind


def _place(revision: str, drafts_first: bool | None) -> Place:
    """Return the place of a revision within its kind."""
    found = rank(revision)
    if found is None:
        return ()
    scheme, place = found
    if scheme != STAGED_SCHEME:
        return place
    is_draft = place[2] != 0
    return place[1], is_draft != bool(drafts_first), place[2]


def _with_stages(kinds: dict[str, int]) -> dict[str, int]:
    """Return kinds with P before C if only one of them was given: that is usual everywhere."""
    names = list(kinds)
    if "P" in kinds and "C" not in kinds:
        names.insert(names.index("P") + 1, "C")
    elif "C" in kinds and "P" not in kinds:
        names.insert(names.index("C"), "P")
    return {name: place for place, name in enumerate(names)}


def _drafts_first(examples: Sequence[str]) -> bool | None:
    """Return whether drafts come first in examples such as P01.1, P01; None if they do not show it."""
    for place, text in enumerate(examples):
        for other in examples[place + 1 :]:
            mine, its = rank(text), rank(other)
            if mine and its and mine[0] == its[0] == STAGED_SCHEME and mine[1][:2] == its[1][:2]:
                return mine[1][2] != 0 if 0 in (mine[1][2], its[1][2]) else None
    return None
