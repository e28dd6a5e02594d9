"""Read-only operations: the user, companies, projects, permissions, users, fields, values, upload requirements.

The format of fields and values is in `documents/field_views.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from starlette.responses import JSONResponse, Response

from ..documents.call import Call, Handler
from ..documents.field_views import listed_field, listed_value, named_field
from ..runtime.clock import iso
from ..runtime.options import Options
from ..runtime.responses import invalid
from ..world.world import SEEDED_AT, Field, Project, Rule
from .oauth import is_permitted

LEVELS = {"None": 1, "Read Only": 2, "Standard": 3, "Admin": 4}
FIELD_FILTERS = ("active", "can_affect_permissions")  # B20
OTHER_TOOLS = ("rfi", "submittal_log", "drawing_log", "directory")


def show_me(call: Call) -> Response:
    """Return the caller."""
    return JSONResponse({"id": call.user.id, "login": call.user.email, "name": call.user.name})


def list_companies(call: Call) -> Response:
    """Return the company."""
    world = call.core.world
    return call.bare_list([{"id": world.company_id, "name": world.company_name, "is_active": True}])


def list_projects(call: Call) -> Response:
    """Return the company's projects; those that are not permitted may be missing (B4)."""
    world, core = call.core.world, call.core
    company = {"id": world.company_id, "name": world.company_name}
    hidden = core.options.unpermitted_projects == "hidden"
    projects = [one for one in world.projects if not hidden or is_permitted(core, call.user.id, one)]
    return call.bare_list(
        [
            {
                "id": project.id,
                "name": project.name,
                "project_number": project.number,
                "active": project.active,
                "company": company,
            }
            for project in projects
        ]
    )


def show_permissions(call: Call) -> Response:
    """Return the caller's access level for each tool; permission groups are not shown (B65)."""
    level = call.core.options.access_level
    levels = [("document_management", "Document Management", level)]
    levels += [(name, name.replace("_", " ").title(), "Read Only") for name in OTHER_TOOLS]
    tools = [
        {
            "id": number,
            "name": name,
            "friendly_name": friendly,
            "user_access_level": {"id": LEVELS[user_level], "name": user_level},
            "permitted_actions": [],
        }
        for number, (name, friendly, user_level) in enumerate(levels, 70_001)
    ]
    return JSONResponse({"tools": tools})


def list_users(call: Call) -> Response:
    """Return the project's users."""
    users = []
    for user in call.core.world.users:
        first, _, last = user.name.partition(" ")
        users.append(
            {
                "id": user.id,
                "name": user.name,
                "first_name": first,
                "last_name": last,
                "email_address": user.email,
            }
        )
    return call.bare_list(users)


def list_fields(call: Call) -> Response:
    """Return the project's fields, including custom fields; a computed name only if it is listed (B20, B33)."""
    options, wanted = call.core.options, dict(_field_filters(call))
    rows = [
        field
        for field in call.project.fields
        if all(getattr(field, name) == value for name, value in wanted.items())
        and not (field.is_computed and options.computed_name_listed == "absent")
    ]
    return call.listing(rows, lambda field: listed_field(field, options))


def _field_filters(call: Call) -> Iterator[tuple[str, bool]]:
    for name, text in call.request.query_params.multi_items():
        if not (match := re.fullmatch(r"filters\[([^\]]+)\]", name)):
            continue
        if match[1] not in FIELD_FILTERS:
            continue  # other filters are not documented
        if text.lower() not in ("true", "false"):
            raise invalid(f"filters.{match[1]} must be true or false")
        yield match[1], text.lower() == "true"


def find_field(project: Project, id_or_name: str) -> Field:
    """Return a field by its id or name; 400 if the project has no such field."""
    found = project.by_id.get(id_or_name) or project.by_name.get(id_or_name)
    if found is None:
        raise invalid(f"field_id_or_name {id_or_name[:80]!r} names no field of this project")
    return found


def list_values(call: Call) -> Response:
    """Return a field's values; none for user fields (B22), inactive ones only on request (B21)."""
    field = find_field(call.project, call.path("field_id_or_name"))
    rows = [v for v in field.values if v.active or call.query.get("include_inactive")]
    if keyword := call.query.get("keyword", "").casefold():
        rows = [v for v in rows if keyword in v.code.casefold() or keyword in v.label.casefold()]
    sort_by = call.query.get("sort_by", "position")
    if sort_by != "position":
        rows.sort(key=lambda value: getattr(value, sort_by))
    if call.query.get("sort_order") == "desc":
        rows.reverse()
    return call.listing(rows, listed_value)


def list_requirements(call: Call) -> Response:
    """Return the project's upload requirements."""
    return call.listing(
        list(call.project.rules), lambda rule: _rule_view(call.project, rule, call.core.options)
    )


def _rule_view(project: Project, rule: Rule, options: Options) -> dict[str, Any]:
    def shown(names: tuple[str, ...]) -> list[dict[str, Any]]:
        return [named_field(project.by_name[name], options) for name in names]

    standard = None
    if rule.standard:
        standard = {
            "id": project.standard_id,
            "name": rule.standard,
            "updated_at": iso(SEEDED_AT),
            "fields": shown(project.naming),
        }
    return {
        "id": rule.id,
        "updated_at": iso(SEEDED_AT),
        "naming_standard": standard,
        "fields_required_by_project": shown(rule.required),
        "additional_required_fields": shown(rule.additional),
        "rule_qualifiers": [_qualifier_view(project, *qualifier) for qualifier in rule.qualifiers],
        "allow_duplicate_revisions": rule.allow_duplicates,
    }


def _qualifier_view(project: Project, name: str, accepted: tuple[str, ...]) -> dict[str, Any]:
    field = project.by_name[name]
    values = (field.by_id[value] for value in accepted)
    return {
        "type": field.type,
        "field": {"id": field.id, "name": field.name, "label": field.label},
        "acceptable_values": [
            {"id": value.id, "code": value.code, "label": value.label, "active": value.active}
            for value in values
        ],
    }


HANDLERS: dict[str, Handler] = {
    "showMe": show_me,
    "listCompanies": list_companies,
    "listProjects": list_projects,
    "showPermissions": show_permissions,
    "listProjectUsers": list_users,
    "listUploadRequirements": list_requirements,
    "listFields": list_fields,
    "listFieldValues": list_values,
}
