"""The Python blocks of the README, run against the simulator."""

from __future__ import annotations

import ast
import asyncio
import inspect
import re
from pathlib import Path

import pytest

import pdm_nb
from pdm_nb.batch.batch import Batch
from pdm_nb.sim import write_samples

README = Path(__file__).parents[2] / "README.md"
PYTHON = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def run(block: str, names: dict[str, object]) -> None:
    """Run a block as a notebook does: `await` is allowed at its top."""
    code = compile(block, README.name, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    result = eval(code, names)
    if inspect.iscoroutine(result):
        asyncio.run(result)


def test_the_examples_of_the_readme_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    quickstart, resume = PYTHON.findall(README.read_text("utf-8"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PDM_NB_SIM", raising=False)
    write_samples(tmp_path / "drawings", count=4, seed=7)
    pdm_nb.connect("sim", ml_seconds=0.1)  # the simulator that the README's connect("sim") finds
    names: dict[str, object] = {}
    run(quickstart, names)
    batch = names["batch"]
    assert isinstance(batch, Batch)
    assert Path("audit.xlsx").is_file()
    assert set(batch.status()["state"]) <= {"submitted", "on hold"}
    batch.copy_journal("drawings.sqlite")
    batch.close()
    run(resume, names)
    assert len(names["batch"]) == 4  # type: ignore[arg-type]
