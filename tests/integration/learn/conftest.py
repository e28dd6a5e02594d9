"""A course folder of its own for each test; lessons end with the test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from pdm_nb.learn import lesson as lessons
from pdm_nb.rules.checks import custom


@pytest.fixture(autouse=True)
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "course"
    folder.mkdir()
    monkeypatch.setenv("PDM_NB_COURSE", str(folder))
    monkeypatch.setenv("PDM_NB_SIM", "")
    monkeypatch.chdir(folder)
    with pd.option_context("display.max_colwidth", 50):  # a lesson sets it
        yield folder
    for one in lessons._running.values():
        one.stop()
    lessons._running.clear()
    custom._set({})
