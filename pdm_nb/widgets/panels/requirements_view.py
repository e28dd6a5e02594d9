"""The requirements view: which fields the project requires for an upload, rule by rule."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import ipywidgets

from ..grid.column import Column
from ..grid.table_widget import Table
from .panel import Panel, count, row

ALL = ""
COLUMNS = (
    Column("qualifies", "Rule applies to", pinned="left", width=260),
    Column("label", "Required field", width=170),
    Column("type", "Type", "badge", width=130),
    Column("source", "Required by", "badge", width=140, tones={"rule": "info", "naming standard": "busy"}),
    Column("naming_standard", "Naming standard", width=170),
    Column("field", "Name in code", width=150),
    Column("duplicates", "Duplicate revision", width=150),
    Column("rule", "Rule ID", width=250),
)
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


class RequirementsView(Panel):
    """Show the required fields of each rule; in code, `project.requirements()`.

    Parameters
    ----------
    project : Project
        The project whose requirements to show.

    Examples
    --------
    >>> RequirementsView(project)  # doctest: +SKIP
    """

    title = "Requirements"

    def __init__(self, project: Any) -> None:
        self.frame = project.requirements()
        self.rule_list = ipywidgets.Dropdown(
            options=self._rules(), description="Rule", layout={"width": "420px"}
        )
        self.about = ipywidgets.HTML()
        self.table = Table(
            COLUMNS,
            self._contents(ALL),
            label="Required fields by rule",
            noun="required field",
            empty="This project has no required fields. Every file can be uploaded as it is.",
        )
        super().__init__(row(self.rule_list, self.about), self.table)
        self.rule_list.observe(lambda change: self.show(change["new"]), "value")
        self.show(ALL)

    def show(self, rule: str) -> None:
        """Show the required fields of one rule or of all rules.

        Parameters
        ----------
        rule : str
            The id of the rule, "" for all.
        """
        contents = self._contents(rule)
        self.table.load(contents)
        shown = {row["rule"] for row in contents.values()}
        self.about.value = (
            f"<span>{count(len(shown), 'rule')}, {count(len(contents), 'required field')}</span>"
        )

    def _rules(self) -> list[tuple[str, str]]:
        """Label and id of each rule, for the drop-down list."""
        rules = {str(record["rule"]): _applies(record) for record in self.frame.to_dict("records")}
        return [("All rules", ALL), *((label, id_) for id_, label in rules.items())]

    def _contents(self, rule: str) -> dict[int, dict[str, Any]]:
        contents = {}
        for number, record in enumerate(self.frame.to_dict("records")):
            if rule not in (ALL, str(record["rule"])):
                continue
            contents[number] = {
                column.key: str(record.get(column.key) or "")
                for column in COLUMNS
                if column.key != "duplicates"
            }
            contents[number]["qualifies"] = _applies(record)
            contents[number]["type"] = _type_label(str(record["type"]))
            contents[number]["duplicates"] = (
                "allowed" if record["allow_duplicate_revisions"] else "not allowed"
            )  # B42
        return contents

    def summary(self) -> str:
        """Return the number of required fields."""
        return count(len(self.table), "required field")

    def static(self) -> dict[str, str]:
        """Return the first rows as a static table, by MIME type."""
        return self.table.static(rows=30)


def _applies(record: dict[Hashable, Any]) -> str:
    """What a rule applies to; the default applies if no other rule does (B17)."""
    return "All other documents" if record["is_default"] else str(record["qualifies"])


def _type_label(name: str) -> str:
    return TYPE_LABELS.get(name, name.replace("_", " "))
