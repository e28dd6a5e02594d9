"""Reads file names by a naming standard: ordered fields whose codes are joined by '-' (B19, B33, B38, B67)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from ..model import Field, NamingStandard
from .values.text import quoted

SUFFIX = re.compile(r"\.[A-Za-z0-9]*[A-Za-z][A-Za-z0-9]*$")  # not the ".2" of "Rev 1.2"
LONGEST_SUFFIX = 8
SEPARATOR = "-"  # B67: no other is documented


class SegmentMatch(StrEnum):
    """How one segment of a file name matches the standard."""

    RECOGNISED = "recognised"
    UNKNOWN = "unknown code"
    MISSING = "missing"
    SURPLUS = "surplus"
    UNCLEAR = "unclear"  # free text in a name of more or fewer segments than the standard has


FAULTS = frozenset({SegmentMatch.UNKNOWN, SegmentMatch.MISSING, SegmentMatch.SURPLUS})


@dataclass(frozen=True, slots=True)
class NameSegment:
    """One segment of a file name, the field in its place (None if it is surplus), and how it matches."""

    field: Field | None
    text: str
    match: SegmentMatch

    def __str__(self) -> str:
        match self.match, self.field:
            case SegmentMatch.MISSING, Field(label=label):
                return f"{label} is missing"
            case SegmentMatch.UNKNOWN, Field(label=label):
                return f"{quoted(self.text)} is not a code in the {label} list"
            case SegmentMatch.SURPLUS, _:
                return f"{quoted(self.text)} is an extra part"
        return f"{quoted(self.text)}"


@dataclass(frozen=True, slots=True)
class ParsedName:
    """A file name read by a standard: the recognized codes by field id, and what does not follow the standard."""

    codes: Mapping[str, str]
    faults: tuple[str, ...]

    @property
    def fits(self) -> bool:
        """True if the whole name follows the standard."""
        return not self.faults


def segments_of(
    file_name: str, standard: NamingStandard, known: Callable[[Field, str], bool]
) -> list[NameSegment]:
    """Return the segments of a file name: one per field of the standard, then what is surplus.

    A text field matches any segment of a name that has as many segments as the standard. In other names its segment
    is unclear. A standard without fields requires nothing of a name, so there are no segments.

    Parameters
    ----------
    file_name : str
        The name of the file, with its extension.
    standard : NamingStandard
        The standard.
    known : callable
        Returns True if a field has a code, compared exactly, including blanks around it (B67).
    """
    segments = stem(file_name).split(SEPARATOR)
    count = len(standard.fields)
    found = []
    for number, field in enumerate(standard.fields):
        text = segments[number] if number < len(segments) else ""
        found.append(NameSegment(field, text, _match(field, text, known, as_many=len(segments) == count)))
    if count and len(segments) > count:
        found.append(NameSegment(None, SEPARATOR.join(segments[count:]), SegmentMatch.SURPLUS))
    return found


def _match(field: Field, text: str, known: Callable[[Field, str], bool], *, as_many: bool) -> SegmentMatch:
    if not text.strip():
        return SegmentMatch.MISSING
    if field.type.is_lookup:
        return SegmentMatch.RECOGNISED if known(field, text) else SegmentMatch.UNKNOWN
    return SegmentMatch.RECOGNISED if as_many else SegmentMatch.UNCLEAR


def parse(file_name: str, standard: NamingStandard, known: Callable[[Field, str], bool]) -> ParsedName:
    """Read a file name by a standard. Recognized segments are kept even if others do not match (B38)."""
    segments = stem(file_name).split(SEPARATOR)
    if len(segments) == len(standard.fields):  # a shortcut for most of the names
        recognized = {
            field.id: text
            for field, text in zip(standard.fields, segments, strict=True)
            if _match(field, text, known, as_many=True) is SegmentMatch.RECOGNISED
        }
        if len(recognized) == len(segments):
            return ParsedName(recognized, ())
    found = segments_of(file_name, standard, known)
    codes = {one.field.id: one.text for one in found if one.match is SegmentMatch.RECOGNISED and one.field}
    return ParsedName(codes, tuple(str(one) for one in found if one.match in FAULTS))


def computed_name(file_name: str, standard: NamingStandard | None, codes: Mapping[str, str]) -> str:
    """Return what a document will be called (B33): the standard's codes joined if all are set, otherwise its file name.

    `codes` has, by field id, the code, or the literal of a field without a list.
    """
    parts = [codes.get(field.id, "") for field in standard.fields] if standard else []
    return SEPARATOR.join(parts) if parts and all(parts) else stem(file_name)


def stem(file_name: str) -> str:
    """Return a file name without its extension; '.profile' has none."""
    before, dot, suffix = file_name.rpartition(".")
    return before if dot and before and suffix else file_name


def split_suffix(name: str) -> tuple[str, str]:
    """Return the stem of a name and its suffix, with its dot; "" if it has none.

    Examples
    --------
    >>> split_suffix("A-101.pdf"), split_suffix("A-101 Rev 1.2"), split_suffix(".profile")
    (('A-101', '.pdf'), ('A-101 Rev 1.2', ''), ('.profile', ''))
    """
    found = SUFFIX.search(name, max(0, len(name) - LONGEST_SUFFIX - 1))
    if found is None or not found.start():
        return name, ""
    return name[: found.start()], found[0]


def loose(name: str) -> str:
    """Return a name without differences that people do not see: its case, and the form of its accents."""
    if name.isascii():
        return name.lower()  # the same, in a tenth of the time
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def pattern(standard: NamingStandard) -> str:
    """Return the pattern of a standard, such as Project-Originator-Volume."""
    return SEPARATOR.join(field.label for field in standard.fields)
