"""A day of the service under load: `python -m tests.benchmarks.soak --documents 20000 --hours 24`. Prints one JSON object.

Two processes work for the same application. The *steady* one lives all day and brings a wave of small files to
revisions every hour. The *killed* one does a large batch a quarter of a day, is killed (SIGKILL) again and again, and
is started again with the same code. Meanwhile the service has storms of faults, restarts from its data folder, revokes
tokens and changes its limits and how it reports them, and the wall clocks of the clients jump forward and backward.
When and what is decided by the seed.

Time runs 30 times faster for all, or less; when every process waits, it jumps to the end of the shortest wait. At each kill and
at the end the journals are compared with the simulator's own records. Exits with 1 if a document is lost, was submitted
twice, or has an untrue state.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pdm_nb.batch.journal.journal import Journal
from pdm_nb.model import Document
from pdm_nb.sim import Simulator, write_samples
from pdm_nb.sim.runtime.contract_variants import CHOICES
from pdm_nb.sim.world.records import Revision
from tests.benchmarks.kill import AT, PUT
from tests.support.consistency import compare_with_simulator
from tests.support.shared_clock import SharedClock

HOUR = 3600.0
STEADY, KILLED = 0, 1
BATCHES = 4  # of the process that is killed
PDF_EVERY = 10
STORM = 0.05
# Calls in an hour, and in ten seconds. The lowest ones last for one hour each, so that the work can be done.
LIMITS = ((7200, 200), (3600, 60), (36_000, 1000), (1800, 100), (10_000, 300))
JUMPS = (3600.0, -7200.0, 86_400.0, -600.0, 0.0, -86_400.0, 30.0)  # seconds that a wall clock is ahead
IDLE = 0.3  # real seconds without a call, and without work in a process for most of them
LOOK = 0.02  # real seconds between two looks at the processes
WORKING = 0.5  # share of looks at which a process that only waits for the clock may be seen working
LEAST_JUMP = 2.0  # seconds


# -- the documents
def make_documents(place: Path, number: int, hours: int) -> dict[int, list[tuple[float, str]]]:
    """Write small files; return when each process gets which folder."""
    pdfs = [
        one.path.read_bytes()
        for one in write_samples(place / "samples", 60, 7)
        if one.mime_type == "application/pdf"
    ]
    steady = _shares(number // 2, hours)
    killed = _shares(number - number // 2, min(BATCHES, hours))
    every = hours / len(killed)
    waves = {
        STEADY: [(HOUR * hour, f"steady-{hour:03}", share) for hour, share in enumerate(steady)],
        KILLED: [(HOUR * every * part, f"killed-{part:03}", share) for part, share in enumerate(killed)],
    }
    for parts in waves.values():
        for _, name, share in parts:
            (place / name).mkdir()
            for document in range(share):
                if document % PDF_EVERY:
                    (place / name / f"{name}-{document:05}.txt").write_text(f"{name} {document}\n")
                else:
                    content = pdfs[document // PDF_EVERY % len(pdfs)]
                    (place / name / f"{name}-{document:05}.pdf").write_bytes(content + b"%% %d\n" % document)
    return {client: [(at, str(place / name)) for at, name, _ in parts] for client, parts in waves.items()}


def _shares(number: int, parts: int) -> list[int]:
    return [number // parts + (part < number % parts) for part in range(parts)]


# -- what happens in a day
@dataclass(frozen=True)
class Happening:
    """What happens at which second of the day."""

    at: float
    what: str
    value: Any = None


def day(hours: int, kills: int, seed: int) -> list[Happening]:
    """Return what happens, in order: each kind in equal parts of the day, at a random moment of its part."""
    chance = random.Random(seed)

    def spread(what: str, times: int, values: Iterator[Any] | None = None) -> list[Happening]:
        part = HOUR * hours / times
        return [
            Happening(part * (number + chance.random()), what, next(values) if values else None)
            for number in range(times)
        ]

    def turns(values: Any) -> Iterator[Any]:
        while True:
            yield from values

    jumps = turns([(client, seconds) for seconds in JUMPS for client in (STEADY, KILLED)])
    storms = turns([STORM, 0.0])
    found = [
        *spread("storm", hours, storms),
        *spread("limits", hours, turns(LIMITS)),
        *spread("reading", max(1, hours // 2), turns(CHOICES["limit_headers"])),
        *spread("tokens", max(2, hours // 2)),
        *spread("restart", max(1, hours // 3)),
        *spread("jump", max(2, hours), jumps),
        *spread("kill", kills, turns(chance.sample(AT, len(AT)))),
    ]
    return sorted(found, key=lambda one: one.at)


# -- the driver
@dataclass
class Soak:
    """The simulator, the two processes, and what is counted."""

    place: Path
    waves: dict[int, list[tuple[float, str]]]
    hours: int
    seed: int
    speed: float
    processes: dict[int, subprocess.Popen[bytes]] = field(default_factory=dict)
    kills: list[str] = field(default_factory=list)
    states_at_kills: Counter[str] = field(default_factory=Counter)
    happened: Counter[str] = field(default_factory=Counter)
    untrue: list[str] = field(default_factory=list)
    jumped: float = 0.0
    peaks: dict[int, int] = field(default_factory=dict)
    simulator_mib: list[float] = field(default_factory=list)
    to_kill: list[str] = field(default_factory=list)
    _calls: int = 0
    _idle_since: float = 0.0
    _looks: list[bool] = field(default_factory=list)  # since then: whether a process worked
    _waits: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed + 1)
        self.simulator = Simulator(
            seed=self.seed,
            speed=self.speed,
            data=self.place / "service",
            hourly_limit=LIMITS[0][0],
            spike_limit=LIMITS[0][1],
        )
        self.clock = SharedClock(self.place / "clock", self.speed)

    @property
    def now(self) -> float:
        """Seconds of the day."""
        return self.clock.now() - self.begun

    # -- processes
    def start(self, client: int) -> None:
        told = {
            "client": client,
            "url": self.simulator.url,
            "client_id": self.simulator.client_id,
            "client_secret": self.simulator.client_secret,
            "clock": str(self.place / "clock"),
            "place": str(self.place),
            "waves": self.waves[client],
            "begun": self.begun,
            "calm_at": self.hours * HOUR,
        }
        self.clock.set_wake(client, 0.0)
        self.processes[client] = subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.soak_client", json.dumps(told)],
            cwd=self.place,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
            stdout=subprocess.DEVNULL,
            stderr=(self.place / f"errors-{client}.txt").open("ab"),
        )

    def kill_if_due(self) -> None:
        """Kill the process as soon as the next call of the operation has arrived, as `kill.py` does."""
        for operation in self.to_kill:
            if self.calls(operation) > self._waits.setdefault(operation, self.calls(operation)):
                break
        else:
            return
        process = self.processes[KILLED]
        time.sleep(self.chance.random() * 0.02)
        self.to_kill.remove(operation)
        del self._waits[operation]
        if process.poll() is not None:
            return
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        self.kills.append(operation)
        self.check_after_kill()
        self.start(KILLED)

    def check_after_kill(self) -> None:
        """What the journals of the killed process say was submitted must be so."""
        revisions = {row.key: row.upload_id for row in self.simulator._core.store.rows(Revision)}
        states = set()
        for document in self.documents(KILLED):
            states.add(document.state)
            if (
                document.state == "submitted"
                and revisions.get(document.revision_id or "") != document.upload_id
            ):
                self.untrue.append(f"{document.name} was not submitted when the process was killed")
        self.states_at_kills.update(states)

    def documents(self, *clients: int) -> Iterator[Document]:
        for client in clients:
            for _, folder in self.waves[client]:
                if (path := Path(folder).with_suffix(".sqlite")).exists():
                    journal = Journal.open(path)
                    yield from journal.documents.values()
                    journal.close()

    # -- time
    def calls(self, operation: str = "") -> int:
        counts = self.simulator.counts
        if not operation:
            return counts.api_calls + counts.storage_puts
        return counts.storage_puts if operation == PUT else counts.by_operation.get(operation, 0)

    def jump_if_idle(self, latest: float) -> None:
        """Jump to the end of the shortest sleep of all processes, or to `latest`, if no call was made for a while."""
        living = [(client, process) for client, process in self.processes.items() if process.poll() is None]
        wakes = [self.clock.wake(client) for client, _ in living]
        self._looks.append(any(is_working(process.pid) for _, process in living))
        if (calls := self.calls()) != self._calls or not all(wakes):
            self._calls, self._idle_since = calls, time.monotonic()
            self._looks.clear()
        if time.monotonic() - self._idle_since < IDLE:
            return
        is_busy = not self._looks or sum(self._looks) > WORKING * len(self._looks)
        self._idle_since = time.monotonic()
        self._looks.clear()
        if is_busy:
            return
        seconds = min(*wakes, latest + self.begun) - self.clock.now() if wakes else latest - self.now
        if seconds > LEAST_JUMP:
            self.simulator.advance(seconds)
            self.clock.follow(self.simulator.clock.now())
            self.jumped += seconds

    def until(self, moment: float) -> None:
        """Let the day pass until a moment, or until both processes have ended."""
        looked = 0.0
        while self.now < moment and any(process.poll() is None for process in self.processes.values()):
            self.kill_if_due()
            if time.monotonic() - looked >= LOOK:
                looked = time.monotonic()
                self.jump_if_idle(moment)
                self.look()
            time.sleep(0.002 if self.to_kill else LOOK)

    def look(self) -> None:
        """Note the peak of memory, and end at once if a process has ended with an error."""
        for client, process in self.processes.items():
            if process.poll() is None:
                self.peaks[client] = max(self.peaks.get(client, 0), resident(process.pid))
            elif process.returncode:
                raise SystemExit((self.place / f"errors-{client}.txt").read_text()[-4000:])

    # -- what happens
    def happen(self, one: Happening) -> None:
        core = self.simulator._core
        self.happened[one.what] += 1
        match one.what:
            case "storm":
                core.faults.storm = one.value
            case "limits":
                hourly, spike = one.value
                core.limits.change(hourly, spike)
            case "reading":
                self.simulator.switch(limit_headers=one.value)
            case "tokens":
                self.simulator.kill_tokens()
            case "jump":
                self.clock.set_skew(*one.value)
            case "kill":
                self.to_kill.append(one.value)
            case "restart":
                self.restart()

    def restart(self) -> None:
        """Stop the service and start it from its data folder a little later."""
        self.simulator.stop()
        time.sleep(self.chance.uniform(0.2, 2.0))
        self.simulator.start()
        self.clock.follow(self.simulator.clock.now())

    def whole(self, kills: int) -> None:
        self.begun = self.simulator.clock.now()
        self.clock.follow(self.begun)
        self.start(STEADY)
        self.start(KILLED)
        hour = 0
        for one in day(self.hours, kills, self.seed):
            self.until(one.at)
            self.happen(one)
            if self.now / HOUR >= hour:
                self.report(hour)
                hour = int(self.now / HOUR) + 1
        self.until(self.hours * HOUR)
        self.simulator.clear_faults()
        self.simulator._core.limits.change(36_000, 2000)
        (self.place / "calm").touch()
        self.until(float("inf"))
        self.look()
        self.report(hour)

    def report(self, hour: int) -> None:
        self.simulator_mib.append(round(resident(os.getpid()) / (1 << 20), 1))
        told = {"hour": hour, "calls": self.calls(), "kills": len(self.kills), "jumped": round(self.jumped)}
        revisions = {"revisions": len(list(self.simulator._core.store.rows(Revision)))}
        print(json.dumps(told | revisions), file=sys.stderr, flush=True)


def is_working(pid: int) -> bool:
    """Return True if a thread of a process works, or would if a processor were free."""
    for path in Path(f"/proc/{pid}/task").glob("*/stat"):
        with suppress(OSError):  # the thread has ended
            if path.read_text().rpartition(")")[2].split()[0] in "RD":
                return True
    return False


def resident(pid: int) -> int:
    """Return the memory of a process in bytes."""
    with suppress(OSError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return 0


# -- the figures
def memory(place: Path, client: int) -> dict[str, Any]:
    """The samples of a process and their slope, without the first sixth of the day, in which modules are imported."""
    rows = [json.loads(line) for line in (place / f"memory-{client}.jsonl").read_text().splitlines()]
    later = rows[len(rows) // 6 :]
    hours, mib = [row["hour"] for row in later], [row["mib"] for row in later]
    slope = statistics.linear_regression(hours, mib).slope if len(set(hours)) > 1 else 0.0
    return {
        "mib_by_hour": [[row["hour"], row["mib"]] for row in rows],
        "slope_mib_an_hour": round(slope, 3),
        "grown_mib": round(mib[-1] - mib[0], 1),
        "threads": [rows[0]["threads"], rows[-1]["threads"]],
        "open_files": [rows[0]["files"], rows[-1]["files"]],
    }


def figures(soak: Soak, documents: int) -> dict[str, Any]:
    everything = list(soak.documents(STEADY, KILLED))
    comparison = compare_with_simulator(soak.simulator, everything, documents)
    counts = soak.simulator.counts
    return {
        "documents": documents,
        "states": dict(comparison.states),
        "lost": comparison.lost,
        "twice": comparison.twice,
        "untrue": [*soak.untrue, *comparison.untrue],
        "reasons": dict(Counter(one.reason for one in everything if one.state != "submitted")),
        "service_hours": round(soak.now / HOUR, 1),
        "jumped_hours": round(soak.jumped / HOUR, 1),
        "quickened": soak.speed,
        "kills": len(soak.kills),
        "kills_at": dict(Counter(soak.kills)),
        "kills_with_documents_in": dict(soak.states_at_kills),
        "happened": dict(soak.happened),
        "faults": soak.simulator._core.faults.given,
        "calls": counts.api_calls,
        "puts": counts.storage_puts,
        "calls_a_document": round(counts.api_calls / documents, 2),
        "steady": memory(soak.place, STEADY),
        "peak_mib": {
            name: round(soak.peaks[client] / (1 << 20), 1)
            for name, client in (("steady", STEADY), ("killed", KILLED))
        },
        "simulator_mib": [soak.simulator_mib[0], soak.simulator_mib[-1]],
        "faults_of_the_client": dict(soak.simulator.ledger.counts),
    }


def measure(options: argparse.Namespace, place: Path) -> dict[str, Any]:
    waves = make_documents(place, options.documents, options.hours)
    begun = time.monotonic()
    soak = Soak(place, waves, options.hours, options.seed, options.speed)
    try:
        with soak.simulator:
            soak.whole(options.kills)
            found = figures(soak, options.documents)
    finally:
        for process in soak.processes.values():
            process.kill()
            process.wait()
    return found | {"seed": options.seed, "real_seconds": round(time.monotonic() - begun)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=400)
    parser.add_argument("--hours", type=int, default=3, help="of the service (3)")
    parser.add_argument("--kills", type=int, default=0, help="one an hour if not given")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--speed", type=float, default=30.0, help="of the clock, at most 30 (30)")
    options = parser.parse_args()
    options.kills = options.kills or options.hours
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        found = measure(options, Path(folder))
    print(json.dumps(found))
    if found["lost"] or found["twice"] or found["untrue"]:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
