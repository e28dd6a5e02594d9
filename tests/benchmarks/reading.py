"""What reading PDFs costs the server: `python -m tests.benchmarks.reading`. Prints one JSON object last.

Side by side, read in a thread of the simulator's process (`reader=read_pdf`) and in a process of its own (as it is
shipped): the seconds that the PDFs of 200 sample documents take, and how long list calls of 100 uploads take over a
socket while 50 crowded and 50 long PDFs are read; beside it the same calls while nothing is read. The two take turns,
and all rounds are counted together.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from pdm_nb.sim import Simulator, write_samples
from pdm_nb.sim.pdf_reader.reader import read_pdf
from tests.benchmarks.simulator import UNLIMITED, Caller
from tests.support.simulator.malformed_pdfs import crowded, long

PAUSE = 0.02
PAGES = 10
READERS = {"thread": read_pdf, "process": None}


def serve(reader: str) -> None:
    """A simulator that reads the PDFs of each folder it is told on stdin, and says how many seconds it took."""
    with Simulator(uploads=100 * PAGES, reader=READERS[reader], **UNLIMITED) as simulator:
        queue = simulator._processing._queue
        print(json.dumps(simulator.ready_line()), flush=True)
        for line in sys.stdin:
            paths = sorted(Path(line.strip()).rglob("*.pdf"))
            began = time.perf_counter()
            futures = [queue.submit(lambda path=path: [path]) for path in paths]
            unread = sum(future.result() is None for future in futures)
            seconds = round(time.perf_counter() - began, 3)
            print(json.dumps({"pdfs": len(paths), "unread": unread, "seconds": seconds}), flush=True)


@dataclass
class Figures:
    """What the rounds of one way of reading came to."""

    samples: list[float] = field(default_factory=list)
    heavy: list[float] = field(default_factory=list)
    quiet: list[float] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)
    unread: int = 0

    def told(self) -> dict[str, Any]:
        return {
            "samples_s": round(statistics.median(self.samples), 3),
            "heavy_s": round(statistics.median(self.heavy), 3),
            "unread": self.unread,
            "list_ms_nothing_read": spread(self.quiet),
            "list_ms_while_reading": spread(self.busy),
        }


def spread(taken: Sequence[float]) -> dict[str, float]:
    cuts = {
        "median": statistics.median(taken),
        "p95": statistics.quantiles(taken, n=20)[-1],
        "max": max(taken),
    }
    return {"calls": len(taken), **{name: round(value, 2) for name, value in cuts.items()}}


def timed(caller: Caller, number: int) -> float:
    """Milliseconds of one list call, after a pause as a client that polls would make it."""
    time.sleep(PAUSE)
    began = time.perf_counter()
    caller.list_(per_page=100, page=number % PAGES + 1)
    return (time.perf_counter() - began) * 1000


def measure(reader: str, samples: Path, heavy: Path, times: int, figures: Figures) -> None:
    """One round, with a simulator in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.reading", "--serve", reader]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        caller = Caller(SimpleNamespace(**json.loads(server.stdout.readline())))
        for number in range(PAGES):  # what a first call of a page takes is no matter of reading
            timed(caller, number)
        figures.quiet += (timed(caller, number) for number in range(times))
        for folder in (samples, heavy):
            server.stdin.write(f"{folder}\n")
            server.stdin.flush()
            if folder == heavy:
                busy = [timed(caller, number) for number in range(times)]
            told = json.loads(server.stdout.readline())
            figures.unread += told["unread"]
            (figures.heavy if folder == heavy else figures.samples).append(told["seconds"])
        server.stdin.close()
    assert told["seconds"] > sum(busy) / 1000 + PAUSE * times, "nothing was read any more at the last calls"
    figures.busy += busy


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--times", type=int, default=200, help="how many list calls are made in a round")
    parser.add_argument("--heavy", type=int, default=100, help="how many crowded and long PDFs are read")
    parser.add_argument("--serve", choices=READERS, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.serve:
        serve(asked.serve)
        return
    with tempfile.TemporaryDirectory() as folder:
        samples, heavy = Path(folder) / "samples", Path(folder) / "heavy"
        heavy.mkdir()
        write_samples(samples, 200)
        for made, name in ((crowded(), "crowded"), (long(), "long")):
            for number in range(asked.heavy // 2):
                (heavy / f"{number:03}-{name}.pdf").write_bytes(made)
        figures = {reader: Figures() for reader in READERS}
        for _ in range(asked.rounds):
            for reader, one in figures.items():
                measure(reader, samples, heavy, asked.times, one)
    print(json.dumps({reader: one.told() for reader, one in figures.items()}))


if __name__ == "__main__":
    main()
