"""Fixtures: desks at simulators that run in-process on a manual clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pdm_nb import sim
from tests.support.simulator.api_caller import DRAWING, Desk


@pytest.fixture
def clock() -> sim.ManualClock:
    return sim.ManualClock()


@pytest.fixture
def make(clock: sim.ManualClock, tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    """Makes desks; the options are the simulator's."""
    desks: list[Desk] = []

    def build(**options: Any) -> Desk:
        options = {
            "clock": clock,
            "data": tmp_path / f"data{len(desks)}",
            "reader": lambda source: DRAWING,
            **options,
        }
        desks.append(Desk(sim.Simulator(**options)))
        return desks[-1]

    yield build
    for desk in desks:
        desk.close()
        desk.sim.stop()


@pytest.fixture
def desk(make: Callable[..., Desk]) -> Desk:
    return make()
