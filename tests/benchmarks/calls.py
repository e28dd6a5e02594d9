"""API calls per document: `python -m tests.benchmarks.calls --documents 1000`. Prints one JSON object last.

PDFs are uploaded, machine learning is waited for, and all are submitted; the simulator counts: in its default project,
and where a file turns `complete` and has to be asked for (B57) and lists have ten rows a page (B9). Next to it, in the
same run, a plain client that follows the vendor's guide step by step, one document at a time; its simulator's clock is
quickened, and its own waits with it, since it would take an hour and a half otherwise.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path
from typing import Any

import pdm_nb
from pdm_nb.sim import Simulator, write_samples
from tests.support.plain_client import Plain, pdfs

ML_SECONDS = 20.0  # of a PDF (B35: at the most three minutes)
SPEED = 60.0  # of the plain client's clock
VALUES = {"status": "S2", "type": "OT", "revision": "P01", "description": "A document"}


SLOW = {"complete_status": "complete", "page_size": 10}


def ours(paths: list[Path], place: Path, **options: Any) -> dict[str, Any]:
    with Simulator(ml_seconds=ML_SECONDS, **options) as simulator:
        service = pdm_nb.connect(
            simulator.url, client_id=simulator.client_id, client_secret=simulator.client_secret
        )
        batch = service.project("Riverside Tower").batch(paths, journal=place / f"{len(options)}.sqlite")
        for field, value in VALUES.items():
            batch.set(None, field, value)
        begun = time.monotonic()
        for step in (batch.upload, batch.watch, batch.submit):
            step().wait()
        told = figures(simulator, len(paths), time.monotonic() - begun)
        told["submitted"] = int((batch.status()["state"] == "submitted").sum())
        batch.close()
    return told


def plain(paths: list[Path]) -> dict[str, Any]:
    with Simulator(ml_seconds=ML_SECONDS, speed=SPEED) as simulator:
        begun = time.monotonic()
        submitted = Plain(simulator, SPEED).documents(paths)
        return figures(simulator, len(paths), (time.monotonic() - begun) * SPEED) | {"submitted": submitted}


def figures(simulator: Simulator, documents: int, seconds: float) -> dict[str, Any]:
    """What the simulator counted since it started, the sign-in's and configuration's calls among them."""
    calls = simulator.counts.by_operation
    return {
        "documents": documents,
        "calls_per_document": round(sum(calls.values()) / documents, 4),
        "by_endpoint": {
            name: {"calls": count, "per_document": round(count / documents, 4)}
            for name, count in sorted(calls.items(), key=lambda one: -one[1])
        },
        "storage_puts": simulator.counts.storage_puts,
        "seconds": round(seconds, 1),
        "faults_of_the_client": dict(simulator.ledger.counts),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=1000)
    parser.add_argument("--plain", type=int, help="documents for the plain client (as many)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        paths = pdfs(write_samples(place / "documents", options.documents * 3, 7), options.documents)
        result = {
            "pdm_nb": ours(paths, place),
            "pdm_nb_complete_and_ten_rows": ours(paths, place, **SLOW),
        }
        result |= {"plain_client": plain(paths[: options.plain])}
    result["ratio"] = round(
        result["pdm_nb"]["calls_per_document"] / result["plain_client"]["calls_per_document"], 3
    )
    print(json.dumps(result))


if __name__ == "__main__":
    main()
