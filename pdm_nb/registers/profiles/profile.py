"""A profile: all that was decided about a register, so that the next one of its kind opens without a question. Pure.

It is kept as TOML (`profile_file`), which people read, compare and edit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ...errors import InputError
from ...model import Field
from ...rules.values.lookup import Lookup
from ..mapping.aliases import FILE
from ..mapping.crosswalk import Crosswalk, Decisions
from ..mapping.date_order import NAMES as ORDER_NAMES
from ..mapping.headings import plain
from ..mapping.operations import ColumnMapping, check_split

VERSION = 1


@dataclass(frozen=True, slots=True)
class Profile:
    """What was decided about a kind of register.

    Attributes
    ----------
    name : str
        What people call it, such as "Master register of ACME".
    sheet : mapping
        How to find the table: rules of the reader, such as `name`, `header` and `skip`.
    mapping : ColumnMapping
        What becomes of the columns. A column that is left out on purpose is mapped to None.
    crosswalk : mapping
        Name of a field -> value of the register -> what it becomes, "" to leave it empty.
    dates : mapping
        Heading -> order of day, month and year: "DMY", "MDY" or "YMD".
    rows : mapping
        Policies for rows, by the names of the reader.
    files : mapping
        Policies for files, by the names of the matcher.
    migration : mapping
        What `pdm-nb migrate` works on: see `MIGRATION_KEYS` in `profile_file`.
    revisions : tuple of str
        Examples of revisions, oldest first, if their order was set.
    """

    name: str = ""
    sheet: Mapping[str, object] = field(default_factory=dict)
    mapping: ColumnMapping = field(default_factory=ColumnMapping)
    crosswalk: Decisions = field(default_factory=dict)
    dates: Mapping[str, str] = field(default_factory=dict)
    rows: Mapping[str, object] = field(default_factory=dict)
    files: Mapping[str, object] = field(default_factory=dict)
    migration: Mapping[str, object] = field(default_factory=dict)
    revisions: tuple[str, ...] = ()

    def with_crosswalk(self, crosswalk: Crosswalk) -> Profile:
        """Return the profile with the decisions of a crosswalk added to those that it has."""
        new = {name: dict(values) for name, values in self.crosswalk.items()}
        for name, values in crosswalk.decisions.items():
            new.setdefault(name, {}).update(values)
        return replace(self, crosswalk=new)


@dataclass(frozen=True, slots=True)
class ProfileMatch:
    """How a profile fits a register.

    Attributes
    ----------
    missing : tuple of str
        Headings of the profile that the register does not have.
    unknown : tuple of str
        Headings of the register that the profile does not name.
    headings : mapping
        Heading of the profile -> the same heading as the register has it.
    """

    missing: tuple[str, ...]
    unknown: tuple[str, ...]
    headings: Mapping[str, str]

    @property
    def fits(self) -> bool:
        """True if the register opens without a question about its columns."""
        return not self.missing and not self.unknown


def compare(profile: Profile, columns: Iterable[str]) -> ProfileMatch:
    """Return how a profile fits the columns of a register. Case, accents, spaces and line breaks do not count."""
    theirs: dict[str, str] = {}
    listed = list(columns)
    for column in listed:
        theirs.setdefault(_same(column), column)
    headings = {name: theirs[_same(name)] for name in profile.mapping.named if _same(name) in theirs}
    missing = tuple(name for name in profile.mapping.named if name not in headings)
    named = set(headings.values())
    return ProfileMatch(missing, tuple(column for column in listed if column not in named), headings)


def matches(profile: Profile, columns: Iterable[str]) -> bool:
    """Return True if a profile is for a register with these columns, so that it opens without a question."""
    return bool(profile.mapping.named) and compare(profile, columns).fits


def adapted(profile: Profile, columns: Iterable[str]) -> Profile:
    """Return the profile with the headings as this register writes them. Columns that it lacks stay as they are."""
    headings = compare(profile, columns).headings
    old = profile.mapping
    mapping = replace(
        old,
        columns={headings.get(name, name): target for name, target in old.columns.items()},
        joins=tuple(
            replace(one, columns=tuple(headings.get(name, name) for name in one.columns)) for one in old.joins
        ),
        splits=tuple(replace(one, column=headings.get(one.column, one.column)) for one in old.splits),
    )
    dates = {headings.get(name, name): order for name, order in profile.dates.items()}
    return replace(profile, mapping=mapping, dates=dates)


def check_profile(
    profile: Profile, fields: Sequence[Field], lookups: Mapping[str, Lookup] | None = None
) -> list[str]:
    """Return what a project lacks that a profile uses, as sentences; an empty list if it can be used.

    Parameters
    ----------
    profile : Profile
        The profile.
    fields : sequence of Field
        The fields of the project.
    lookups : mapping, optional
        Name of a field -> its list, to check the crosswalk.
    """
    names = {item.name for item in fields} | {FILE}
    used = dict.fromkeys([*profile.mapping.targets, *profile.crosswalk])
    found = [
        f"The profile {profile.name!r} uses the field {name!r}, which the project does not have. Map its column again."
        for name in used
        if name not in names
    ]
    for name, values in profile.crosswalk.items():
        lookup = (lookups or {}).get(name)
        uses = dict.fromkeys(use for use in values.values() if use) if lookup else {}
        found += [
            f"The profile {profile.name!r} uses {use!r}, which is not in the {lookup.field.label} list. Select another value."
            for use in uses
            if lookup and not lookup.knows(use)
        ]
    return found


def check_orders(dates: Mapping[str, str]) -> None:
    """Raise `InputError` for an unknown order of day, month and year."""
    for column, order in dates.items():
        if order not in ORDER_NAMES:
            raise InputError(f"Unknown order {order!r} for the dates in {column!r}. Use DMY, MDY or YMD.")


def check_splits(mapping: ColumnMapping) -> None:
    """Raise `InputError` for a split without exactly one way to split."""
    for split in mapping.splits:
        check_split(split)


def _same(heading: str) -> str:
    return " ".join(plain(heading).split())
