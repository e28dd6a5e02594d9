"""The pictures of a project: one call each, with the values of the project."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pdm_nb.errors import InputError
from tests.support.simulator.sim_site import Site


@pytest.fixture
def used(make_site: Callable[..., Site]) -> Site:
    return make_site(scenario="in-use", revisions=30, uploads=5, placeholders=1)


def test_completeness_has_the_shares_of_the_project(used: Site) -> None:
    found = used.project.plot.completeness("type")
    table = used.project.revisions(latest=True).query("content != 'placeholder'")
    sizes = table["type"].value_counts()
    assert found.table.groupby("group")["documents"].first().to_dict() == sizes.to_dict()
    row = found.table.query("field == 'Description'").groupby("field")["filled"].sum()
    assert row["Description"] == table["description"].fillna("").ne("").sum()
    assert "Least complete" in found.description
    with pytest.raises(InputError, match="may have several values"):
        used.project.plot.completeness("trades")


def test_the_timeline_ends_with_all_documents(used: Site) -> None:
    found = used.project.plot.timeline()
    table = used.project.revisions().query("content != 'placeholder'")
    last = found.table[found.table["month"] == found.table["month"].max()]
    assert last["documents"].sum() == table["container_id"].nunique()
    assert found.table["revisions"].sum() == len(table)
    assert found.save(used.folder / "timeline.svg").stat().st_size > 1000


@pytest.mark.slow
def test_sources_of_uploads_and_of_a_batch(used: Site) -> None:
    """B39."""
    found = used.project.plot.sources()
    learned = found.table.query("source == 'machine learning'").set_index("field")
    assert learned.loc["Number", ["cells", "sure"]].tolist() == [5, 90.0]
    batch = used.project.batch(used.documents(3), journal=used.folder / "b.sqlite")
    batch.set(None, "status", "S2")
    of_batch = used.project.plot.sources(batch).table.query("field == 'Status'")
    assert of_batch[["source", "share"]].values.tolist() == [["people", 100.0]]


@pytest.mark.slow
def test_an_empty_project_has_pictures_too(site: Site) -> None:
    for picture in (
        site.project.plot.completeness(),
        site.project.plot.timeline(),
        site.project.plot.sources(),
    ):
        assert "There are no" in picture.description
        assert picture.save(site.folder / "empty.png").stat().st_size > 100
        assert "No values." in repr(picture)
