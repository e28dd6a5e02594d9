"""What a project requires, as cards: when a rule applies, what it requires, its naming standard, and values with codes."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

from ...errors import PdmError
from ..application.application import ApplicationPart
from ..application.texts import SELECT_PROJECT

if TYPE_CHECKING:
    from .workbench import Workbench

MOST_VALUES = 200
TYPE_LABELS = {
    "string": "text",
    "rich_text": "long text",
    "numeric": "number",
    "timestamp": "date and time",
    "lov_entry": "list",
    "lov_entries": "list (several)",
    "reference": "linked record",
}
"""Labels of field types."""


class RequirementCards(ApplicationPart):
    """Shows the rules of the project, searches values, and tries file names."""

    actions = ("open", "values", "try_name")

    def __init__(self, bench: Workbench) -> None:
        self.bench = bench

    def open(self) -> None:
        """Show the cards."""
        pattern, example = self._project().naming_example()
        found = cards(self._project().requirements())
        self.bench.show_page(requirements={"cards": found, "pattern": pattern, "example": example})

    def values(self, field: str, search: str = "") -> list[list[str]]:
        """List the values of a field that contain the words: [[label, code], ...]."""
        found = self._project().values(field, search=search).head(MOST_VALUES)
        return [[str(label), str(code)] for label, code in zip(found["label"], found["code"], strict=True)]

    def try_name(self, name: str) -> list[dict[str, str]]:
        """Read a file name by the naming standard."""
        records = self._project().parse_name(name).to_dict("records")
        return [{str(key): str(text or "") for key, text in record.items()} for record in records]

    def _project(self) -> Any:
        if self.bench.project is None:
            raise PdmError(SELECT_PROJECT)
        return self.bench.project


def cards(frame: Any) -> list[dict[str, Any]]:
    """The rules as cards, in their order; each has its required fields."""
    found: dict[str, dict[str, Any]] = {}
    for record in frame.to_dict("records"):
        card = found.setdefault(str(record["rule"]), _card(record))
        card["fields"].append(
            {
                "name": str(record["field"]),
                "label": str(record["label"]),
                "type": type_label(str(record["type"])),
                "source": str(record["source"]),
            }
        )
    return list(found.values())


def _card(record: dict[Hashable, Any]) -> dict[str, Any]:
    return {
        "rule": str(record["rule"]),
        "applies": "All other documents" if record["is_default"] else str(record["qualifies"]),  # B17
        "standard": str(record["naming_standard"] or ""),
        "duplicates": bool(record["allow_duplicate_revisions"]),  # B42
        "fields": [],
    }


def type_label(name: str) -> str:
    """The type of a field as people read it."""
    return TYPE_LABELS.get(name, name.replace("_", " "))
