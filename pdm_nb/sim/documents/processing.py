"""The jobs after completion: filename scraping (B38) and machine learning (B35–B37), run by the clock.

How this works: `pdf_reader/` reads the PDFs in a queue (`queue.py`) and a separate process (`process.py`). When a reading
is done and its time has come, `_learn` writes the values. They follow the precedence of B37: caller, file name, ML.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..pdf_reader.process import ReadingProcess
from ..pdf_reader.queue import InProcessReader, ReadingQueue
from ..runtime.faults import LEARN
from ..runtime.options import Options
from ..world.records import Entry, Outcome, StoredFile, Upload
from ..world.simulator_core import Core
from ..world.world import Field, Project, Value
from . import naming
from .containers import changed_upload

if TYPE_CHECKING:
    from ..pdf_reader.reader import Guess, PdfReading

PDF = "application/pdf"
SCRAPING_SECONDS = 1.0
JITTER = 0.1  # of ml_seconds: documents do not all finish at once
LARGEST_PDF = 256 << 20
# The fields that ML fills for a drawing, and the attribute of the reading that it takes (B36).
DRAWING = {
    "description": "title",
    "number": "number",
    "revision": "revision",
    "date_authored": "date_authored",
}
LOWER_SOURCES = ("FILENAME_SCRAPING", "ML", "SYSTEM")  # a file name's code replaces these (B24, B37)
REPORTED = ("type", "number", "description", "date_authored")  # B37
Reader = Callable[["bytes | Path"], "PdfReading"]


class Processing:
    """Starts the jobs of completed uploads and stores their results."""

    def __init__(self, core: Core, reader: Reader | ReadingProcess | None = None) -> None:
        self.core = core
        reader = reader or ReadingProcess()
        self._queue = ReadingQueue(reader if isinstance(reader, ReadingProcess) else InProcessReader(reader))

    def close(self) -> None:
        """Stop reading PDFs."""
        self._queue.close()

    def resume(self) -> None:
        """Schedule the unfinished jobs of an earlier simulator with the same data folder."""
        projects = {project.id: project for project in self.core.world.projects}
        for upload in self.core.store.rows(Upload):
            if upload.is_listed and "in_progress" in (upload.ml, upload.scraping):
                self.start(projects[upload.project_id], upload.key)

    def with_initial_statuses(self, project: Project, upload: Upload) -> Upload:
        """Return a completed upload with its initial statuses (B34)."""
        return replace(
            upload,
            ml="in_progress" if upload.mime_type == PDF else "not_applicable",
            scraping="in_progress" if project.naming else "not_applicable",
        )

    def start(self, project: Project, key: str) -> None:
        """Schedule the jobs of a completed upload, which must be stored."""
        upload = self.core.store.get(Upload, key)
        assert upload is not None
        seconds = self.core.options.ml_seconds
        if upload.scraping == "in_progress":
            self.core.clock.later(min(seconds, SCRAPING_SECONDS), lambda: self._scrape(project, key))
        if upload.ml == "in_progress":
            self._start_ml(project, key)

    def _start_ml(self, project: Project, key: str) -> None:
        fault = self.core.faults.take(LEARN)
        kind = fault.kind if fault else ""
        if kind == "ml_never_ends":
            return
        seconds = self.core.options.ml_seconds
        delay = seconds + self.core.ids.jitter(seconds * JITTER)
        if fault and kind == "ml_slow":
            delay += 60.0 if fault.seconds is None else fault.seconds
        reading = self._queue.submit(lambda: [] if kind == "ml_fails" else self._parts(key))
        self.core.clock.later(delay, lambda: self._learn(project, key, reading), after=reading)

    def _parts(self, key: str) -> list[Path]:
        """The files of an upload's PDF; empty if there is none, or it is too large."""
        upload = self.core.store.get(Upload, key)
        if upload is None or not upload.is_listed:
            return []
        file = self.core.store.get(StoredFile, upload.file_id or "")
        if file is None or file.size > LARGEST_PDF:
            return []
        return [self.core.data / part.path for part in file.parts if part.path]

    def _scrape(self, project: Project, key: str) -> None:
        with self.core.store.lock:
            upload = self.core.store.get(Upload, key)
            if upload is None or not upload.is_listed:
                return  # B47, B50: submitted or deleted meanwhile
            self._put(project, upload, **scraped(project, upload))

    def _learn(self, project: Project, key: str, future: Future[PdfReading | None]) -> None:
        try:
            reading = future.result()
        except CancelledError:
            return  # the simulator was stopped
        with self.core.store.lock:
            upload = self.core.store.get(Upload, key)
            if upload is None or not upload.is_listed:
                return  # B47, B50
            self._put(project, upload, **learned(project, upload, reading, self.core.options))

    def _put(self, project: Project, upload: Upload, **changes: Any) -> None:
        self.core.store.put(*changed_upload(self.core, project, upload, **changes))


