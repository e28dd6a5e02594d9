"""Names of documents if `name` is a normal field: fills in a template, finds parts that a name must not contain.

The name and the format decide what is a version of what (B33, B40). A name that contains the revision, the status or
the date changes with each revision, so that each revision becomes a separate document. Pure.

How `reduce` works: it searches a name for parts, between separators or in brackets, that equal the document's own
revision, status or date. Such a part is *sure*. A part that only looks like a revision or a date, while the field is
empty or has another value, is reported but never removed automatically: "Column_C01" may just be a column.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from ..errors import InputError
from .naming_standard import stem
from .revision_rank import STAGED_SCHEME, rank
from .values import dates

STEM = "stem"
DEFAULT_TEMPLATE = "{stem}"
NUMBER_TEMPLATE = "{number}"
PLACE = re.compile(r"\{([^{}]*)\}")

START, END = r"(?:(?<=^)|(?<=[\s_.\-\[(]))", r"(?=$|[\s_.\-\])])"
TOKEN = re.compile(rf"{START}[^\s_.\-\[\]()]+(?:\.\d{{1,3}})?{END}")
WITH_WORD = re.compile(
    rf"{START}(?:(?:revision|rev|version|ver|issue)[\s._-]*([A-Z]{{1,2}}|[A-Z]?\d{{1,3}}(?:\.\d{{1,3}})?)|(?<!-)v(\d{{1,3}}(?:\.\d{{1,3}})?)){END}",
    re.IGNORECASE,
)
STAGED = re.compile(r"[PC]\d{1,3}(?:\.\d{1,3})?", re.IGNORECASE)
NUMBERED = re.compile(r"[A-Z]{1,3}\d{1,4}(?:\.\d{1,3})?", re.IGNORECASE)
DATE = re.compile(rf"{START}(?:\d{{4}}([-_. ]?)\d\d\1\d\d|\d\d([-_. ]?)\d\d\2\d{{4}}|\d{{6}}){END}", re.ASCII)
# After these a letter or a number is part of a title: "Level 01", "Block-A".
PLACES = re.compile(
    r"(?:area|basement|block|building|floor|level|lot|part|phase|section|sheet|stage|tower|unit|volume|zone)[\s._-]*$",
    re.IGNORECASE,
)
EDGES = " ._-"
LONGEST = 1000  # characters; no file has a longer name, and the time of the search grows with its square


@dataclass(frozen=True, slots=True)
class Facts:
    """The revision, status (code and label) and date in a document's own fields, which its name may repeat."""

    revision: str = ""
    statuses: Collection[str] = ()
    date: str = ""


@dataclass(frozen=True, slots=True)
class Reduced:
    """A name without revision, status and date; `parts` has (what, text) of each removed part.

    `sure`: each part equals the document's own field, or is labeled as a revision.
    """

    name: str
    parts: tuple[tuple[str, str], ...] = ()
    sure: bool = False


@dataclass(frozen=True, slots=True)
class NamePart:
    """A part of a name: its position, what it is, and whether it equals the document's own field."""

    start: int
    end: int
    what: str
    sure: bool


def check_template(template: str, fields: Collection[str]) -> str:
    """Return a template; raise `InputError` if it is empty or names a field that the project does not have."""
    if not template.strip():
        raise InputError(
            "The name template is empty. Use {stem} for the file name, or fields such as {number}."
        )
    for name in PLACE.findall(template):
        if name == "name":
            raise InputError(
                "The name template cannot use {name}. Use {stem} for the file name, or other fields."
            )
        if name != STEM and name not in fields:
            raise InputError(
                f"Unknown field {{{name}}} in the name template. Use {{stem}} or one of {', '.join(sorted(fields))}."
            )
    if "{" in PLACE.sub("", template) or "}" in PLACE.sub("", template):
        raise InputError(
            f"The name template {template!r} has an unmatched brace. Write fields as {{number}}."
        )
    if not PLACE.search(template):
        raise InputError(
            f"The name template {template!r} would give every document the same name. Use fields such as {{number}}."
        )
    return template


