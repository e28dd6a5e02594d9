"""The processes of a day under load, the part `client` of `soak.py`: what a user would write, with patience, hour by hour."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import psutil

from tests.support.shared_clock import ClientTime, SharedClock

VALUES = {"status": "S2", "type": "OT", "revision": "P01", "description": "A document"}
ENDS = ("submitted", "gone", "failed")
PAUSE = 30.0  # seconds of the service before the same cell is run again
PATIENCE = 400
ROUNDS = 6  # of a wave in a storm; what is left is done when the storm has ended


class Work:
    """One process: connects, then does the waves of documents in turn, each in a batch and journal of its own."""

    def __init__(self, told: dict[str, Any]) -> None:
        import pdm_nb

        self.told, self.place = told, Path(told["place"])
        self.time = ClientTime(SharedClock(Path(told["clock"])), told["client"])
        source = self.time.source()
        service = self.patiently(
            lambda: pdm_nb.connect(
                told["url"], client_id=told["client_id"], client_secret=told["client_secret"], clock=source
            )
        )
        self.project = self.patiently(lambda: service.project("Riverside Tower"))

    def patiently(self, step: Any) -> Any:
        """Repeat a cell that ended with an error of the package; any other error ends the process."""
        from pdm_nb.errors import PdmError

        for _ in range(PATIENCE):
            try:
                return step()
            except PdmError as error:
                print(f"{self.time.now():.0f} {type(error).__name__}: {error}", file=sys.stderr, flush=True)
                self.time.sleep_until(self.time.now() + PAUSE)
        raise SystemExit("the service did not come back")

    def all(self) -> None:
        for number, (at, folder) in enumerate(self.told["waves"]):
            if self.marker(folder).exists():
                continue
            self.time.sleep_until(self.told["begun"] + at)
            self.wave(Path(folder), ROUNDS)
            self.sample(number)
        # What was held or interrupted is done again when the day is over and the service is well.
        self.time.sleep_until(self.told["begun"] + self.told["calm_at"])
        while not (self.place / "calm").exists():
            self.time.sleep_until(self.time.now() + PAUSE)
        for _, folder in self.told["waves"]:
            if not self.marker(folder).exists():
                self.wave(Path(folder), ROUNDS)
        self.sample(len(self.told["waves"]))

    def marker(self, folder: str) -> Path:
        return Path(folder).with_suffix(".done")

    def wave(self, folder: Path, rounds: int) -> None:
        batch = self.patiently(lambda: self.project.batch(folder, journal=folder.with_suffix(".sqlite")))
        for name, value in VALUES.items():
            empty = [
                d.id
                for d in batch.view.documents
                if d.state == "planned" and not batch.view.cell(d.id, name).text
            ]
            if empty:
                batch.set(empty, name, value)
        self.patiently(lambda: batch.resume(until="submit").wait())
        for _ in range(rounds):
            for step in (batch.upload, batch.watch, batch.submit):
                if not self.is_done(batch):
                    self.patiently(lambda step=step: step().wait())
        is_done = self.is_done(batch)
        batch.close()
        if is_done:
            self.marker(str(folder)).touch()

    def is_done(self, batch: Any) -> bool:
        return all(document.state in ENDS for document in batch.view.documents)

    def sample(self, wave: int) -> None:
        """Note how much memory the process holds now."""
        process = psutil.Process()
        row = {
            "hour": round((self.time.now() - self.told["begun"]) / 3600, 2),
            "wave": wave,
            "mib": round(process.memory_info().rss / (1 << 20), 1),
            "threads": process.num_threads(),
            "files": process.num_fds(),
            "pid": os.getpid(),
        }
        with (self.place / f"memory-{self.told['client']}.jsonl").open("a") as file:
            file.write(json.dumps(row) + "\n")


if __name__ == "__main__":
    Work(json.loads(sys.argv[1])).all()
