"""The step Import: a folder, pattern or register becomes a batch; a register is mapped and its questions are decided."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ....errors import InputError, PdmError
from ....local_files import find_files
from ....registers.profiles import Migration
from ...application.application import ApplicationPart
from ...application.run_board import size_text
from ...application.texts import MAPPING_LEFT, NO_REGISTER, NO_SOURCE, SELECT_PROJECT, count
from .register_state import register_state

MOST_ENTRIES = 200  # of a folder that the page lists
MOST_ROWS = 200  # of a register's lists that the page shows
MOST_COUNTED = 2_000  # files of a folder that are counted while somebody types
PATIENCE = 0.4  # seconds for which folders are counted
DECISIONS = {
    "map", "date_order", "clean", "accept", "use", "confirm", "reject", "assign", "use_policy", "allow", "constant",
}  # fmt: skip
REGISTERS = {".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".csv", ".tsv", ".txt", ".parquet"}
PROFILE = ".toml"
recent: list[str] = []  # sources and saved mappings that were used in this kernel, the newest first


def remember(source: str) -> None:
    """Put a source at the top of the recent ones."""
    if source in recent:
        recent.remove(source)
    recent.insert(0, source)


class Importing(ApplicationPart):
    """Finds files, opens registers, and makes the batch."""

    actions = (
        *("complete", "look", "reopen", "decide", "make"),
        *("save_profile", "use_profile", "save_crosswalk", "use_crosswalk"),
    )

    def __init__(self, bench: Any) -> None:
        self.bench = bench
        self.source = ""
        self._register: Any = None
        self._found: dict[str, Any] | None = None
        self._decisions: list[str] = []  # about the register, as lines of code
        self._is_saved = False  # what was decided, as a mapping
        self._folder: str | None = None  # of the files of the register, if it was entered
        self.refresh()

    def forget(self) -> None:
        """Forget the source, after the project was changed."""
        self.source, self._register, self._found, self._folder = "", None, None, None
        self.bench.receiving.forget()
        self.refresh()

    def leaving(self) -> str:
        """What to say when the project is changed: a mapping in progress is lost; "" if there is none."""
        is_decided = self._register is not None and len(self._decisions) > 1 and not self._is_saved
        return MAPPING_LEFT.format(name=Path(self.source).name) if is_decided else ""

    def refresh(self) -> None:
        """Show the source and what it contains."""
        register = (
            register_state(self._register, Path(self.source).parent) if self._register is not None else None
        )
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
        self.source, self._register, self._found, self._folder = source.strip(), None, None, None
        if not self.source:
            raise InputError(NO_SOURCE)
        self._check_project()
        try:
            if self.source.casefold().endswith(PROFILE):
                self._open_by_profile(self.source)
            elif is_register(self.source):
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
        self._folder = folder or self._folder
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
        self._is_saved = False
        self._decisions.append(f"register.{method}({', '.join(map(repr, given))})")
        self.refresh()

    def _open_by_profile(self, path: str) -> None:
        """Open the register that a saved mapping names, with this mapping."""
        try:
            known = Migration.read(os.path.expanduser(path))
        except InputError as error:
            if Path(os.path.expanduser(path)).is_file() and "does not name a register" in str(error):
                raise InputError(NO_REGISTER.format(name=Path(path).name)) from None
            raise
        self.source = str(known.register)
        self._register = self.bench.project.register(self.source, profile=path, folder=known.folder)
        folder = f", folder={str(known.folder)!r}" if known.folder else ""
        self._decisions = [f"register = project.register({self.source!r}, profile={path!r}{folder})"]
        remember(path)

    def save_profile(self, path: str) -> None:
        """Save what was decided, for the next register of the same kind."""
        self._check_register()
        self._register.save_profile(path)
        self._is_saved = True
        remember(path)
        self.bench.say(f"The mapping was saved as {path}.", "good")
        self.refresh()

    def use_profile(self, path: str) -> None:
        """Open the register again with a saved mapping; what was decided before is replaced."""
        self._check_register()
        options = {"folder": self._folder} if self._folder else {}
        self._register = self.bench.project.register(self.source, profile=path, **options)
        given = "".join(f", {name}={value!r}" for name, value in options.items())
        self._decisions = [f"register = project.register({self.source!r}, profile={path!r}{given})"]
        remember(path)
        self.bench.say(f"The mapping of {path} is used.", "good")
        self.refresh()

    def save_crosswalk(self, path: str) -> None:
        """Save the values that are not in the lists as a spreadsheet, to be filled in."""
        self._check_register()
        self._register.save_crosswalk(path)
        self.bench.say(
            f"The values were saved as {path}. Fill in the column use, then use the file here.", "good"
        )

    def use_crosswalk(self, path: str) -> None:
        """Use a spreadsheet of values that was filled in; what was decided by click stays where it has an empty cell."""
        self._check_register()
        before = int(self._register.crosswalk["use"].isna().sum())
        self._register.use_crosswalk(path, take_back=False)
        self._decisions.append(f"register.use_crosswalk({path!r}, take_back=False)")
        left = int(self._register.crosswalk["use"].isna().sum())
        self.bench.say(f"{count(before - left, 'value')} decided by {path}; {left:,} to decide.", "good")
        self.refresh()

    def make(self, source: str | None = None) -> None:
        """Make the batch of the source, or continue it."""
        self._check_project()
        source = (source or self.source).strip()
        if not source:
            raise InputError(NO_SOURCE)
        is_open = self._register is not None and source == self.source
        batch = self._register.batch() if is_open else self.bench.project.batch(source)
        remember(source)
        lines = (
            [*self._decisions, "batch = register.batch()"]
            if is_open
            else [f"batch = project.batch({source!r})"]
        )
        left = self.bench.leaving() if batch is not self.bench.batch else ""
        self.forget()
        self.bench.open_batch(batch)
        self.bench.code.note(lines)
        imported = f"{count(len(batch.view.documents), 'document')} imported from {source}."
        self.bench.say(f"{imported} {left}".rstrip(), "good")

    def _check_project(self) -> None:
        if self.bench.project is None:
            raise PdmError(SELECT_PROJECT)

    def _check_register(self) -> None:
        if self._register is None:
            raise PdmError(NO_SOURCE)


def is_register(source: str) -> bool:
    """True if a path names a spreadsheet that exists."""
    path = Path(os.path.expanduser(source))
    return path.suffix.casefold() in REGISTERS and path.is_file()


def _entry(head: str, one: os.DirEntry[str], until: float) -> dict[str, Any]:
    """A folder with its number of files, or a file with its size; what takes longer than `until` is not counted."""
    if one.is_dir():
        return {"path": f"{head}{one.name}/", "kind": "folder", "about": _contents(one.path, until)}
    suffix = os.path.splitext(one.name)[1].casefold()
    kind = "register" if suffix in REGISTERS - {".txt"} else "profile" if suffix == PROFILE else "file"
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
