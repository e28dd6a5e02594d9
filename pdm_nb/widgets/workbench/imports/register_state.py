"""How a register is understood, as JSON for the page; and the saved mappings that may be for it. Reads files, changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ....errors import InputError
from ....registers.profiles import matches, read_profile
from ....registers.register import RegisterView

MOST_ROWS = 200  # of a register's lists that the page shows
MOST_PROFILES = 20  # that are compared with a register


def register_state(register: Any, place: Path) -> dict[str, Any]:
    """How a register is understood, as JSON."""
    view = RegisterView(register)
    fields = [["file", "File"], *([item.name, item.label] for item in view.fields)]
    return {
        "name": register.name,
        "sheets": view.sheets,
        "sheet": view.sheet,
        "header": view.header,
        "folder": str(view.folder),
        "rows": len(register.table),
        "fields": fields,
        "columns": _records(register.columns),
        "crosswalk": _records(register.crosswalk.head(MOST_ROWS)),
        "values_open": int(register.crosswalk["use"].isna().sum()),
        "problems": _records(register.problems.head(MOST_ROWS)),
        "notices": [plain(text) for text in register.notices],
        "questions": [
            {
                "text": plain(one.text),
                "calls": [
                    {"label": call.label, "method": call.method, "arguments": list(call.arguments)}
                    for call in one.calls
                ],
            }
            for one in view.questions
        ],
        "files": _files_of(register),
        "profiles": fitting_profiles([str(one) for one in register.columns["column"]], [Path(), place]),
    }


def _files_of(register: Any) -> dict[str, Any] | None:
    try:
        matches, alone = register.files, register.files_without_row
        missing = register.rows_without_file
    except InputError:  # no column shows which files are meant
        return None
    applied = matches[matches["applied"]]
    return {
        "matched": len(applied),
        "kinds": [[str(kind), int(number)] for kind, number in applied["kind"].value_counts().items()],
        "waiting": len(matches) - len(applied),
        "without_row": len(alone),
        "without_file": len(missing),
        "rows_without_file": _records(missing.head(MOST_ROWS)),
        "files_without_row": _records(alone.head(MOST_ROWS)),
    }


def plain(text: str) -> str:
    """A sentence without the code that follows it: the page has buttons instead."""
    return text.partition(" register.")[0]


def _records(frame: Any) -> list[Mapping[str, Any]]:
    """The rows of a frame as JSON; missing values are None."""
    rows = frame.astype("object").where(frame.notna(), None).to_dict("records")
    return [{key: _json(value) for key, value in row.items()} for row in rows]


def _json(value: Any) -> Any:
    return value if value is None or isinstance(value, str | bool | int | float) else str(value)


def fitting_profiles(columns: list[str], folders: Iterable[Path]) -> list[dict[str, Any]]:
    """The saved mappings in some folders, those that are for a register with these columns first."""
    found: dict[Path, dict[str, Any]] = {}
    for path in [one for folder in folders for one in sorted(folder.glob("*.toml"))][:MOST_PROFILES]:
        try:
            profile = read_profile(path)
        except InputError:  # another file
            continue
        if profile.mapping.named:
            found[path.resolve()] = {"path": str(path), "fits": matches(profile, columns)}
    return sorted(found.values(), key=lambda one: not one["fits"])
