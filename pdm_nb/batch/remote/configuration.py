"""The configuration of a project: its fields, its rules, and the values of its lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from ...errors import InputError
from ...model import Field, FieldType, NamingStandard, Requirement, Value
from ...rules.naming_standard import SEPARATOR, SegmentMatch, pattern, segments_of
from ...rules.requirements import Origin, Rules, required_fields
from ...rules.values.lookup import Lookup


@dataclass(frozen=True)
class Configuration:
    """Fields, rules and values of a project, as they were fetched."""

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
        """What is unusual about the configuration, one sentence each (B20)."""
        required = (item for rule in self.requirements for item, _ in required_fields(rule).values())
        every = {item.id: item for item in required} | dict(self.fields)
        notices = [
            f"Field {item.label!r} has the unknown {item.unknown}. It is shown as text and cannot be set."
            for item in every.values()
            if item.unknown
        ]
        if not self.fields:
            notices.append(
                "The project has no fields, so nothing can be set. Ask its administrator to set up Document Management."
            )
        if not self.requirements:
            notices.append(
                "The project has no upload requirements, so no field is checked as required. Ask its administrator to "
                "set up Document Management."
            )
        return tuple(notices)

    @cached_property
    def computed(self) -> Field | None:
        """The field of the name, if the service computes it (B33)."""
        return next((item for item in self.fields.values() if item.variant == "computed"), None)

    @property
    def status(self) -> str:
        """The id of the field `status`, "" if the project has none."""
        return self.by_name["status"].id if "status" in self.by_name else ""

    @cached_property
    def coded(self) -> tuple[str, ...]:
        """Ids of text fields that contain a number or a code."""
        named = {item.id for rule in self.requirements for item in _named(rule)}
        return tuple(
            id_
            for id_, item in self.fields.items()
            if item.type is FieldType.STRING and (item.name in ("revision", "number") or id_ in named)
        )

    def field(self, name: str) -> Field:
        """Return a field by its name, label or id. Raises `InputError` for an unknown field."""
        found = self.by_name.get(name) or self.fields.get(name)
        found = found or next(
            (f for f in self.fields.values() if f.label.casefold() == name.casefold()), None
        )
        if found is None:
            raise InputError(f"Unknown field {name!r}. Use one of {', '.join(self.by_name)}.")
        return found

    def learn(self, field_id: str, values: Iterable[Value]) -> None:
        """Add values that the service has by now to the list of a field."""
        lookup = self.lookups[field_id]
        known = {value.id for value in lookup.values}
        if new := [value for value in values if value.id not in known]:
            self.lookups[field_id] = Lookup(lookup.field, (*lookup.values, *new))

    def required(self, rule: Requirement | None) -> Mapping[str, tuple[Field, Origin]]:
        """Return the fields that a rule requires, by id (B18)."""
        key = rule.id if rule else ""
        if key not in self._required:
            found = required_fields(rule).items()
            self._required[key] = {id_: (self.fields.get(id_, item), who) for id_, (item, who) in found}
        return self._required[key]

    @property
    def names(self) -> bool:
        """True if a rule enforces a naming standard, so that names are computed from fields (B33)."""
        return self.standard is not None

    @property
    def standard(self) -> NamingStandard | None:
        """The naming standard of the project, which has only one (B67); None if no rule enforces it."""
        return next((rule.naming_standard for rule in self.requirements if rule.naming_standard), None)

    def segments(self, file_name: str) -> list[tuple[str, str, str, str, str, str]]:
        """Return a file name by the standard: segment, field, label, fit, value, similar codes (B19, B67)."""
        if self.standard is None:
            return []
        found = segments_of(file_name, self.standard, lambda item, code: code in self._codes(item))
        return [
            (
                one.text,
                one.field.name,
                one.field.label,
                one.match.value,
                *self._meaning(one.field, one.text, one.match),
            )
            if one.field
            else (one.text, "", "", one.match.value, "", "")
            for one in found
        ]

    def _codes(self, item: Field) -> Mapping[str, Value]:
        lookup = self.lookups.get(item.id)
        return lookup.by_code if lookup else {}

    def _meaning(self, item: Field, text: str, match: SegmentMatch) -> tuple[str, str]:
        """Return the label of a code, and the codes that are similar to an unknown one."""
        lookup = self.lookups.get(item.id)
        if lookup is None:
            return "", ""
        if match is SegmentMatch.RECOGNISED:
            return lookup.by_code[text].label, ""
        return "", ", ".join(lookup.nearest_codes(text)) if text else ""

    def naming_example(self) -> tuple[str, str]:
        """Return the standard as a pattern of labels, and a name that follows it; ("", "") if there is none."""
        if self.standard is None:
            return "", ""
        parts = [next(iter(self._codes(item)), "0001") for item in self.standard.fields]
        return pattern(self.standard), SEPARATOR.join(parts)

    @property
    def settable(self) -> list[Field]:
        """Fields that can be set (B20)."""
        return [item for item in self.fields.values() if item.is_settable]

    @property
    def lookups_by_name(self) -> dict[str, Lookup]:
        """The lists of the fields that can be set, by the name of the field."""
        return {item.name: self.lookups[item.id] for item in self.settable if item.id in self.lookups}

    @property
    def shown(self) -> list[Field]:
        """Fields that can be set, in display order: of the naming standard, required, others (B19, B18)."""
        order: dict[str, None] = {}
        for rule in self.requirements:
            order |= dict.fromkeys(item.id for item in _named(rule))
        for rule in self.requirements:
            order |= dict.fromkeys(required_fields(rule))
        order |= dict.fromkeys(self.fields)
        return [self.fields[id_] for id_ in order if id_ in self.fields and self.fields[id_].is_settable]

    @property
    def readonly(self) -> list[Field]:
        """Fields that are shown and cannot be set: the computed name first (B33), then the readonly ones (B20)."""
        shown = [
            item for item in self.fields.values() if item.active and item.visible and not item.is_settable
        ]
        return sorted(shown, key=lambda item: item.variant != "computed")

    def why_not_set(self, name: str) -> str:
        """Return why a field cannot be set, as a sentence; "" if it can (B20, B33)."""
        item = self.field(name)
        if item.is_settable:
            return ""
        if item.unknown and item.active and item.visible:
            why = f"its {item.unknown} is unknown, so it is shown as text. Set it in Procore"
        elif item.variant != "computed":
            why = "it is readonly in this project" if item.active and item.visible else "it is not in use"
        elif self.standard is None:
            why = "the service takes it from the file name"
        else:
            parts = ", ".join(part.label for part in self.standard.fields)
            why = f"the service computes it from {parts} if the naming standard applies, else from the file name"
        return f"{item.label} cannot be set: {why}."


def _named(rule: Requirement) -> tuple[Field, ...]:
    """Return the fields of the naming standard that a rule enforces."""
    return rule.naming_standard.fields if rule.naming_standard else ()
