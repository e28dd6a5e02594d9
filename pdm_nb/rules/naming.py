"""File names against a naming standard: ordered fields whose codes are joined by '-' (B19, B33, B38, B67)."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePath

from ..model import Field, NamingStandard

SEPARATOR = "-"  # B67: no other is documented


@dataclass(frozen=True, slots=True)
class Parsed:
    """A file name read by a standard: field id -> code for what was recognised, and what was not."""

    codes: Mapping[str, str]
    faults: tuple[str, ...]

    @property
    def fits(self) -> bool:
        return not self.faults


def parse(file_name: str, standard: NamingStandard, known: Callable[[Field, str], bool]) -> Parsed:
    """Read `file_name` by `standard`; `known` tells whether a field has a code.

    Codes are exact, blanks around them included (B67). A free-text field takes any segment of a name that has as many
    as the standard, and none of another: there it may be anything. Surplus and missing segments are faults, as are
    unknown codes; what is recognised in its place is kept all the same (B38).
    """
    segments = PurePath(file_name).stem.split(SEPARATOR)
    codes: dict[str, str] = {}
    faults: list[str] = []
    for number, field in enumerate(standard.fields):
        segment = segments[number] if number < len(segments) else ""
        if not segment.strip():
            faults.append(f"{field.label} is missing")
        elif field.type.is_lookup and not known(field, segment):
            faults.append(f"{segment!r} is no code of {field.label}")
        elif field.type.is_lookup or len(segments) == len(standard.fields):
            codes[field.id] = segment
    if len(segments) > len(standard.fields):
        surplus = SEPARATOR.join(segments[len(standard.fields) :])
        faults.append(f"{surplus!r} is more than the standard has")
    return Parsed(codes, tuple(faults))


def computed_name(file_name: str, standard: NamingStandard | None, codes: Mapping[str, str]) -> str:
    """What a document will be called (B33): the standard's codes joined once all are there, else as its file.

    `codes`: field id -> code, or literal where a field has no list.
    """
    parts = [codes.get(field.id, "") for field in standard.fields] if standard else []
    return SEPARATOR.join(parts) if parts and all(parts) else PurePath(file_name).stem


def loose(name: str) -> str:
    """A name without what people do not see: the case, and the form in which accents are written."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def pattern(standard: NamingStandard) -> str:
    """The standard in words: Project-Originator-Volume-…"""
    return SEPARATOR.join(field.label for field in standard.fields)
