"""The step Import: a folder, pattern or register becomes a batch; a register is mapped and its questions are decided."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import InputError, PdmError
from ...local_files import find_files
from ...registers.register import RegisterView
from ..application.application import ApplicationPart
from ..application.run_board import size_text
from ..application.texts import NO_SOURCE, SELECT_PROJECT, count

if TYPE_CHECKING:
    from .workbench import Workbench

MOST_ENTRIES = 200  # of a folder that the page lists
MOST_ROWS = 200  # of a register's lists that the page shows
MOST_COUNTED = 2_000  # files of a folder that are counted while somebody types
PATIENCE = 0.4  # seconds for which folders are counted
DECISIONS = {
    "map", "date_order", "clean", "accept", "use", "confirm", "reject", "assign", "use_policy", "allow", "constant",
}  # fmt: skip
REGISTERS = {".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".csv", ".tsv", ".txt", ".parquet"}
recent: list[str] = []  # sources that were imported in this kernel, the newest first


class Importing(ApplicationPart):
    """Finds files, opens registers, and makes the batch."""

    actions = ("complete", "look", "reopen", "decide", "save_profile", "make")

    def __init__(self, bench: Workbench) -> None:
        self.bench = bench
        self.source = ""
        self._register: Any = None
        self._found: dict[str, Any] | None = None
        self._decisions: list[str] = []  # about the register, as lines of code
        self.refresh()

    def forget(self) -> None:
        """Forget the source, after the project was changed."""
        self.source, self._register, self._found = "", None, None
        self.refresh()

    def refresh(self) -> None:
        """Show the source and what it contains."""
        register = register_state(self._register) if self._register is not None else None
        self.bench.show_page(
            importing={
                "source": self.source,
                "recent": recent[:8],
                "folder": os.getcwd(),
                "files": self._found,
                "register": register,
            }
        )

    def complete(self, text: str) -> list[dict[str, Any]]:
        """List the files and folders that a path may continue with, with counts and sizes."""
        path = os.path.expanduser(text)
        folder, _, start = path.rpartition("/")
        place = Path(folder or ("/" if path.startswith("/") else "."))
        head = text[: len(text) - len(start)]
        try:
            entries = sorted(os.scandir(place), key=lambda one: (not one.is_dir(), one.name.casefold()))
        except OSError:
            return []
        fitting = [
            one
            for one in entries
            if one.name.casefold().startswith(start.casefold())
            and (start.startswith(".") or not one.name.startswith("."))
        ]
        until = time.monotonic() + PATIENCE
        return [_entry(head, one, until) for one in fitting[:MOST_ENTRIES]]

    def look(self, source: str) -> None:
        """Read a source: count the files of a folder, or open a register."""
        self.source, self._register, self._found = source.strip(), None, None
        if not self.source:
            raise InputError(NO_SOURCE)
        self._check_project()
        try:
            if _is_register(self.source):
                self._register = self.bench.project.register(self.source)
                self._decisions = [f"register = project.register({self.source!r})"]
            else:
                self._found = files_state(self.source)
        finally:
            self.refresh()

    def reopen(self, sheet: str | None = None, header: int | None = None, folder: str | None = None) -> None:
        """Open the register again with another sheet, row of headings or folder of the files."""
        self._check_register()
        options = {"sheet": sheet or None, "header": header or None, "folder": folder or None}
        kept = self._register.profile if not (sheet or header) else None
        self._register = self.bench.project.register(self.source, profile=kept, **options)
        given = "".join(f", {name}={value!r}" for name, value in options.items() if value)
        decided = self._decisions[1:] if kept is not None else []
        self._decisions = [f"register = project.register({self.source!r}{given})", *decided]
        self.refresh()

    def decide(self, method: str, arguments: Sequence[Any]) -> None:
        """Decide something about the register by one of its methods."""
        self._check_register()
        if method not in DECISIONS:
            raise PdmError(f"Unknown decision {method!r}.")
        decide: Callable[..., Any] = getattr(self._register, method)
        given = [tuple(one) if isinstance(one, list) else one for one in arguments]
        decide(*given)
        self._decisions.append(f"register.{method}({', '.join(map(repr, given))})")
        self.refresh()

    def save_profile(self, path: str) -> None:
        """Save what was decided, for the next register of the same kind."""
        self._check_register()
        self._register.save_profile(path)
        self.bench.say(f"The mapping was saved as {path}.", "good")

    def make(self, source: str | None = None) -> None:
        """Make the batch of the source, or continue it."""
        self._check_project()
        source = (source or self.source).strip()
        if not source:
            raise InputError(NO_SOURCE)
        is_open = self._register is not None and source == self.source
        batch = self._register.batch() if is_open else self.bench.project.batch(source)
        if source in recent:
            recent.remove(source)
        recent.insert(0, source)
        lines = (
            [*self._decisions, "batch = register.batch()"]
            if is_open
            else [f"batch = project.batch({source!r})"]
        )
        self.forget()
        self.bench.open_batch(batch)
        self.bench.code.note(lines)
        self.bench.say(f"{count(len(batch.view.documents), 'document')} imported from {source}.", "good")

    def _check_project(self) -> None:
        if self.bench.project is None:
            raise PdmError(SELECT_PROJECT)

    def _check_register(self) -> None:
        if self._register is None:
            raise PdmError(NO_SOURCE)


def _is_register(source: str) -> bool:
    path = Path(os.path.expanduser(source))
    return path.suffix.casefold() in REGISTERS and path.is_file()


def _entry(head: str, one: os.DirEntry[str], until: float) -> dict[str, Any]:
    """A folder with its number of files, or a file with its size; what takes longer than `until` is not counted."""
    if one.is_dir():
        return {"path": f"{head}{one.name}/", "kind": "folder", "about": _contents(one.path, until)}
    suffix = os.path.splitext(one.name)[1].casefold()
    kind = "register" if suffix in REGISTERS - {".txt"} else "file"
    return {"path": f"{head}{one.name}", "kind": kind, "about": size_text(_size(one.path))}


def _contents(folder: str, until: float) -> str:
    """The number and size of the files of a folder and its subfolders."""
    files = size = 0
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        files += len(names)
        size += sum(_size(os.path.join(place, name)) for name in names[:MOST_COUNTED])
        if files > MOST_COUNTED or time.monotonic() > until:
            return f"more than {files:,} files" if files else ""
    return f"{count(files, 'file')} · {size_text(size)}"


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size
    except OSError:
        return 0


def files_state(source: str) -> dict[str, Any]:
    """What a folder, pattern or file contains."""
    found = find_files(source)
    kinds = Counter(path.suffix.casefold() or "no suffix" for path in found.files)
    sizes = {path: _size(str(path)) for path in found.files}
    return {
        "count": len(found.files),
        "size": size_text(sum(sizes.values())),
        "kinds": [[kind, number] for kind, number in kinds.most_common()],
        "notices": found.notices,
        "first": [[str(path), size_text(sizes[path])] for path in found.files[:MOST_ROWS]],
    }


def register_state(register: Any) -> dict[str, Any]:
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
