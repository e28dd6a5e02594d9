"""The session as code, and the report."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pdm_nb.errors import InputError
from pdm_nb.widgets import Workbench
from pdm_nb.widgets.workbench.header import batch_name, environment_name
from tests.support.panels import FakeProject, do, said

pytestmark = pytest.mark.usefixtures("sent")


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workbench:
    monkeypatch.chdir(tmp_path)
    made = Workbench(FakeProject())
    do(made, "importing.make", source="drawings/")
    return made


def test_edits_and_runs_appear_in_their_order(bench: Workbench, until: Any) -> None:
    bench.batch.set(1, "number", "X")
    do(bench, "running.upload")
    until(lambda: not bench.batch.view.run.running)
    bench.batch.set(2, "number", "Y")
    lines = do(bench, "code.open").splitlines()
    assert lines[0] == "import pdm_nb"
    assert lines[-4:] == [
        "batch = project.batch('drawings/')",
        "batch.set_cells([(1, 'number', 'X')])",
        "batch.upload().wait()",
        "batch.set_cells([(2, 'number', 'Y')])",
    ]
    bench.batch.set(2, "number", "Z")
    until(lambda: "'Z'" in bench._page["code"])  # live
    do(bench, "code.close")


def test_a_notebook_is_saved_once(bench: Workbench) -> None:
    path = do(bench, "code.save_notebook", path="session.ipynb")
    cells = json.loads(Path(path).read_text("utf-8"))["cells"]
    assert "project.batch('drawings/')" in cells[1]["source"]
    with pytest.raises(InputError, match="exists already"):
        do(bench, "code.save_notebook", path="session.ipynb")
    with pytest.raises(InputError, match=r"ends with \.ipynb"):
        do(bench, "code.save_notebook", path="session.py")


def test_a_report_is_saved_and_ticks_its_step(bench: Workbench, until: Any) -> None:
    do(bench, "code.report", path="report.csv")
    assert said(bench) == "The report was saved as report.csv."
    until(lambda: bench._state["steps"][-1]["done"])
    do(bench, "code.report")
    assert bench.batch.reports[1].endswith("-report.xlsx")
    do(bench, "code.report", path="held.xlsx", on_hold=True)
    assert said(bench) == "What is on hold was saved as held.xlsx."


def test_names_as_people_read_them() -> None:
    assert batch_name("/x/drawings-november-1a2b3c4d.sqlite") == "drawings-november"
    assert batch_name("C:\\x\\widgets.sqlite") == "widgets"
    assert (environment_name("127.0.0.1:4000"), environment_name("sandbox")) == ("Simulator", "Sandbox")
