"""The directory and a project's configuration: who, which projects, what may be done, fields, values, requirements.

Also how a field looks on the wire, for the other rooms. Nothing here changes anything.
"""

from __future__ import annotations

from typing import Any

from starlette.responses import JSONResponse, Response

from .auth import is_permitted
from .clock import iso
from .core import Call, Handler
from .http import invalid
from .world import BORN, Field, Project, Rule, Value

LEVELS = {"None": 1, "Read Only": 2, "Standard": 3, "Admin": 4}
OTHER_TOOLS = ("rfi", "submittal_log", "drawing_log", "directory")


def field_view(field: Field) -> dict[str, Any]:
    shown = {
        "id": field.id,
        "name": field.name,
        "label": field.label,
        "description": None,
        "position": str(field.position),
        "active": field.active,
        "visible": field.in_use,
        "readonly": field.readonly,
        "can_affect_permissions": field.name in ("status", "type"),
        "type": field.type,
    }
    if field.variant:
        shown["variant"] = field.variant
    # Present on custom fields alone (B20).
    return shown | ({"custom_field_definition_id": field.custom_id} if field.custom_id else {})


def value_view(value: Value) -> dict[str, Any]:
    return {"id": value.id, "code": value.code, "label": value.label, "active": value.active, "tags": []}


def show_me(call: Call) -> Response:
    return JSONResponse({"id": call.user.id, "login": call.user.email, "name": call.user.name})


def list_companies(call: Call) -> Response:
    world = call.core.world
    return call.bare_list([{"id": world.company_id, "name": world.company_name, "is_active": True}])


def list_projects(call: Call) -> Response:
    """The company's projects; those that are not permitted may be left out (B4)."""
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
    """The caller's level tool by tool; the permission groups do not show here (B65)."""
    level = call.core.options.access_level
    levels = [("document_management", "Document Management", level)]
    levels += [(name, name.replace("_", " ").title(), "Read Only") for name in OTHER_TOOLS]
    tools = [
        {
            "id": number,
            "name": name,
            "friendly_name": friendly,
            "user_access_level": {"id": LEVELS[reached], "name": reached},
            "permitted_actions": [],
        }
        for number, (name, friendly, reached) in enumerate(levels, 70_001)
    ]
    return JSONResponse({"tools": tools})


def list_users(call: Call) -> Response:
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
    return call.listing(list(call.project.fields), field_view)


def find_field(project: Project, id_or_name: str) -> Field:
    found = project.by_id.get(id_or_name) or project.by_name.get(id_or_name)
    if found is None:
        raise invalid(f"field_id_or_name {id_or_name[:80]!r} names no field of this project")
    return found


def list_values(call: Call) -> Response:
    """A field's values; nothing for users (B22), inactive ones only when asked for (B21)."""
    field = find_field(call.project, call.path("field_id_or_name"))
    rows = [v for v in field.values if v.active or call.query.get("include_inactive")]
    if keyword := call.query.get("keyword", "").casefold():
        rows = [v for v in rows if keyword in v.code.casefold() or keyword in v.label.casefold()]
    sort_by = call.query.get("sort_by", "position")
    if sort_by != "position":
        rows.sort(key=lambda value: getattr(value, sort_by))
    if call.query.get("sort_order") == "desc":
        rows.reverse()
    return call.listing(rows, lambda value: value_view(value) | {"field_id": field.id})


def list_requirements(call: Call) -> Response:
    return call.listing(list(call.project.rules), lambda rule: _rule_view(call.project, rule))


def _rule_view(project: Project, rule: Rule) -> dict[str, Any]:
    def shown(names: tuple[str, ...]) -> list[dict[str, Any]]:
        return [field_view(project.by_name[name]) for name in names]

    standard = None
    if rule.standard:
        standard = {
            "id": project.standard_id,
            "name": rule.standard,
            "updated_at": iso(BORN),
            "fields": shown(project.naming),
        }
    return {
        "id": rule.id,
        "updated_at": iso(BORN),
        "naming_standard": standard,
        "fields_required_by_project": shown(rule.required),
        "additional_required_fields": shown(rule.additional),
        "rule_qualifiers": [_qualifier_view(project, *qualifier) for qualifier in rule.qualifiers],
        "allow_duplicate_revisions": rule.allow_duplicates,
    }


def _qualifier_view(project: Project, name: str, accepted: tuple[str, ...]) -> dict[str, Any]:
    field = project.by_name[name]
    return {
        "type": field.type,
        "field": {"id": field.id, "name": field.name, "label": field.label},
        "acceptable_values": [value_view(field.by_id[value]) for value in accepted],
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
