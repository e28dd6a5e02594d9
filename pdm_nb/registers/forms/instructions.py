"""The sheet of instructions: lines in plain words for those who fill in a form."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from ..reading.form import CODES, REGISTER

FORMAT_OF_FORM = "1"


def written_at() -> str:
    """Return the time as it is written in a form."""
    return dt.datetime.now(dt.UTC).strftime("%Y-%m-%d %H:%M UTC")


def instructions(kind: str, facts: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the lines of a sheet: heading and text."""
    title = "Register of documents" if kind == "template" else "Documents on hold"
    lines = [
        (title, facts["project"]),
        ("Written", facts["written"]),
        ("Version", f"Form {FORMAT_OF_FORM}, configuration {facts['configuration']}"),
        ("", ""),
    ]
    return lines + (TEMPLATE if kind == "template" else ON_HOLD) + COMMON


TEMPLATE = [
    ("What to do", f"Fill in the sheet {REGISTER}: one row for each file. Then save the file and return it."),
    (
        "Filled in already",
        "What the file name or an earlier version of the document shows is filled in. Check it, and correct it if it is wrong.",
    ),
    ("New files", "Add rows below. The lists work there too. Write the path as in the rows above."),
    ("Files that are not wanted", "Delete the whole row."),
]
ON_HOLD = [
    (
        "What to do",
        f"The sheet {REGISTER} has documents that cannot be sent as they are. Correct the orange cells; the column Why and the "
        "notes of the cells have the reasons. Then save the file and return it.",
    ),
    ("Documents you cannot correct", "Leave the row as it is, or delete it. It stays on hold."),
]
COMMON = [
    (
        "Dark blue headings",
        "Must be filled in for every document. Their empty cells are yellow.",
    ),
    ("Orange headings", "Must be filled in for some documents. The note of the heading has the condition."),
    (
        "Lists",
        f"Cells with a list accept its values. The sheet {CODES} has all of them; their codes are accepted too. Separate "
        "several values by semicolons, where the note of the heading permits several.",
    ),
    ("Dates", "Write dates as dates, such as 2026-03-31."),
    ("Numbers with zeros", "Cells such as 0007 are texts. Paste values only, so that they stay texts."),
    (
        "Sorting",
        "Sort and filter whole rows with the arrows of the headings. Do not sort one column alone, and do not change the hidden column.",
    ),
    ("Headings", "Do not rename or delete columns. You can hide them and change their width."),
    ("", ""),
    ("Columns", "What each column is for:"),
]
