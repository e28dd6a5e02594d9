"""File names against a naming standard: ordered fields whose codes are joined by '-' (B19, B33, B38, B67)."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from ..model import Field, NamingStandard
from .values.text import quoted

SEPARATOR = "-"  # B67: no other is documented


class SegmentMatch(StrEnum):
    """What one segment of a file name is to the standard."""

    RECOGNISED = "recognised"
    UNKNOWN = "unknown code"
    MISSING = "missing"
    SURPLUS = "surplus"
    UNCLEAR = "unclear"  # free text in a name of more or fewer segments than the standard has


FAULTS = frozenset({SegmentMatch.UNKNOWN, SegmentMatch.MISSING, SegmentMatch.SURPLUS})


@dataclass(frozen=True, slots=True)
class NameSegment:
    """One segment of a file name, and the field in whose place it stands: none where it is more than there are."""

    field: Field | None
    text: str
    fit: SegmentMatch

    def __str__(self) -> str:
        match self.fit, self.field:
            case SegmentMatch.MISSING, Field(label=label):
                return f"{label} is missing"
            case SegmentMatch.UNKNOWN, Field(label=label):
                return f"{quoted(self.text)} is no code of {label}"
            case SegmentMatch.SURPLUS, _:
                return f"{quoted(self.text)} is more than the standard has"
        return f"{quoted(self.text)}"


@dataclass(frozen=True, slots=True)
class Parsed:
    """A file name read by a standard: field id -> code for what was recognised, and what was not."""

    codes: Mapping[str, str]
    faults: tuple[str, ...]

    @property
    def fits(self) -> bool:
        return not self.faults


def pieces(
    file_name: str, standard: NamingStandard, known: Callable[[Field, str], bool]
) -> list[NameSegment]:
    """The segments of a file name, one for each field of the standard and those that are more.

    `known` tells whether a field has a code: exactly, blanks around it included (B67). A free-text field takes any
    segment of a name that has as many as the standard, and none of another: there it may be anything. A standard
    without fields asks nothing of a name, so there are none.
    """
    segments = stem(file_name).split(SEPARATOR)
    count = len(standard.fields)
    found = []
    for number, field in enumerate(standard.fields):
        text = segments[number] if number < len(segments) else ""
        found.append(NameSegment(field, text, _fit(field, text, known, as_many=len(segments) == count)))
    if count and len(segments) > count:
        found.append(NameSegment(None, SEPARATOR.join(segments[count:]), SegmentMatch.SURPLUS))
    return found


def _fit(field: Field, text: str, known: Callable[[Field, str], bool], *, as_many: bool) -> SegmentMatch:
    if not text.strip():
        return SegmentMatch.MISSING
    if field.type.is_lookup:
        return SegmentMatch.RECOGNISED if known(field, text) else SegmentMatch.UNKNOWN
    return SegmentMatch.RECOGNISED if as_many else SegmentMatch.UNCLEAR


def parse(file_name: str, standard: NamingStandard, known: Callable[[Field, str], bool]) -> Parsed:
    """Read `file_name` by `standard`, as `pieces` does; what is recognised in its place is kept beside the faults (B38)."""
    segments = stem(file_name).split(SEPARATOR)
    if len(segments) == len(standard.fields):  # as most names are, of thousands
        fits = {
            field.id: text
            for field, text in zip(standard.fields, segments, strict=True)
            if _fit(field, text, known, as_many=True) is SegmentMatch.RECOGNISED
        }
        if len(fits) == len(segments):
            return Parsed(fits, ())
    found = pieces(file_name, standard, known)
    codes = {
        piece.field.id: piece.text for piece in found if piece.fit is SegmentMatch.RECOGNISED and piece.field
    }
    return Parsed(codes, tuple(str(piece) for piece in found if piece.fit in FAULTS))


def computed_name(file_name: str, standard: NamingStandard | None, codes: Mapping[str, str]) -> str:
    """What a document will be called (B33): the standard's codes joined once all are there, else as its file.

    `codes`: field id -> code, or literal where a field has no list.
    """
    parts = [codes.get(field.id, "") for field in standard.fields] if standard else []
    return SEPARATOR.join(parts) if parts and all(parts) else stem(file_name)


def stem(file_name: str) -> str:
    """A file name without its suffix; '.profile' has none."""
    before, dot, suffix = file_name.rpartition(".")
    return before if dot and before and suffix else file_name


def loose(name: str) -> str:
    """A name without what people do not see: the case, and the form in which accents are written."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def pattern(standard: NamingStandard) -> str:
    """The standard in words: Project-Originator-Volume-…"""
    return SEPARATOR.join(field.label for field in standard.fields)
