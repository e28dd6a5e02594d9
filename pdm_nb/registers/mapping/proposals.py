"""Proposes a field for each column of a register, all columns at once. Pure.

How this works: each column gets the fields that its heading may mean, with a score (`aliases`). Its values then raise
or lower the score, or suggest a field for an unknown heading (`evidence`). A heading of two rows that is unknown as a whole
is looked up by its end, which stands in the lower row. The best pair of column and field is taken first, and each field goes
to one column at most. A score becomes a word: *sure* is for what needs no look.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from ...model import Field, FieldType
from ...rules.values.lookup import Lookup
from .aliases import FILE, LIKELY, UNSURE, Aliases, FieldNames, Reading
from .evidence import Evidence
from .headings import Meaning

MANY, SOME, FEW = 0.8, 0.5, 0.3  # shares of values
AGREES, CONTRADICTS = 4.0, 60.0  # what values add to or take from a score
LEAST = 20.0  # score below which nothing is proposed
SURE_FROM, LIKELY_FROM = 85.0, 55.0


class Confidence(StrEnum):
    """How sure a proposal is."""

    SURE = "sure"
    LIKELY = "likely"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class ColumnProposal:
    """What one column of a register is proposed to be.

    Attributes
    ----------
    column : str
        The heading of the column.
    field : str or None
        The name of the field, "file" for the column with the files, None if no field is proposed.
    confidence : Confidence
        How sure the proposal is. A column without a field is never sure.
    reasons : tuple of str
        Why, as sentences without a full stop.
    samples : tuple of str
        The first distinct values of the column.
    """

    column: str
    field: str | None
    confidence: Confidence
    reasons: tuple[str, ...] = ()
    samples: tuple[str, ...] = ()


def propose(
    columns: Mapping[str, Sequence[str | None]],
    fields: Sequence[Field],
    lookups: Mapping[str, Lookup] | None = None,
    *,
    aliases: Aliases | None = None,
    grouped: bool = False,
) -> list[ColumnProposal]:
    """Propose a field for each column of a register.

    Parameters
    ----------
    columns : mapping
        Heading -> the values of the column as text, None or "" for empty cells.
    fields : sequence of Field
        The fields of the project.
    lookups : mapping, optional
        Name of a field -> the values of its list, so that known values count as evidence.
    aliases : Aliases, optional
        Other common headings than those of this package.
    grouped : bool
        The headings were joined of two rows, groups above columns: the end of a heading counts too.

    Returns
    -------
    list of ColumnProposal
        One per column, in the order of the columns. A field is proposed for one column at most.

    Examples
    --------
    >>> from pdm_nb.model import Field, FieldType
    >>> fields = [Field("1", "number", "Number", FieldType.STRING), Field("2", "revision", "Revision", FieldType.STRING)]
    >>> for one in propose({"Dwg No.": ["A-101", "A-102"], "Rev": ["P01", "P02"], "Remarks": [""]}, fields):
    ...     print(one.column, one.field, one.confidence)
    Dwg No. number sure
    Rev revision sure
    Remarks None unsure
    """
    names = FieldNames(fields, aliases)
    evidence = {column: Evidence.of(values) for column, values in columns.items()}
    lookups = {name: lookup for name, lookup in (lookups or {}).items() if name in names.fields}
    meaning = names.aliases.vocabulary.meaning
    ends = Counter[Meaning]()
    for column in columns if grouped else ():
        ends.update(set(map(meaning, _ends(column))))
    readings = {column: _weighed(column, evidence[column], names, lookups, ends) for column in columns}
    taken = _assign(readings)
    return [_proposal(column, readings, taken, evidence[column], names) for column in columns]


def _weighed(
    column: str,
    evidence: Evidence,
    names: FieldNames,
    lookups: Mapping[str, Lookup],
    ends: Mapping[Meaning, int],
) -> list[Reading]:
    """The fields that a column may be, weighed by its values, best first."""
    readings = names.readings(column) or _of_end(column, names, ends)
    found = [_by_values(reading, evidence, names, lookups.get(reading.field)) for reading in readings]
    if not found and not evidence.is_empty and not names.aliases.is_about_other(column):
        found = _from_values(evidence, names, lookups)
    return sorted((one for one in found if one.score >= LEAST), key=lambda one: -one.score)


def _ends(column: str) -> Iterator[str]:
    """Yield a heading, and what remains of it without its first word, its first two words, and so on."""
    words = column.split()
    return (" ".join(words[start:]) for start in range(len(words)))


def _of_end(column: str, names: FieldNames, ends: Mapping[Meaning, int]) -> list[Reading]:
    """What the end of a heading may mean, if no other column has the same one, such as the Date of each issue."""
    if names.aliases.is_about_other(column):
        return []
    meaning = names.aliases.vocabulary.meaning
    found = (names.readings(end) for end in _ends(column) if ends.get(meaning(end)) == 1)
    return [replace(one, score=min(one.score, LIKELY) - 3) for one in next(filter(None, found), [])]


def _by_values(reading: Reading, evidence: Evidence, names: FieldNames, lookup: Lookup | None) -> Reading:
    """A reading of the heading, with a higher or lower score because of the values."""
    if evidence.is_empty:
        return reading
    share, what = _fit(reading.field, evidence, names, lookup)
    if what and share >= MANY:
        # Dates fit few fields, so they decide on a heading that may mean something else, such as "Issued".
        least = LIKELY if what == "dates" else 0.0
        return replace(
            reading,
            score=max(reading.score + AGREES, least),
            reason=f"{reading.reason}; its values are {what}",
        )
    if lookup and not share:
        label = names.label_of(reading.field)
        reason = f"{reading.reason}; none of its values is in the {label} list"
        return replace(reading, score=min(reading.score, SURE_FROM - 1), reason=reason)
    if what and not lookup and share < FEW:
        return replace(
            reading, score=reading.score - CONTRADICTS, reason=f"{reading.reason}, but few values are {what}"
        )
    if _is_other(reading.field, evidence):
        return replace(
            reading, score=reading.score - CONTRADICTS, reason=f"{reading.reason}, but its values are not"
        )
    return reading


def _fit(name: str, evidence: Evidence, names: FieldNames, lookup: Lookup | None) -> tuple[float, str]:
    """The share of values that fit a field, and what they are; "" if any text fits."""
    if lookup is not None:
        return evidence.known(lookup), f"in the {names.label_of(name)} list"
    if name == FILE:
        return max(evidence.files, SOME), "file names"
    if name == "revision":
        return evidence.revisions, "revisions"
    if name == "number":
        return max(evidence.identifiers, SOME), "document numbers"
    if names.fields[name].type is FieldType.TIMESTAMP:
        return evidence.dates, "dates"
    return SOME, ""


def _is_other(name: str, evidence: Evidence) -> bool:
    """True for dates or typical revisions in a field of free text."""
    return name != "revision" and max(evidence.dates, evidence.typical_revisions) >= MANY


def _from_values(evidence: Evidence, names: FieldNames, lookups: Mapping[str, Lookup]) -> list[Reading]:
    """The fields that the values of a column with an unknown heading suggest."""
    found = []
    if evidence.files >= MANY:
        found.append(Reading(FILE, LIKELY - 3, "its values are file names"))
    if evidence.typical_revisions >= MANY and "revision" in names.fields:
        found.append(Reading("revision", LIKELY - 3, "its values are revisions"))
    if not found and not evidence.is_counter and evidence.dates < MANY:
        found = _from_lists(evidence, names, lookups)
    return found


def _from_lists(evidence: Evidence, names: FieldNames, lookups: Mapping[str, Lookup]) -> list[Reading]:
    """The fields whose lists have nearly all values. Single letters and small numbers are codes of many lists."""
    if len(evidence.counts) < 2 or not any(len(text) > 2 and not text.isdecimal() for text in evidence.some):
        return []
    fitting = [name for name, lookup in lookups.items() if evidence.known(lookup) >= MANY]
    score = LIKELY - 5 if len(fitting) == 1 else UNSURE - 5
    return [Reading(name, score, f"its values are in the {names.label_of(name)} list") for name in fitting]


def _assign(readings: Mapping[str, Sequence[Reading]]) -> dict[str, tuple[str, Reading]]:
    """Field -> its column and reading: the best pairs first, each column and field once."""
    pairs = [(reading, column) for column, found in readings.items() for reading in found]
    pairs.sort(key=lambda pair: -pair[0].score)
    taken: dict[str, tuple[str, Reading]] = {}
    placed: set[str] = set()
    for reading, column in pairs:
        if reading.field not in taken and column not in placed:
            taken[reading.field] = column, reading
            placed.add(column)
    return taken


def _proposal(
    column: str,
    readings: Mapping[str, Sequence[Reading]],
    taken: Mapping[str, tuple[str, Reading]],
    evidence: Evidence,
    names: FieldNames,
) -> ColumnProposal:
    mine = next((reading for place, reading in taken.values() if place == column), None)
    if mine is None:
        reasons = _why_none(column, readings[column], taken, names)
        return ColumnProposal(column, None, Confidence.UNSURE, reasons, evidence.samples)
    if mine.field != FILE and not names.fields[mine.field].is_settable:
        reason = f"{mine.reason}, but {names.label_of(mine.field)} cannot be set"
        return ColumnProposal(column, None, Confidence.UNSURE, (reason,), evidence.samples)
    rivals = [
        other
        for other, found in readings.items()
        if other != column and any(one.field == mine.field and one.score >= SURE_FROM for one in found)
    ]
    reasons = (mine.reason, *(f"{other!r} may be the same field" for other in rivals[:1]))
    confidence = _confidence(mine.score, bool(rivals))
    return ColumnProposal(column, mine.field, confidence, reasons, evidence.samples)


def _confidence(score: float, has_rival: bool) -> Confidence:
    if score >= SURE_FROM and not has_rival:
        return Confidence.SURE
    return Confidence.LIKELY if score >= LIKELY_FROM else Confidence.UNSURE


def _why_none(
    column: str, found: Sequence[Reading], taken: Mapping[str, tuple[str, Reading]], names: FieldNames
) -> tuple[str, ...]:
    """Why no field is proposed for a column."""
    lost = [
        f"{names.label_of(one.field)} is in column {taken[one.field][0]!r}"
        for one in found
        if one.field in taken
    ]
    return tuple(lost) or (f"no field for {column!r} is known",)
