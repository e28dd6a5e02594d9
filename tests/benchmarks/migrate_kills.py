"""Kills migrations from a register over a plan and a pilot to evidence: the part `kills` of `migrate.py`.

Each migration has a simulator of its own and a process that does what a user would write: register, plan, pilot, upload,
submit, read-back. It is killed (SIGKILL) one to three times, each time after as many calls and PUTs as the seed decides,
and started again with the same code. At the end the journal is compared with the records of the simulator, and the
evidence with that of a migration that was not killed.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from pdm_nb.batch.evidence import BatchEvidence
from pdm_nb.batch.journal.journal import Journal
from pdm_nb.sim import Simulator, write_register, write_samples
from tests.support.consistency import compare_with_simulator

SPEED = 30.0  # of the clock
EVERY, LIMIT = 60.0, 7200.0  # seconds for machine learning: the clock is faster than the simulator reads PDFs
LATE = 0.02  # seconds that a kill comes later, at the most
REQUIRED = {"type": "Other", "status": "S2", "revision": "P01", "description": "A document"}
# What the evidence of two migrations of the same register has in common: no ids and times.
SAME = [
    "file",
    "state",
    "size",
    "sha256",
    "register",
    "sheet",
    "row",
    "register_sha256",
    "version",
    "read_back",
]


# -- the process that is killed
def migrate(told: dict[str, Any]) -> None:
    """Do the whole migration, or what is left of it."""
    import asyncio

    import pdm_nb
    from pdm_nb.api.client import TimeSource

    real, begun = told["real"], told["simulated"]
    clock = TimeSource(
        lambda: begun + (time.time() - real) * SPEED, lambda seconds: asyncio.sleep(seconds / SPEED)
    )
    service = pdm_nb.connect(
        told["url"], client_id=told["client_id"], client_secret=told["client_secret"], clock=clock
    )
    batch = service.project("Riverside Tower").batch(
        told["register"], folder=told["documents"], journal=told["journal"], policy="first"
    )
    plan = Path(told["journal"]).with_name("plan.html")
    if not plan.exists():  # what follows it must not change the values
        prepare(batch)
        batch.plan().save(plan)
    batch.submit(pilot=3, plan=plan).wait()
    batch.upload().wait()
    batch.watch(every=EVERY, limit=LIMIT).wait()
    batch.submit(plan=plan).wait()
    batch.evidence.reconcile().wait()
    batch.close()


def prepare(batch: Any) -> None:
    """Fix what can be fixed, and fill in what is required or not in a list."""
    batch.apply_fixes()
    for field, value in REQUIRED.items():
        wrong = {one.document for one in batch.findings() if one.field == field and one.severity == "error"}
        empty = {
            document.id for document in batch.view.documents if not batch.view.cell(document.id, field).text
        }
        if rows := sorted(wrong | empty):
            batch.set(rows, field, value)
    for one in batch.findings():
        if one.severity == "error" and one.field not in (None, "", *REQUIRED):
            batch.set(one.document, one.field, None)
    if rows := sorted({one.document for one in batch.findings() if one.severity == "error"}):
        batch.set(rows, "type", "Correspondence")  # which needs no naming standard


# -- one migration
class Migration:
    """A simulator, and as many processes as it takes."""

    def __init__(self, register: Path, documents: Path, place: Path, seed: int) -> None:
        self.register, self.documents, self.place = register, documents, place
        self.simulator = Simulator(seed=seed, speed=SPEED, ml_seconds=8)
        self.journal = place / "batch.sqlite"
        self.kills: list[int] = []

    @property
    def steps(self) -> int:
        """Calls and PUTs so far."""
        return self.simulator.counts.api_calls + self.simulator.counts.storage_puts

    def begin(self) -> subprocess.Popen[bytes]:
        told = {
            "url": self.simulator.url,
            "client_id": self.simulator.client_id,
            "client_secret": self.simulator.client_secret,
            "register": str(self.register),
            "documents": str(self.documents),
            "journal": str(self.journal),
            "real": time.time(),
            "simulated": self.simulator._core.clock.now(),
        }
        return subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.migrate_kills", "--migrate", json.dumps(told)],
            cwd=self.place,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
            stdout=subprocess.DEVNULL,
            stderr=(self.place / "errors.txt").open("ab"),
        )

    def kill_at(self, step: int, late: float) -> None:
        """Start the process, and kill it as soon as the simulator has had so many calls and PUTs."""
        process = self.begin()
        while process.poll() is None and self.steps < step:
            time.sleep(0.001)
        time.sleep(late)
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)
            self.kills.append(step)
        process.wait()

    def to_the_end(self) -> dict[str, Any]:
        process = self.begin()
        if process.wait():
            raise SystemExit((self.place / "errors.txt").read_text()[-4000:])
        journal = Journal.open(self.journal)
        evidence = BatchEvidence(journal)
        expected = len(journal.documents)
        comparison = compare_with_simulator(self.simulator, journal.documents.values(), expected)
        changes = evidence.changes[["document", "field", "before", "after", "author", "action"]]
        changes = changes[changes["author"] != "service"].drop_duplicates()
        found = {
            "steps": self.steps,
            "states": dict(comparison.states),
            "lost": comparison.lost,
            "twice": comparison.twice,
            "untrue": comparison.untrue,
            "differences": evidence.differences.to_dict("records"),
            "not_read_back": int(evidence.frame.query("state == 'submitted'")["read_back"].isna().sum()),
            "same": evidence.frame[SAME],
            "changes": changes.sort_values(list(changes.columns)).reset_index(drop=True),
        }
        journal.close()
        return found


def measure_kills(kills: int, documents: int, seed: int) -> dict[str, Any]:
    """Run one migration without a kill, then others until so many of them were killed."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder, "documents")
        register = write_register(place, write_samples(place, documents, 7), Path(folder, "register.csv"))
        calm = one(register, place, seed, [], documents)
        found: dict[str, Any] = {
            "documents": documents,
            "steps_without_kills": calm["steps"],
            "states": calm["states"],
        }
        counted = dict.fromkeys(("lost", "twice", "untrue", "differences"), 0)
        total = {"migrations_killed": 0, "kills": 0, "evidence_that_differs": 0, "not_read_back": 0}
        for number in range(kills):
            chance = random.Random(seed * 1000 + number)
            at = sorted(chance.randint(1, calm["steps"] - 1) for _ in range(chance.randint(1, 3)))
            killed = one(register, place, seed, at, documents, chance.random() * LATE)
            for name in counted:
                counted[name] += len(killed[name])
            total["migrations_killed"] += bool(killed["kills"])
            total["kills"] += len(killed["kills"])
            total["not_read_back"] += killed["not_read_back"]
            total["evidence_that_differs"] += not is_same(calm, killed)
            print(
                json.dumps(total | counted | {"at": at, "states": killed["states"]}),
                file=sys.stderr,
                flush=True,
            )
    return found | total | counted


def is_same(calm: dict[str, Any], killed: dict[str, Any]) -> bool:
    """Return True if two migrations have the same evidence, apart from ids and times."""
    return all(calm[name].equals(killed[name]) for name in ("same", "changes"))


def one(
    register: Path, documents: Path, seed: int, kills: list[int], count: int, late: float = 0.0
) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as place:
        migration = Migration(register, documents, Path(place), seed)
        with migration.simulator:
            for step in kills:
                migration.kill_at(step, late)
            return migration.to_the_end() | {"kills": migration.kills}


if __name__ == "__main__" and sys.argv[1:2] == ["--migrate"]:
    migrate(json.loads(sys.argv[2]))
