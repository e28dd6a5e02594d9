"""Kills at random instants: `python -m tests.benchmarks.kill --kills 300`. Prints one JSON object last.

Each run brings 200 documents to revisions against a simulator in which one call, PUT or job in twenty meets a fault;
the process that does it is killed (SIGKILL) a few times and begun anew, each time with the same lines of code. When a
kill strikes is chosen by the run's seed: as soon as the simulator has had the n-th call of some kind, and up to a few
milliseconds later, so that it falls before, within and after the work of every kind of call. Beside it the same run
without a kill. At the end the journal is held against the simulator's own records (`tests/support/consistency.py`).

Time runs faster, for both sides alike. Extra calls are what the killed runs needed above the others, all together.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from pdm_nb.batch.journal.journal import Journal
from pdm_nb.sim import Simulator, write_samples
from tests.support.consistency import compare_with_simulator

SPEED = 30.0  # of the clock
VALUES = {"status": "S2", "type": "OT", "revision": "P01", "description": "A document"}
PUT = "putSegment"
AT = (  # what a kill strikes at; each as likely as another, so that the rare states get theirs
    "createDocumentUploads",
    "createUpload",
    PUT,
    "completeUpload",
    "updateDocumentUploads",
    "listSelectedUploads",
    "createDocumentRevisions",
    "listSelectedRevisions",
)
LATE = 0.02  # seconds that a kill comes later, at the most


# -- the process that is killed
def work(told: dict[str, Any]) -> None:
    """What a user would write, with patience: the same cells again until nothing is left to do."""
    import pdm_nb
    from pdm_nb.api.client import TimeSource
    from pdm_nb.errors import PdmError

    real, begun = told["real"], told["simulated"]
    clock = TimeSource(
        lambda: begun + (time.time() - real) * SPEED, lambda seconds: asyncio.sleep(seconds / SPEED)
    )

    def patiently(step: Any) -> Any:
        for _ in range(20):
            try:
                return step()
            except PdmError as error:
                print(f"{type(error).__name__}: {error}", file=sys.stderr)
        raise SystemExit("the storm was too strong")

    service = patiently(
        lambda: pdm_nb.connect(
            told["url"], client_id=told["client_id"], client_secret=told["client_secret"], clock=clock
        )
    )
    project = patiently(lambda: service.project("Riverside Tower"))
    journal = Path(told["journal"])
    batch = patiently(lambda: project.batch(told["documents"], journal=journal))
    for name, value in VALUES.items():
        empty = [
            d.id
            for d in batch.view.documents
            if d.state == "planned" and not batch.view.cell(d.id, name).text
        ]
        if empty:
            batch.set(empty, name, value)
    patiently(lambda: batch.resume(until="submit").wait())
    for calm in (False, False, True, True):
        if calm:
            key = {"X-Control-Key": told["control_key"]}
            urlopen(Request(told["url"] + "/_internal/faults", method="DELETE", headers=key)).close()
        for step in (batch.upload, batch.watch, batch.submit):
            if any(
                document.state not in ("submitted", "gone", "failed") for document in batch.view.documents
            ):
                patiently(lambda step=step: step().wait())
    batch.close()


# -- one run
class Play:
    """One run of a seed: a simulator of its own, and as many processes as it takes."""

    def __init__(self, seed: int, documents: Path, place: Path) -> None:
        self.documents, self.place = documents, place
        self.simulator = Simulator(scenario="stormy", seed=seed, speed=SPEED, ml_seconds=8)
        self.journal = place / "batch.sqlite"
        self.kills: list[tuple[str, int]] = []
        self.states: list[Counter[str]] = []  # of the documents, as each kill left them

    def calls(self, operation: str) -> int:
        counts = self.simulator.counts
        return counts.storage_puts if operation == PUT else counts.by_operation.get(operation, 0)

    def begin(self) -> subprocess.Popen[bytes]:
        told = {
            "url": self.simulator.url,
            "client_id": self.simulator.client_id,
            "client_secret": self.simulator.client_secret,
            "control_key": self.simulator.control_key,
            "documents": str(self.documents),
            "journal": str(self.journal),
            "real": time.time(),
            "simulated": self.simulator._core.clock.now(),
        }
        return subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.kill", "--work", json.dumps(told)],
            cwd=self.place,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
            stdout=subprocess.DEVNULL,
            stderr=(self.place / "errors.txt").open("ab"),
        )

    def until_killed(self, operation: str, number: int, late: float) -> bool:
        """True where it was killed at that call, False where it had ended before."""
        process = self.begin()
        while process.poll() is None and self.calls(operation) < number:
            time.sleep(0.0005)
        time.sleep(late)
        if process.poll() is not None:
            self.check_end(process)
            return False
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        self.kills.append((operation, number))
        if self.journal.exists():
            journal = Journal.open(self.journal)
            self.states.append(Counter(document.state for document in journal.documents.values()))
            journal.close()
        return True

    def to_the_end(self) -> None:
        process = self.begin()
        process.wait()
        self.check_end(process)

    def check_end(self, process: subprocess.Popen[bytes]) -> None:
        if process.returncode:
            raise SystemExit((self.place / "errors.txt").read_text()[-4000:])

    def result(self, documents: int) -> dict[str, Any]:
        journal = Journal.open(self.journal)
        comparison = compare_with_simulator(self.simulator, journal.documents.values(), documents)
        journal.close()
        return {
            "calls": self.simulator.counts.api_calls,
            "puts": self.simulator.counts.storage_puts,
            "by_operation": dict(self.simulator.counts.by_operation),
            "states": dict(comparison.states),
            "lost": comparison.lost,
            "twice": comparison.twice,
            "untrue": comparison.untrue,
            "ledger": dict(self.simulator.ledger.counts),
        }


def one_run(seed: int, kills: int, documents: Path, number: int) -> dict[str, Any]:
    """The run of a seed, without kills and with them."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as place:
        calm = Play(seed, documents, Path(place))
        with calm.simulator:
            calm.to_the_end()
            without = calm.result(number)
    with tempfile.TemporaryDirectory() as place:
        play = Play(seed, documents, Path(place))
        with play.simulator:
            for _ in range(kills):
                expected = without["by_operation"] | {PUT: without["puts"]}
                left = [at for at in AT if play.calls(at) < expected.get(at, 0)]
                if not left:
                    break
                at = chance.choice(left)
                if not play.until_killed(
                    at, chance.randint(play.calls(at) + 1, expected[at]), chance.random() * LATE
                ):
                    break
            play.to_the_end()
            killed = play.result(number)
    return {
        "seed": seed,
        "without": without,
        "killed": killed,
        "kills": play.kills,
        "states_at_kills": [sorted(states) for states in play.states],
    }