def fields_of(template: str) -> set[str]:
    """Return the names of the fields in a template."""
    return set(PLACE.findall(template)) - {STEM}


def render(template: str, file_name: str, texts: Mapping[str, str]) -> str:
    """Return a template with its fields filled in; "" if one of them is empty."""
    given = {name: texts.get(name, "").strip() for name in fields_of(template)} | {STEM: stem(file_name)}
    if not all(given[name] for name in PLACE.findall(template)):
        return ""
    return PLACE.sub(lambda found: given[found[1]], template).strip()


def evident_template(documents: Iterable[tuple[str, str, bool]]) -> str:
    """Return the template for documents without a name: the number if that is evident, otherwise the file name.

    The number is evident if each file name starts with the document's number, and some file name contains a version
    part.

    Parameters
    ----------
    documents : iterable of (str, str, bool)
        The file's stem, the number, and whether the stem contains a revision, a status or a date.
    """
    rows = list(documents)
    numbered = bool(rows) and all(
        number and name.casefold().startswith(number.casefold()) for name, number, _ in rows
    )
    return NUMBER_TEMPLATE if numbered and any(held for _, _, held in rows) else DEFAULT_TEMPLATE


def reduce(name: str, facts: Facts, *, hyphens: bool = True) -> Reduced:
    """Remove the revision, the status and the date from a name.

    Parameters
    ----------
    name : str
        The name, such as the stem of a file name.
    facts : Facts
        The document's own revision, status and date.
    hyphens : bool, default True
        False if the parts between hyphens are those of a naming standard, so that none of them is removed.

    Examples
    --------
    >>> reduce("A-101_P01_Ground floor", Facts(revision="P01"))
    Reduced(name='A-101_Ground floor', parts=(('revision', 'P01'),), sure=True)
    >>> reduce("Site plan [Rev B]", Facts(revision="C"))
    Reduced(name='Site plan', parts=(('revision', 'Rev B'),), sure=False)
    >>> reduce("Column_C01", Facts(revision="B")).parts
    ()
    """
    rest, parts = name, list(_parts(name, facts))
    if not hyphens:
        parts = [part for part in parts if not _is_segment(name, part)]
    for part in sorted(parts, key=lambda one: -one.start):
        rest = _without(rest, part)
    if not parts or not rest.strip(EDGES):
        return Reduced(name)
    found = tuple(
        (part.what, name[part.start : part.end]) for part in sorted(parts, key=lambda one: one.start)
    )
    return Reduced(rest, found, all(part.sure for part in parts))


def revision_in(file_name: str) -> str:
    """Return the revision that a file name seems to contain, "" if it contains none or several.

    Examples
    --------
    >>> revision_in("A-101_P02.pdf"), revision_in("Site plan Rev B.pdf"), revision_in("A-101.pdf")
    ('P02', 'B', '')
    """
    name = stem(file_name)
    found = {
        labeled[1] or labeled[2] if (labeled := WITH_WORD.fullmatch(text)) else text
        for part in _parts(name, Facts())
        if part.what == "revision" and (text := name[part.start : part.end])
    }
    return found.pop() if len(found) == 1 else ""


def _is_segment(name: str, part: NamePart) -> bool:
    left, right = name[: part.start], name[part.end :]
    return left[-1:] in ("", "-") and right[:1] in ("", "-")


def _parts(name: str, facts: Facts) -> Iterator[NamePart]:
    """The parts that are a revision, a status or a date, without overlap."""
    if len(name) > LONGEST:
        return
    taken: list[tuple[int, int]] = []
    for find in (_dates, _labeled, _tokens):
        for part in find(name, facts):
            if all(part.end <= start or part.start >= end for start, end in taken):
                taken.append((part.start, part.end))
                yield part


