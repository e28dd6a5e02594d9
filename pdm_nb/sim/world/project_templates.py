"""What a project looks like before it has ids: its fields, lists of values, rules and naming standard, as plain data.

`world.py` builds projects from plans; which scenario has which plan is `scenarios.py`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from ..runtime.parse_config import strict
from .codes import riverside, site, us
from .codes.code_list import Code
from .codes.spec_sections import SPEC_SECTIONS

USED = ("name", "type", "status", "revision")  # what the service requires of each document (B18)
Codes = tuple[Code, ...]


@strict
@dataclass(frozen=True, slots=True)
class FieldTemplate:
    """One field: its name, label, type and variant as the service calls them, and the values of its list.

    Any text is a type or a variant: the service may get new ones (B20). `initial` is what a new upload holds.
    """

    name: str
    label: str
    type: str
    variant: str = ""
    values: Codes = ()
    custom: bool = False  # B20
    active: bool = True
    visible: bool = True
    readonly: bool = False
    description: str = ""
    can_affect_permissions: bool = False
    initial: str = ""


@strict
@dataclass(frozen=True, slots=True)
class RuleTemplate:
    """One upload requirement (B17): what it asks for beside the project's own four, and when it applies.

    `when` has the labels that each qualifying field may have. A `guarded` rule forbids duplicate revisions where
    the option `allow_duplicate_revisions` is off (B42); another one never does.
    """

    additional: tuple[str, ...]
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    standard: bool = False
    guarded: bool = False


@strict
@dataclass(frozen=True, slots=True)
class ProjectTemplate:
    """A project: the default rule first; `naming` has the fields of its naming standard in order (B67)."""

    name: str
    number: str
    fields: tuple[FieldTemplate, ...]
    rules: tuple[RuleTemplate, ...]
    naming: tuple[str, ...] = ()
    standard_name: str = ""

    def __post_init__(self) -> None:
        if wrong := next(_faults(self), None):
            raise ValueError(f"the project {self.name!r} {wrong}")


def _faults(plan: ProjectTemplate) -> Iterator[str]:
    """What does not fit together in a plan."""
    known = {one.name: one for one in plan.fields}
    if len(known) < len(plan.fields):
        yield "has two fields of one name"
    for one in plan.fields:
        if not one.type.strip():
            yield f"has the field {one.name} without a type"
    if missing := [name for name in USED if name not in known]:
        yield f"needs the field {missing[0]}, which the service requires of each document (B18)"
    if not plan.rules or plan.rules[0].when:
        yield "needs a first rule without `when`, for what no other rule is for (B17)"
    named = [*plan.naming, *(name for rule in plan.rules for name in (*rule.additional, *rule.when))]
    if unknown := [name for name in named if name not in known]:
        yield f"has a rule or a naming standard with the field {unknown[0]}, which is none of its fields"
    for name, labels in (pair for rule in plan.rules for pair in rule.when.items()):
        for label in labels:
            if label not in (code.label for code in known[name].values):
                yield f"has a rule for {name} {label!r}, which is no label of that field"


# B33: a plain name is set like any other field, a computed one is put together from the naming standard's.
NAME = FieldTemplate("name", "Name", "string")
FIELDS = (
    NAME,
    FieldTemplate(
        "type", "Type", "lov_entry", "single_select", values=riverside.TYPES, can_affect_permissions=True
    ),
    FieldTemplate("number", "Number", "string"),
    FieldTemplate("description", "Description", "rich_text"),
    FieldTemplate(
        "status",
        "Status",
        "lov_entry",
        "single_select",
        values=riverside.STATUSES,
        can_affect_permissions=True,
    ),
    FieldTemplate("revision", "Revision", "string"),
    FieldTemplate("date_authored", "Date authored", "timestamp"),
    FieldTemplate("project", "Project code", "reference", "procore_project", values=riverside.PROJECTS),
    FieldTemplate("originator", "Originator", "reference", "procore_vendor", values=riverside.ORIGINATORS),
    FieldTemplate("volume", "Volume", "lov_entry", values=riverside.VOLUMES),
    FieldTemplate("location", "Location", "reference", "procore_location", values=riverside.LOCATIONS),
    FieldTemplate(
        "discipline",
        "Discipline",
        "lov_entry",
        "single_select",
        values=riverside.DISCIPLINES,
        can_affect_permissions=True,
    ),
    FieldTemplate("trades", "Trades", "lov_entries", "multi_select", values=riverside.TRADES),
    FieldTemplate("spec_section", "Specification section", "lov_entry", values=SPEC_SECTIONS),
    FieldTemplate("authored_by", "Authored by", "reference", "procore_user"),
    FieldTemplate("reviewers", "Reviewers", "reference", "procore_users"),
    FieldTemplate(
        "project_stage",
        "Project stage",
        "reference",
        "procore_project_stage",
        values=site.PROJECT_STAGES,
    ),
    FieldTemplate("classification", "Classification", "lov_entry", values=site.CLASSIFICATION),
    FieldTemplate("document_stage", "Document stage", "lov_entry", values=site.DOCUMENT_STAGES),
    FieldTemplate("notes", "Notes", "rich_text"),
    FieldTemplate("sheet_size", "Sheet size", "lov_entry", values=riverside.SHEET_SIZES, custom=True),
    FieldTemplate("scale", "Scale", "string", custom=True),
    FieldTemplate("areas", "Areas", "lov_entries", values=riverside.AREAS, custom=True),
    FieldTemplate("custom_field_481", "Zone", "reference", "with_code", values=site.ZONES, custom=True),
    FieldTemplate(
        "building", "Building", "reference", "procore_location", values=site.BUILDINGS, custom=True
    ),
    FieldTemplate("asset_value", "Asset value", "numeric", custom=True),
    FieldTemplate("handover_date", "Handover date", "timestamp", custom=True),
    FieldTemplate("workflow_state", "Workflow state", "string", custom=True, readonly=True),
    FieldTemplate("legacy_code", "Legacy code", "string", custom=True, active=False),
)
BY_DEFAULT = RuleTemplate(("description",))
DRAWINGS = {"type": ("Drawing",)}
SPECIFICATIONS = {"type": ("Specification",)}
PLAIN = ProjectTemplate("Harbour Bridge", "HBR", FIELDS, (BY_DEFAULT,))

# Drawings need a date and keep to the naming standard; specifications need their section.
RIVERSIDE = ProjectTemplate(
    riverside.PROJECT_NAME,
    "RST",
    FIELDS,
    (
        BY_DEFAULT,
        RuleTemplate(("date_authored",), DRAWINGS, standard=True, guarded=True),
        RuleTemplate(("spec_section",), SPECIFICATIONS),
    ),
    riverside.NAMING,
    "Riverside ISO 19650",
)


def _computed(fields: tuple[FieldTemplate, ...]) -> tuple[FieldTemplate, ...]:
    """The same fields with a computed name (B33)."""
    return tuple(replace(one, variant="computed") if one.name == "name" else one for one in fields)


ISO_19650 = replace(
    RIVERSIDE,
    fields=_computed(FIELDS),
    rules=tuple(replace(rule, standard=True) for rule in RIVERSIDE.rules),
)
UNKNOWN_FIELDS = replace(
    RIVERSIDE,
    fields=(
        *FIELDS,
        FieldTemplate("for_construction", "For construction", "boolean", custom=True, initial="false"),
        FieldTemplate(
            "risk", "Risk", "lov_entry", "weighted", (Code("LO", "Low"), Code("HI", "High")), custom=True
        ),
    ),
)


def _edited(fields: tuple[FieldTemplate, ...], edit: Callable[[Codes], Codes]) -> tuple[FieldTemplate, ...]:
    return tuple(replace(field, values=edit(field.values)) for field in fields)


def _worn(values: Codes) -> Codes:
    """A list that a project has lived with: of its values behind the first three, a third is no longer used."""
    return tuple(
        replace(code, active=code.active and not (n > 2 and n % 3 == 0)) for n, code in enumerate(values)
    )


PACKAGES = tuple(Code(f"P{n:02}", f"Package {n:02}", active=n % 4 > 0) for n in range(1, 17))
MESSY = replace(
    RIVERSIDE,
    fields=(
        *_edited(FIELDS, _worn),
        FieldTemplate("package", "Package", "lov_entry", values=PACKAGES, custom=True),
        FieldTemplate("packages_touched", "Packages touched", "lov_entries", values=PACKAGES, custom=True),
        FieldTemplate(
            "old_package", "Package (old)", "lov_entry", values=PACKAGES, custom=True, active=False
        ),
        FieldTemplate("client_approval", "Client approval", "timestamp", custom=True, readonly=True),
        FieldTemplate("sheets", "Number of sheets", "numeric", custom=True),
        FieldTemplate("package_manager", "Package manager", "reference", "procore_tool_user", custom=True),
        FieldTemplate("internal_note", "Internal note", "string", custom=True, visible=False),
        FieldTemplate("remarks", "Remarks", "rich_text", custom=True),
    ),
    rules=(
        replace(BY_DEFAULT, guarded=True),
        RuleTemplate(("date_authored",), DRAWINGS, standard=True, guarded=True),
        RuleTemplate(
            ("date_authored", "package", "sheet_size"),
            DRAWINGS | {"discipline": ("Structural engineer", "Civil engineer")},
            standard=True,
            guarded=True,
        ),
        RuleTemplate(("spec_section",), SPECIFICATIONS, guarded=True),
    ),
)

NOT_IN_US = (
    *("project", "originator", "volume", "location", "areas", "asset_value", "handover_date"),
    *("classification", "custom_field_481", "building"),
)
US_LISTS = {
    "type": us.TYPES,
    "status": us.STATUSES,
    "discipline": us.DISCIPLINES,
    "sheet_size": us.SHEET_SIZES,
}
US_NCS = ProjectTemplate(
    "Sample Medical Center",
    "SMC",
    tuple(
        replace(field, values=US_LISTS.get(field.name, field.values))
        for field in _computed(FIELDS)
        if field.name not in NOT_IN_US
    ),
    (
        BY_DEFAULT,
        RuleTemplate(("description", "date_authored"), DRAWINGS, standard=True, guarded=True),
        RuleTemplate(("spec_section",), SPECIFICATIONS),
    ),
    ("discipline", "number"),
    "US NCS sheet identification",
)

KINDS = ("string", "lov_entry", "numeric", "timestamp", "lov_entries", "rich_text")
LARGE_LIST, LARGE_FIELDS = 500, 45


def _many(what: str, count: int) -> Codes:
    return tuple(Code(f"{what[0]}{n:03}", f"{what} {n:03}") for n in range(1, count + 1))


def _grown(field: FieldTemplate) -> FieldTemplate:
    if field.name != "originator":
        return field
    more = _many("Firm example", LARGE_LIST - len(field.values))
    return replace(field, values=(*field.values, *more))


LARGE = replace(
    RIVERSIDE,
    fields=(
        *map(_grown, FIELDS),
        *(
            FieldTemplate(
                f"custom_{n:02}",
                f"Custom {n:02}",
                KINDS[n % len(KINDS)],
                values=_many("Choice", 40) if KINDS[n % len(KINDS)].startswith("lov") else (),
                custom=True,
            )
            for n in range(1, LARGE_FIELDS - len(FIELDS) + 1)
        ),
    ),
)
