"""A register or a folder against a project in use: states, fields, contents, and what cannot be compared."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from pdm_nb.errors import InputError
from tests.support.simulator.sim_site import Site

Make = Callable[..., Site]


@pytest.fixture
def used(make_site: Make) -> Site:
    return make_site(scenario="in-use", revisions=40, uploads=0, placeholders=1)


def register_of(site: Site) -> pd.DataFrame:
    """What the project has, as somebody else's list."""
    table = site.project.revisions(latest=True).query("content != 'placeholder'").reset_index(drop=True)
    shown = table[["name", "revision", "status", "description", "date_authored"]].copy()
    shown["date_authored"] = shown["date_authored"].dt.strftime("%Y-%m-%d")
    shown.columns = pd.Index(["Name", "Rev", "Status", "Title", "Date"])
    return shown.astype("string")


def test_a_register_of_the_project_is_present(used: Site) -> None:
    """B29: dates, values of lists (also inactive ones) and texts are compared as what they mean."""
    table = register_of(used)
    found = used.project.reconcile(table)
    assert found.counts == dict.fromkeys(found.counts, 0) | {"present": len(table)}
    assert len(found.differences) == 0


def test_each_state_is_told_apart(used: Site) -> None:
    """B41."""
    table = register_of(used)
    one = table["Rev"].isin(["P01", "P02"])
    older, newer = table.index[one][0], table.index[~one][0]
    different = table.index[one][1]
    table.loc[older, "Rev"] = "C08"
    table.loc[newer, "Rev"] = "P00"
    table.loc[different, "Title"] = "Another title"
    gone = table.loc[table.index[-1], "Name"]
    table = table.drop(table.index[-1])
    table.loc[1000] = ["RST-NEW-01", "P01", "S2", "New", "2026-01-01"]
    table.loc[1001] = ["Awaited document 01", "P01", "S2", "New", "2026-01-01"]
    path = used.folder / "register.csv"
    table.to_csv(path, index=False)
    found = used.project.reconcile(path)
    states = found.table.set_index("name")["state"]
    assert (found.counts["older"], found.counts["newer"], found.counts["different"]) == (1, 1, 1)
    assert states["RST-NEW-01"] == states["Awaited document 01"] == "missing"
    assert states[gone] == "surplus"
    assert found.differences[["field", "expected"]].values.tolist() == [["description", "Another title"]]
    note = found.table.set_index("name").loc["Awaited document 01", "note"]
    assert note == "The project has a placeholder for it."
    assert "1 older: the project has an older revision" in repr(found)
    assert "<table>" in found._repr_html_()
    assert found.table["place"].iloc[0] == "row 2"


@pytest.mark.slow
def test_documents_are_found_by_number_and_file_name(used: Site) -> None:
    table = used.project.revisions(latest=True).query("content != 'placeholder'").head(4)
    by_number = pd.DataFrame({"Number": table["number"].iloc[:1], "Rev": table["revision"].iloc[:1]})
    found = used.project.reconcile(by_number).table.iloc[0]
    assert found["found_by"] == "number" or found["state"] == "unclear"
    by_file = pd.DataFrame({"File": table["original_filename"], "Rev": table["revision"]})
    found_ = used.project.reconcile(by_file)
    assert set(found_.table["found_by"].dropna()) <= {"file name", "name"}
    assert found_.counts["missing"] == 0


def test_one_number_of_two_documents_is_unclear(used: Site) -> None:
    table = used.project.revisions(latest=True)
    number = table["number"].value_counts().index[0]
    rows = pd.DataFrame({"Number": [number], "Rev": ["P01"]})
    found = used.project.reconcile(rows)
    [state] = found.table.query("found_by == 'number'")["state"]
    assert state == "unclear"
    assert "2 documents have this number: " in found.table["note"].iloc[0]
    assert not set(found.table.query("state == 'surplus'")["id"]) & set(
        table.query("number == @number")["id"]
    )


def test_a_folder_is_compared_by_size_and_by_content(used: Site) -> None:
    """B64, B49: each file is downloaded once."""
    folder = used.folder / "files"
    table = used.project.revisions(latest=True).query("content != 'placeholder'").head(6)
    used.project.download(table, folder).wait()
    assert used.project.reconcile(folder).counts["present"] == 6
    files = sorted(folder.iterdir())
    files[0].write_bytes(files[0].read_bytes() + b"x")
    files[1].write_bytes(files[1].read_bytes().replace(b"Document", b"document"))
    assert used.project.reconcile(folder).counts["different"] == 1
    found = used.project.reconcile(folder, sha256=True)
    assert found.counts["different"] == 2
    assert set(found.differences["field"]) == {"file size", "file content"}


