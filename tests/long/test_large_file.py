"""A file of 5 GiB to a server that only counts bytes: constant memory, and a kill that loses no hash."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks import wire  # its own processes do the work

pytestmark = pytest.mark.long
GIB = 1 << 30


@pytest.fixture
def large(tmp_path: Path) -> Iterator[Path]:
    """Sparse: what is read of it is zeros, and takes no room on the disk."""
    (tmp_path / "large").mkdir()
    with (tmp_path / "large" / "large.bin").open("wb") as file:
        file.truncate(5 * GIB)
    yield tmp_path / "large"
    (tmp_path / "large" / "large.bin").unlink()


def test_five_gib_take_at_most_80_mib_above_the_base(large: Path) -> None:
    with wire.sink() as url:
        wire.ask(url, "/reset", "POST")
        command = [sys.executable, "-m", "tests.benchmarks.wire", "--work", "ours", url, str(large), "32"]
        told: dict[str, Any] = json.loads(subprocess.check_output(command, text=True).splitlines()[-1])
        counts = wire.ask(url, "/counts")
    assert told["states"] == {"uploaded": 1}
    assert (counts["bytes"], counts["puts"]) == (5 * GIB, 52)
    assert told["above_base_mib"] < 80


def test_after_a_kill_at_half_way_the_first_part_goes_within_two_seconds(large: Path) -> None:
    with wire.sink() as url:
        told = wire.killed(url, large, 4, 5 * GIB)
    assert told["states"] == {"uploaded": 1}
    assert told["hashed_again"] == 0
    assert told["first_put_after_s"] < 2
    assert told["sent_again_share"] < 0.75  # half, and what was on its way
