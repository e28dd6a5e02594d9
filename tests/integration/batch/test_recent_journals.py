"""The batches of other days: of all projects, without a connection."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pdm_nb import journals
from pdm_nb.batch.journal.journal import Identity, Journal
from tests.support.simulator.sim_site import Site


def of(path: Path, api_url: str) -> None:
    path.parent.mkdir(exist_ok=True)
    Journal.open(path, Identity(api_url, "1", "7", "Riverside Tower")).close()


def test_journals_next_to_the_notebook_are_listed_with_their_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PDM_NB_SIM", json.dumps({"url": "http://127.0.0.1:4000"}))
    assert journals.recent() == []
    folder = tmp_path / "pdm_nb-journals"
    of(folder / "sandbox.sqlite", "https://sandbox.procore.com")
    of(folder / "address.sqlite", "https://a.example")
    of(folder / "running.sqlite", "http://127.0.0.1:4000")
    of(folder / "ended.sqlite", "http://127.0.0.1:5000")
    (folder / "notes.sqlite").write_text("something else")
    found = {one.path.name: one for one in journals.recent()}
    assert {name: one.environment for name, one in found.items()} == {
        "sandbox.sqlite": "sandbox", "address.sqlite": "https://a.example", "running.sqlite": "sim",
    }  # fmt: skip
    assert (found["sandbox.sqlite"].project, found["sandbox.sqlite"].documents) == ("Riverside Tower", 0)


def test_a_batch_that_is_open_elsewhere_is_not_offered(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PDM_NB_SIM", json.dumps({"url": site.project.client.environment.api_url}))
    (site.folder / "a.txt").write_text("a")
    batch = site.project.batch(site.folder / "a.txt", journal=site.folder / "a.sqlite")
    assert journals.recent(site.folder) == []
    batch.close()
    assert [(one.path.name, one.documents) for one in journals.recent(site.folder)] == [("a.sqlite", 1)]
