"""The workbench in Jupyter Notebook 7: every view, and the whole job with keyboard and mouse."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pdm_nb.sim import write_samples
from tests.browser.conftest import REPOSITORY
from tests.support.browser.lab import Lab, serve
from tests.support.browser.whole_job import WholeJob, shown_views

BATCH = (
    "import pdm_nb\nproject = pdm_nb.connect('sim').project('Riverside Tower')\nbatch = project.batch('few/')"
)
VIEWS = ("workbench", "grid", "upload", "review", "submit", "report")


@pytest.fixture(scope="module")
def server(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    env = {"PYTHONPATH": str(REPOSITORY)}
    with serve(tmp_path_factory.mktemp("root"), tmp_path_factory.mktemp("home"), env, "notebook") as running:
        yield running


def named_pictures(lab: Lab, front_end: str) -> Any:
    return lambda name: lab.picture(f"{front_end}-{name}")


@pytest.mark.slow
def test_every_view_is_shown_in_light_and_dark(lab: Lab) -> None:
    write_samples(lab.server.root / "few", count=4, seed=7)
    views = ["pdm_nb.sign_in()", "pdm_nb.workbench(project, view='requirements')"]
    views += [f"pdm_nb.workbench(batch, view={name!r})" for name in VIEWS]
    lab.open(lab.write("views.ipynb", [BATCH, *views]))
    lab.run_all()
    shown_views(lambda name: lab.panel.locator(f".pdm-app.pdm-view-{name}"))
    for theme in ("Dark", "Light"):
        lab.theme(theme)
        lab.cells.nth(3).evaluate("node => node.scrollIntoView()")
        lab.picture(f"notebook-views-{theme.lower()}")
    assert lab.cells.count() == 1 + len(views)


@pytest.mark.long
def test_the_whole_job(lab: Lab) -> None:
    folder = lab.server.root / "job"
    write_samples(folder, count=12, seed=7)
    lab.open(lab.write("job.ipynb", ["import pdm_nb\npdm_nb.workbench()"]))
    lab.run(0)
    WholeJob(lab.page, lab.panel.locator(".pdm-app"), named_pictures(lab, "notebook")).do(folder, "job/", 12)
    assert lab.cells.count() == 1
