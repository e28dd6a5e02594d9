"""Fixtures of the tests in a real browser. Without Chromium they are skipped with the reason; in CI they fail."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.support.browser.chromium import chromium
from tests.support.browser.lab import serve

REPOSITORY = Path(__file__).parents[2]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium, headless."""
    with chromium() as started:
        yield started


@pytest.fixture(scope="session")
def server(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A Jupyter server on a folder of its own, with the fake batch beside the notebooks; kernels use this checkout."""
    root = tmp_path_factory.mktemp("root")
    shutil.copy(REPOSITORY / "tests" / "support" / "fake_batch.py", root)
    env = {"PYTHONPATH": os.pathsep.join(filter(None, (str(REPOSITORY), os.environ.get("PYTHONPATH"))))}
    with serve(root, tmp_path_factory.mktemp("home"), env) as running:
        yield running


@contextmanager
def _page(browser: Any, pictures: Path) -> Iterator[tuple[Any, Path]]:
    """A fresh page, and the folder for its pictures."""
    from tests.support.browser.lab import PATIENCE

    pictures = Path(os.environ.get("PDM_NB_PICTURES") or pictures)
    pictures.mkdir(parents=True, exist_ok=True)
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    context.set_default_timeout(PATIENCE * 1000)
    yield context.new_page(), pictures
    context.close()


@contextmanager
def _lab(browser: Any, server: Any, pictures: Path) -> Iterator[Any]:
    from tests.support.browser.lab import Lab

    with _page(browser, pictures) as (page, folder):
        yield Lab(page, server, folder)


@pytest.fixture
def plain(browser: Any, tmp_path: Path) -> Iterator[Any]:
    """A fresh page without a notebook."""
    from tests.support.browser.plain_page import PlainPage

    with _page(browser, tmp_path / "pictures") as (page, folder):
        yield PlainPage(page, folder)


@pytest.fixture
def lab(browser: Any, server: Any, tmp_path: Path) -> Iterator[Any]:
    """A fresh page; pictures go to `PDM_NB_PICTURES` where that is set, else to the test's own folder."""
    with _lab(browser, server, tmp_path) as fresh:
        yield fresh


@pytest.fixture(scope="module")
def shared_lab(browser: Any, server: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """One page for all tests of a module, which leave it as they found it: a notebook takes seconds to open."""
    with _lab(browser, server, tmp_path_factory.mktemp("pictures")) as shared:
        yield shared


@pytest.fixture(scope="module")
def notebook(shared_lab: Any, request: pytest.FixtureRequest) -> Any:
    """A notebook that shows a grid of a new batch each time its first cell runs."""
    from tests.support.browser.grid_actions import CELLS, GRID

    return shared_lab.open(shared_lab.write(f"{request.module.__name__}.ipynb", [GRID, CELLS]))


@pytest.fixture
def hands(notebook: Any) -> Any:
    from tests.support.browser.grid_actions import GridActions

    return GridActions(notebook)
