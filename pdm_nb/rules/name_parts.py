"""Finds a title, a status or a revision within the number segment of a file name, and proposes the parts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from .naming_standard import split_suffix
from .values.text import short

# Codes joined by hyphens or underscores, the last with digits: "TST1-RG-ZZ-XX-DR-A-0001".
NUMBER = re.compile(r"(?P<number>(?:[A-Za-z0-9]+[-_])+[A-Za-z]{0,3}\d+[A-Za-z]?)(?P<rest>[ ([{].*)")
# The same without the codes before it: the last segment of such a name.
SEGMENT = re.compile(r"(?P<number>[A-Za-z]{0,3}\d+[A-Za-z]?)(?P<rest>[ ([{].*)")
WORDS = re.compile(r"[^\W\d_]{3}")  # a title has a word, unlike "101 A"
# A status or a revision that is hardly a part of the number, unlike the B2 of a building.
MARKED = re.compile(r"[\[({]|\bS[0-7]\b|\b[PC]\d{2}\b|\brev", re.IGNORECASE)
BRACKETS = re.compile(r"[\[({]\s*([^\[\](){}]+?)\s*[\])}]\s*$")
LAST_WORD = re.compile(r"(?:^|[\s_-]+)((?:rev(?:ision)?[\s._-]*)?[A-Za-z0-9.]+)\s*$", re.IGNORECASE)
WORD = r"(?:revision|rev)[\s._-]*"
REVISION = re.compile(rf"{WORD}(?P<labeled>[A-Z]{{1,2}}|[A-Z]?\d{{1,3}}(?:\.\d{{1,3}})?)|(?P<code>[PC]\d{{1,3}}(?:\.\d{{1,3}})?)", re.IGNORECASE)  # fmt: skip
STATUS = re.compile(r"(?:S[0-7]|[AB]\d|D\d|CR)", re.IGNORECASE)  # ISO 19650
BETWEEN = re.compile(r"\s*[,;/]\s*|\s*-\s*|\s+")
EDGES = " _-,;"


@dataclass(frozen=True, slots=True)
class ProposedParts:
    """What a file name seems to consist of; a part that it does not have is ""."""

    number: str
    title: str = ""
    status: str = ""
    revision: str = ""

    @property
    def message(self) -> str:
        """What is found, as a sentence."""
        return f"The number segment also contains {self.listed}. The number may be {self.number!r}."

    @property
    def listed(self) -> str:
        """The parts in addition to the number, as a phrase."""
        parts = (("title", self.title), ("status", self.status), ("revision", self.revision))
        return " and ".join(f"the {name} {short(text)!r}" for name, text in parts if text)


def parts_in_number(file_name: str) -> ProposedParts | None:
    """Return the parts of a file name whose number segment also contains a title, a status or a revision.

    Parameters
    ----------
    file_name : str
        The name, with or without its suffix.

    Returns
    -------
    ProposedParts or None
        Number, title, status and revision to propose; None if the number stands alone.

    Examples
    --------
    >>> parts_in_number("TST1-RG-ZZ-XX-DR-A-0001 Site Location Plan [P02].pdf")
    ProposedParts(number='TST1-RG-ZZ-XX-DR-A-0001', title='Site Location Plan', status='', revision='P02')
    >>> parts_in_number("TST1-RG-ZZ-XX-DR-A-0001.pdf") is None
    True
    """
    found = NUMBER.fullmatch(split_suffix(file_name)[0])
    return _parts(found) if found else None


def parts_in_segment(text: str) -> ProposedParts | None:
    """Return the parts of a number, or the number segment of a name, that also contains a title, a status or a revision.

    Examples
    --------
    >>> parts_in_segment("0001 Site Location Plan [P02]")
    ProposedParts(number='0001', title='Site Location Plan', status='', revision='P02')
    >>> parts_in_segment("0001 S2").listed
    "the status 'S2'"
    >>> parts_in_segment("0001") is None, parts_in_segment("101 A") is None
    (True, True)
    """
    found = NUMBER.fullmatch(text) or SEGMENT.fullmatch(text)
    parts = _parts(found) if found else None
    if parts is None or WORDS.search(parts.title):
        return parts
    return parts if not parts.title and found and MARKED.search(found["rest"]) else None


def _parts(found: re.Match[str]) -> ProposedParts | None:
    rest, known = found["rest"].strip(EDGES), {"status": "", "revision": ""}
    while rest:
        shorter = _without_last(rest, known)
        if shorter is None:
            break
        rest = shorter
    title = rest.strip(EDGES)
    return ProposedParts(found["number"], title, **known) if title or any(known.values()) else None


def _without_last(rest: str, known: dict[str, str]) -> str | None:
    """Return a text without the status or revision at its end, which is recorded; None if there is none."""
    for pattern in (BRACKETS, LAST_WORD):
        if (last := pattern.search(rest)) and (parts := _read(last[1], known)):
            known |= parts
            return rest[: last.start()].rstrip(EDGES)
    return None


def _read(text: str, known: dict[str, str]) -> dict[str, str]:
    """Return the status and revision that a text consists of; {} if it has anything else."""
    parts: dict[str, str] = {}
    whole = [text] if REVISION.fullmatch(text) else BETWEEN.split(text)
    for part in _given(whole):
        if revision := REVISION.fullmatch(part):
            name, value = "revision", revision["labeled"] or revision["code"]
        elif STATUS.fullmatch(part):
            name, value = "status", part
        else:
            return {}
        if known[name] or name in parts:
            return {}
        parts[name] = value
    return parts


def _given(parts: Iterable[str]) -> list[str]:
    return [part for part in parts if part]
