"""The templates of the seeded projects, as plain data without ids: fields, lists of values, rules, naming standard.

`world.py` builds projects from templates; `scenarios.py` assigns templates to scenarios.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from ..runtime.parse_config import strict
from .codes import riverside, site, us
from .codes.code_list import Code
from .codes.spec_sections import SPEC_SECTIONS

REQUIRED = ("name", "type", "status", "revision")  # the service requires them for every document (B18)
Codes = tuple[Code, ...]


@strict
@dataclass(frozen=True, slots=True)
class FieldTemplate:
    """One field: name, label, type and variant, as in the API, and the values of its list.

    Any text is allowed as type and variant, since the service may introduce new ones (B20). `initial` is the value of a
    new upload.
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
    """One upload requirement (B17): the fields it requires in addition to `REQUIRED`, and when it applies.

    `when` lists the labels that each qualifying field may have. A `guarded` rule forbids duplicate revisions if the
    option `allow_duplicate_revisions` is off (B42); other rules always allow them.
    """

    additional: tuple[str, ...]
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    standard: bool = False
    guarded: bool = False


@strict
@dataclass(frozen=True, slots=True)
class ProjectTemplate:
    """A project. The first rule is the default rule; `naming` lists the fields of the naming standard in order (B67)."""

    name: str
    number: str
    fields: tuple[FieldTemplate, ...]
    rules: tuple[RuleTemplate, ...]
    naming: tuple[str, ...] = ()
    standard_name: str = ""

    def __post_init__(self) -> None:
        if problem := next(_problems(self), None):
            raise ValueError(f"the project {self.name!r} {problem}")


def _problems(template: ProjectTemplate) -> Iterator[str]:
    """The inconsistencies of a template."""
    known = {one.name: one for one in template.fields}
    if len(known) < len(template.fields):
        yield "has two fields with the same name"
    for one in template.fields:
        if not one.type.strip():
            yield f"has the field {one.name} without a type: add one"
    if missing := [name for name in REQUIRED if name not in known]:
        yield f"needs the field {missing[0]}: the service requires it for every document (B18)"
    if not template.rules or template.rules[0].when:
        yield "needs a first rule without `when`, for documents that no other rule applies to (B17)"
    named = [*template.naming, *(name for rule in template.rules for name in (*rule.additional, *rule.when))]
    if unknown := [name for name in named if name not in known]:
        yield f"has a rule or a naming standard with the unknown field {unknown[0]}: add it to the fields"
    for name, labels in (pair for rule in template.rules for pair in rule.when.items()):
        for label in labels:
            if label not in (code.label for code in known[name].values):
                yield f"has a rule for {name} {label!r}, but this label is not in the list of the field"


# B33: a plain name is set like any other field; a computed name consists of the naming standard's fields.
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
DEFAULT_RULE = RuleTemplate(("description",))
DRAWINGS = {"type": ("Drawing",)}
SPECIFICATIONS = {"type": ("Specification",)}
PLAIN = ProjectTemplate("Harbour Bridge", "HBR", FIELDS, (DEFAULT_RULE,))

# Drawings require a date and follow the naming standard; specifications require their section.
RIVERSIDE = ProjectTemplate(
    riverside.PROJECT_NAME,
    "RST",
    FIELDS,
    (
        DEFAULT_RULE,
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


def _with_inactive_values(values: Codes) -> Codes:
    """The same list with every third value after the first three inactive, as in a project that is in use for years."""
    return tuple(
        replace(code, active=code.active and not (n > 2 and n % 3 == 0)) for n, code in enumerate(values)
    )


PACKAGES = tuple(Code(f"P{n:02}", f"Package {n:02}", active=n % 4 > 0) for n in range(1, 17))
MESSY = replace(
    RIVERSIDE,
    fields=(
        *(replace(field, values=_with_inactive_values(field.values)) for field in FIELDS),
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
        replace(DEFAULT_RULE, guarded=True),
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
        DEFAULT_RULE,
        RuleTemplate(("description", "date_authored"), DRAWINGS, standard=True, guarded=True),
        RuleTemplate(("spec_section",), SPECIFICATIONS),
    ),
    ("discipline", "number"),
    "US NCS sheet identification",
)

LARGE_TYPES = ("string", "lov_entry", "numeric", "timestamp", "lov_entries", "rich_text")
LARGE_LIST, LARGE_FIELDS = 500, 45


def _numbered(label: str, count: int) -> Codes:
    return tuple(Code(f"{label[0]}{n:03}", f"{label} {n:03}") for n in range(1, count + 1))


def _with_long_list(field: FieldTemplate) -> FieldTemplate:
    if field.name != "originator":
        return field
    more = _numbered("Firm example", LARGE_LIST - len(field.values))
    return replace(field, values=(*field.values, *more))


LARGE = replace(
    RIVERSIDE,
    fields=(
        *map(_with_long_list, FIELDS),
        *(
            FieldTemplate(
                f"custom_{n:02}",
                f"Custom {n:02}",
                LARGE_TYPES[n % len(LARGE_TYPES)],
                values=_numbered("Choice", 40) if LARGE_TYPES[n % len(LARGE_TYPES)].startswith("lov") else (),
                custom=True,
            )
            for n in range(1, LARGE_FIELDS - len(FIELDS) + 1)
        ),
    ),
)
