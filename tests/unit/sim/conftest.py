"""Fixtures: desks at simulators that run in-process on a manual clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pdm_nb import sim
from tests.support.simulator.api_caller import DRAWING, ApiCaller


@pytest.fixture
def clock() -> sim.ManualClock:
    return sim.ManualClock()


@pytest.fixture
def make(clock: sim.ManualClock, tmp_path: Path) -> Iterator[Callable[..., ApiCaller]]:
    """Makes desks; the options are the simulator's."""
    desks: list[ApiCaller] = []

    def build(**options: Any) -> ApiCaller:
        options = {
            "clock": clock,
            "data": tmp_path / f"data{len(desks)}",
            "reader": lambda source: DRAWING,
            **options,
        }
        desks.append(ApiCaller(sim.Simulator(**options)))
        return desks[-1]

    yield build
    for desk in desks:
        desk.close()
        desk.sim.stop()


@pytest.fixture
def desk(make: Callable[..., ApiCaller]) -> ApiCaller:
    return make()
