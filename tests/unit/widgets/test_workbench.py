"""The workbench: its steps open one after the other."""

from __future__ import annotations

import pytest

from pdm_nb.widgets import (
    RequirementsView,
    workbench,
)
from tests.support.panels import FakeProject, said

pytestmark = pytest.mark.usefixtures("sent")


def test_the_workbench_opens_step_by_step() -> None:
    bench = workbench(FakeProject())
    assert bench.titles[0] == "1. Sign in"
    assert isinstance(bench.children[1], RequirementsView)
    assert "Select files first" in bench.children[3].value
    bench.files.path.value = "nowhere/"
    bench.files.attempt(bench.files.read)
    assert said(bench.files) == "The folder nowhere/ does not exist. Enter another one."
    bench.files.path.value = "drawings/"
    bench.files.attempt(bench.files.read)
    assert [type(child).__name__ for child in bench.children[3:]] == [
        "MetadataGrid",
        "UploadMonitor",
        "StatusBoard",
        "SubmitPanel",
    ]
    assert bench.selected_index == 3
    batch = bench.batch
    bench.open_project(FakeProject())
    assert (bench.batch, batch.watchers) == (None, [])
