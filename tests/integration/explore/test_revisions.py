"""Revisions as a frame: what is read, what is read again, and what a look shows when not everything can be read."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pdm_nb.batch import open_batch
from pdm_nb.errors import ConnectionFailed, InputError, RunError
from pdm_nb.explore.store import revision_sync
from tests.support.simulator.many_revisions import fill
from tests.support.simulator.sim_site import Site

DAY = 86_400.0
Make = Callable[..., Site]


def submitted(site: Site, count: int = 3) -> list[str]:
    """Submit letters; return the ids of their revisions."""
    return [str(id_) for id_ in site.ready(count).submit().wait()["revision_id"]]


def later(site: Site, seconds: float = 1000.0) -> None:
    """So much later that the next look brings the store up to date."""
    site.clock.advance(seconds)


def made(site: Site, before: dict[str, int]) -> dict[str, int]:
    """The calls of revisions since."""
    found = {name: count - before.get(name, 0) for name, count in site.service.client.calls.items()}
    return {name: count for name, count in found.items() if count and "evisions" in name}


def test_the_frame_has_typed_columns(site: Site) -> None:
    """B62, B73, B77."""
    ids = submitted(site)
    table = site.project.revisions()
    assert set(table["id"]) == set(ids)
    kinds = table.dtypes.astype(str)
    assert kinds["updated_at"] == kinds["read_at"] == kinds["date_authored"] == "datetime64[us, UTC]"
    assert (kinds["version"], kinds["file_size"], kinds["asset_value"]) == ("Int64", "Int64", "Float64")
    assert (kinds["is_latest"], kinds["in_active_workflow"]) == ("boolean", "boolean")
    row = table.set_index("name").loc["letter-000"]
    assert (row["version"], row["is_latest"], row["content"], row["availability"]) == (
        1,
        True,
        "document",
        "visible",
    )
    assert (row["type"], row["file_size"], row["in_active_workflow"]) == ("Other", 8, False)
    assert row["authored_by"] == "Demo Service Account"
    assert "download" in row["permissions"].split("; ")
    assert pd.isna(row["discipline"])
    assert "3 revisions as of" in repr(table)
    assert "3 revisions as of" in str(table._repr_html_())
    assert "3 revisions" not in repr(table.head())


def test_an_empty_project_has_the_columns_of_its_fields(site: Site) -> None:
    table = site.project.revisions()
    assert len(table) == 0
    assert {"id", "version", "type", "reviewers"} <= set(table.columns)
    assert len(site.project.revisions(where={"type": "Drawing"})) == 0


def test_several_values_are_lists(site: Site) -> None:
    batch = site.ready(1)
    batch.set(None, "trades", list(site.project.values("trades")["label"][:2]))
    batch.submit().wait()
    assert site.project.revisions()["trades"].tolist() == [list(site.project.values("trades")["label"][:2])]


def test_a_second_look_makes_no_calls_and_a_later_one_few(site: Site) -> None:
    """B69."""
    submitted(site)
    site.project.revisions()
    before = dict(site.service.client.calls)
    assert len(site.project.revisions()) == 3
    assert made(site, before) == {}
    later(site)
    site.project.revisions()
    assert made(site, before) == {"listRevisions": 1, "listSelectedRevisions": 1}


def test_the_store_outlives_the_kernel_and_holds_no_secret(site: Site) -> None:
    submitted(site)
    site.project.revisions()
    site.project.revision_source.store.close()
    [path] = Path(open_batch.FOLDER).glob("*revisions*.sqlite")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert site.sim.client_secret.encode() not in path.read_bytes()
    project = site.connect().project(site.sim.project_id)
    assert len(project.revisions()) == 3
    assert project.client.calls["listRevisions"] == 0


def test_a_simulator_that_ends_with_the_kernel_leaves_no_file(site: Site) -> None:
    site.project.revision_source.keeps_file = False
    submitted(site)
    assert len(site.project.revisions()) == 3
    assert not Path(open_batch.FOLDER).exists()


def test_conditions_are_applied_to_labels_codes_and_ids(site: Site) -> None:
    ids = submitted(site)
    project = site.project
    code = project.values("type").set_index("label")["code"]["Other"]
    for where in ({"type": "other"}, {"Type": code}, {"type": ["Drawing", "Other"]}, {"discipline": None}):
        assert len(project.revisions(where=where)) == 3
    for where in ({"type": "Drawing"}, {"discipline": "Architect"}, {"type": "Other", "name": "letter-009"}):
        assert len(project.revisions(where=where)) == 0
    assert project.revisions(where={"name": "LETTER-001"})["id"].tolist() == [ids[1]]
    [container] = project.revisions([ids[0]])["container_id"]
    assert project.revisions(container=container)["id"].tolist() == [ids[0]]
    with pytest.raises(InputError, match=r"Unknown field 'Dicipline'.*discipline"):
        project.revisions(where={"Dicipline": "x"})
    with pytest.raises(InputError, match="is not a date"):
        project.revisions(updated_since="yesterdayish")


def test_before_all_is_read_the_service_selects(make_site: Make) -> None:
    """B62: few calls for few revisions."""
    site = make_site()
    ids = submitted(site, 4)
    project = site.connect().project(site.sim.project_id)
    project.revision_source.keeps_file = False
    table = project.revisions(where={"status": "S2", "name": "letter-002"})
    assert table["id"].tolist() == [ids[2]]
    assert not project.revision_source.is_complete
    assert any(
        "filters[status]" in str(request.url).replace("%5B", "[").replace("%5D", "]")
        for request in site.wire.requests
    )
    assert "Not all revisions of the project were read" in repr(table)
    now = pd.Timestamp(site.clock.now(), unit="s")
    assert len(project.revisions(updated_since=now + pd.Timedelta(days=1))) == 0
    assert len(project.revisions(latest=True)) == 4


def test_only_the_latest_versions(site: Site) -> None:
    """B41, B63."""
    submitted(site, 2)
    (site.folder / "plain" / "letter-000.txt").write_text("changed")
    batch = site.project.batch(site.folder / "plain", journal=site.folder / "batch.sqlite")
    (new,) = batch.add_new_versions()
    batch.set(new, "revision", "P02")
    for run in (batch.upload, batch.watch, batch.submit):
        run().wait()
    table = site.project.revisions()
    assert sorted(table["version"]) == [1, 1, 2]
    assert sorted(site.project.revisions(latest=True)["version"]) == [1, 2]
    assert site.project.versions("letter-000")["version"].tolist() == [2, 1]
    assert site.project.versions("letter-000")["is_latest"].tolist() == [True, False]
    changes = site.project.changes()
    [old] = changes.query("what == 'superseded'").to_dict("records")
    assert (old["name"], old["version"], old["note"]) == ("letter-000", 1, "By version 2.")
    with pytest.raises(InputError, match="no document called 'letter-9'"):
        site.project.versions("letter-9")


def test_an_interrupted_reading_continues(site: Site) -> None:
    """What was read is not read again."""
    fill(site, 250)
    source = site.project.revision_source
    site.wire.cut("/selected_revisions", times=99)
    with pytest.raises(ConnectionFailed):
        site.project.revisions()
    site.wire.cut_nothing()
    read = source.store.count("visible")
    before = dict(site.service.client.calls)
    assert len(site.project.revisions()) == 250
    assert made(site, before)["listSelectedRevisions"] == -(-(250 - read) // 100)


def test_a_run_can_be_stopped_and_started_again(site: Site) -> None:
    fill(site, 150)
    run = site.project.sync_revisions()
    run.cancel()
    with pytest.raises(RunError, match="Start it again to continue"):
        run.wait()
    assert len(site.project.sync_revisions().wait()) == 150


def test_many_rows_are_updated_in_few_calls(site: Site) -> None:
    """B69: ids of what changed, then their rows."""
    ids = fill(site, 250)
    containers = site.project.revisions().set_index("id").loc[ids, "container_id"]
    later(site)
    site.sim.start_workflow(containers.iloc[-1])
    later(site)
    site.project.revisions()
    for container in containers.iloc[:20]:
        site.sim.start_workflow(container)
    before = dict(site.service.client.calls)
    later(site)
    table = site.project.revisions(where={"in_active_workflow": "Yes"})
    assert set(table["id"]) == {*ids[:20], ids[-1]}
    assert made(site, before) == {"listRevisions": 2, "listSelectedRevisions": 1}


# -- what cannot be read
@pytest.mark.parametrize("status", [403, 404])
def test_without_the_list_what_journals_know_is_read(make_site: Make, status: int) -> None:
    """B62."""
    site = make_site(revision_list=False, revision_list_status=status)
    ids = submitted(site)
    table = site.project.revisions()
    assert set(table["id"]) == set(ids)
    assert f"does not offer the list of revisions ({status}). Only revisions that journals know" in repr(
        table
    )


def test_ids_of_closed_journals_in_the_folder_are_known_too(make_site: Make) -> None:
    site = make_site(revision_list=False)
    batch = site.plain(2)
    Path(open_batch.FOLDER).mkdir(parents=True, exist_ok=True)
    batch.copy_journal(Path(open_batch.FOLDER) / "letters.sqlite")
    batch.close()
    batch = site.project.batch(journal=Path(open_batch.FOLDER) / "letters.sqlite")
    for run in (batch.upload, batch.watch, batch.submit):
        run().wait()
    batch.close()
    assert len(site.project.revisions()) == 2


def test_without_the_list_and_without_ids_it_is_an_error(make_site: Make) -> None:
    site = make_site(revision_list=False)
    with pytest.raises(InputError, match=r"does not offer the list of revisions \(404\)"):
        site.project.revisions()


def test_a_service_that_cannot_be_reached_leaves_what_is_known(site: Site) -> None:
    submitted(site)
    site.project.revisions()
    later(site)
    site.wire.cut("/document_revisions", "GET", times=99)
    table = site.project.revisions()
    assert len(table) == 3
    assert "could not be brought up to date" in repr(table)


def test_hidden_revisions_are_rows_without_fields(make_site: Make) -> None:
    """B51: a permission that hides half."""
    site = make_site()
    ids = submitted(site, 4)
    for id_ in ids[:2]:
        site.sim._core.faults.hide(id_)
    table = site.project.revisions().set_index("id")
    assert table.loc[ids, "availability"].tolist() == ["masked", "masked", "visible", "visible"]
    assert table.loc[ids[0], ["name", "type", "version"]].isna().all()
    assert "2 are hidden from this account" in repr(site.project.revisions())
    found = site.project.revisions(where={"type": "Other"})
    assert set(found["id"]) == set(ids[2:])
    assert "2 hidden ones are left out" in repr(found)


def test_a_revision_that_becomes_hidden_is_a_change(site: Site) -> None:
    ids = submitted(site)
    site.project.revisions()
    site.sim._core.faults.hide(ids[0])
    later(site)
    [change] = site.project.changes().query("what == 'hidden'").to_dict("records")
    assert (change["id"], change["note"]) == (ids[0], "This account is no longer allowed to see it.")


def test_the_recycle_bin_is_read_if_asked_or_if_something_disappeared(site: Site) -> None:
    """B62, B71."""
    ids = submitted(site)
    site.project.revisions()
    assert site.calls("listRecycledRevisions") == 0
    site.sim.recycle_revision(ids[0])
    later(site)
    assert set(site.project.revisions()["id"]) == set(ids[1:])
    assert site.calls("listRecycledRevisions") == 1
    table = site.project.revisions(recycled=True).set_index("id")
    assert table.loc[ids[0], "availability"] == "recycled"
    assert table.loc[ids[0], "recycled_reason"] == "Replaced"
    site.sim.restore_revision(ids[0])
    later(site)
    assert set(site.project.revisions()["id"]) == set(ids)
    what = site.project.changes().query(f"id == '{ids[0]}'")["what"].tolist()
    assert set(what) >= {"recycled", "restored"}


def test_in_a_large_project_the_bin_spares_the_list_of_all_ids(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """B62: as long as the number of ids is explained."""
    monkeypatch.setattr(revision_sync, "ID_PAGE", 100)
    ids = fill(site, 150)
    site.project.revisions()
    later(site)
    site.sim.recycle_revision(ids[0])
    before = dict(site.service.client.calls)
    assert ids[0] not in set(site.project.revisions()["id"])
    assert made(site, before)["listRecycledRevisions"] == 1
    assert made(site, before)["listRevisions"] == 2  # changes, and the number of ids
    assert "recycled" in set(site.project.changes()["what"])


def test_a_bin_that_may_not_be_viewed_is_reported(make_site: Make) -> None:
    site = make_site(access_level="Standard")
    ids = submitted(site)
    site.project.revisions()
    site.sim.recycle_revision(ids[0])
    later(site)
    table = site.project.revisions(recycled=True).set_index("id")
    assert table.loc[ids[0], "availability"] == "not listed"
    assert "recycle bin is not open to this account" in repr(site.project.revisions(recycled=True))
    [change] = site.project.changes().query("what == 'not listed'").to_dict("records")
    assert "may be recycled, hidden from this account, or not indexed" in change["note"]


def test_the_index_lags_behind(make_site: Make) -> None:
    """B62: what is not listed yet appears later, and is no deletion."""
    site = make_site(index_seconds=600.0)
    ids = submitted(site)
    assert len(site.project.revisions()) == 0
    later(site)
    assert set(site.project.revisions()["id"]) == set(ids)
    site.sim.recycle_revision(ids[0])
    later(site, 100)
    site.project.refresh()
    assert "not listed" in site.project.revisions(ids)["availability"].tolist()


def test_pages_that_change_while_they_are_read_are_read_again(site: Site) -> None:
    """B62: a list that grows between its pages has no row twice, and lacks none."""
    fill(site, 120)
    site.sim.switch(page_size=50)
    grown: list[Any] = []

    def grow(body: Any) -> Any:
        if not grown:
            grown.extend(fill(site, 5, start=500))
        return body

    site.wire.edit("/document_revisions", grow)
    table = site.project.revisions()
    assert table["id"].is_unique
    assert len(table) == 125


def test_all_rows_are_read_again_after_a_week(site: Site) -> None:
    """B69: the service does not promise to list every change."""
    fill(site, 150)
    site.project.revisions()
    later(site, 8 * DAY)
    before = dict(site.service.client.calls)
    site.project.revisions()
    assert made(site, before) == {"listRevisions": 1, "listSelectedRevisions": 2}
