"""Examples in docstrings run as tests, with pytest alone or on a folder: `python -m pytest pdm_nb/batch`.

How this works: of the package, only modules with an example are collected and imported. An example can use `pdm`,
`service`, `project`, `batch` (documents A-101.pdf, A-102.pdf and notes.txt in the folder drawings/) and `register`
(register.csv, about the files in issued/) without creating them: what it names is made for it, at a simulator that all
examples of a worker share. It runs in a folder of its own; `getfixture("tmp_path")` returns that folder.

Cells of notebooks that take long are marked `slow`, because a notebook cannot mark itself.
"""

from __future__ import annotations

import doctest
import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from _pytest.doctest import DoctestItem, DoctestModule

SLOW_NOTEBOOKS = {"03-migration.ipynb", "04-explore-and-clean-up.ipynb"}  # real sizes: run by .ci/run
COURSE = Path(__file__).parent / "notebooks" / "course"
QUICK_LESSONS = {"01-permissions.ipynb"}  # of the solved ones; together the others are slow
# Lessons stop at their first exercise; tests/integration/learn runs them.
collect_ignore = [str(path) for path in COURSE.glob("*.ipynb") if (COURSE / "solutions" / path.name).exists()]
PACKAGE = Path(__file__).parent / "pdm_nb"
REGISTER = """\
Drawing No,Drawing title,Status,Rev,Date issued,Remarks
A-101,Ground floor,Issued,P01,03/04/2026,
A-102,Ground floor,Issued,P02,05/04/2026,
A-103,ground  FLOOR,,Rev-P02,07/04/2026,superseded
"""
EXAMPLE = re.compile(r"^\s*>>> ", re.MULTILINE)


class Examples(DoctestModule):
    """The examples of a module, without those that are all marked `# doctest: +SKIP`."""

    def collect(self) -> Iterable[DoctestItem]:
        for item in super().collect():
            if not all(example.options.get(doctest.SKIP) for example in item.dtest.examples):
                yield item


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> Examples | None:
    """Collect the modules of the package that have examples."""
    if (
        file_path.suffix != ".py"
        or not file_path.is_relative_to(PACKAGE)
        or parent.config.option.doctestmodules
    ):
        return None
    if "node_modules" in file_path.parts or not EXAMPLE.search(file_path.read_text("utf-8")):
        return None
    return Examples.from_parent(parent, path=file_path)


def pytest_configure(config: pytest.Config) -> None:
    """Keep the files of the course out of the repository, also those that kernels write."""
    folder = tempfile.TemporaryDirectory(prefix="pdm-nb-course-", ignore_cleanup_errors=True)
    os.environ["PDM_NB_COURSE"] = folder.name
    config.add_cleanup(folder.cleanup)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the cells of notebooks that take long."""
    for item in items:
        is_lesson = item.path.is_relative_to(COURSE / "solutions") and item.path.name not in QUICK_LESSONS
        if is_lesson or item.path.name in SLOW_NOTEBOOKS:
            item.add_marker(pytest.mark.slow)


@pytest.fixture(autouse=True)
def example_names(request: pytest.FixtureRequest) -> None:
    """Give an example the names that it uses."""
    if not isinstance(request.node, DoctestItem):
        return
    request.getfixturevalue("monkeypatch").chdir(request.getfixturevalue("tmp_path"))
    source = "".join(example.source for example in request.node.dtest.examples)
    for name in ("pdm", "service", "project", "batch", "register"):
        if re.search(rf"\b{name}\b", source):
            request.node.dtest.globs.setdefault(name, request.getfixturevalue(f"example_{name}"))


@pytest.fixture(scope="session")
def example_pdm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The package, with a fast simulator that `connect("sim")` finds and a cache folder of its own."""
    import pdm_nb

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PDM_NB_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        patch.delenv("PDM_NB_SIM", raising=False)
        pdm_nb.connect("sim", ml_seconds=0.1)
        yield pdm_nb


@pytest.fixture(scope="session")
def example_service(example_pdm: Any) -> Any:
    return example_pdm.connect("sim")


@pytest.fixture
def example_project(example_service: Any) -> Any:
    return example_service.project("Riverside Tower")


@pytest.fixture
def example_batch(example_project: Any, tmp_path: Path) -> Iterator[Any]:
    folder = tmp_path / "drawings"
    folder.mkdir()
    for name in ("A-101.pdf", "A-102.pdf"):
        (folder / name).write_bytes(b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n")
    (folder / "notes.txt").write_text("notes", "utf-8")
    batch = example_project.batch(folder, journal=tmp_path / "examples.sqlite")
    yield batch
    batch.close()


@pytest.fixture
def example_register(example_project: Any, tmp_path: Path) -> Any:
    folder = tmp_path / "issued"
    folder.mkdir()
    for name in ("A-101.pdf", "a-102.pdf", "A-104.pdf"):
        (folder / name).write_bytes(b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n")
    (tmp_path / "register.csv").write_text(REGISTER, "utf-8")
    return example_project.register("register.csv", folder="issued")
