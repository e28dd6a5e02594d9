"""The standard fields of Document Management, for registers that are looked at without a project (B20).

Projects rename them, leave some out and add their own; so this is a first look, and the project decides.
"""

from __future__ import annotations

import os
from typing import Any

import pandas as pd

from ..model import Field, FieldType
from .register import Register

_TYPES = {
    "name": FieldType.STRING,
    "number": FieldType.STRING,
    "revision": FieldType.STRING,
    "description": FieldType.RICH_TEXT,
    "type": FieldType.LOV_ENTRY,
    "status": FieldType.LOV_ENTRY,
    "discipline": FieldType.LOV_ENTRY,
    "classification": FieldType.LOV_ENTRY,
    "date_authored": FieldType.TIMESTAMP,
    "authored_by": FieldType.REFERENCE,
    "location": FieldType.REFERENCE,
    "originator": FieldType.REFERENCE,
    "project": FieldType.REFERENCE,
}
STANDARD_FIELDS = tuple(
    Field(name, name, name.replace("_", " ").title(), type_) for name, type_ in _TYPES.items()
)


def open_register(source: str | os.PathLike[str] | pd.DataFrame, **options: Any) -> Register:
    """Open a register without a project: no sign-in is needed, and nothing is sent.

    Columns are mapped to the standard fields of Document Management. Values are not compared with lists, because the
    lists belong to a project: `Project.register` does that.

    Parameters
    ----------
    source : path or DataFrame
        A spreadsheet, a CSV or Parquet file, or a table.
    **options
        As in `Project.register`: `sheet`, `header`, `skip`, `folder`, `columns`, `profile`, `policy`, `template`,
        `allow`.

    Returns
    -------
    Register
        What was understood. `save_profile` keeps the decisions for `project.batch(source, profile=…)`.

    Raises
    ------
    InputError
        For a file that is no register, or an unknown sheet, column or field.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"PDF": ["A-101.pdf"], "Dwg No": ["A-101"], "Rev": ["P01"], "Remarks": [""]})
    >>> open_register(table).columns[["column", "field", "confidence"]].fillna("").to_numpy().tolist()
    [['PDF', 'file', 'sure'], ['Dwg No', 'number', 'sure'], ['Rev', 'revision', 'sure'], ['Remarks', '', 'unsure']]
    """
    return Register(source, STANDARD_FIELDS, {}, **options)
