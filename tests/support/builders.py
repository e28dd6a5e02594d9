"""Short functions that create objects of `pdm_nb.model`."""

from __future__ import annotations

from typing import Any

from pdm_nb.model import Document, Field, FieldType, NamingStandard, Qualifier, Requirement, Value


def field(name: str, type_: str = "string", **more: Any) -> Field:
    """A field whose id is its name with 'f-' before it."""
    label = more.pop("label", name.replace("_", " ").title())
    return Field(f"f-{name}", name, label, FieldType(type_), **more)


def value(code: str, label: str = "", **more: Any) -> Value:
    """A value whose id is its code with 'v-' before it."""
    return Value(f"v-{code}", code, label or code, **more)


def rule(
    id_: str,
    *,
    project: tuple[Field, ...] = (),
    additional: tuple[Field, ...] = (),
    standard: tuple[Field, ...] = (),
    when: dict[str, tuple[str, ...]] | None = None,
) -> Requirement:
    """A rule; `when` maps field names to the codes that qualify, none makes it the default."""
    qualifiers = tuple(
        Qualifier(f"f-{name}", name, tuple(value(code) for code in codes))
        for name, codes in (when or {}).items()
    )
    naming = NamingStandard("n-1", "Standard", standard) if standard else None
    return Requirement(id_, project, additional, qualifiers, naming)


def document(name: str = "A-101.pdf", **more: Any) -> Document:
    facts: dict[str, Any] = {
        "id": 0,
        "path": f"/drawings/{name}",
        "size": 1000,
        "mime_type": "application/pdf",
    }
    return Document(name=name, **(facts | more))
