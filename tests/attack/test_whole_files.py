"""Every writer of a file fails in the middle, by a limit of the system: the former file stays, and no draft is left."""

from __future__ import annotations

import resource
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pandas as pd
import pytest

from pdm_nb import frames
from pdm_nb.api.auth import Credentials, Secret, Token
from pdm_nb.api.environments import Environment
from pdm_nb.api.service_memory import ServiceMemory
from pdm_nb.api.token_store import TokenStore
from pdm_nb.batch.journal.schema import copy_to
from pdm_nb.cli.main import main
from pdm_nb.errors import PdmError
from pdm_nb.registers.profiles.profile import Profile
from pdm_nb.registers.profiles.profile_file import write_profile
from pdm_nb.reports import Report, ReportTable
from tests.support.simulator.sim_site import Site

HOSTILE = "=1+1\x00\x01\x1f\x7f\ufffe<b>"
SUFFIXES = (".xlsx", ".html", ".csv", ".parquet", ".json")
BEFORE = b"the former file"
REGISTER = "Drawing No,Title,Status,Discipline\nA-101,Plan,Somewhat issued,Painter\n"


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """No file of this process can grow beyond this: writing more fails, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def fails(write: Callable[[], object], file: Path, *, over: bool = True, quiet: bool = False) -> str:
    """Let a writer fail in the middle; returns what it says."""
    folder = file.parent
    if over:
        file.write_bytes(BEFORE)
    before = sorted(path.name for path in folder.iterdir())
    told = ""
    with files_of_at_most(40):
        try:
            write()
        except PdmError as error:
            told = str(error)
    assert quiet or told, "it did not fail"
    assert "Traceback" not in told
    assert sorted(path.name for path in folder.iterdir()) == before
    assert not over or file.read_bytes() == BEFORE
    return told


def hostile_report(rows: int = 50) -> Report:
    columns = {HOSTILE: frames.TEXT, "size": frames.WHOLE}
    table = frames.frame(columns, [(HOSTILE, 1)] * rows)
    facts = frames.frame({"what": frames.TEXT, HOSTILE: frames.TEXT}, [(HOSTILE, HOSTILE)])
    return Report(
        f"{HOSTILE}\ud800", facts, lambda: iter([ReportTable("documents", table, f"{HOSTILE}\udfff")])
    )


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_report(tmp_path: Path, suffix: str) -> None:
    """Of batches, audits, reconciliations, plans and evidence: they are all written by `Report`."""
    pytest.importorskip("pyarrow")
    file = tmp_path / f"report{suffix}"
    told = fails(lambda: plain_report().save(file, SUFFIXES), file)
    assert told.startswith(f"{file} cannot be written")
    assert plain_report().save(file, SUFFIXES).read_bytes() != BEFORE


def plain_report() -> Report:
    table = frames.frame({"file": frames.TEXT}, [(f"A-{number}.pdf",) for number in range(500)])
    return Report("A title", frames.frame({"what": frames.TEXT, "value": frames.TEXT}, []), lambda: iter([ReportTable("documents", table)]))  # fmt: skip


@pytest.mark.parametrize("suffix", [one for one in SUFFIXES if one != ".parquet"])
def test_hostile_texts_destroy_no_report(tmp_path: Path, suffix: str) -> None:
    """Control characters, halves of characters and formulas: in cells, headings, facts and the title."""
    file = tmp_path / f"report{suffix}"
    file.write_bytes(BEFORE)
    hostile_report(2).save(file, SUFFIXES)
    assert file.read_bytes() != BEFORE
    if suffix == ".xlsx":
        sheet = openpyxl.load_workbook(file)["documents"]
        assert [cell.data_type for cell in sheet[1]] == ["s", "s"]
        assert sheet["A1"].value.startswith("=1+1")  # a text as it is, without an apostrophe
        assert sheet["A2"].data_type == "s"
        assert sheet["A2"].value.startswith("=1+1")
        is_well_formed(file)
    if suffix == ".csv":
        assert all(
            line.startswith(("'=", "\"'=")) for line in file.read_text("utf-8-sig").split("\n") if line
        )


def is_well_formed(file: Path) -> None:
    """Every part of a workbook is XML that a strict reader takes."""
    with zipfile.ZipFile(file) as parts:
        for name in parts.namelist():
            if name.endswith((".xml", ".rels", ".vml")):
                ElementTree.fromstring(parts.read(name))


@pytest.fixture
def batch(make_site: Callable[..., Site]) -> Iterator[Any]:
    made = make_site().plain(3)
    yield made
    made.close()


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A folder for what is written, in which nothing else is."""
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def test_what_a_batch_writes(batch: Any, out: Path) -> None:
    for name in ("plan.html", "plan.xlsx"):
        fails(lambda name=name: batch.plan().save(out / name), out / name)
    for name in ("report.xlsx", "report.csv"):
        fails(lambda name=name: batch.report(out / name), out / name)
        fails(lambda name=name: batch.evidence.save(out / name), out / name)
    batch.set([1], "status", "Nonsense")
    fails(lambda: batch.report(out / "held.xlsx", on_hold=True), out / "held.xlsx", over=False)
    assert batch.plan().save(out / "plan.html").read_bytes() != BEFORE


