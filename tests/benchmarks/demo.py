"""The main job's figures: `python -m tests.benchmarks.demo --documents 200`. Prints one JSON object last.

API calls per document, seconds and peak memory of `pdm-nb demo`, a process of its own; beside it, in the same
run, a plain client that follows the vendor's guide step by step, one document at a time.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from pdm_nb.sim import Simulator, write_samples
from tests.support.plain_client import Plain, pdfs

ML_SECONDS = 4.0


def ours(documents: int) -> dict[str, Any]:
    """`pdm-nb demo` as a process; the memory is that of client, simulator and sample documents together."""
    command = [sys.executable, "-m", "pdm_nb", "demo", "--json", "--documents", str(documents)]
    done = subprocess.run(
        [*command, "--ml-seconds", str(ML_SECONDS)], capture_output=True, text=True, check=True
    )
    told = json.loads(done.stdout.splitlines()[-1])
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return {
        "documents": documents,
        "revisions": told["revisions"],
        "api_calls_per_document": round(told["api_calls"] / documents, 3),
        "seconds_per_document": round(told["seconds"] / documents, 3),
        "seconds": told["seconds"],
        "peak_memory_mib": round(peak, 1),
    }


def plain(documents: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder, Simulator(ml_seconds=ML_SECONDS) as simulator:
        paths = pdfs(write_samples(Path(folder), documents * 3, 7), documents)
        client = Plain(simulator)
        begun = time.monotonic()
        client.documents(paths)
        seconds = time.monotonic() - begun
        calls = simulator.counts.api_calls
    return {
        "documents": documents,
        "api_calls_per_document": round(calls / documents, 3),
        "seconds_per_document": round(seconds / documents, 3),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=200)
    parser.add_argument("--plain", type=int, default=8, help="documents for the plain client (8)")
    options = parser.parse_args()
    with_ours = ours(options.documents)
    print(json.dumps({"pdm_nb": with_ours, "plain_client": plain(options.plain)}))


if __name__ == "__main__":
    main()
