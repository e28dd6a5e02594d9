"""Evidence of many documents: the part `evidence` of `migrate.py`.

A journal of so many submitted documents, each with ten cells of a register and four of machine learning, file name and
defaults, is opened by a process that saves its evidence; its processor time and peak memory are those of the whole process.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from pdm_nb.batch.evidence import BatchEvidence
from pdm_nb.batch.journal.change_log import Cause
from pdm_nb.batch.journal.journal import Identity, Journal, Step
from pdm_nb.batch.journal.states import Event
from pdm_nb.model import Cell, Document

FORMATS = ("xlsx", "html", "csv", "parquet", "json")
REGISTER = Cause("register", "register.xlsx, SHA-256 0123456789ab")
FIELDS = (
    "name",
    "type",
    "status",
    "revision",
    "number",
    "description",
    "discipline",
    "originator",
    "volume",
    "location",
)
FILLED = (("date_authored", "ML"), ("scale", "ML"), ("phase", "FILENAME_SCRAPING"), ("authored_by", "SYSTEM"))
STEPS = (
    Event.RECORDED, Event.STARTED, Event.STORED, Event.LINKED, Event.SETTLED, Event.INTENDED, Event.ACCEPTED,
)  # fmt: skip


def build(path: Path, count: int) -> None:
    """Write the journal of a migration that has ended."""
    journal = Journal.open(path, Identity("https://api.procore.com", "7", "42", "Riverside Tower"))
    names = {f"f-{name}": name for name in (*FIELDS, *(name for name, _ in FILLED), "uploaded_by")}
    journal.set_meta("fields", json.dumps(names))
    documents = [
        Document(0, f"/drawings/{number // 1000:03}/A-{number:06}.pdf", f"A-{number:06}.pdf", 100_000 + number, "application/pdf")
        for number in range(count)
    ]  # fmt: skip
    cells = {
        document.path: [(f"f-{field}", _cell(field, number)) for field in FIELDS]
        for number, document in enumerate(documents)
    }
    ids = journal.add(documents, cells, REGISTER)
    journal.log.set_origins((id_, ("register.xlsx", "Register", id_ + 2, "0" * 64)) for id_ in ids)
    logged = frozenset(names)
    filled = [
        (id_, f"f-{name}", Cell(f"{name} {id_ % 500}", ("v",), by)) for id_ in ids for name, by in FILLED
    ]
    journal.record_cells(filled, logged=logged)
    journal.record_cells((id_, "f-uploaded_by", Cell("Data operations", ("u",), "SYSTEM")) for id_ in ids)
    for id_ in ids:
        journal.mark_sent(
            [(id_, field, cell) for field, cell in journal.unsent(id_)]
        ) if id_ % 50 == 0 else None
    for event in STEPS:
        journal.note(Step(id_, event, _facts(event, id_)) for id_ in ids)
    journal.log.set_readback({id_: [("", "equal", "", "")] for id_ in ids})
    journal.close()


def _cell(field: str, number: int) -> Cell:
    unique = field in ("name", "number", "description")
    text = f"{field} {number if unique else number % 40}"
    return Cell(text, (text,), "MANUAL")


def _facts(event: Event, id_: int) -> dict[str, Any]:
    return {
        Event.RECORDED: {"upload_id": f"01UPLOAD{id_:018}", "event_id": f"01EVENT{id_:019}"},
        Event.STORED: {"sha256": f"{id_:064x}"},
        Event.LINKED: {"ml": "completed"},
        Event.ACCEPTED: {"revision_id": f"01REVISION{id_:016}", "container_id": f"01CONTAINER{id_:015}", "version": "1"},
    }.get(event, {})  # fmt: skip


def save(path: Path, target: Path) -> None:
    """In a process of its own: save the evidence, and print what it took."""
    started = time.perf_counter()
    journal = Journal.open(path)
    evidence = BatchEvidence(journal)
    evidence.save(target)
    rows = len(evidence.changes) if target.suffix == ".parquet" else 0
    journal.close()
    used = resource.getrusage(resource.RUSAGE_SELF)
    told = {
        "processor_seconds": round(used.ru_utime + used.ru_stime, 1),
        "seconds": round(time.perf_counter() - started, 1),
        "peak_mb": round(used.ru_maxrss / 1024),
        "file_mb": round(target.stat().st_size / 1e6, 1),
    }
    print(json.dumps(told | ({"changes": rows} if rows else {})))


def measure_evidence(documents: int, formats: list[str]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "batch.sqlite")
        started = time.process_time()
        build(path, documents)
        found: dict[str, Any] = {
            "documents": documents, "journal_mb": round(path.stat().st_size / 1e6, 1),
            "build_processor_seconds": round(time.process_time() - started, 1),
        }  # fmt: skip
        for name in formats:
            command = [sys.executable, "-m", "tests.benchmarks.migrate_evidence", str(path), f"{folder}/evidence.{name}"]  # fmt: skip
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                raise SystemExit(done.stderr)
            found[name] = json.loads(done.stdout)
            print(name, found[name], file=sys.stderr)
    return found


if __name__ == "__main__":
    save(Path(sys.argv[1]), Path(sys.argv[2]))
