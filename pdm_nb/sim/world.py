"""The seeded world: a company, its projects, people, fields, lists of values and upload requirements.

Built from the seed alone, never changed afterwards. All people and firms are plainly samples.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property

from . import codes
from .ids import Ids

BORN = 1_767_225_600.0  # 2026-01-01: what was there before the simulator started
USER_VARIANTS = ("procore_user", "procore_tool_user", "procore_users")  # B22
LOOKUPS = ("lov_entry", "lov_entries", "reference")  # B29
STANDARD_NAME = "Riverside ISO 19650"


@dataclass(frozen=True, slots=True)
class Value:
    id: str
    code: str
    label: str
    active: bool = True


@dataclass(frozen=True)
class Field:
    id: str
    name: str
    label: str
    type: str
    position: int
    variant: str = ""
    custom_id: str | None = None
    active: bool = True
    readonly: bool = False
    values: tuple[Value, ...] = ()

    @property
    def is_lookup(self) -> bool:
        return self.type in LOOKUPS

    @property
    def is_user(self) -> bool:
        return self.type == "reference" and self.variant in USER_VARIANTS

    @property
    def is_multiple(self) -> bool:
        return self.type == "lov_entries" or self.variant == "procore_users"

    @cached_property
    def by_id(self) -> dict[str, Value]:
        return {value.id: value for value in self.values}

    @cached_property
    def by_code(self) -> dict[str, Value]:
        return {value.code: value for value in self.values if value.active}


@dataclass(frozen=True, slots=True)
class Rule:
    """One upload requirement (B17); fields are named, qualifiers are field name to value ids."""

    id: str
    required: tuple[str, ...]
    additional: tuple[str, ...] = ()
    qualifiers: tuple[tuple[str, tuple[str, ...]], ...] = ()
    standard: str | None = None
    allow_duplicates: bool = True


@dataclass(frozen=True, slots=True)
class User:
    id: int
    name: str
    email: str


@dataclass(frozen=True)
class Project:
    id: int
    name: str
    number: str
    active: bool = True
    fields: tuple[Field, ...] = ()
    rules: tuple[Rule, ...] = ()
    standard_id: str = ""
    naming: tuple[str, ...] = ()

    @cached_property
    def by_name(self) -> dict[str, Field]:
        return {one.name: one for one in self.fields}

    @cached_property
    def by_id(self) -> dict[str, Field]:
        return {one.id: one for one in self.fields}


@dataclass(frozen=True)
class World:
    company_id: int
    company_name: str
    client_id: str
    client_secret: str = field(repr=False)
    service_account: User = field(repr=False)
    users: tuple[User, ...] = ()
    projects: tuple[Project, ...] = ()

    @cached_property
    def user_names(self) -> dict[str, str]:
        """Names by id, ids as they are sent (B22)."""
        return {str(user.id): user.name for user in self.users}


CUSTOM = ("sheet_size", "scale", "areas", "asset_value", "handover_date", "workflow_state", "legacy_code")

# name, label, type, variant
FIELDS = (
    ("name", "Name", "string", "computed"),
    ("type", "Type", "lov_entry", ""),
    ("number", "Number", "string", ""),
    ("description", "Description", "string", ""),
    ("status", "Status", "lov_entry", ""),
    ("revision", "Revision", "string", ""),
    ("date_authored", "Date authored", "timestamp", ""),
    ("project", "Project code", "lov_entry", ""),
    ("originator", "Originator", "lov_entry", ""),
    ("volume", "Volume", "lov_entry", ""),
    ("location", "Location", "lov_entry", ""),
    ("discipline", "Discipline", "lov_entry", ""),
    ("trades", "Trades", "lov_entries", ""),
    ("spec_section", "Specification section", "lov_entry", ""),
    ("author", "Author", "reference", "procore_user"),
    ("reviewers", "Reviewers", "reference", "procore_users"),
    ("notes", "Notes", "rich_text", ""),
    ("sheet_size", "Sheet size", "lov_entry", ""),
    ("scale", "Scale", "string", ""),
    ("areas", "Areas", "lov_entries", ""),
    ("asset_value", "Asset value", "numeric", ""),
    ("handover_date", "Handover date", "timestamp", ""),
    ("workflow_state", "Workflow state", "string", ""),
    ("legacy_code", "Legacy code", "string", ""),
)

LISTS: dict[str, tuple[codes.Code, ...]] = {
    "type": codes.TYPES,
    "status": codes.STATUSES,
    "project": codes.PROJECTS,
    "originator": codes.ORIGINATORS,
    "volume": codes.VOLUMES,
    "location": codes.LOCATIONS,
    "discipline": codes.DISCIPLINES,
    "trades": codes.TRADES,
    "spec_section": codes.SPEC_SECTIONS,
    "sheet_size": codes.SHEET_SIZES,
    "areas": codes.AREAS,
}

PEOPLE = (
    "Sample Architect",
    "Sample Engineer",
    "Sample Surveyor",
    "Sample Planner",
    "Sample Superintendent",
    "Sample Estimator",
    "Sample Inspector",
    "Sample Coordinator",
    "Sample Modeler",
    "Sample Archivist",
    "Sample Electrician",
    "Sample Plumber",
)


def build_world(seed: int, allow_duplicates: bool) -> World:
    """The world of a seed; the same seed gives the same ids."""
    ids = Ids(f"world {seed}")
    base = 562_949_953_000_000 + seed % 1_000_000 * 1000  # B3: beyond 32 bits
    account = User(base + 10, "Demo Service Account", "service-account@example.com")
    people = (
        User(base + 11 + n, name, f"{name.lower().replace(' ', '.')}@example.com")
        for n, name in enumerate(PEOPLE)
    )
    return World(
        company_id=base + 1,
        company_name="Demo Builders",
        client_id=f"sim-{ids.token(24)}",
        client_secret=ids.token(40),
        service_account=account,
        users=(account, *people),
        projects=(
            _riverside(Project(base + 101, codes.PROJECT_NAME, "RST"), ids, allow_duplicates),
            _plain(Project(base + 102, "Harbour Bridge", "HBR"), ids),
            Project(base + 103, "Old Depot", "OLD", active=False),
        ),
    )


def _fields(ids: Ids) -> Iterable[Field]:
    for position, (name, label, kind, variant) in enumerate(FIELDS, 1):
        values = (Value(ids.ulid(BORN), c.code, c.label, c.active) for c in LISTS.get(name, ()))
        yield Field(
            id=ids.ulid(BORN),
            name=name,
            label=label,
            type=kind,
            position=position,
            variant=variant,
            custom_id=str(598_134_000 + position) if name in CUSTOM else None,
            active=name != "legacy_code",
            readonly=name == "workflow_state",
            values=tuple(values),
        )


REQUIRED = ("name", "type", "status", "revision")  # B18


def _plain(project: Project, ids: Ids) -> Project:
    """A project with the fields, and one rule for everything."""
    fields = tuple(_fields(ids))
    default = Rule(ids.ulid(BORN), REQUIRED, ("description",))
    return replace(project, fields=fields, rules=(default,))


def _riverside(project: Project, ids: Ids, allow_duplicates: bool) -> Project:
    """Drawings need a date and keep to the naming standard; specifications need their section."""
    project = _plain(project, ids)
    types = {value.label: value.id for value in project.by_name["type"].values}
    drawing = Rule(
        ids.ulid(BORN),
        REQUIRED,
        ("date_authored",),
        (("type", (types["Drawing"],)),),
        standard=STANDARD_NAME,
        allow_duplicates=allow_duplicates,
    )
    specification = Rule(ids.ulid(BORN), REQUIRED, ("spec_section",), (("type", (types["Specification"],)),))
    return replace(
        project,
        rules=(*project.rules, drawing, specification),
        standard_id=ids.ulid(BORN),
        naming=codes.NAMING,
    )
