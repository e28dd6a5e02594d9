"""What the sample documents cost: `python -m tests.benchmarks.samples --documents 1000`. Prints one JSON object last.

Seconds, documents a second and megabytes of each set; of the awkward documents the seconds, the bytes that they
seem to have and those that they take on disk, and how long the longest of them takes to be read.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from typing import Any

from pdm_nb.sim.pdf_reader.reader import read_pdf
from pdm_nb.sim.samples import STANDARDS, Sample, write_samples


def timed(call: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    found = call()
    return time.perf_counter() - began, found


def size(samples: list[Sample]) -> int:
    return sum(sample.path.stat().st_size for sample in samples)


def usual(standard: str, documents: int, seed: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        seconds, samples = timed(lambda: write_samples(folder, documents, seed, standard=standard))
        return {
            "documents": len(samples),
            "seconds": round(seconds, 2),
            "documents_per_second": round(len(samples) / seconds, 1),
            "mb": round(size(samples) / 1e6, 2),
        }


def awkward(standard: str, seed: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        seconds, samples = timed(lambda: write_samples(folder, 1, seed, standard=standard, awkward=True))
        samples = [sample for sample in samples if sample.awkward]
        reading = {sample.awkward: timed(lambda path=sample.path: read_pdf(path))[0] for sample in samples}
        slowest = max(reading, key=reading.__getitem__)
        return {
            "documents": len(samples),
            "seconds": round(seconds, 2),
            "mb": round(size(samples) / 1e6, 2),
            "disk_blocks": sum(sample.path.stat().st_blocks for sample in samples),
            "mb_on_disk": round(sum(s.path.stat().st_blocks for s in samples) * 512 / 1e6, 2),
            "slowest_to_read": {slowest: round(reading[slowest], 3)},
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=7)
    asked = parser.parse_args()
    told = {
        standard: {
            **usual(standard, asked.documents, asked.seed),
            "awkward": awkward(standard, asked.seed),
        }
        for standard in STANDARDS
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
