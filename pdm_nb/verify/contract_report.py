"""The report of a verification. It can be sent to others, because it has no values of the responses."""

from __future__ import annotations

import html
import json
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from .. import frames
from ..file_writing.whole_file import file_for_people
from .calls import MOST
from .compare_shapes import Difference
from .packaged_contract import contract
from .readings import NOT_SEEN, ObservedReading
from .response import Response

DIFFERENCES = {
    "operation": frames.TEXT, "path": frames.TEXT, "kind": frames.TEXT, "contract": frames.TEXT, "found": frames.TEXT,
    "count": frames.WHOLE, "of": frames.WHOLE,
}  # fmt: skip
READINGS = {"rule": frames.TEXT, "name": frames.TEXT, "question": frames.TEXT, "found": frames.TEXT}
RESPONSES = {"operation": frames.TEXT, "status": frames.WHOLE, "rows": frames.WHOLE}
VENDOR_ENVIRONMENTS = ("production", "sandbox", "monthly", "federal")


@dataclass(frozen=True, repr=False)
class ContractReport:
    """How a service compares with the contract. It is shown as text, and as tables in a notebook.

    Attributes
    ----------
    environment : str
        The vendor's environment, or "another address".
    differences : DataFrame
        One row per difference: operation, path, kind ("new", "missing" or "other type"), contract, found (type and
        length) (string); count, of (Int64), the number of places with the difference, and of all places.
    readings : DataFrame
        One row per open rule: rule, name, question, found (string), "not seen" if the responses do not show it.
    responses : DataFrame
        One row per call: operation (string), status, rows (Int64).
    """

    environment: str
    differences: pd.DataFrame
    readings: pd.DataFrame
    responses: pd.DataFrame

    @classmethod
    def of(
        cls,
        environment: str,
        differences: list[Difference],
        readings: list[ObservedReading],
        responses: tuple[Response, ...],
    ) -> ContractReport:
        """Return the report of these results."""
        return cls(
            environment if environment in VENDOR_ENVIRONMENTS else "another address",
            frames.frame(
                DIFFERENCES,
                [(d.operation, d.path, d.kind, d.contract, d.found, d.count, d.of) for d in differences],
            ),
            frames.frame(READINGS, [(r.rule, r.name, r.question, r.found or NOT_SEEN) for r in readings]),
            frames.frame(RESPONSES, [(r.operation, r.status, r.count) for r in responses]),
        )

    @property
    def calls(self) -> int:
        """The number of calls."""
        return len(self.responses)

    def summary(self) -> dict[str, Any]:
        """Return the report as a dict for JSON."""
        return {
            "pdm_nb": version("pdm_nb"),
            "contract": contract()["edition"],
            "environment": self.environment,
            "calls": self.calls,
            "differences": _records(self.differences),
            "readings": _records(self.readings),
            "responses": _records(self.responses),
        }

    def write(self, path: str | os.PathLike[str]) -> Path:
        """Write the report to a file.

        Parameters
        ----------
        path : str or PathLike
            The file. The report is written as JSON if its name ends in .json, otherwise as text.

        Returns
        -------
        Path
            The file.

        Raises
        ------
        InputError
            If the file cannot be written.
        """
        file = Path(path)
        as_json = file.suffix.lower() == ".json"
        text = json.dumps(self.summary(), indent=1, ensure_ascii=False) if as_json else str(self)
        with file_for_people(file) as draft:
            draft.write_text(text + "\n", "utf-8")
        return file

    def _lines(self) -> Iterator[str]:
        yield (
            f"pdm_nb {version('pdm_nb')}, contract: {contract()['edition']}, environment: {self.environment}; "
            f"{self.calls} calls of at most {MOST}."
        )
        refused = self.responses[self.responses["status"] >= 400]
        if len(refused):
            named = ", ".join(
                f"{name} ({status})"
                for name, status in zip(refused["operation"], refused["status"], strict=True)
            )
            yield f"Refused: {named}."
        kinds = Counter(self.differences["kind"])
        counts = ", ".join(f"{count} {kind}" for kind, count in kinds.items())
        total = len(self.differences)
        differences = "1 difference" if total == 1 else f"{total} differences"
        yield f"{differences} from the contract{f': {counts}' if counts else ''}."
        yield "This report has types and lengths, but no values of the responses."

    def __str__(self) -> str:
        parts = [*self._lines()]
        for title, table in (("Differences", self.differences), ("Readings", self.readings)):
            if len(table):
                parts += ["", title, table.fillna("").to_string(index=False, max_colwidth=80)]
        return "\n".join(parts)

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        lines = "".join(f"<li>{html.escape(line)}</li>" for line in self._lines())
        tables = "".join(
            f"<p>{title}</p>{table.fillna('').to_html(index=False, notebook=True)}"
            for title, table in (("Differences", self.differences), ("Readings", self.readings))
            if len(table)
        )
        return f"<p>Comparison with the contract</p><ul>{lines}</ul>{tables}"


def _records(table: pd.DataFrame) -> list[Mapping[str, Any]]:
    """The rows of a frame as dicts; a missing value is None."""
    rows: list[Mapping[str, Any]] = json.loads(table.to_json(orient="records"))
    return rows
