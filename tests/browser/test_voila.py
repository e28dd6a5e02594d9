"""The workbench as an app: a notebook that Voilà shows without its code, and the whole job in it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

from pdm_nb.sim import write_samples
from tests.browser.conftest import REPOSITORY
from tests.support.browser.lab import expect
from tests.support.browser.server import free_port, jupyter_folders, running
from tests.support.browser.whole_job import WholeJob

CELLS = ("import pdm_nb", "pdm_nb.workbench()")


@pytest.fixture(scope="module")
def voila(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """The folder of the notebook, and the address of its page."""
    folder, home, port = tmp_path_factory.mktemp("app"), tmp_path_factory.mktemp("home"), free_port()
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in CELLS])
    nbformat.write(notebook, folder / "app.ipynb")
    command = [sys.executable, "-m", "voila", "app.ipynb", "--no-browser", f"--port={port}"]
    command += ["--Voila.ip=127.0.0.1", "--VoilaConfiguration.show_tracebacks=True"]
    env = {**jupyter_folders(home), "PYTHONPATH": str(REPOSITORY)}
    with running(command, folder, home / "voila.log", env) as program:
        yield folder, program.wait_for_page(f"http://127.0.0.1:{port}/static/")


@pytest.mark.slow
def test_the_workbench_is_shown_light_and_dark(plain: Any, voila: tuple[Path, str]) -> None:
    _, address = voila
    for theme in ("dark", "light"):
        plain.page.goto(address.replace("static/", f"?theme={theme}"))
        app = plain.page.locator(".pdm-app")
        app.get_by_role("button", name="Sign in").click()
        expect(app.get_by_label("Search projects")).to_be_visible()
        assert plain.dark() is (theme == "dark")
        plain.picture(f"voila-{theme}")


@pytest.mark.long
def test_the_whole_job(plain: Any, voila: tuple[Path, str]) -> None:
    folder, address = voila
    write_samples(folder / "job", count=12, seed=7)
    plain.page.goto(address.replace("static/", ""))
    app = plain.page.locator(".pdm-app")
    WholeJob(plain.page, app, lambda name: plain.picture(f"voila-{name}")).do(folder / "job", "job/", 12)
