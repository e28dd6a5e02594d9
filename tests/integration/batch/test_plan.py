"""The plan of a batch matches what is done, and a batch that changed is not sent by an old plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

import pdm_nb
from pdm_nb.errors import InputError
from tests.support.simulator.sim_site import Site


def planned(plan: pdm_nb.batch.plan.Plan, *stages: str) -> Counter[str]:
    rows = plan.calls[plan.calls["stage"].isin(stages) & (plan.calls["stage"] != "watch")]
    found: Counter[str] = Counter()
    for operation, least, most in rows[["operation", "least", "most"]].itertuples(index=False):
        assert least == most
        found[operation] += int(least)
    return found


COMPARING = ("listFields", "listFieldValues", "listUploadRequirements", "listProjectUsers", "listDocumentUploads", "listRevisions")  # fmt: skip


def counted(site: Site) -> Counter[str]:
    """Calls so far, without those that compare a batch with a plan."""
    return Counter({name: n for name, n in site.sim.counts.by_operation.items() if name not in COMPARING})


@pytest.mark.parametrize("count", [3, 120])
def test_the_planned_calls_match_the_calls_that_the_service_counts(site: Site, count: int) -> None:
    batch = site.plain(count)
    plan = batch.plan()
    assert plan.counts == {"new": count}
    before, puts = counted(site), site.sim.counts.storage_puts
    batch.upload(plan=plan).wait()
    uploaded = counted(site)
    assert uploaded - before == planned(plan, "upload")
    assert site.sim.counts.storage_puts - puts == plan.puts == count
    assert plan.bytes == sum(document.size for document in batch.view.documents)

    batch.watch().wait()
    watched = counted(site)
    [(least, most)] = plan.calls.loc[plan.calls["stage"] == "watch", ["least", "most"]].itertuples(
        index=False
    )
    assert least <= (watched - uploaded)["listSelectedUploads"] <= most

    batch.submit(plan=batch.plan()).wait()
    assert counted(site) - watched == planned(plan, "submit")
    assert set(batch.frame["state"]) == {"submitted"}
    assert batch.plan().counts == {"submitted": count}
    assert batch.plan().calls.empty


def test_held_documents_and_edits_after_the_upload_are_counted(site: Site) -> None:
    batch = site.plain(4)
    batch.set(0, "status", "Nonsense")  # held at the upload
    batch.set(1, "description", None)  # held at the submit
    plan = batch.plan()
    held = plan.documents[plan.documents["what"] == "on hold"]
    assert list(held["stage"]) == ["upload", "submit"]
    assert "on hold at the submit: 1 × PDM101" in repr(plan)
    assert "PDM102" in held["why"].iloc[0]
    assert "PDM101" in held["why"].iloc[1]
    before = counted(site)
    batch.upload(plan=plan).wait()
    assert counted(site) - before == planned(plan, "upload")
    batch.watch().wait()
    batch.set(2, "description", "Another letter")
    later = batch.plan()
    assert planned(later, "submit")["updateDocumentUploads"] == 1
    batch.set(0, "status", "Nonsense")
    before = counted(site)
    batch.submit(plan=batch.plan()).wait()
    assert counted(site) - before == planned(later, "submit")
    assert sorted(batch.frame["state"]) == ["on hold", "on hold", "submitted", "submitted"]


def test_a_document_that_is_there_becomes_a_new_version(site: Site, tmp_path: Path) -> None:
    first = site.ready(2)
    first.submit().wait()
    again = site.batch(site.folder / "plain", journal=tmp_path / "again.sqlite")
    assert again.plan().counts == {"on hold": 2}
    for field, value in {"type": "Other", "status": "S2", "revision": "P02", "description": "x"}.items():
        again.set(None, field, value)
    plan = again.plan()
    assert plan.counts == {"new version": 2}
    again.upload(plan=plan).wait()
    again.watch().wait()
    assert again.plan().counts == {"new version": 2}  # also of what is uploaded by now
    again.submit(plan=plan).wait()
    assert set(again.frame["state"]) == {"submitted"}


def test_what_machine_learning_may_fill_in(site: Site) -> None:
    batch = site.batch()
    pdfs = [document.id for document in batch.view.documents if document.mime_type == "application/pdf"]
    by = batch.plan().expected.set_index(["field", "by"])["documents"]
    assert by["description", "machine learning"] == len(pdfs)
    batch.set(pdfs[0], "description", "A plan")
    by = batch.plan().expected.set_index(["field", "by"])["documents"]
    assert by["description", "machine learning"] == len(pdfs) - 1
    assert ("number", "the file name") in by.index


def edit(batch: pdm_nb.Batch) -> None:
    batch.set(1, "description", "Another")


def rewrite(batch: pdm_nb.Batch) -> None:
    Path(batch.view.document(1).path).write_text("something else, and longer")


def remove(batch: pdm_nb.Batch) -> None:
    batch.remove(1)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (edit, "letter-001.txt (Description)"),
        (rewrite, "letter-001.txt (its file)"),
        (remove, "letter-001.txt (removed)"),
    ],
)
def test_a_batch_that_changed_is_not_sent(
    site: Site, change: Callable[[pdm_nb.Batch], None], told: str
) -> None:
    batch = site.plain(3)
    plan = batch.plan()
    assert plan.hash == batch.plan().hash
    change(batch)
    assert plan.hash != batch.plan().hash
    before = counted(site)
    with pytest.raises(InputError, match="changed since it was planned") as error:
        batch.upload(plan=plan)
    assert told in str(error.value)
    assert counted(site) == before
    batch.upload(plan=batch.plan()).wait()
    assert set(batch.frame["state"]) == {"uploaded"}


def test_the_rate_limit_makes_its_time(make_site: Callable[..., Site]) -> None:
    site = make_site(spike_limit=25)
    batch = site.plain(60)
    plan = batch.plan()
    assert plan.seconds >= 30  # some 120 calls, 24 in ten seconds
    assert "rate limit" in repr(plan)


def test_it_shows_itself(site: Site) -> None:
    batch = site.plain(2)
    batch.set(0, "status", "<b>no</b>")
    shown = batch.plan()._repr_html_()
    assert "&lt;b&gt;no" in shown
    assert "<b>no" not in shown
    assert "createDocumentUploads" in shown
    assert batch.plan().hash[:12] in repr(batch.plan())
