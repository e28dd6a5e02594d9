"""What a project asks for, fetched once, in the ways that a batch asks for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from ...errors import InputError
from ...model import Field, FieldType, NamingStandard, Requirement, Value
from ...rules.requirements import Origin, Rules, required_fields
from ...rules.values.lookup import Lookup


@dataclass(frozen=True)
class Configuration:
    """What a project asks for, fetched once: its fields, rules and values."""

    fields: Mapping[str, Field]  # by id
    requirements: Sequence[Requirement]
    lookups: MutableMapping[str, Lookup]  # by field id, for fields with a list of values or users
    _required: dict[str, Mapping[str, tuple[Field, Origin]]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    @cached_property
    def by_name(self) -> Mapping[str, Field]:
        return {item.name: item for item in self.fields.values()}

    @cached_property
    def rules(self) -> Rules:
        return Rules(self.requirements)

    @cached_property
    def fixed(self) -> frozenset[str]:
        """Ids of fields that cannot be set."""
        return frozenset(id_ for id_, item in self.fields.items() if not item.is_settable)

    @cached_property
    def notices(self) -> tuple[str, ...]:
        """What is odd about the project's configuration, a sentence each (B20)."""
        asked = (item for rule in self.requirements for item, _ in required_fields(rule).values())
        every = {item.id: item for item in asked} | dict(self.fields)
        told = [
            f"Field {item.label!r} has the unknown {item.unknown}: it is shown as text and cannot be set."
            for item in every.values()
            if item.unknown
        ]
        if not self.fields:
            told.append(
                "This project lists no fields, so nothing can be set. Ask its administrator to set up Document Management."
            )
        if not self.requirements:
            told.append(
                "This project lists no upload requirements, so nothing is checked for being required. Ask its "
                "administrator to set up Document Management."
            )
        return tuple(told)

    @cached_property
    def computed(self) -> Field | None:
        """The field of the name, where the service puts it together (B33)."""
        return next((item for item in self.fields.values() if item.variant == "computed"), None)

    @property
    def status(self) -> str:
        """The id of the field `status`, "" if the project has none."""
        return self.by_name["status"].id if "status" in self.by_name else ""

    @cached_property
    def coded(self) -> tuple[str, ...]:
        """Ids of texts that hold a number or a code."""
        named = {item.id for rule in self.requirements for item in _named(rule)}
        return tuple(
            id_
            for id_, item in self.fields.items()
            if item.type is FieldType.STRING and (item.name in ("revision", "number") or id_ in named)
        )

    def field(self, name: str) -> Field:
        """A field by its name, label or id. Raises `InputError` with the nearest names."""
        found = self.by_name.get(name) or self.fields.get(name)
        found = found or next(
            (f for f in self.fields.values() if f.label.casefold() == name.casefold()), None
        )
        if found is None:
            raise InputError(f"There is no field {name!r}; the fields are {', '.join(self.by_name)}.")
        return found

    def learn(self, field_id: str, values: Iterable[Value]) -> None:
        """Take values that the service has by now into the field's list."""
        lookup = self.lookups[field_id]
        known = {value.id for value in lookup.values}
        if new := [value for value in values if value.id not in known]:
            self.lookups[field_id] = Lookup(lookup.field, (*lookup.values, *new))

    def required(self, rule: Requirement | None) -> Mapping[str, tuple[Field, Origin]]:
        """What a rule requires, by field id (B18)."""
        key = rule.id if rule else ""
        if key not in self._required:
            found = required_fields(rule).items()
            self._required[key] = {id_: (self.fields.get(id_, item), who) for id_, (item, who) in found}
        return self._required[key]

    @property
    def names(self) -> bool:
        """True where some rule enforces a naming standard, so that names are put together from fields (B33)."""
        return self.standard is not None

    @property
    def standard(self) -> NamingStandard | None:
        """The project's naming standard, of which there is one (B67); None where no rule enforces it."""
        return next((rule.naming_standard for rule in self.requirements if rule.naming_standard), None)

    @property
    def settable(self) -> list[Field]:
        """Fields that can be set (B20)."""
        return [item for item in self.fields.values() if item.is_settable]

    @property
    def shown(self) -> list[Field]:
        """Fields that can be set, in display order: the naming standard's, what is required, the rest (B19, B18)."""
        order: dict[str, None] = {}
        for rule in self.requirements:
            order |= dict.fromkeys(item.id for item in _named(rule))
        for rule in self.requirements:
            order |= dict.fromkeys(required_fields(rule))
        order |= dict.fromkeys(self.fields)
        return [self.fields[id_] for id_ in order if id_ in self.fields and self.fields[id_].is_settable]

    @property
    def told(self) -> list[Field]:
        """Fields that people see and nobody sets: the computed name first (B33), then the readonly ones (B20)."""
        seen = [
            item for item in self.fields.values() if item.active and item.visible and not item.is_settable
        ]
        return sorted(seen, key=lambda item: item.variant != "computed")

    def why_not_set(self, name: str) -> str:
        """Why nobody can set a field, as a sentence; "" where one can (B20, B33)."""
        item = self.field(name)
        if item.is_settable:
            return ""
        if item.unknown and item.active and item.visible:
            why = f"its {item.unknown} is unknown here, so it is shown as text. Set it in Procore"
        elif item.variant != "computed":
            why = "it is readonly in this project" if item.active and item.visible else "it is not in use"
        elif self.standard is None:
            why = "the service takes it from the file name"
        else:
            parts = ", ".join(part.label for part in self.standard.fields)
            why = (
                f"it is put together by the service from {parts} where the naming standard applies, else it is the "
                "file's name"
            )
        return f"{item.label} cannot be set: {why}."


def _named(rule: Requirement) -> tuple[Field, ...]:
    """The fields of the naming standard that a rule enforces."""
    return rule.naming_standard.fields if rule.naming_standard else ()
