"""Operations that an environment does not offer are tried once a day, across phases and processes (B71)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import pdm_nb
from pdm_nb.api.service_memory import DAY
from pdm_nb.errors import InputError
from tests.support.simulator.sim_site import Site


@pytest.fixture
def closed(make_site: Callable[..., Site]) -> Site:
    """A project whose list of revisions is not offered."""
    return make_site(revision_list=False)


def asked(site: Site) -> int:
    """How often the simulator was asked for the list of revisions."""
    return site.sim.counts.by_operation.get("listRevisions", 0)


def test_the_refused_list_is_asked_once_through_all_phases(closed: Site) -> None:
    """B62, B71."""
    batch = closed.plain(3)
    batch.check()
    assert asked(closed) == 1
    batch.plan()
    batch.upload().wait()
    batch.watch().wait()
    closed.wire.lose_answer("/document_revisions")  # so that it has to be found out what came of it
    batch.submit().wait()
    with pytest.raises(InputError, match=r"does not offer the list of revisions \(404\).*refresh"):
        closed.project.revisions()
    again = closed.project.batch(closed.folder / "plain", journal=closed.folder / "again.sqlite")
    again.check()
    assert any("does not offer the list of revisions" in told for told in again.notices)
    assert asked(closed) == 1


def test_the_next_service_does_not_ask_again_within_a_day(closed: Site) -> None:
    closed.plain(1).check()
    assert asked(closed) == 1
    project = closed.connect().project(closed.sim.project_id)
    with pytest.raises(InputError, match="does not offer"):
        project.revisions()
    assert asked(closed) == 1
    closed.clock.advance(DAY + 60)
    with pytest.raises(InputError, match="does not offer"):
        project.revisions()
    assert asked(closed) == 2


def test_a_refresh_asks_again(closed: Site) -> None:
    closed.plain(1).check()
    closed.sim.switch(revision_list=True)
    closed.project.refresh()
    assert len(closed.project.revisions()) == 0
    assert asked(closed) == 2


def test_a_project_that_is_closed_as_a_whole_is_not_remembered(site: Site) -> None:
    """B4: only what was refused while the rest of the project could be read."""
    site.sim.fail_next("listFields", 403, reason="ACCESS_DENIED")
    with pytest.raises(pdm_nb.errors.AccessError, match="permitted projects"):
        site.project.revisions()
    assert not site.project.memory.refused("listRevisions")


def test_selected_uploads_that_are_not_offered_are_not_asked_by_the_next_phase(site: Site) -> None:
    batch = site.plain(2)
    batch.upload().wait()
    site.sim.fail_next("listSelectedUploads", 404, times=99)
    assert set(batch.watch().wait()["state"]) == {"ready"}
    before = site.calls("listSelectedUploads")
    assert before == 3  # its versions (B70), and no more
    batch.submit().wait()
    assert site.calls("listSelectedUploads") == before
    assert site.project.memory.refusal("listSelectedUploads") == 404


def test_two_processes_ask_once(closed: Site, cache_folder: Path) -> None:
    """B71: each is an own Python, with the cache folder in common."""
    folder = closed.folder / "letters"
    folder.mkdir()
    (folder / "letter.txt").write_text("a letter")
    own = {
        "PDM_NB_LOGIN_URL": closed.sim.url,
        "PDM_NB_API_URL": closed.sim.url,
        "PDM_NB_CLIENT_ID": closed.sim.client_id,
        "PDM_NB_CLIENT_SECRET": closed.sim.client_secret,
        "PDM_NB_COMPANY_ID": str(closed.sim.company_id),
        "PDM_NB_PROJECT_ID": str(closed.sim.project_id),
    }
    command = [sys.executable, "-m", "pdm_nb", "upload", str(folder), "--dry-run", "--json"]
    for _ in range(2):
        done = subprocess.run(
            command,
            cwd=closed.folder,
            env=os.environ | own,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert json.loads(done.stdout.splitlines()[-1])["documents"] == 1, done.stderr
        assert asked(closed) == 1
    kept = "".join(file.read_text() for file in cache_folder.rglob("*.json"))
    assert "listRevisions" in kept
    assert closed.sim.client_secret not in kept


def test_a_simulator_of_this_process_is_remembered_in_the_process_only(
    monkeypatch: pytest.MonkeyPatch, cache_folder: Path
) -> None:
    """Its port may be another simulator's tomorrow."""
    monkeypatch.delenv("PDM_NB_SIM", raising=False)
    project = pdm_nb.connect("sim", revision_list=False).project()
    with pytest.raises(InputError, match="does not offer"):
        project.revisions()
    assert project.memory.refused("listRevisions")
    assert list(cache_folder.rglob("*.json")) == []


def test_a_project_that_is_no_longer_permitted_is_not_a_refused_list(site: Site) -> None:
    """B4: it may be permitted again tomorrow."""
    site.project.fields()
    site.sim.switch(permitted_projects=[])
    with pytest.raises(pdm_nb.errors.AccessError, match="App Management"):
        site.project.revisions()
    site.sim.switch(permitted_projects=None)
    assert len(site.project.revisions()) == 0


def test_the_version_that_is_offered_is_known_to_the_next_process(site: Site) -> None:
    """B70, B71."""
    batch = site.plain(1)
    batch.upload().wait()
    site.sim.fail_next("listSelectedUploads", 404)
    batch.watch().wait()
    assert site.project.memory.reading("version of listSelectedUploads") == "2.1"
    before = len(site.wire.requests)
    project = site.connect().project(site.sim.project_id)
    batch.close()
    project.batch(journal=site.folder / "batch.sqlite").submit().wait()
    paths = [one.url.path for one in site.wire.requests[before:] if "selected_uploads" in one.url.path]
    assert {path.split("/")[2] for path in paths} == {"v2.1"}