def scraped(project: Project, upload: Upload) -> dict[str, Any]:
    """Return the changes of an upload by scraping its file name (B38)."""
    entries, success, errors = dict(upload.entries), [], []
    opinions = dict(upload.opinions)
    for name, found in naming.scrape(project, upload.file_name).items():
        field = project.by_name[name]
        if found is None:
            errors.append((field.id, "FILENAME_NOT_CONTAINS_CODE", f"The file name has no code of {name}"))
        else:
            success.append(field.id)
        value = found.id if isinstance(found, Value) else found
        if value is not None:
            opinions[f"{name}_scraping"] = value
        kept = entries.get(field.id, Entry())
        if kept.values and (value is None or kept.source not in LOWER_SOURCES):  # B37
            continue
        if value is None and kept.source == "ML_FAILED":
            continue  # B36: every field that ML failed on, whichever job ends first
        entries[field.id] = Entry((value,), "FILENAME_SCRAPING") if value else Entry((), "SCRAPING_FAILED")
    return {
        "entries": entries,
        "opinions": opinions,
        "scraping": "completed" if success else "error",
        "scraping_outcome": Outcome(tuple(success), tuple(errors)),
    }


def learned(project: Project, upload: Upload, reading: PdfReading | None, options: Options) -> dict[str, Any]:
    """Return the changes of an upload by machine learning (B36, B37)."""
    entries, success, errors = dict(upload.entries), [], []
    opinions = dict(upload.opinions)
    for field, guess in _guesses(project, reading, options):
        value = _field_text(field, guess)
        if value is None:
            errors.append((field.id, "LOW_CONFIDENCE", f"{field.label} could not be read with confidence"))
        else:
            success.append(field.id)
            if field.name in REPORTED:
                opinions[f"{field.name}_ml"] = value
        kept = entries.get(field.id, Entry())
        if kept.values and kept.source != "ML":  # B37
            continue
        if value is None or guess is None:
            entries[field.id] = Entry((), "ML_FAILED", 0.0 if options.failed_score else None)
        else:
            entries[field.id] = Entry((value,), "ML", round(guess.confidence, 3))
    return {
        "entries": entries,
        "opinions": opinions,
        "ml": "completed" if success else "error",
        "ml_outcome": Outcome(tuple(success), tuple(errors)),
    }


def _guesses(
    project: Project, reading: PdfReading | None, options: Options
) -> Iterator[tuple[Field, Guess | None]]:
    """The fields that ML fills, with its guesses: the type, and four more for drawings (B36)."""
    kind = reading.type if reading else None
    if kind is not None and kind.value == "Other" and not options.other_type:
        return
    yield project.by_name["type"], kind
    if kind is not None and kind.value == "Drawing":
        for name, attribute in DRAWING.items():
            if name in project.by_name:
                yield project.by_name[name], getattr(reading, attribute)


def _field_text(field: Field, guess: Guess | None) -> str | None:
    """A guess in the format of the field: value id, timestamp or text; None if there is none."""
    if guess is None or not guess.value:
        return None
    text = str(guess.value)
    if field.is_lookup:
        return next((v.id for v in field.values if v.active and v.label == text), None)
    if field.type == "timestamp" and "T" not in text:
        return f"{text}T00:00:00Z"
    if field.name == "revision" and not text.isalnum():
        return None  # B36: left empty when it has special characters
    return text