def test_every_downloaded_file_is_present_whatever_it_was_called(used: Site) -> None:
    """Files of one name get a version, and an id if the versions are the same: of all versions and documents."""
    folder = used.folder / "files"
    table = used.project.revisions(latest=True).query("content != 'placeholder'")
    done = used.project.download(table, folder).wait()
    assert done["path"].str.contains(r"_v\d+").any()  # two documents have one file name
    first = done.iloc[0]
    path = Path(first["path"])
    path.rename(path.with_name(f"{path.stem}_v1_{first['id']}{path.suffix}"))  # as if two had one version too
    found = used.project.reconcile(folder)
    assert found.counts["missing"] == found.counts["unclear"] == 0
    assert found.counts["present"] == len(done)


@pytest.mark.slow
def test_contents_are_downloaded_if_they_were_not(used: Site) -> None:
    folder = used.folder / "files"
    folder.mkdir()
    row = used.project.revisions(latest=True).query("content != 'placeholder'").iloc[0]
    (folder / row["original_filename"]).write_bytes(b"x" * int(row["file_size"]))
    calls = used.calls("downloadRevision")
    found = used.project.reconcile(folder, sha256=True)
    assert found.differences["field"].tolist() == ["file content"]
    again = used.project.reconcile(folder, sha256=True)
    assert again.counts == found.counts
    assert used.calls("downloadRevision") == calls + 1


def test_a_file_name_with_an_older_revision_is_newer_in_the_project(used: Site) -> None:
    row = used.project.revisions(latest=True).query("revision == 'C01'").iloc[0]
    folder = used.folder / "files"
    folder.mkdir()
    (folder / f"{row['name']}_P01.pdf").write_bytes(b"%PDF-1.4")
    found = used.project.reconcile(folder).table.iloc[0]
    assert (found["name"], found["expected_revision"]) == (row["name"], "P01")
    assert found["state"] in ("newer", "different")


def test_open_questions_of_a_register_are_all_listed(used: Site) -> None:
    table = pd.DataFrame({"What": ["x", "y"], "Date authored": ["01/02/2026", "03/04/2026"]})
    with pytest.raises(InputError, match=r"2 open questions") as refused:
        used.project.reconcile(table)
    assert "No column has the names, numbers or files" in str(refused.value)
    assert "date_order" in str(refused.value)
    register = used.project.register(table).map("What", "name").date_order("Date authored", "DMY")
    assert used.project.reconcile(register).counts["missing"] == 2


@pytest.mark.slow
def test_an_empty_project_and_a_hidden_one(make_site: Make) -> None:
    """B51."""
    empty = make_site()
    found = empty.project.reconcile(pd.DataFrame({"Name": ["A-101"]}))
    assert found.counts["missing"] == 1
    site = make_site(scenario="in-use", revisions=30, uploads=0)
    table = register_of(site)
    site.sim.switch(visible_statuses=["A1"])
    site.clock.advance(8 * 86_400.0)
    part = site.project.reconcile(table)
    assert part.counts["missing"] > 0
    assert part.notes


@pytest.mark.slow
def test_revisions_of_other_schemes_are_compared_if_the_scheme_is_set(site: Site) -> None:
    batch = site.plain(1)
    batch.set(None, "revision", "B")
    batch.upload().wait()
    batch.watch().wait()
    batch.submit().wait()
    table = pd.DataFrame({"Name": ["letter-000"], "Rev": ["1"]})
    assert site.project.reconcile(table).counts["different"] == 1
    assert site.project.reconcile(table, revision_scheme=["A < B < 0 < 1"]).counts["older"] == 1


@pytest.mark.slow
@pytest.mark.parametrize("suffix", [".xlsx", ".html", ".csv"])
def test_it_is_saved(used: Site, suffix: str) -> None:
    found = used.project.reconcile(register_of(used).head(3))
    path = found.save(used.folder / f"reconciled{suffix}")
    assert path.stat().st_size > 100
    if suffix == ".xlsx":
        assert len(pd.read_excel(path, sheet_name="Documents", engine="calamine")) == len(found.table)
    with pytest.raises(InputError, match="does not exist"):
        found.save(Path(used.folder, "no", f"x{suffix}"))
