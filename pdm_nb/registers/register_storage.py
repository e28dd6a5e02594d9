"""What a batch needs of a register: what it stores, so that it can be opened again with the same decisions, and its cells."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from ..errors import InputError
from ..model import Field
from ..rules.values.lookup import Lookup
from .mapping.aliases import FILE
from .profiles import Profile, dumps, loads
from .reading.table.register_table import Reason
from .register import Register
from .register_content import content_of
from .register_files import evident_name_template
from .register_options import table_by
from .sources import RegisterRow


def stored(register: Register) -> dict[str, Any] | None:
    """Return what `reopened` needs, as JSON; None for a DataFrame."""
    if isinstance(register.source, pd.DataFrame):
        return None
    return {
        "source": os.path.abspath(register.source),
        "folder": os.path.abspath(register._place) if register._place else None,
        "profile": dumps(register.profile),
        "allow": list(register._files.allowed),
        "assigned": dict(register._files.assigned),
    }


def reopened(found: Mapping[str, Any], fields: Sequence[Field], lookups: Mapping[str, Lookup]) -> Register:
    """Open a register again with the decisions that `stored` returned."""
    register = Register(
        found["source"],
        fields,
        lookups,
        folder=found.get("folder"),
        columns=found.get("columns"),
        profile=loads(found["profile"]) if found.get("profile") else None,
        allow=found.get("allow", ()),
    )
    register._files = replace(register._files, assigned=found.get("assigned", {}))
    return register


def name_template(register: Register) -> str | None:
    """Return the template that makes the revisions of one number versions of one document; None if it is not clear."""
    return evident_name_template(register._matching) if register._matching else None


def notice_levels(register: Register) -> dict[str, int]:
    """Return the notices of a register, each with its level of logging."""
    return register._levels


def form_kind(path: Path) -> str:
    """Return what kind of form of ours a file is; "" for any other register."""
    form = table_by(Profile(), path).form
    return form.kind if form else ""


@dataclass(frozen=True)
class RegisterCells:
    """The rows of a register with the places of their cells, to be compared with documents.

    Attributes
    ----------
    rows : list of RegisterRow
        The rows. Those of our own output have the raw texts of all fields in `texts`.
    documents : list of int or None
        The number of the document of each row, if our own output has one.
    letters : dict
        Name of a field -> the letters of its column; "" if the field does not come from one column.
    is_own_output : bool
        Whether `batch.frame` or `batch.report` wrote it.
    hidden : int
        How many hidden rows were not read.
    """

    rows: list[RegisterRow]
    documents: list[int | None]
    letters: dict[str, str]
    is_own_output: bool
    hidden: int

    def place(self, row: RegisterRow, field: str) -> str:
        """Return the name of a cell, such as F7; that of the row if its field does not come from one column."""
        letters = self.letters.get(field)
        return f"{letters}{row.place.removeprefix('row ')}" if letters else row.place


def corrected(
    source: str | os.PathLike[str],
    found: Mapping[str, Any] | None,
    fields: Sequence[Field],
    lookups: Mapping[str, Lookup],
) -> Register:
    """Open a register of a batch that was corrected, with the decisions that `stored` returned; without them our own output.

    Its files are where they were, also if the corrected register is elsewhere.
    """
    path = Path(source).expanduser()
    if not found or content_of(table_by(Profile(), path)).is_own_output:
        return Register(path, fields, lookups)
    folder = found.get("folder") or os.path.dirname(found["source"])
    return reopened({**found, "source": path, "folder": folder}, fields, lookups)


def cells_of(register: Register) -> RegisterCells:
    """Return the rows of a register with the places of their cells.

    Raises
    ------
    InputError
        If questions are open; it lists all of them.
    """
    stages = register._stages
    content, mapping = stages.content, stages.mapping
    columns = {name: column for column, name in mapping.columns.items() if name}
    columns |= {name: split.column for split in mapping.splits for name in split.fields if name}
    letters = {
        name: content.table.letters.get(columns.get(name, ""), "")
        for name in stages.mapped.values
        if name != FILE
    }
    hidden = sum(one.last_row - one.row + 1 for one in content.table.excluded if one.reason is Reason.HIDDEN)
    if not content.is_own_output:
        try:
            rows = register.rows()
        except InputError as error:
            raise InputError(f"{error} batch.file_changes(register) compares it then.") from None
        return RegisterCells(rows, [None] * len(rows), letters, False, hidden)
    origins = content.origins(register.name, register._sha256)
    rows = [
        RegisterRow(
            Path(content.columns["file"][place] or ""),
            {name: text for name, text in stages.rows[key].items() if name != FILE},
            content.place(place),
            origins[key],
            {name: content.columns[column][place] or "" for name, column in columns.items()},
        )
        for place, key in enumerate(content.keys)
    ]
    numbers = [_number(text) for text in content.columns["document"]]
    return RegisterCells(rows, numbers, letters, True, hidden)


def _number(text: str | None) -> int | None:
    whole = (text or "").strip().removesuffix(".0")
    return int(whole) if whole.isascii() and whole.isdigit() else None