def _dates(name: str, facts: Facts) -> Iterator[NamePart]:
    own = dates.read(facts.date)
    forms = {own.strftime(form) for form in ("%Y%m%d", "%d%m%Y", "%m%d%Y", "%y%m%d")} if own else set()
    for found in DATE.finditer(name):
        digits = re.sub(r"\D", "", found[0])
        if digits in forms:
            yield NamePart(*found.span(), "date", True)
        elif _looks_like_date(digits, separated=found[0] != digits):
            yield NamePart(*found.span(), "date", False)


def _looks_like_date(digits: str, *, separated: bool) -> bool:
    if len(digits) != 8:
        return False
    year_first = digits[:2] in ("19", "20") and _is_date(digits[:4], digits[4:6], digits[6:])
    return year_first or (
        separated and digits[4:6] in ("19", "20") and _is_date(digits[4:], digits[2:4], digits[:2])
    )


def _is_date(year: str, month: str, day: str) -> bool:
    return dates.read(f"{year}-{month}-{day}") is not None


def _labeled(name: str, facts: Facts) -> Iterator[NamePart]:
    """Labeled revisions: "Rev B", "v2"."""
    for found in WITH_WORD.finditer(name):
        unknown = bool(found[1]) and not facts.revision.strip()
        yield NamePart(*found.span(), "revision", unknown or _is_own(found[1] or found[2], facts))


def _tokens(name: str, facts: Facts) -> Iterator[NamePart]:
    """Parts between separators that are the document's own revision or status, or look like a revision."""
    statuses = {code.casefold() for code in facts.statuses if len(code) > 1}
    for found in TOKEN.finditer(name):
        text = found[0]
        is_own, is_status = _is_own(text, facts), text.casefold() in statuses
        if not (is_own or is_status or STAGED.fullmatch(text)):
            continue
        left, right = name[: found.start()], name[found.end() :]
        if PLACES.search(left):
            continue
        bracketed = left.endswith(("[", "(")) and right.startswith(("]", ")"))
        marked = bracketed or (left.endswith("_") or right.startswith("_"))
        if is_own and (NUMBERED.fullmatch(text) or bracketed):
            yield NamePart(*found.span(), "revision", True)
        elif (is_own and _is_isolated(left, right)) or (
            marked and STAGED.fullmatch(text) and _may_be_revision(facts)
        ):  # A-101-2 may just be the next sheet
            yield NamePart(*found.span(), "revision", False)
        elif is_status and (marked or (left.endswith(("-", " ")) and not right)):
            yield NamePart(*found.span(), "status", True)


def _is_own(text: str, facts: Facts) -> bool:
    """True if a text is the document's own revision, or another spelling of it: P1 for P01."""
    own = facts.revision.strip()
    if not own:
        return False
    mine = rank(own)
    return text.casefold() == own.casefold() or (mine is not None and mine == rank(text))


def _may_be_revision(facts: Facts) -> bool:
    """True if P01 may be a revision: the document has none yet, or another one of this scheme."""
    own = rank(facts.revision)
    return not facts.revision.strip() or (own is not None and own[0] == STAGED_SCHEME)


def _is_isolated(left: str, right: str) -> bool:
    """True if a single letter or number may be a revision: between underscores, or after a number and a hyphen."""
    numbered = any(map(str.isdigit, left + right))
    under = left.endswith("_") and (not right or right.startswith("_"))
    return numbered and (under or (left.endswith("-") and not right))


def _without(name: str, part: NamePart) -> str:
    """A name without one part, its brackets and one of the separators around it."""
    left, right = name[: part.start], name[part.end :]
    if left.endswith(("[", "(")) and right.startswith(("]", ")")):
        left, right = left[:-1], right[1:]
    before, after = left.rstrip(EDGES), right.lstrip(EDGES)
    if not before or not after:
        return (before or after).strip()
    joint = left[len(before) :] or right[: len(right) - len(after)] or " "
    return f"{before}{joint}{after}"
