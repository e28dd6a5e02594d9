"""The requirements view: what the project asks of an upload, rule by rule."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import ipywidgets

from ..grid.column import Column
from ..grid.table import Table
from .panel import Panel, count, row

ALL = ""
COLUMNS = (
    Column("qualifies", "Rule applies to", pinned="left", width=260),
    Column("label", "Required field", width=170),
    Column("type", "Type", "badge", width=110),
    Column("source", "Asked for by", "badge", width=140, tones={"rule": "info", "naming standard": "busy"}),
    Column("naming_standard", "Naming standard", width=170),
    Column("field", "Name in code", width=150),
    Column("duplicates", "Same revision twice", width=150),
    Column("rule", "Rule id", width=250),
)


class RequirementsView(Panel):
    """One row per rule and required field (the code that does the same: `project.requirements()`)."""

    title = "Requirements"

    def __init__(self, project: Any) -> None:
        self.frame = project.requirements()
        self.chooser = ipywidgets.Dropdown(
            options=self._rules(), description="Rule", layout={"width": "420px"}
        )
        self.about = ipywidgets.HTML()
        self.table = Table(
            COLUMNS,
            self._contents(ALL),
            label="Required fields by rule",
            noun="required field",
            empty="This project asks for nothing: every file can be uploaded as it is.",
        )
        super().__init__(row(self.chooser, self.about), self.table)
        self.chooser.observe(lambda change: self.show(change["new"]), "value")
        self.show(ALL)

    def show(self, rule: str) -> None:
        """Show the fields of one rule, by its id, or of all."""
        contents = self._contents(rule)
        self.table.load(contents)
        shown = {row["rule"] for row in contents.values()}
        self.about.value = (
            f"<span>{count(len(shown), 'rule')}, {count(len(contents), 'required field')}</span>"
        )

    def _rules(self) -> list[tuple[str, str]]:
        """Label and id of each rule, as the chooser takes them."""
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
            contents[number]["duplicates"] = (
                "allowed" if record["allow_duplicate_revisions"] else "refused"
            )  # B42
        return contents

    def summary(self) -> str:
        return count(len(self.table), "required field")

    def static(self) -> dict[str, str]:
        return self.table.static(rows=30)


def _applies(record: dict[Hashable, Any]) -> str:
    """What a rule applies to, in words; the default serves where no other rule fits (B17)."""
    return "default: no other rule fits" if record["is_default"] else str(record["qualifies"])
