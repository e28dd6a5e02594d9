"""Fixtures that several test folders import into their conftest: in-process simulators, and simulators with documents."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pdm_nb import sim
from tests.support.simulator.api_caller import DRAWING, ApiCaller
from tests.support.simulator.sim_site import Site


@pytest.fixture
def clock() -> sim.ManualClock:
    return sim.ManualClock()


@pytest.fixture
def make(clock: sim.ManualClock, tmp_path: Path) -> Iterator[Callable[..., ApiCaller]]:
    """A function that starts a simulator with these options and returns a caller for it."""
    callers: list[ApiCaller] = []

    def build(**options: Any) -> ApiCaller:
        options = {
            "clock": clock,
            "data": tmp_path / f"data{len(callers)}",
            "reader": lambda source: DRAWING,
            **options,
        }
        callers.append(ApiCaller(sim.Simulator(**options)))
        return callers[-1]

    yield build
    for caller in callers:
        caller.close()
        caller.sim.stop()


@pytest.fixture
def caller(make: Callable[..., ApiCaller]) -> ApiCaller:
    return make()


@pytest.fixture
def make_site(tmp_path: Path) -> Iterator[Callable[..., Site]]:
    sites: list[Site] = []

    def make(**options: Any) -> Site:
        sites.append(Site(tmp_path, **options))
        return sites[-1]

    yield make
    for site in sites:
        site.sim.stop()


@pytest.fixture
def site(make_site: Callable[..., Site]) -> Site:
    return make_site()