def test_what_a_project_writes(make_site: Callable[..., Site], out: Path) -> None:
    project = make_site().project
    fails(lambda: project.save_scenario(out / "copy.json"), out / "copy.json")
    contract = project.verify_contract()
    for name in ("contract.json", "contract.txt"):
        fails(lambda name=name: contract.write(out / name), out / name)
    fails(lambda: project.template(out / "form.xlsx"), out / "form.xlsx", over=False)
    assert project.template(out / "form.xlsx").stat().st_size > 1000
    is_well_formed(out / "form.xlsx")


def test_what_a_register_writes(make_site: Callable[..., Site], out: Path, tmp_path: Path) -> None:
    (tmp_path / "register.csv").write_text(REGISTER)
    register = make_site().project.register(tmp_path / "register.csv", folder=tmp_path)
    for name in ("crosswalk.xlsx", "crosswalk.csv"):
        fails(lambda name=name: register.save_crosswalk(out / name), out / name)
        register.save_crosswalk(out / name)
    is_well_formed(out / "crosswalk.xlsx")
    fails(lambda: register.save_profile(out / "profile.toml"), out / "profile.toml")


def test_what_a_chart_writes(out: Path) -> None:
    pytest.importorskip("altair")
    import altair as alt

    from pdm_nb.plots.picture import Picture

    table = pd.DataFrame({"a": ["x", "y"], "b": [1, 2]})
    picture = Picture(
        "A title", "A description", table, lambda: alt.Chart(table).mark_bar().encode(x="a", y="b")
    )
    for name in ("chart.png", "chart.svg", "chart.html"):
        fails(lambda name=name: picture.save(out / name), out / name)
        assert picture.save(out / name).read_bytes() != BEFORE


def test_a_profile_and_a_copy_of_a_journal(batch: Any, out: Path) -> None:
    fails(lambda: write_profile(Profile("acme"), out / "acme.toml"), out / "acme.toml")
    journal = batch.view.journal_path
    batch.close()
    import sqlite3

    with sqlite3.connect(journal) as db:
        told = fails(lambda: copy_to(db, out / "copy.sqlite", over=True), out / "copy.sqlite")
    db.close()
    assert "a copy of the journal, cannot be written" in told


def test_the_session_as_a_notebook(out: Path) -> None:
    from pdm_nb.widgets.workbench.session_code import SessionCode

    bench = SimpleNamespace(service=None, project=None, batch=None, say=lambda *_: None)
    session = SessionCode(bench)  # type: ignore[arg-type]
    fails(lambda: session.save_notebook(str(out / "session.ipynb")), out / "session.ipynb", over=False)
    assert Path(session.save_notebook(str(out / "session.ipynb"))).stat().st_size > 100


def test_the_token_store_and_the_memory_of_a_service(out: Path) -> None:
    """They report in the log: a run does not end because they cannot be written."""
    memory = ServiceMemory(out / "memory.json", lambda: 1.0)
    fails(lambda: memory.note_reading("a reading", "x" * 500), out / "memory.json", quiet=True)
    (out / "tokens.json").write_bytes(BEFORE)
    host = Environment("test", "https://login.example", "https://api.example")
    store = TokenStore(out / "tokens.json", host, Credentials("me", Secret("x")))
    token = Token(Secret("a-token" * 20), None, 1.0, 1.0, "")
    (out / "tokens.json").write_text("{}")
    (out / "tokens.json").chmod(0o600)
    with files_of_at_most(40):
        store.save(token)
    assert (out / "tokens.json").read_text() == "{}"
    store.save(token)
    assert store.load() is not None
    assert sorted(path.name for path in out.iterdir()) == ["memory.json", "tokens.json"]


def test_the_registers_of_sample_documents(
    tmp_path: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    register = out / "drawings-register.csv"
    register.write_bytes(BEFORE)
    with files_of_at_most(200_000), suppress(SystemExit):
        assert main(["samples", str(out / "drawings"), "--count", "1", "--register"]) == 0
    assert register.read_bytes() != BEFORE
