"""What a document costs in a small journal and in a large one: `python -m tests.benchmarks.scale`.

Prints one JSON object last. For each size, in a process of its own: a register is opened into a journal, checked,
a column set, then uploaded, watched and submitted against a client that answers at once (so what is timed is our
own work), the journal opened again, `frame` and `status()` taken. Figures are per document; `ratios` says how much
more a document costs at the largest size than at the smallest. `--real N` adds a run against the simulator.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

import pdm_nb
from pdm_nb.api.client import TimeSource
from pdm_nb.api.notices import Notices
from pdm_nb.api.paged_lists import Lists, Pages
from pdm_nb.api.protocol import requests, shapes
from pdm_nb.api.service_memory import ServiceMemory
from pdm_nb.model import FieldValue, FileUpload, Revision, Segment, Upload, Value
from pdm_nb.project import Project
from pdm_nb.sim import Simulator

FIELDS = {"type": "Other", "status": "S2", "revision": "P01"}


class AtOnce:
    """The calls of `Client`, answered at once and in the right shapes; keeps as little as it can."""

    def __init__(self, real: Any, names: Mapping[str, str]) -> None:
        self.keeps_files = False  # of revisions
        self.environment, self.rate_limit, self.clock = (
            real.environment,
            real.rate_limit,
            TimeSource(sleep=_no_sleep),
        )
        self.company_id, self.response_cache = real.company_id, real.response_cache
        self.call_queue = real.call_queue
        self.notices, self._memory = Notices(), ServiceMemory(None, time.time)
        self.calls: Counter[str] = Counter()
        self.storage_puts = 0
        self._names = names  # field id -> name
        self._held: dict[str, list[FieldValue]] = {}
        self._revisions: dict[str, Revision] = {}
        self._next = 0

    def _id(self) -> str:
        self._next += 1
        return f"01SCALE{self._next:019}"

    async def create_document_uploads(self, scope: Any, files: Sequence[Any]) -> list[str]:
        self.calls["createDocumentUploads"] += 1
        return [self._id() for _ in files]

    async def create_upload(self, scope: Any, **spec: Any) -> FileUpload:
        self.calls["createUpload"] += 1
        segments = tuple(Segment("https://storage.test", {}) for _ in spec["segments"])
        return FileUpload(self._id(), "ready", segments)

    async def put_segment(self, segment: Any, size: int, content: Any) -> str:
        self.storage_puts += 1
        return "etag"

    async def complete_upload(self, scope: Any, file_upload_id: str, etags: Any) -> FileUpload:
        self.calls["completeUpload"] += 1
        return FileUpload(file_upload_id, "available")

    async def update_document_uploads(
        self, scope: Any, updates: Sequence[Any]
    ) -> tuple[set[str], dict[str, str]]:
        self.calls["updateDocumentUploads"] += 1
        for update in updates:
            self._held[update["id"]] = [
                FieldValue(
                    field["id"], self._names[field["id"]], "string", field["id"],
                    tuple(Value(value, "", value) for value in field["values"]), "MANUAL",
                )
                for field in update["fields"]
            ]  # fmt: skip
        return {update["id"] for update in updates}, {}

    async def list_selected_uploads(self, scope: Any, ids: Sequence[str]) -> list[Upload]:
        self.calls["listSelectedUploads"] += 1
        found = []
        for id_ in ids:
            fields = [FieldValue(key, name, "string", key, ()) for key, name in self._names.items()]
            held = {value.field_id: value for value in self._held.get(id_, ())}
            fields = [held.get(value.field_id, value) for value in fields]
            found.append(Upload(id_, f"E{id_}", "COMPLETED", "completed", "not_applicable", tuple(fields)))
        return found

    async def create_document_revisions(
        self, scope: Any, items: Iterable[Any]
    ) -> tuple[list[str], dict[str, str]]:
        self.calls["createDocumentRevisions"] += 1
        ids = []
        for upload_id, *_ in items:
            ids.append(self._id())
            version = FieldValue("version", "version", "numeric", "Version", (Value("", "", "1"),))
            self._revisions[ids[-1]] = Revision(ids[-1], "C", upload_id, (version,))
            self._held.pop(upload_id, None)
        return ids, {}

    async def list_selected_revisions(self, scope: Any, ids: Iterable[str]) -> list[Revision]:
        self.calls["listSelectedRevisions"] += 1
        return [self._revisions.pop(id_) for id_ in ids]

    async def list_document_uploads(self, scope: Any) -> list[Upload]:
        return []

    async def show_permissions(self, scope: Any) -> list[dict[str, Any]]:
        return []

    def revision_ids(
        self, scope: Any, filters: Any = None, *, per_page: int = requests.ID_PAGE, most: int | None = None
    ) -> Pages[str]:
        return Lists(_no_rows, self.response_cache, self.notices).pages(
            requests.list_revision_ids(scope, filters, per_page), shapes.id_of, most
        )

    def memory(self, scope: Any) -> ServiceMemory:
        return self._memory


async def _no_rows(request: Any) -> tuple[list[Any], dict[str, str]]:
    return [], {"total": "0"}


async def _no_sleep(seconds: float) -> None:
    return None


class Stages:
    """Microseconds (of the processor, and on the wall) and memory of one stage after the other."""

    def __init__(self, documents: int) -> None:
        self.documents = documents
        self.figures: dict[str, float] = {}

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        begun, worked = time.perf_counter(), time.process_time()
        yield
        # Processor time: what other processes do on this machine meanwhile is not in it.
        self.figures[f"{name}_us"] = round((time.process_time() - worked) / self.documents * 1e6, 1)
        self.figures[f"{name}_wall_us"] = round((time.perf_counter() - begun) / self.documents * 1e6, 1)
        print(f"  {self.documents:,}: {name} {self.figures[f'{name}_us']} µs", file=sys.stderr, flush=True)

    def memory(self, name: str, size: float) -> None:
        self.figures[name] = round(size / self.documents)


def resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def register(folder: Path, documents: int) -> pd.DataFrame:
    """Files of a few bytes, a hundred to a folder, and a register of them."""
    rows = []
    for number in range(documents):
        place = folder / f"{number // 100:05}"
        if number % 100 == 0:
            place.mkdir()
        (place / f"letter-{number:06}.txt").write_bytes(b"letter %d" % number)
        rows.append({"file": str(place / f"letter-{number:06}.txt"), "Title": f"Letter {number}", **FIELDS})
    return pd.DataFrame(rows)


def project_at(simulator: Simulator) -> Project:
    service = pdm_nb.connect(
        simulator.url, client_id=simulator.client_id, client_secret=simulator.client_secret
    )
    return service.project("Riverside Tower")


def go(documents: int, real: bool, memory: bool) -> dict[str, float]:
    """All stages at one size, in this process."""
    stages = Stages(documents)
    options = {"hourly_limit": 10**9, "spike_limit": 10**9, "ml_seconds": 0.5}
    with tempfile.TemporaryDirectory() as folder, Simulator(**options) as simulator:
        project = project_at(simulator)
        fields = {field.id: field.name for field in project.configuration.fields.values()}
        if not real:
            project.service.client = AtOnce(project.service.client, fields)  # type: ignore[assignment]
        table = register(Path(folder), documents)
        before = resident()
        if memory:
            tracemalloc.start()
        _stages(stages, project, table, Path(folder, "journal.sqlite"), memory)
        stages.memory("resident_bytes", resident() - before)
    return stages.figures


def _stages(stages: Stages, project: Project, table: pd.DataFrame, path: Path, memory: bool) -> None:
    with stages.timed("open"):
        batch = project.batch(table, folder=path.parent, journal=path)
    with stages.timed("check"):
        assert not len(batch.check())
    with stages.timed("set"):
        batch.set(None, "description", "Another title")
    with stages.timed("set_names"):
        batch.set([document.name for document in batch.view.documents], "status", "S3")
    with stages.timed("upload"):
        batch.upload().wait()
    with stages.timed("watch"):
        batch.watch(first=0.0).wait()
    with stages.timed("submit"):
        batch.submit().wait()
    assert set(batch.frame["state"]) == {"submitted"}
    calls = project.service.client.calls.total()
    stages.figures["calls"] = round(calls / stages.documents, 3)
    if memory:
        stages.memory("held_bytes", tracemalloc.get_traced_memory()[0])
        stages.memory("peak_bytes", tracemalloc.get_traced_memory()[1])
    batch.close()
    stages.memory("journal_bytes", path.stat().st_size)
    with stages.timed("reopen"):
        batch = project.batch(journal=path)
    with stages.timed("frame"):
        assert len(batch.frame) == stages.documents
    with stages.timed("status"):
        assert len(batch.status()) == stages.documents
    batch.close()


def alone(documents: int, *flags: str) -> dict[str, float]:
    """One size in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.scale", "--one", str(documents), *flags]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, nargs="+", default=[1000, 10_000, 100_000])
    parser.add_argument(
        "--real", type=int, default=0, help="documents for a run against the simulator (none)"
    )
    parser.add_argument("--memory", action="store_true", help="traced memory too: some four times as slow")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(go(options.one, bool(options.real), options.memory)))
        return
    flags = ["--memory"] if options.memory else []
    sizes = {size: alone(size, *flags) for size in sorted(options.documents)}
    least, most = min(sizes), max(sizes)
    ratios = {key: round(sizes[most][key] / one, 2) for key, one in sizes[least].items() if one}
    told: dict[str, Any] = {"per_document": sizes, "ratios": ratios}
    if options.real:
        told["simulator"] = {options.real: alone(options.real, "--real", "1")}
    print(json.dumps(told))


if __name__ == "__main__":
    main()
