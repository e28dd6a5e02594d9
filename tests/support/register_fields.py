"""The fields of the simulator's default scenario and their lists, as the client has them."""

from __future__ import annotations

from pdm_nb.model import Field, FieldType, Value
from pdm_nb.rules.values.lookup import Lookup
from pdm_nb.sim.world import project_templates as templates
from pdm_nb.sim.world.project_templates import FieldTemplate


def _field(template: FieldTemplate) -> Field:
    return Field(
        f"f-{template.name}",
        template.name,
        template.label,
        FieldType.of(template.type),
        active=template.active,
        visible=template.visible,
        readonly=template.readonly,
        variant=template.variant,
        custom_field_definition_id=f"c-{template.name}" if template.custom else None,
    )


def _lookup(template: FieldTemplate) -> Lookup:
    values = (
        Value(f"{template.name}-{number}", code.code, code.label, code.active)
        for number, code in enumerate(template.values)
    )
    return Lookup(_field(template), values)


FIELDS = tuple(map(_field, templates.FIELDS))
LOOKUPS = {one.name: _lookup(one) for one in templates.FIELDS if one.values}
