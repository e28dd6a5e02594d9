"""Each benchmark runs in a small form and prints one JSON object last, so that rarely used ones do not break unnoticed."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.long
FOLDER = Path(__file__).parents[1] / "benchmarks"
SMALL = {
    "agreement": "--documents 20",
    "calls": "--documents 15 --plain 1",
    "demo": "--documents 10 --plain 1",
    "explore": "--revisions 300 --fields 30 --changed 40",
    "frames": "--documents 50 --turns 1",
    "migrate": "--rows 200 --turns 1 --documents 40 --kills 1",
    "pace": "--hours 0.02",
    "panels": "--documents 2000",
    "preview": "--rounds 1 --paths 500 --dpi 60",
    "register_mapping": "",
    "register_matching": "--rows 2000",
    "registers": "--rows 2500 --turns 1",
    "reading": "--rounds 1 --times 3 --heavy 2",
    "rules": "--documents 200",
    "samples": "--documents 10",
    "scale": "--documents 20 40",
    "simulator": "--uploads 300 --times 2",
    "soak": "--documents 40 --hours 2",
    "startup": "--rounds 1",
    "wire": "--small 4 --large-gib 0.12 --rounds 1",
}
# `test_proofs.py` runs `kill` at a size that proves something; `grid` wants the extra `bench`; `migrate_evidence` and
# `migrate_kills` are parts of `migrate`, `explore_audit` one of `explore`,
# `soak_client` one of `soak`.
ELSEWHERE = {"kill", "grid", "migrate_evidence", "migrate_kills", "explore_audit", "soak_client", "workbench"}


def test_all_benchmarks_are_named_here() -> None:
    assert {file.stem for file in FOLDER.glob("*.py")} == SMALL.keys() | ELSEWHERE


@pytest.mark.parametrize("name", sorted(SMALL))
def test_a_benchmark_runs(name: str) -> None:
    if name == "wire":
        assert shutil.which("curl"), "it compares with curl"
    done = subprocess.run(
        [sys.executable, "-m", f"tests.benchmarks.{name}", *SMALL[name].split()],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert json.loads(done.stdout.splitlines()[-1])
