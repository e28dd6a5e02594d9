"""The name of a document in a project where `name` is a field like any other: template, and what a name must not hold.

The name and the format decide what is a version of what (B33, B40). A name that holds the revision, the status or the
date is another one with each revision, so that each becomes a document of its own. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from ..errors import InputError
from . import dates
from .naming import stem

STEM = "stem"
DEFAULT_TEMPLATE = "{stem}"
NUMBER_TEMPLATE = "{number}"
PLACE = re.compile(r"\{([^{}]*)\}")

WORD = r"(?:revision|rev|version|ver|issue)"
# At the end of a name: a part in brackets, or behind a separator.
BRACKETED = re.compile(r"[\s._-]*[\[(]([^\[\]()]{1,24})[\])]$")
SEPARATED = re.compile(rf"[\s._-]+({WORD}[\s._-]*[A-Z0-9.]{{1,6}}|[^\s_\[\]()]{{1,24}})$", re.IGNORECASE)
AFTER_MARK = re.compile(r"\s*([-_.])([^\s_.\-\[\]()]{1,24})$")
# Behind these a letter or a number is part of a title: "Level 01", "Block-A".
PLACES = re.compile(
    r"(?:area|basement|block|building|floor|level|lot|part|phase|section|sheet|stage|tower|unit|volume|zone)$",
    re.IGNORECASE,
)
LEADING_DATE = re.compile(r"((?:19|20)\d\d[-_.]?\d\d[-_.]?\d\d)[\s._-]+(?=\S)")
DATE = re.compile(r"(?:19|20)\d\d([-_.]?)\d\d\1\d\d", re.ASCII)
DAY_FIRST = re.compile(r"\d\d[-_.]\d\d[-_.](?:19|20)\d\d", re.ASCII)
# Revisions that are recognized without knowing the document's own: "Rev B", "P01", "C02.1".
WITH_WORD = re.compile(rf"{WORD}[\s._-]*([A-Z]{{1,2}}|[A-Z]?\d{{1,3}}(?:\.\d{{1,3}})?)", re.IGNORECASE)
STAGED = re.compile(r"[PC]\d{2}(?:\.\d{1,3})?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a document's revision, status and date, to find them in its name."""

    revision: str = ""
    statuses: Collection[str] = ()  # codes of its status, or of all statuses if it has none yet
    date: str = ""


@dataclass(frozen=True, slots=True)
class Reduced:
    """A name without revision, status and date; `parts` are (what, text) of what was taken out."""

    name: str
    parts: tuple[tuple[str, str], ...] = ()


def check_template(template: str, fields: Collection[str]) -> str:
    """Return a template; raise `InputError` if it is empty or names a field that the project does not have."""
    if not template.strip():
        raise InputError(
            "The name template is empty. Use {stem} for the file name, or fields such as {number}."
        )
    for name in PLACE.findall(template):
        if name != STEM and name not in fields:
            raise InputError(
                f"Unknown field {{{name}}} in the name template. Use {{stem}} or one of {', '.join(sorted(fields))}."
            )
    if "{" in PLACE.sub("", template) or "}" in PLACE.sub("", template):
        raise InputError(f"The name template {template!r} has a brace without its partner.")
    return template


def fields_of(template: str) -> set[str]:
    """Return the names of the fields that a template uses."""
    return set(PLACE.findall(template)) - {STEM}


def render(template: str, file_name: str, texts: Mapping[str, str]) -> str:
    """Return the name that a template gives; "" if a field that it uses is empty."""
    given = {name: texts.get(name, "").strip() for name in fields_of(template)} | {STEM: stem(file_name)}
    if not all(given[name] for name in PLACE.findall(template)):
        return ""
    return PLACE.sub(lambda found: given[found[1]], template).strip()


def evident_template(documents: Iterable[tuple[str, str, bool]]) -> str:
    """Return the template for documents that nobody gave a name: the number if that is evident, else the file name.

    `documents`: the file's stem, the number, and whether the stem holds a revision, a status or a date. The number is
    evident if every document has one that its file name begins with, and a file name alone would not do.
    """
    rows = list(documents)
    numbered = bool(rows) and all(
        number and name.casefold().startswith(number.casefold()) for name, number, _ in rows
    )
    return NUMBER_TEMPLATE if numbered and any(held for _, _, held in rows) else DEFAULT_TEMPLATE


def reduce(name: str, facts: Facts) -> Reduced:
    """Take a revision, a status and a date off a name, as file names carry them.

    >>> reduce("A-101_P01", Facts()).name
    'A-101'
    >>> reduce("Site plan [Rev B] 2026-03-31", Facts()).name
    'Site plan'
    >>> reduce("A-101-B", Facts()).name
    'A-101-B'
    >>> reduce("A-101-B", Facts(revision="B")).name
    'A-101'
    """
    rest, parts = name, []
    if (found := LEADING_DATE.match(rest)) and _is_date(found[1]):
        rest, parts = rest[found.end() :], [("date", found[1])]
    while step := _last_part(rest, facts):
        rest, part = step
        parts.append(part)
    return Reduced(rest, tuple(parts)) if parts else Reduced(name)


def _last_part(name: str, facts: Facts) -> tuple[str, tuple[str, str]] | None:
    """The name without its last part and what that part is; None if it is none of revision, status and date."""
    tries = (
        (BRACKETED.search(name), 1, True, True),
        (found := SEPARATED.search(name), 1, bool(found and "_" in found[0]), False),
        (
            found := AFTER_MARK.search(name),
            2,
            bool(found and found[1] == "_"),
            bool(found and found[1] == "-"),
        ),
    )
    for found, group, certain, hyphen in tries:
        if found is None or not (rest := name[: found.start()].rstrip(" ._-")):
            continue
        text = found[group].strip()
        if what := _what(text, rest, facts, certain=certain, marked=certain or hyphen):
            return rest, (what, text)
    return None


def _what(text: str, rest: str, facts: Facts, *, certain: bool, marked: bool) -> str:
    """What a part of a name is: 'revision', 'status', 'date', or "".

    `rest` is the name before it; `certain`: it stands in brackets or behind an underscore; `marked`: or a hyphen.
    """
    own, plain = facts.revision.strip().casefold(), text.casefold()
    if WITH_WORD.fullmatch(text):
        return "revision"
    if STAGED.fullmatch(text) and (certain or plain == own or any(map(str.isdigit, rest))):
        return "revision"
    titled = PLACES.search(rest) is not None
    if own and plain == own and marked and not titled:
        return "revision"
    if marked and not titled and len(text) > 1 and plain in {code.casefold() for code in facts.statuses}:
        return "status"
    return "date" if _is_date(text) else ""


def _is_date(text: str) -> bool:
    if DAY_FIRST.fullmatch(text):
        return True
    if not DATE.fullmatch(text):
        return False
    digits = re.sub(r"\D", "", text)
    return dates.read(f"{digits[:4]}-{digits[4:6]}-{digits[6:]}") is not None