# -- all
def measure(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    documents = folder / "documents"
    write_samples(documents, options.documents, 7)
    runs: list[dict[str, Any]] = []
    seeds = count(options.seed)
    with ProcessPoolExecutor(options.workers) as pool:
        while sum(len(run["kills"]) for run in runs) < options.kills:
            some = [next(seeds) for _ in range(options.workers)]
            n = len(some)
            runs += pool.map(one_run, some, [options.per_run] * n, [documents] * n, [options.documents] * n)
            print(json.dumps(figures(runs)), file=sys.stderr, flush=True)
    return figures(runs) | {"documents": options.documents, "seeds": [runs[0]["seed"], runs[-1]["seed"]]}


def figures(runs: list[dict[str, Any]]) -> dict[str, Any]:
    calls = {which: sum(run[which]["calls"] for run in runs) for which in ("without", "killed")}
    more: Counter[str] = Counter()
    for run in runs:
        more.update(run["killed"]["by_operation"])
        more.subtract(run["without"]["by_operation"])
    kills = sum(len(run["kills"]) for run in runs)
    return {
        "kills": kills,
        "runs": len(runs),
        "kills_at": dict(Counter(at for run in runs for at, _ in run["kills"])),
        "kills_with_documents_in": dict(
            Counter(state for run in runs for states in run["states_at_kills"] for state in states)
        ),
        **{
            what: [wrong for run in runs for wrong in run["killed"][what]]
            for what in ("lost", "twice", "untrue")
        },
        "wrong_without_kills": [
            w for run in runs for what in ("lost", "twice", "untrue") for w in run["without"][what]
        ],
        "calls": calls,
        "extra_calls_share": round(calls["killed"] / calls["without"] - 1, 4),
        "extra_calls_a_kill": round((calls["killed"] - calls["without"]) / max(1, kills), 1),
        "extra_by_operation": {name: number for name, number in more.most_common() if number},
        "extra_puts": sum(run["killed"]["puts"] - run["without"]["puts"] for run in runs),
        "states": {
            which: dict(sum((Counter(run[which]["states"]) for run in runs), Counter()))
            for which in ("without", "killed")
        },
        "faults_of_the_client": {
            which: dict(sum((Counter(run[which]["ledger"]) for run in runs), Counter()))
            for which in ("without", "killed")
        },
    }


def main() -> None:
    if sys.argv[1:2] == ["--work"]:
        work(json.loads(sys.argv[2]))
        return
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--per-run", type=int, default=2)
    parser.add_argument("--documents", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(measure(options, Path(folder))))


if __name__ == "__main__":
    main()
