"""The seeded world: a company with its projects, users, fields, lists of values and upload requirements.

It is built from the seed and a project template and does not change afterwards. All people and firms are fictional.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count

from ..runtime.ids import Ids
from .codes.code_list import Code
from .project_templates import PLAIN, REQUIRED, FieldTemplate, ProjectTemplate, RuleTemplate
from .system_fields import SYSTEM_FIELDS

SEEDED_AT = 1_767_225_600.0  # 2026-01-01: when everything in the seeded world was created
USER_VARIANTS = ("procore_user", "procore_tool_user", "procore_users")  # B22
LOOKUPS = ("lov_entry", "lov_entries", "reference")  # B29
DIRECT = ("string", "rich_text", "numeric", "timestamp")  # B29
VARIANTS = (  # B20; linked records also have the vendor's own variants, `procore_…`
    *("", "single_select", "multi_select", "computed"),
    *("with_code", "package"),
)
NO_CODES = ("", "__")  # B29: these codes identify nothing
TAGS = {("type", "Drawing"): ("ML:auto-detect.type.drawing",)}
FIRST_REFERENCE = 120_667
FIRST_CUSTOM = 598_134_000


@dataclass(frozen=True, slots=True)
class Value:
    id: str
    code: str
    label: str
    active: bool = True
    tags: tuple[str, ...] = ()


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
    visible: bool = True
    readonly: bool = False
    values: tuple[Value, ...] = ()
    description: str = ""
    can_affect_permissions: bool = False
    initial: str = ""  # the value of a new upload

    @property
    def is_known(self) -> bool:
        """False if the type or variant is not documented: such a field cannot be set (B20)."""
        known = self.variant in VARIANTS or self.variant.startswith("procore_")
        return known and self.type in (*LOOKUPS, *DIRECT)

    @property
    def is_computed(self) -> bool:
        """True for a name that is computed from the fields of the naming standard (B33)."""
        return self.variant == "computed"

    @property
    def in_use(self) -> bool:
        """False if clients have to ignore the field (B20)."""
        return self.active and self.visible

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
        """Active values by code, without those whose code identifies nothing (B29)."""
        return {value.code: value for value in self.values if value.active and value.code not in NO_CODES}


@dataclass(frozen=True, slots=True)
class Rule:
    """One upload requirement (B17): names of fields; qualifiers are pairs of a field's name and value ids."""

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
    system: tuple[Field, ...] = ()  # not in the list of fields (B73)
    rules: tuple[Rule, ...] = ()
    standard_id: str = ""
    naming: tuple[str, ...] = ()

    @cached_property
    def by_name(self) -> dict[str, Field]:
        return {one.name: one for one in self.fields}

    @cached_property
    def by_id(self) -> dict[str, Field]:
        return {one.id: one for one in self.fields}

    @cached_property
    def system_by_id(self) -> dict[str, Field]:
        return {one.id: one for one in self.system}

    @cached_property
    def system_by_name(self) -> dict[str, Field]:
        return {one.name: one for one in self.system}


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
        """Names by id, ids as texts, as the API sends them (B22)."""
        return {str(user.id): user.name for user in self.users}


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


def build_world(seed: int, template: ProjectTemplate, allow_duplicates: bool) -> World:
    """Build the world of a seed. The same seed and template give the same ids.

    Parameters
    ----------
    seed : int
        The seed of all ids and secrets.
    template : ProjectTemplate
        The first project of the company.
    allow_duplicates : bool
        Whether guarded rules allow duplicate revisions (B42); all other rules do.
    """
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
            _project(base + 101, template, ids, allow_duplicates),
            _project(base + 102, PLAIN, ids, allow_duplicates),
            Project(base + 103, "Old Depot", "OLD", active=False),
        ),
    )


def _project(project_id: int, template: ProjectTemplate, ids: Ids, allow_duplicates: bool) -> Project:
    numbers = count(FIRST_REFERENCE)
    built = _fields(template.fields, ids, numbers, {template.name: str(project_id)})
    fields = {one.name: one for one in built}
    return Project(
        id=project_id,
        name=template.name,
        number=template.number,
        fields=tuple(fields.values()),
        system=tuple(_fields(SYSTEM_FIELDS.values(), ids, numbers, {})),
        rules=tuple(_rule(one, template, fields, ids, allow_duplicates) for one in template.rules),
        standard_id=ids.ulid(SEEDED_AT) if template.naming else "",
        naming=template.naming,
    )


def _fields(
    templates: Iterable[FieldTemplate], ids: Ids, numbers: Iterator[int], projects: dict[str, str]
) -> Iterable[Field]:
    for position, template in enumerate(templates, 1):
        yield Field(
            id=ids.ulid(SEEDED_AT),
            name=template.name,
            label=template.label,
            type=template.type,
            position=position,
            variant=template.variant,
            custom_id=_custom_id(template.name, position) if template.custom else None,
            active=template.active,
            visible=template.visible,
            readonly=template.readonly,
            values=tuple(_value(template, code, ids, numbers, projects) for code in template.values),
            description=template.description or f"{template.label} of the document",
            can_affect_permissions=template.can_affect_permissions,
            initial=template.initial,
        )


def _custom_id(name: str, position: int) -> str:
    """The number in the name of a custom field if it has one, else a new number."""
    number = name.removeprefix("custom_field_")
    return number if number.isdigit() else str(FIRST_CUSTOM + position)


def _value(
    template: FieldTemplate, code: Code, ids: Ids, numbers: Iterator[int], projects: dict[str, str]
) -> Value:
    """One entry of a list. Linked records have numbers as ids; a linked project has its own id (B29)."""
    if template.type != "reference":
        value_id = ids.ulid(SEEDED_AT)
    elif template.variant == "procore_project" and code.label in projects:
        value_id = projects[code.label]
    else:
        value_id = str(next(numbers))
    return Value(value_id, code.code, code.label, code.active, TAGS.get((template.name, code.label), ()))


def _rule(
    template: RuleTemplate,
    project: ProjectTemplate,
    fields: dict[str, Field],
    ids: Ids,
    allow_duplicates: bool,
) -> Rule:
    def qualifier(name: str, labels: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
        ids_by_label = {value.label: value.id for value in fields[name].values}
        return name, tuple(ids_by_label[label] for label in labels)

    return Rule(
        id=ids.ulid(SEEDED_AT),
        required=REQUIRED,
        additional=template.additional,
        qualifiers=tuple(qualifier(*one) for one in template.when.items()),
        standard=project.standard_name if template.standard else None,
        allow_duplicates=allow_duplicates or not template.guarded,
    )
