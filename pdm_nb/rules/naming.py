"""File names against a naming standard: ordered fields whose codes are joined by '-' (B19, B33, B38, B67)."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass

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

    A free-text field takes any segment. Surplus and missing segments are faults, as are unknown codes; what is
    recognised in its place is kept all the same.
    """
    segments = stem(file_name).split(SEPARATOR)
    codes: dict[str, str] = {}
    faults: list[str] = []
    for number, field in enumerate(standard.fields):
        segment = segments[number].strip() if number < len(segments) else ""
        if not segment:
            faults.append(f"{field.label} is missing")
        elif field.type.is_lookup and not known(field, segment):
            faults.append(f"{segment!r} is no code of {field.label}")
        else:
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
