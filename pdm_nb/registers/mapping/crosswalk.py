"""The crosswalk: each value of a register that is not in the list of its field, once, and which value it becomes. Pure.

A crosswalk is a table that people fill in: in code (`accept`, `confirm`), or as a frame or spreadsheet (`to_frame`; `filled_in`
reads it). It never changes; each of these returns a new one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from ...errors import InputError
from ...rules.values import lists
from ...rules.values.lookup import Lookup, Problem
from ...rules.values.text import quantity, quoted
from .candidates import Ranking, ValueCandidate

ACCEPTED = 90.0  # the score from which `accept` takes a candidate: likeness alone never reaches it
EMPTY = ""  # the decision to leave a cell empty
SHOWN = 10  # rows that a frame names
RANKED = (
    2_000  # values of a field that get candidates, the most frequent ones: more are free text, not a list
)
Decisions = Mapping[str, Mapping[str, str]]
COLUMNS = ("field", "value", "count", "rows", "use", "candidate", "code", "kind", "score", "others")


@dataclass(frozen=True, slots=True)
class CrosswalkEntry:
    """A value of a register that is not in the list of its field.

    Attributes
    ----------
    field : str
        The name of the field.
    value : str
        The text in the register.
    rows : tuple of int
        The rows that have it, by the numbers that were given.
    candidates : tuple of ValueCandidate
        Values that may be meant, best first.
    use : str or None
        What the text becomes: a value of the list, "" to leave the cell empty, None if nobody has decided.
    """

    field: str
    value: str
    rows: tuple[int, ...]
    candidates: tuple[ValueCandidate, ...] = ()
    use: str | None = None

    @property
    def count(self) -> int:
        """How many cells have the value."""
        return len(self.rows)

    @property
    def best(self) -> ValueCandidate | None:
        """The best candidate, None if there is none or two are equally good."""
        first, *rest = self.candidates or (None,)
        return None if first is None or (rest and rest[0].score >= first.score) else first


@dataclass(frozen=True, slots=True)
class Crosswalk:
    """What the values of a register become in the lists of a project.

    Attributes
    ----------
    entries : tuple of CrosswalkEntry
        Each unmatched value once: per field, the most frequent first.
    lookups : mapping
        Name of a field -> its list, by which decisions are checked.
    """

    entries: tuple[CrosswalkEntry, ...] = ()
    lookups: Mapping[str, Lookup] = field(default_factory=dict, repr=False)

    @property
    def open(self) -> tuple[CrosswalkEntry, ...]:
        """The entries that nobody has decided."""
        return tuple(entry for entry in self.entries if entry.use is None)

    @property
    def decisions(self) -> dict[str, dict[str, str]]:
        """Name of a field -> value of the register -> what it becomes. This is what a profile keeps."""
        found: dict[str, dict[str, str]] = {}
        for entry in self.entries:
            if entry.use is not None:
                found.setdefault(entry.field, {})[entry.value] = entry.use
        return found

    def accept(self, threshold: float = ACCEPTED) -> Crosswalk:
        """Decide all open entries whose best candidate has at least this score.

        An entry with two equally good candidates stays open.
        """

        def decide(entry: CrosswalkEntry) -> str | None:
            if entry.use is None and entry.best and entry.best.score >= threshold:
                return entry.best.text
            return entry.use

        return self._changed(decide)

    def confirm(self, field: str, value: str, use: str) -> Crosswalk:
        """Decide one entry. `use` is a label, code or id of the list, or "" to leave the cells empty.

        Raises
        ------
        InputError
            If there is no such entry, or `use` is not in the list.
        """
        if not any((entry.field, entry.value) == (field, value) for entry in self.entries):
            raise InputError(f"The crosswalk has no value {quoted(value)} for the field {field!r}.")
        return self.decided({field: {value: use}})

    def decided(self, decisions: Decisions) -> Crosswalk:
        """Return the crosswalk with these decisions. Those for values that it does not have are ignored.

        Raises
        ------
        InputError
            If a decision is not in the list of its field.
        """
        usable = {
            (name, value): checked(value, use, self.lookups[name])
            for name, values in decisions.items()
            for value, use in values.items()
            if name in self.lookups
        }
        return self._changed(lambda entry: usable.get((entry.field, entry.value), entry.use))

    def _changed(self, decide: Callable[[CrosswalkEntry], str | None]) -> Crosswalk:
        return replace(self, entries=tuple(replace(entry, use=decide(entry)) for entry in self.entries))

    def to_frame(self) -> pd.DataFrame:
        """Return the crosswalk as a table whose column `use` can be filled in.

        Returns
        -------
        DataFrame
            field, value, count (Int64), rows, use, candidate, code, kind (string), score (Float64), others (string).
            In `use`, "-" leaves the cells empty, and an empty cell is not decided.
        """
        rows = [_row(entry) for entry in self.entries]
        frame = pd.DataFrame(rows, columns=list(COLUMNS)).astype("string")
        return frame.astype({"count": "Int64", "score": "Float64"})

    def apply(self, values: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
        """Return the values of all fields with the decided ones replaced. Open ones stay as they are."""
        return {
            name: self._replaced(name, texts) if name in self.lookups else list(texts)
            for name, texts in values.items()
        }

    def _replaced(self, name: str, texts: Sequence[str]) -> list[str]:
        uses = {
            entry.value: entry.use for entry in self.entries if entry.field == name and entry.use is not None
        }
        lookup = self.lookups[name]
        new = {text: _rewritten(text, uses, lookup) for text in dict.fromkeys(texts)}
        return [new[text] for text in texts]


def _row(entry: CrosswalkEntry) -> tuple[object, ...]:
    best, *others = entry.candidates or (None,)
    use = None if entry.use is None else entry.use or "-"
    rows = ", ".join(map(str, entry.rows[:SHOWN])) + (" …" if entry.count > SHOWN else "")
    named = "; ".join(f"{one.label} ({one.score:g})" for one in others if one)
    found = (best.text, best.code, str(best.kind), best.score) if best else (None,) * 4
    return (entry.field, entry.value, entry.count, rows, use, *found, named)


def checked(value: str, use: str, lookup: Lookup) -> str:
    """Return what a value becomes, as a text that only one value of the list matches; "" leaves the cell empty.

    Raises
    ------
    InputError
        If it is not in the list, and no value is certainly meant.
    """
    if use == EMPTY:
        return use
    found = lookup.find(use)
    meant = lookup.meant(use) if isinstance(found, Problem) else found
    if meant is None:
        assert isinstance(found, Problem)
        raise InputError(f"{quoted(value)} cannot become {quoted(use)}: {found.sentence}")
    return lookup.name_of(meant.id) or meant.id


def build_crosswalk(
    values: Mapping[str, Sequence[str]], lookups: Mapping[str, Lookup], rows: Sequence[int] | None = None
) -> Crosswalk:
    """Return the crosswalk of all fields with a list.

    Parameters
    ----------
    values : mapping
        Name of a field -> the text of each row, as `operations.apply` returns them. Other fields are ignored.
    lookups : mapping
        Name of a field -> its list.
    rows : sequence of int, optional
        The number of each row in the spreadsheet; from 0 if not given.

    Examples
    --------
    >>> from pdm_nb.model import Field, FieldType, Value
    >>> field = Field("1", "discipline", "Discipline", FieldType.LOV_ENTRY)
    >>> lookup = Lookup(field, [Value("1", "A", "Architect"), Value("2", "S", "Structural engineer")])
    >>> crosswalk = build_crosswalk({"discipline": ["A", "Structure", "Structure"]}, {"discipline": lookup}).accept()
    >>> crosswalk.decisions
    {'discipline': {'Structure': 'Structural engineer'}}
    """
    used = {name: lookups[name] for name in values if name in lookups}
    entries: list[CrosswalkEntry] = []
    for name, lookup in used.items():
        entries += _entries(name, values[name], lookup, rows)
    return Crosswalk(tuple(entries), used)


def _entries(
    name: str, texts: Sequence[str], lookup: Lookup, rows: Sequence[int] | None
) -> list[CrosswalkEntry]:
    """The unmatched values of one field, the most frequent first. Each distinct text is looked up once."""
    unmatched = {text: _unmatched(text, lookup) for text in Counter(texts) if text.strip()}
    places: dict[str, list[int]] = {}
    for place, text in enumerate(texts):
        for part in unmatched.get(text, ()):
            places.setdefault(part, []).append(rows[place] if rows else place)
    frequent = sorted(places.items(), key=lambda item: -len(item[1]))
    ranking = Ranking(lookup)
    return [
        CrosswalkEntry(name, text, tuple(where), tuple(ranking.candidates(text)) if number < RANKED else ())
        for number, (text, where) in enumerate(frequent)
    ]


def _unmatched(text: str, lookup: Lookup) -> list[str]:
    """The parts of a text that are not in the list. A field that takes one value has one part."""
    if _is_in(text.strip(), lookup):
        return []
    return [part for part in dict.fromkeys(_parts(text, lookup)) if not _is_in(part, lookup)]


def _is_in(text: str, lookup: Lookup) -> bool:
    """True for a text that one active value matches. Asks first whether any does, which takes no time."""
    return lookup.knows(text) and not isinstance(lookup.find(text), Problem)


def _parts(text: str, lookup: Lookup) -> list[str]:
    if lookup.field.is_multiple:
        for separator in lists.SEPARATORS:
            if separator in text:
                return [part.strip() for part in text.split(separator) if part.strip()]
    return [text.strip()]


def _rewritten(text: str, uses: Mapping[str, str], lookup: Lookup) -> str:
    """A text with its decided parts replaced."""
    if text.strip() in uses or not lookup.field.is_multiple:
        return uses.get(text.strip(), text)
    parts = _parts(text, lookup)
    if not any(part in uses for part in parts):
        return text
    new = [uses.get(part, part) for part in parts]
    return f"{lists.SEPARATOR} ".join(dict.fromkeys(filter(None, new)))


def counted(entries: Iterable[CrosswalkEntry]) -> str:
    """Return how many values and cells entries have, as people read it."""
    listed = list(entries)
    cells = sum(entry.count for entry in listed)
    return f"{quantity(len(listed), 'value')} in {quantity(cells, 'cell')}"
