"""The Python blocks of the README and of pages that readers follow step by step, run against the simulator."""

from __future__ import annotations

import ast
import asyncio
import inspect
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

import pdm_nb
from pdm_nb.batch.batch import Batch
from pdm_nb.sim import Simulator, write_samples
from pdm_nb.sim.samples import write_master_register

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SCREEN = re.compile(r"^batch\.edit\(\).*\n?", re.MULTILINE)  # the grid has tests of its own


def blocks(page: str, language: str, *, section: str = "") -> list[str]:
    """The blocks of a page, or of one of its sections, in a language."""
    text = (ROOT / page).read_text("utf-8")
    if section:
        text = text.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    return [block for known, block in BLOCK.findall(text) if known == language]


def run(block: str, names: dict[str, object]) -> None:
    """Run a block as a notebook does: `await` is allowed at its top."""
    code = compile(SCREEN.sub("", block), "page", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    result = eval(code, names)
    if inspect.iscoroutine(result):
        asyncio.run(result)


@pytest.fixture(autouse=True)
def fast_simulator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of its own, and the simulator that `connect("sim")` finds."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PDM_NB_SIM", raising=False)
    pdm_nb.connect("sim", ml_seconds=0.1)


def test_the_examples_of_the_readme_run(tmp_path: Path) -> None:
    [quickstart] = blocks("README.md", "python")
    [resume] = blocks("docs/how-to/resume.md", "python")
    write_samples(tmp_path / "drawings", count=4, seed=7)
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


def test_the_quickstart_can_be_followed(tmp_path: Path) -> None:
    write_samples(tmp_path / "drawings", count=10, seed=7)
    names: dict[str, object] = {}
    for block in blocks("docs/tutorials/quickstart.md", "python"):
        run(block, names)
    batch = names["batch"]
    assert isinstance(batch, Batch)
    assert set(batch.status()["state"]) == {"submitted", "on hold"}
    assert Path("audit.xlsx").is_file()
    batch.close()


def test_the_first_register_can_be_followed(tmp_path: Path) -> None:
    samples = write_samples(tmp_path / "drawings", count=25, seed=7)
    write_master_register(tmp_path / "drawings", samples, tmp_path / "drawings-master-register.xlsx")
    names: dict[str, object] = {}
    for block in blocks("docs/how-to/first-register.md", "python", section="Step by step"):
        run(block, names)
    batch = names["batch"]
    assert isinstance(batch, Batch)
    held = batch.status().query("state == 'on hold'")
    assert len(batch) == 25
    assert 0 < len(held) < 6
    assert set(held["reason"]) == {"PDM101"}
    assert Path("acme.toml").is_file()
    batch.close()


def test_a_check_can_be_written_as_the_page_shows(tmp_path: Path) -> None:
    write_samples(tmp_path / "drawings", count=2, seed=7)
    [check] = blocks("docs/how-to/own-checks.md", "python")
    run(check, {"pdm": pdm_nb})
    try:
        with pdm_nb.connect("sim").project("Riverside Tower").batch("drawings") as batch:
            batch.set(0, "revision", "X1")
            assert set(batch.check().query("code == 'ACME1'")["document"]) == {0}
        assert "Internal rule 7" in pdm_nb.explain_code("ACME1")
    finally:
        pdm_nb.unregister_check("ACME1")


@pytest.mark.slow
def test_the_migration_can_be_followed(tmp_path: Path) -> None:
    """All commands in their order, in a terminal that knows a running simulator, as in `pdm-nb lab`."""
    samples, mapped, planned, sent, *_ = [
        line.strip() for block in blocks("docs/how-to/migration.md", "bash") for line in block.splitlines()
    ]
    decisions, described = blocks("docs/how-to/migration.md", "toml")
    with Simulator(ml_seconds=0.1, data=tmp_path / "data") as simulator:
        terminal = os.environ | {"PDM_NB_ENVIRONMENT": "sim", "PDM_NB_SIM": _ready(simulator)}

        def command(line: str) -> int:
            arguments = [sys.executable, "-m", "pdm_nb", *shlex.split(line)[1:]]
            done = subprocess.run(arguments, cwd=tmp_path, env=terminal, capture_output=True, text=True)
            assert done.returncode in (0, 1), done.stdout + done.stderr
            return done.returncode

        assert command(samples) == 0
        assert command(mapped) == 0
        profile = tmp_path / "acme.toml"
        profile.write_text(_edited(profile.read_text("utf-8"), f"{decisions}\n{described}"), "utf-8")
        command(planned)
        assert (tmp_path / "acme-plan.html").is_file()
        command(sent)
        assert (tmp_path / "acme-evidence.xlsx").is_file()
        assert (tmp_path / "acme-held.xlsx").is_file()


def _edited(profile: str, changes: str) -> str:
    """A profile with other lines in some of its tables, as a person writes them."""
    tables = re.findall(r"^\[([\w.]+)\]\n(.*?)(?=^\[|\Z)", changes, re.MULTILINE | re.DOTALL)
    for name, lines in tables:
        keys = [line.partition(" = ")[0] for line in lines.splitlines() if line]
        head, title, rest = profile.partition(f"[{name}]\n")
        assert title, f"{name} is not in the profile"
        table, blank, rest = rest.partition("\n\n")
        kept = [line for line in table.splitlines() if line.partition(" = ")[0] not in keys]
        profile = head + title + "\n".join([*kept, lines.strip()]) + blank + rest
    return profile


def _ready(simulator: Simulator) -> str:
    return json.dumps(simulator.ready_line())
