"""Changes, placeholders, and the comparison of projects."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from tests.support.simulator.sim_site import Site

pytestmark = pytest.mark.slow

Make = Callable[..., Site]


def submitted(site: Site, count: int = 3) -> list[str]:
    return [str(id_) for id_ in site.ready(count).submit().wait()["revision_id"]]


# -- changes
def test_changed_fields_have_their_values_before_and_after(site: Site) -> None:
    """B69: the service reports only that something changed."""
    ids = submitted(site)
    table = site.project.revisions()
    site.clock.advance(2000)
    moment = pd.Timestamp(site.clock.now(), unit="s")
    site.sim.start_workflow(table.set_index("id").loc[ids[1], "container_id"])
    changes = site.project.changes(since=moment)
    assert set(changes["id"]) == {ids[1]}
    assert set(changes["what"]) == {"changed"}
    [row] = changes.query("field == 'in_active_workflow'").to_dict("records")
    assert (row["before"], row["after"], row["name"]) == ("No", "Yes", "letter-001")
    assert row["by"]
    assert "Changes are recorded since" in repr(changes)


def test_of_the_time_before_the_first_reading_only_the_row_is_known(site: Site) -> None:
    moment = pd.Timestamp(site.clock.now(), unit="s")
    ids = submitted(site, 2)
    site.clock.advance(1000)
    between = pd.Timestamp(site.clock.now(), unit="s")
    site.sim.start_workflow(site.project.revisions([ids[0]])["container_id"][0])
    site.project.revision_source.keeps_file = False
    fresh = site.connect().project(site.sim.project_id)
    fresh.revision_source.keeps_file = False
    assert fresh.changes(since=moment)["what"].tolist().count("new") == 2
    [row] = fresh.changes(since=between).to_dict("records")
    assert (row["id"], row["what"]) == (ids[0], "changed")
    assert pd.isna(row["field"])
    assert "before the project was read the first time" in row["note"]


def test_new_revisions_are_changes(site: Site) -> None:
    site.project.revisions()
    ids = submitted(site, 2)
    changes = site.project.changes()
    assert set(changes.query("what == 'new'")["id"]) == set(ids)


# -- placeholders
def test_placeholders_are_listed_with_who_and_when(make_site: Make) -> None:
    """B76."""
    site = make_site(scenario="placeholders")
    table = site.project.placeholders()
    assert table["name"].tolist() == [f"Awaited document {n:02}" for n in (1, 2, 3)]
    assert table["due"].is_monotonic_increasing
    assert not table["is_overdue"].any()
    assert table["assignee"].notna().all()
    site.clock.advance(1.5 * 86_400)
    assert site.project.placeholders()["is_overdue"].tolist() == [True, False, False]
    assert set(site.project.revisions()["content"]) == {"placeholder"}


def test_files_are_matched_with_the_placeholders_that_they_fill(make_site: Make) -> None:
    site = make_site(scenario="placeholders")
    folder = site.folder / "incoming"
    for name in ("Awaited document 01.pdf", "AWAITED DOCUMENT 02.pdf", "other.pdf"):
        folder.mkdir(exist_ok=True)
        (folder / name).write_bytes(b"%PDF-1.4")
    table = site.project.placeholders(folder)
    assert table["match"].tolist() == ["exact", "close", "none"]
    assert "name the document exactly so" in table["note"][1]
    assert [name.rpartition("/")[2] for name in table.attrs["surplus"]] == ["other.pdf"]
    (folder / "sub").mkdir()
    (folder / "sub" / "Awaited document 01.pdf").write_bytes(b"%PDF-1.4")
    assert site.project.placeholders(folder)["match"][0] == "several"
    batch = site.batch(folder / "Awaited document 01.pdf")
    assert site.project.placeholders(batch)["match"].tolist() == ["exact", "none", "none"]


# -- two projects
def test_a_project_is_the_same_as_itself(site: Site) -> None:
    assert len(site.project.compare(site.project)) == 0


def test_configurations_are_compared(make_site: Make) -> None:
    site = make_site()
    other = site.service.project(site.service.projects()["name"][1])
    table = site.project.compare(other)
    assert set(table["part"]) == {"naming standard", "rule"}
    assert table.query("part == 'naming standard'")["here"].iloc[0].startswith("Project code-Originator")
    back = other.compare(site.project)
    assert set(back["what"]) <= {"only there", "different"}


@pytest.mark.parametrize("scenario", ["us-ncs", "messy"])
def test_projects_of_two_services_are_compared(make_site: Make, scenario: str) -> None:
    here, there = make_site(), make_site(scenario=scenario)
    table = here.project.compare(there.project)
    assert {"field", "value", "rule"} <= set(table["part"])
    one = table.query("part == 'value' and what == 'different'").head(1)
    assert one.empty or set(one["property"]) <= {"label", "active"}
