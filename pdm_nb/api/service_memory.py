"""Remembers for a day what a service refused, and which readings of the open rules it follows (B71).

How this works: one small JSON file per service, application, company and project, in the user's cache folder. The
file name is a hash of these four, and the file holds operation names, HTTP statuses and short words alone: no ids and
no secrets. Each entry has the time at which it was seen and is dropped a day later. Readings that a verification found
are kept apart from those that calls showed, so that the latter can be forgotten alone. A file that cannot be read or is
malformed counts as empty; one that cannot be written is skipped, and the memory then ends with the process.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..file_writing.whole_file import whole_file

log = logging.getLogger("pdm_nb")
DAY = 86_400.0  # seconds that an entry counts
REPEAT = 3_600.0  # seconds after which the same observation is written again
NOT_OFFERED = frozenset({400, 403, 404, 405, 406, 410, 422, 501})  # statuses that will be the same tomorrow
MOST_BYTES = 65_536
MOST_ENTRIES = 100  # of each kind
MOST_TEXT = 200  # characters of a name or value
PROJECT = re.compile(r"/companies/([^/]+)/projects/([^/]+)/")
Entry = tuple[float, Any]  # Unix seconds, and what was seen


class ServiceMemory:
    """What is known of one project at one service. Threads may share it.

    Parameters
    ----------
    path : Path or None
        The file that keeps it; None for a memory that ends with the process.
    now : callable
        Returns the time in Unix seconds.
    """

    def __init__(self, path: Path | None, now: Callable[[], float]) -> None:
        self.path, self._now = path, now
        self._refused: dict[str, Entry] = {}
        self._readings: dict[str, Entry] = {}  # that calls showed
        self._verified: dict[str, Entry] = {}  # that a verification found
        self._lock = threading.RLock()  # from reading the file until it is replaced
        self._load()

    def __repr__(self) -> str:
        return f"<ServiceMemory: {len(self._refused)} refused, {len(self.readings())} readings>"

    # -- what was refused
    def refused(self, operation: str) -> bool:
        """True if the service refused this operation within the last day."""
        return self.refusal(operation) is not None

    def refusal(self, operation: str) -> int | None:
        """Return the HTTP status of the refusal, None if there was none within the last day."""
        status = self._fresh(self._refused, operation)
        return status if isinstance(status, int) else None

    def note_refusal(self, operation: str, status: int | None) -> None:
        """Remember a refusal. A status that may change by itself (401, 429, 5xx but 501, no response) is not kept."""
        if status in NOT_OFFERED:
            self._note(self._refused, operation, status)

    def clear_refusal(self, operation: str) -> None:
        """Forget a refusal, since the operation succeeded."""
        with self._lock:
            if operation in self._refused:
                self._load()
                del self._refused[operation]
                self._save()

    # -- readings of the open rules
    def reading(self, name: str) -> str | None:
        """Return the reading of a rule that this service follows, the latest one; None if it is not known."""
        with self._lock:
            entries = max(self._verified, self._readings, key=lambda kind: kind.get(name, (0.0,))[0])
            value = self._fresh(entries, name)
        return value if isinstance(value, str) else None

    def readings(self) -> dict[str, str]:
        """Return all readings that are known."""
        with self._lock:
            names = [*self._readings, *self._verified]
            return {name: value for name in names if (value := self.reading(name)) is not None}

    def note_reading(self, name: str, value: str, *, verified: bool = False) -> None:
        """Remember which reading of a rule the service follows.

        Parameters
        ----------
        name, value : str
            The open rule and its reading.
        verified : bool
            True if a verification found it: then `forget_learned` keeps it.
        """
        self._note(self._verified if verified else self._readings, name, value[:MOST_TEXT])

    def forget_learned(self) -> None:
        """Forget what calls showed: refusals and readings. What a verification found stays."""
        with self._lock:
            self._load()
            self._refused.clear()
            self._readings.clear()
            self._save()

    # -- entries
    def _fresh(self, entries: dict[str, Entry], name: str) -> Any:
        with self._lock:
            at, value = entries.get(name, (0.0, None))
        return value if 0 <= self._now() - at < DAY else None

    def _note(self, entries: dict[str, Entry], name: str, value: Any) -> None:
        with self._lock:
            at, before = entries.get(name, (0.0, None))
            now = self._now()
            if before == value and 0 <= now - at < REPEAT:
                return
            self._load()
            if len(entries) >= MOST_ENTRIES and name not in entries:
                del entries[min(entries, key=lambda key: entries[key][0])]
            entries[name[:MOST_TEXT]] = (now, value)
            self._save()

    # -- the file
    def _load(self) -> None:
        """Take what the file has and this process has not seen later."""
        held = self._read()
        for key, own, kind in (
            ("refused", self._refused, int),
            ("readings", self._readings, str),
            ("verified", self._verified, str),
        ):
            for name, entry in _entries(held.get(key), kind):
                if entry[0] > own.get(name, (0.0,))[0] and 0 <= self._now() - entry[0] < DAY:
                    own[name] = entry

    def _read(self) -> dict[str, Any]:
        if self.path is None:
            return {}
        try:
            with open(self.path, "rb") as file:
                raw = file.read(MOST_BYTES + 1)
            held = json.loads(raw) if len(raw) <= MOST_BYTES else {}
        except (OSError, ValueError, RecursionError):
            return {}
        return held if isinstance(held, dict) else {}

    def _save(self) -> None:
        """Replace the file as a whole."""
        if self.path is None:
            return
        text = json.dumps({"refused": self._refused, "readings": self._readings, "verified": self._verified})
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with whole_file(self.path, private=True) as draft:
                draft.write_text(text, "utf-8")
        except OSError as error:
            log.debug("The service memory was not written: %s", error.strerror)


class Memories:
    """The memories of one service, a memory per project.

    Parameters
    ----------
    folder : Path or None
        Where the files are; None if nothing may outlive the process.
    api_url, client_id : str
        The service and the application.
    """

    def __init__(self, folder: Path | None, api_url: str, client_id: str, now: Callable[[], float]) -> None:
        self._folder, self._service, self._now = folder, (api_url, client_id), now
        self._open: dict[tuple[str, str], ServiceMemory] = {}
        self._lock = threading.Lock()

    @property
    def is_stored(self) -> bool:
        """True if memories outlive the process."""
        return self._folder is not None

    def of(self, company_id: str, project_id: str) -> ServiceMemory:
        """Return the memory of one project; the same one each time."""
        key = (company_id, project_id)
        with self._lock:
            if key not in self._open:
                digest = hashlib.sha256(json.dumps([*self._service, *key]).encode()).hexdigest()[:32]
                path = self._folder / "services" / f"{digest}.json" if self._folder else None
                self._open[key] = ServiceMemory(path, self._now)
            return self._open[key]

    def of_path(self, path: str) -> ServiceMemory:
        """Return the memory of the project that a path names."""
        found = PROJECT.search(path)
        return self.of(*(found.groups() if found else ("", "")))


def version_reading(operation: str) -> str:
    """The name of the reading that holds which version of an operation's path is offered (B70)."""
    return f"version of {operation}"


def _entries(found: Any, kind: type) -> list[tuple[str, Entry]]:
    """The well-formed entries of one kind."""
    rows = found.items() if isinstance(found, dict) else ()
    return [
        (name, (float(entry[0]), entry[1]))
        for name, entry in rows
        if isinstance(entry, list)
        and len(entry) == 2
        and isinstance(entry[0], int | float)
        and isinstance(entry[1], kind)
    ][:MOST_ENTRIES]
