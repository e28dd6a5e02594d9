"""The audit of a project in use, what it leaves out, and the batch that corrects what a new version can correct."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pdm_nb.batch import open_batch
from pdm_nb.errors import InputError
from pdm_nb.sim.world.records import Revision
from tests.support.simulator.many_revisions import fill
from tests.support.simulator.sim_site import Site

Make = Callable[..., Site]
COUNT = 60  # documents: each fault occurs


@pytest.fixture
def used(make_site: Make) -> Site:
    """A project with the faults of two years."""
    return make_site(scenario="in-use", revisions=COUNT, uploads=0)


def test_an_audit_finds_the_faults_of_a_project(used: Site) -> None:
    """B17, B18, B21, B40, B41."""
    audit = used.project.audit()
    codes = set(audit.findings["code"])
    assert {
        "PDM101",
        "PDM103",
        "PDM110",
        "PDM301",
        "PDM323",
        "PDM501",
        "PDM502",
        "PDM503",
        "PDM504",
        "PDM505",
    } <= codes
    assert audit.checked == len(used.project.revisions(latest=True).query("content != 'placeholder'"))
    by_code = audit.findings.groupby("code")["remedy"].agg(set)
    assert list(by_code["PDM505"]) == list(by_code["PDM103"]) == ["new version"]
    assert list(by_code["PDM501"]) == list(by_code["PDM301"]) == ["in Procore"]
    assert audit.summary["documents"].sum() >= audit.findings["id"].nunique()
    shown = repr(audit)
    assert "PDM501  Documents that should be one: " in shown
    assert "revisions as of" in shown
    assert "<table" in audit._repr_html_()


def test_a_finding_has_what_finds_its_document_in_procore(used: Site) -> None:
    """No address of a document in the web tool is documented."""
    current = used.project.revisions(latest=True).set_index("id")[["name", "number", "revision", "version"]]
    findings = used.project.audit().findings.drop_duplicates("id").set_index("id")
    assert findings["number"].notna().any()
    found = findings[list(current)].astype("object").fillna("")
    wanted = current.loc[found.index].astype("object").fillna("")
    assert found.values.tolist() == wanted.values.tolist()


def test_each_seeded_fault_is_found_where_it_is(used: Site) -> None:
    """No more and no less than the world has, by an independent look at its revisions."""
    audit, table = used.project.audit(), used.project.revisions()
    table = table[table["content"] != "placeholder"]
    inactive = used.project.values("status", inactive=True).query("not active")["label"]
    latest = table[table["is_latest"]]
    found = audit.findings.query("code == 'PDM103' and field == 'status'")
    assert set(found["id"]) == set(latest[latest["status"].isin(inactive)]["id"])
    lower = set(table[table["name"].str.islower()]["name"].str.casefold())
    assert lower
    split = audit.findings.query("code == 'PDM501'")["name"].str.casefold().value_counts()
    assert all(split[name] == 2 for name in lower)
    assert set(audit.findings.query("code == 'PDM110'")["id"]) == set(
        latest[latest["description"] == "TBC"]["id"]
    )


@pytest.mark.slow
def test_earlier_versions_are_checked_if_wanted(used: Site) -> None:
    every, current = used.project.audit(all_versions=True), used.project.audit()
    assert every.checked > current.checked
    assert set(every.findings.query("remedy == 'superseded'")["code"]) <= {"PDM101", "PDM103", "PDM110", "PDM301", "PDM309", "PDM323"}  # fmt: skip
    assert len(every.findings.query("remedy != 'superseded'")) == len(current.findings)


def test_an_empty_project_has_no_findings(site: Site) -> None:
    audit = site.project.audit()
    assert (len(audit.findings), audit.checked) == (0, 0)
    assert "No revision to check" in repr(audit)
    with pytest.raises(InputError, match="None of these findings is corrected by a new version"):
        audit.batch(folder=site.folder / "clean-up")


@pytest.mark.slow
def test_hidden_revisions_are_left_out_and_counted(make_site: Make) -> None:
    """B51."""
    site = make_site(scenario="in-use", revisions=COUNT, uploads=0)
    whole = site.project.audit()
    site.sim.switch(visible_statuses=["A1", "S2", "S3"])
    site.clock.advance(8 * 86_400.0)
    part = site.project.audit()
    assert 0 < part.checked < whole.checked
    assert part.masked + site.project.revisions()["availability"].eq("not listed").sum() > 0


@pytest.mark.slow
def test_without_the_list_revisions_of_journals_are_audited(make_site: Make) -> None:
    """B62."""
    site = make_site(revision_list=False)
    with pytest.raises(InputError, match=r"does not offer the list of revisions \(404\)"):
        site.project.audit()
    files = site.folder / "letters"
    files.mkdir()
    for number in range(2):
        (files / f"letter-{number}.txt").write_text(f"letter {number}")
    batch = site.batch(files, journal=Path(open_batch.FOLDER, "known.sqlite"))
    for field, text in {"type": "Other", "status": "S2", "revision": "P01"}.items():
        batch.set(None, field, text)
    batch.set(None, "description", "Letter")
    batch.upload().wait()
    batch.watch().wait()
    batch.submit().wait()
    site.project.refresh()
    audit = site.project.audit()
    assert audit.checked == 2
    assert any("does not offer the list of revisions" in note for note in audit.notes)


def test_a_clean_up_batch_becomes_new_versions(used: Site) -> None:
    """B40, B41, B64: the whole way, through the checks of a batch."""
    audit = used.project.audit()
    rows = audit.findings.query("code == 'PDM103' and field == 'status'")
    batch = audit.batch(rows, folder=used.folder / "clean-up", journal=used.folder / "clean.sqlite")
    assert len(batch.frame) == rows["id"].nunique()
    before = used.project.revisions(rows["id"]).set_index("name")
    assert set(batch.frame["name"]) == set(before.index)
    found = batch.check()
    assert set(found.query("code == 'PDM103'")["field"]) == {"status"}
    assert len(found.query("code == 'PDM303'")) == len(batch.frame)
    batch.set(None, "status", "S2")
    batch.set(None, "revision", "C09")
    errors = batch.check().query("severity == 'error'")
    batch.set(errors["document"].tolist(), "description", "Corrected")
    batch.upload().wait()
    batch.watch().wait()
    status = batch.submit().wait()
    done = status[status["state"] == "submitted"]
    assert len(done)
    after = used.project.revisions(done["revision_id"]).set_index("name")
    for name, row in after.iterrows():
        assert row["container_id"] == before.loc[name, "container_id"]
        assert row["version"] == before.loc[name, "version"] + 1
    left = used.project.audit().findings.query("code == 'PDM103' and field == 'status'")
    assert set(left["name"]) == set(rows["name"]) - set(after.index)


@pytest.mark.slow
def test_an_old_current_version_is_corrected_by_the_newest_file(used: Site) -> None:
    audit = used.project.audit()
    one = audit.findings.query("code == 'PDM505'").head(1)
    batch = audit.batch(one, folder=used.folder / "newest", journal=used.folder / "newest.sqlite")
    source = used.project.revisions(one["source_id"]).iloc[0]
    assert source["id"] != one["id"].iloc[0]
    assert batch.frame["revision"].tolist() == [source["revision"]]
    assert batch.view.documents[0].path.split("/")[-2] == source["id"]


@pytest.mark.slow
def test_the_same_call_continues_and_keeps_what_was_set(used: Site) -> None:
    audit = used.project.audit()
    folder = used.folder / "clean-up"
    batch = audit.batch(folder=folder)
    assert set(batch.frame["file"]) <= set(used.project.revisions()["original_filename"])
    batch.set(0, "description", "Set by hand")
    calls = used.calls("downloadRevision")
    assert audit.batch(folder=folder) is batch
    assert batch.frame["description"].iloc[0] == "Set by hand"
    assert used.calls("downloadRevision") == calls
    batch.close()


@pytest.mark.slow
def test_proposals_are_filled_in_and_other_values_kept(used: Site) -> None:
    audit = used.project.audit()
    rows = audit.findings[audit.findings["proposal"].notna() & (audit.findings["remedy"] == "new version")]
    assert len(rows)
    batch = audit.batch(rows, folder=used.folder / "clean-up", journal=used.folder / "p.sqlite")
    table = batch.frame.set_index("name")
    for one in rows.itertuples():
        assert table.loc[one.name, one.field].strip() == one.proposal
    before = used.project.revisions(rows["id"]).set_index("name")
    assert (table["number"] == before.loc[table.index, "number"]).all()


@pytest.mark.slow
def test_files_that_cannot_be_downloaded_are_named(used: Site) -> None:
    audit = used.project.audit()
    rows = audit.findings.query("remedy == 'new version' and id == source_id")
    ids = list(dict.fromkeys(rows["id"]))[:2]
    target = used.folder / "clean-up" / ids[0] / str(rows.set_index("id").loc[[ids[0]], "file"].iloc[0])
    target.parent.mkdir(parents=True)
    target.write_text("of somebody else")
    batch = audit.batch(ids, folder=used.folder / "clean-up", journal=used.folder / "n.sqlite")
    assert len(batch.frame) == 1
    assert any("1 document left out (exists)" in notice for notice in batch.notices)
    assert target.read_text() == "of somebody else"


@pytest.mark.slow
@pytest.mark.parametrize("suffix", [".xlsx", ".html", ".csv"])
def test_an_audit_is_saved(used: Site, suffix: str) -> None:
    audit = used.project.audit()
    path = audit.save(used.folder / f"audit{suffix}")
    if suffix == ".csv":
        assert len(pd.read_csv(path)) == len(audit.findings)
    elif suffix == ".xlsx":
        sheets: Any = pd.read_excel(path, sheet_name=None, engine="calamine")
        assert len(sheets["Findings"]) == len(audit.findings)
    else:
        assert "PDM501" in path.read_text("utf-8")
    with pytest.raises(InputError, match="unknown kind of file"):
        audit.save(used.folder / "audit.docx")


def test_two_documents_with_one_name_are_one_finding_each(site: Site) -> None:
    """B40: the service may have them from before; the audit does not mix their versions."""
    fill(site, 2)
    core = site.sim._core
    first, second = core.store.rows(Revision)
    name = core.world.projects[0].by_name["name"].id
    core.store.put(replace(second, entries={**second.entries, name: first.entries[name]}))
    found = site.project.audit().findings.query("code == 'PDM501'")
    assert found["container_id"].nunique() == 2


@pytest.mark.slow
def test_the_seed_gives_the_same_project(make_site: Make) -> None:
    names = [
        sorted(make_site(scenario="in-use", revisions=30).project.revisions()["name"].dropna())
        for _ in range(2)
    ]
    assert names[0] == names[1]
