"""Fixtures and settings for all tests."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis.internal.conjecture import providers

from pdm_nb.batch import open_batch
from pdm_nb.runs import loop

PATIENCE = 60.0

# The machine is shared: how long an example takes says nothing. And a run sends what the run before it sent: hypothesis
# would else draw constants of whatever modules of this checkout are loaded, and any change anywhere would change them.
settings.register_profile("repeatable", deadline=None, derandomize=True)
settings.load_profile("repeatable")
providers.is_local_module_file = lambda path: False


@pytest.fixture(autouse=True)
def cache_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What a service refused is remembered per test, not in the user's own folder; and no test knows another one's batches.

    A simulator may get the port of an earlier one, and then its projects look the same.
    """
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("PDM_NB_CACHE_DIR", str(folder))
    monkeypatch.setenv("PDM_NB_SETTINGS_FILE", str(folder / "settings.toml"))
    monkeypatch.setattr(
        open_batch, "FOLDER", str(folder / open_batch.FOLDER)
    )  # of stores, which checks create
    monkeypatch.setattr(open_batch, "_batches", {})
    return folder


@pytest.fixture
def until() -> Callable[[Callable[[], Any]], None]:
    """Let the main loop run until a condition holds."""

    def wait(condition: Callable[[], Any]) -> None:
        async def look() -> None:
            deadline = time.monotonic() + PATIENCE
            while not condition():
                assert time.monotonic() < deadline, "the condition never came true"
                await asyncio.sleep(0.01)

        loop.run(look())

    return wait


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The browser comes last: while it is open, playwright's own loop runs in the tests' thread."""
    items.sort(key=lambda item: "browser" in item.path.parts)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if _skipped_in_ci(terminalreporter):
        terminalreporter.write_sep("=", "In CI nothing may be skipped: this run has failed", red=True)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and _skipped_in_ci(reporter) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _skipped_in_ci(reporter: pytest.TerminalReporter) -> bool:
    return bool(os.environ.get("CI")) and bool(reporter.stats.get("skipped"))
