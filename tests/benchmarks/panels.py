"""What the workbench costs while a large batch changes: milliseconds of the kernel's main thread for each refresh.

A hundred documents change, as they do with each answer of the service; one JSON object last.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pdm_nb import Batch
from pdm_nb.batch.journal.journal import Step
from pdm_nb.sim import Simulator
from pdm_nb.widgets import Workbench
from tests.benchmarks.scale import project_at, register

CHANGED, ROUNDS = 100, 7


@contextmanager
def timed(found: list[float]) -> Iterator[None]:
    begun = time.process_time()
    yield
    found.append((time.process_time() - begun) * 1e3)


def measured(batch: Batch) -> dict[str, float]:
    """What it takes to open the workbench, to show what changed, to count errors, and to show the state: medians."""
    found: dict[str, list[float]] = {"open": [], "refresh": [], "count": [], "state": []}
    with timed(found["open"]):
        bench = Workbench(batch)
    documents = bench.documents
    assert documents is not None
    for number in range(ROUNDS):
        ids = frozenset(range(number * CHANGED, (number + 1) * CHANGED))
        batch._core.journal.note(Step(id_, None, {"message": f"round {number}"}) for id_ in ids)
        with timed(found["refresh"]):
            documents._refresh(ids)
        with timed(found["count"]):
            documents._count()
        with timed(found["state"]):
            bench.update()
    bench.close()
    return {f"{what}_ms": round(statistics.median(times), 1) for what, times in found.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=20_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, Simulator() as simulator:
        table = register(Path(folder), options.documents)
        batch = project_at(simulator).batch(table, folder=folder, journal=Path(folder, "journal.sqlite"))
        print(json.dumps({"documents": options.documents} | measured(batch)))
        batch.close()


if __name__ == "__main__":
    main()
