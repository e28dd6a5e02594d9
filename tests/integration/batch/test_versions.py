"""Revisions of one document become versions in the right order, one per call (B41, B49)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

import pdm_nb
from pdm_nb import sim
from pdm_nb.batch.journal.journal import Step
from pdm_nb.batch.journal.states import Event
from pdm_nb.batch.table import version_order
from pdm_nb.cli.main import main
from pdm_nb.errors import InputError
from pdm_nb.rules import revision_order
from tests.support.simulator.sim_site import Site


def versions_of(site: Site, revisions: Sequence[str], **more: str) -> pdm_nb.Batch:
    """Files of one name, each in a folder of its own, with these revisions in this order; and one of another name."""
    for number, revision in enumerate(revisions):
        folder = site.folder / "files" / f"{number}"
        folder.mkdir(parents=True)
        (folder / "plan.txt").write_text(f"the plan, {revision}")
    (site.folder / "files" / "other.txt").write_text("another document")
    batch = site.batch(site.folder / "files")
    for field, value in ({"type": "Other", "status": "S2", "description": "A plan"} | more).items():
        batch.set(None, field, value)
    batch.set("other.txt", "revision", "P01")
    for number, revision in enumerate(revisions):
        batch.set(id_of(batch, number), "revision", revision)
    return batch


def id_of(batch: pdm_nb.Batch, number: int) -> int:
    """The document in folder `number`."""
    return next(d.id for d in batch.view.documents if d.path.endswith(f"/{number}/plan.txt"))


def uploaded(batch: pdm_nb.Batch) -> pdm_nb.Batch:
    batch.upload().wait()
    batch.watch().wait()
    return batch


def by_revision(batch: pdm_nb.Batch) -> Mapping[str, tuple[str, int]]:
    """Revision -> (state, version; 0 if there is none) of the plans."""
    status = batch.status()
    return {
        batch.view.cell(d.id, "revision").text: (
            status["state"][d.id],
            int(status["version"].fillna(0)[d.id]),
        )
        for d in batch.view.documents
        if d.name == "plan.txt"
    }


def submits(site: Site) -> list[int]:
    """How many uploads each submit call named."""
    found = []
    for request in site.wire.requests:
        if request.method == "POST" and request.url.path.endswith("/document_revisions"):
            found.append(len(json.loads(request.content)["uploads"]))
    return found


@pytest.mark.parametrize(
    ("revisions", "in_order"),
    [
        (["C01", "P02", "P01"], ["P01", "P02", "C01"]),
        (["C", "A", "B"], ["A", "B", "C"]),
        (["10", "2", "1"], ["1", "2", "10"]),
    ],
)
def test_oldest_first_and_one_version_of_a_document_a_call(
    site: Site, revisions: list[str], in_order: list[str]
) -> None:
    batch = uploaded(versions_of(site, revisions))
    plan = batch.plan().documents.set_index("file").loc["plan.txt"]
    planned = {batch.view.cell(int(row.document), "revision").text: row for row in plan.itertuples()}
    assert [planned[r].version for r in in_order] == [1, 2, 3]
    assert [planned[r].current for r in in_order] == [False, False, True]
    batch.submit().wait()
    assert by_revision(batch) == {r: ("submitted", n) for n, r in enumerate(in_order, 1)}
    assert submits(site) == [2, 1, 1]  # the other document goes with the oldest


def test_the_plan_counts_on_from_what_is_there(site: Site) -> None:
    uploaded(versions_of(site, ["P01"])).submit().wait()
    second = site.folder / "second" / "0"
    second.mkdir(parents=True)
    (second / "plan.txt").write_text("the plan, later")
    batch = site.project.batch(site.folder / "second", journal=site.folder / "second.sqlite")
    for field, value in {"type": "Other", "status": "S2", "description": "A plan", "revision": "P02"}.items():
        batch.set(None, field, value)
    row = batch.plan().documents.iloc[0]
    assert (row["what"], row["version"], row["current"]) == ("new version", 2, True)
    assert "version 2, the current one" in repr(batch.plan())


def test_the_version_is_not_known_if_revisions_cannot_be_listed(make_site: Callable[..., Site]) -> None:
    """B62: nothing is claimed of what nobody may look at."""
    batch = versions_of(make_site(revision_list=False), ["P01", "P02"])
    plan = batch.plan().documents
    assert plan["version"].isna().all()
    assert plan.set_index("document")["current"][id_of(batch, 1)]


def test_later_versions_wait_for_one_that_is_held(site: Site) -> None:
    batch = uploaded(versions_of(site, ["P01", "P02", "C01"]))
    batch.set(id_of(batch, 1), "description", None)  # P02 lacks a required field
    batch.submit().wait()
    states = by_revision(batch)
    assert [states[r][0] for r in ("P01", "P02", "C01")] == ["submitted", "on hold", "on hold"]
    assert batch.status()["reason"][id_of(batch, 2)] == "PDM321"
    batch.set(id_of(batch, 1), "description", "A plan")
    batch.submit().wait()
    assert by_revision(batch) == {r: ("submitted", n) for n, r in enumerate(("P01", "P02", "C01"), 1)}


def test_later_versions_wait_for_one_that_the_service_refuses(site: Site) -> None:
    """B45: a failure for no known reason, again and again."""
    batch = uploaded(versions_of(site, ["P01", "P02"]))
    create = site.service.client.create_document_revisions
    first = batch.view.document(id_of(batch, 0)).upload_id

    async def refuse(scope, items):  # type: ignore[no-untyped-def]
        others = [item for item in items if item.upload_id != first]
        ids, failures = await create(scope, others) if others else ([], {})
        return ids, failures | ({str(first): "UNKNOWN_FAILURE"} if len(others) < len(items) else {})

    site.service.client.create_document_revisions = refuse  # type: ignore[method-assign]
    batch.submit().wait()
    status = batch.status()
    assert status["reason"][id_of(batch, 0)] == "UNKNOWN_FAILURE"
    assert (status["state"][id_of(batch, 1)], status["version"].isna()[id_of(batch, 1)]) == ("on hold", True)
    assert "P01" in status["message"][id_of(batch, 1)] or "waits for" in status["message"][id_of(batch, 1)]
    site.service.client.create_document_revisions = create  # type: ignore[method-assign]
    batch.submit().wait()
    assert [by_revision(batch)[r] for r in ("P01", "P02")] == [("submitted", 1), ("submitted", 2)]


def test_later_versions_wait_for_one_that_is_unconfirmed(make_site: Callable[..., Site]) -> None:
    """B66: whether it became a revision nobody can say, so its successor may not overtake it."""
    site = make_site(revision_list=False)
    batch = uploaded(versions_of(site, ["P02", "P01"]))
    site.wire.lose_answer("/document_revisions", times=1)
    batch.submit().wait()
    states = by_revision(batch)
    assert (states["P01"][0], states["P02"][0]) == ("unconfirmed", "on hold")


def test_an_order_that_is_not_known_is_asked_for(site: Site) -> None:
    batch = uploaded(versions_of(site, ["A", "1"]))
    batch.submit().wait()
    status = batch.status()
    assert [status["reason"][id_of(batch, n)] for n in (0, 1)] == ["PDM320"] * 2
    assert status["state"].value_counts()["submitted"] == 1  # the other document is not held up
    ordered = batch.set_version_order([id_of(batch, 1), id_of(batch, 0)])
    assert ordered["revision"].tolist() == ["1", "A"]
    assert ordered["current"].tolist() == [False, True]
    batch.submit().wait()
    assert [by_revision(batch)[r] for r in ("1", "A")] == [("submitted", 1), ("submitted", 2)]


def test_an_order_set_by_hand_is_kept_with_the_batch(site: Site) -> None:
    batch = versions_of(site, ["A", "1"])
    batch.set_version_order([id_of(batch, 1), id_of(batch, 0)])
    batch.close()
    again = uploaded(site.batch(site.folder / "files"))
    again.submit().wait()
    assert [by_revision(again)[r][1] for r in ("1", "A")] == [1, 2]


@pytest.mark.parametrize(("rows", "why"), [([0], "List all versions"), ([], "List all versions")])
def test_an_order_names_all_versions_and_no_others(site: Site, rows: list[int], why: str) -> None:
    batch = versions_of(site, ["A", "1"])
    with pytest.raises(InputError, match=why):
        batch.set_version_order([id_of(batch, row) for row in rows])
    other = next(d.id for d in batch.view.documents if d.name == "other.txt")
    with pytest.raises(InputError, match=r"1/plan\.txt is also a version of plan\.txt"):
        batch.set_version_order([id_of(batch, 0), other])
    uploaded(batch).submit().wait()
    with pytest.raises(InputError, match=r"other\.txt cannot be ordered: it has no name, or was submitted"):
        batch.set_version_order([other])


def test_an_order_is_given_document_by_document(site: Site) -> None:
    batch = versions_of(site, ["A", "1"])
    with pytest.raises(InputError, match="A pattern has no order"):
        batch.set_version_order("*.txt")
    with pytest.raises(InputError, match="2 files of this batch end with"):
        batch.set_version_order(["plan.txt"])
    assert batch.set_version_order([Path("1/plan.txt"), site.folder / "files" / "0" / "plan.txt"])[
        "revision"
    ].tolist() == ["1", "A"]


def test_an_order_by_hand_holds_for_its_documents_as_they_were(site: Site) -> None:
    """It says nothing of another document, or of other revisions."""
    batch = versions_of(site, ["C01", "P01"])
    batch.set_version_order([id_of(batch, 0), id_of(batch, 1)])
    assert batch._core.table.evaluator.versions(id_of(batch, 0)).documents == (
        id_of(batch, 0),
        id_of(batch, 1),
    )
    batch.set(id_of(batch, 1), "revision", "P02")
    assert batch._core.table.evaluator.versions(id_of(batch, 0)).documents == (
        id_of(batch, 1),
        id_of(batch, 0),
    )
    batch.undo()
    batch.set(None, "name", "Plan")  # the other document is called so, too
    assert batch._core.table.evaluator.versions(id_of(batch, 0)).doubt


def test_what_is_older_than_the_current_version_is_held(site: Site) -> None:
    """B63: also from another journal; whoever sets the order means it."""
    uploaded(versions_of(site, ["C01"])).submit().wait()
    older = site.folder / "older"
    older.mkdir()
    (older / "plan.txt").write_text("an older plan")
    batch = site.project.batch(older, journal=site.folder / "older.sqlite")
    for field, value in {"type": "Other", "status": "S2", "description": "A plan", "revision": "P01"}.items():
        batch.set(None, field, value)
    assert batch.plan().documents["what"].tolist() == ["on hold"]
    uploaded(batch).submit().wait()
    assert batch.status()["reason"].tolist() == ["PDM322"]
    batch.set_version_order([0])
    batch.submit().wait()
    assert batch.status()["version"].tolist() == [2]


def test_the_revision_scheme_is_shown_and_changed_in_one_call(site: Site) -> None:
    batch = versions_of(site, ["0", "B", "A"])
    assert batch.view.revision_order()[["kind", "count", "first", "last"]].values.tolist() == [
        ["letters", 2, "A", "B"], ["numbers", 1, "0", "0"], ["P", 1, "P01", "P01"]
    ]  # fmt: skip
    assert batch.check().query("code == 'PDM320'")["severity"].tolist() == ["error"] * 3
    assert batch.view.revision_order("A", "0")["order"].fillna(0).tolist() == [1, 2, 0]
    assert batch.check().query("code == 'PDM320'").empty
    batch.close()
    again = uploaded(site.batch(site.folder / "files"))
    again.submit().wait()
    assert [by_revision(again)[r] for r in ("A", "B", "0")] == [("submitted", n) for n in (1, 2, 3)]


def test_the_revision_scheme_is_an_option_of_a_folder(site: Site) -> None:
    versions_of(site, ["0", "B", "A"]).close()
    batch = site.batch(site.folder / "files", revisions="0 < A")
    planned = batch.plan().documents.query("file == 'plan.txt'")
    assert planned["version"].tolist() == [1, 3, 2]
    assert batch.view.revision_order("usual")["order"].isna().all()


def test_the_revision_scheme_decides_what_is_older_than_the_current_version(site: Site) -> None:
    """B63: the project has revision 0, and B comes afterwards."""
    uploaded(versions_of(site, ["0"])).submit().wait()
    older = site.folder / "older"
    older.mkdir()
    (older / "plan.txt").write_text("an older plan")
    batch = site.project.batch(older, journal=site.folder / "older.sqlite")
    for field, value in {"type": "Other", "status": "S2", "description": "A plan", "revision": "B"}.items():
        batch.set(None, field, value)
    found = batch.check().query("code == 'PDM322'")
    assert found["severity"].tolist() == ["warning"]
    assert (
        "'B' may be older than '0'" in found["message"].iloc[0]
        or "B may be older than 0" in found["message"].iloc[0]
    )
    batch.view.revision_order("A < 0")
    assert batch.check().query("code == 'PDM322'")["severity"].tolist() == ["error"]
    batch.set_version_order([0])  # confirmed
    assert batch.check().query("code == 'PDM322'").empty
    batch.view.revision_order("0 < A")
    assert batch.check().query("code == 'PDM322'").empty


def test_older_revisions_of_several_documents_are_confirmed_at_once(site: Site) -> None:
    """B63: such as the history of documents that the project already has."""
    uploaded(versions_of(site, ["C01"])).submit().wait()
    older = site.folder / "older"
    for name in ("plan.txt", "other.txt"):
        (older / name).parent.mkdir(exist_ok=True)
        (older / name).write_text(f"an older {name}")
    batch = site.project.batch(older, journal=site.folder / "older.sqlite")
    for field, value in {"type": "Other", "status": "S2", "description": "A plan", "revision": "P00"}.items():
        batch.set(None, field, value)
    found = batch.check().query("code == 'PDM322' and severity == 'error'")
    assert len(found) == 2
    assert batch.set_version_order(found["document"])["current"].tolist() == [True, True]
    assert batch.check().query("code == 'PDM322'").empty


def test_documents_on_hold_are_released_by_the_revision_scheme(site: Site) -> None:
    batch = uploaded(versions_of(site, ["A", "0"]))
    batch.submit().wait()
    assert batch.status()["reason"].fillna("").tolist().count("PDM320") == 2
    batch.view.revision_order("A < 0")
    assert "PDM320" not in batch.status()["reason"].fillna("").tolist()
    batch.submit().wait()
    assert [by_revision(batch)[r] for r in ("A", "0")] == [("submitted", 1), ("submitted", 2)]


def test_the_plan_counts_a_call_for_each_version(site: Site) -> None:
    batch = uploaded(versions_of(site, ["P01", "P02", "P03"]))
    planned = batch.plan().calls.set_index("operation")["least"]
    before = {name: site.calls(name) for name in ("createDocumentRevisions", "listSelectedUploads")}
    batch.submit().wait()
    for name, calls in before.items():
        assert site.calls(name) - calls == planned[name] == 3


def test_many_documents_of_one_name_are_ordered_once_a_change(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    ordered = []
    monkeypatch.setattr(
        version_order,
        "order",
        lambda found, scheme: ordered.append(len(found)) or revision_order.order(found, scheme),
    )
    batch = versions_of(site, [f"P{number:02}" for number in range(1, 61)])
    batch.findings()
    ordered.clear()
    batch.set(id_of(batch, 3), "description", "Another plan")
    batch.findings()
    assert ordered == []
    batch.set(id_of(batch, 3), "revision", "C01")
    batch.findings()
    assert ordered == [60]


def test_the_command_line_holds_what_it_cannot_ask(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a user the versions are on hold, and the exit code says so."""
    rows = ["file,revision,type,status,description"]
    for number, revision in enumerate(("A", "1")):
        (tmp_path / f"{number}").mkdir()
        (tmp_path / f"{number}" / "plan.txt").write_text(revision)
        rows.append(f"{number}/plan.txt,{revision},Other,S2,A plan")
    (tmp_path / "register.csv").write_text("\n".join(rows))
    monkeypatch.chdir(tmp_path)
    with sim.Simulator(ml_seconds=0.0) as simulator:
        monkeypatch.setenv("PDM_NB_SIM", json.dumps(simulator.ready_line()))
        monkeypatch.setenv("PDM_NB_ENVIRONMENT", "sim")
        assert main(["upload", "register.csv", "--submit", "--json"]) == 1
    printed = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (printed["revisions"], printed["held"]) == (0, 2)
    assert {row["reason"] for row in printed["rows"]} == {"PDM320"}


@pytest.mark.parametrize("take_out", ["remove", "exclude"])
@pytest.mark.parametrize("state", ["gone", "failed"])
def test_an_earlier_version_that_is_lost_can_be_removed(site: Site, state: str, take_out: str) -> None:
    """B41, B50: then the later one no longer waits."""
    batch = uploaded(versions_of(site, ["P01", "P02"]))
    first, second = id_of(batch, 0), id_of(batch, 1)
    if state == "gone":
        site.sim.delete_upload(batch.view.document(first).upload_id)
    else:
        batch._core.journal.note(
            [Step(first, Event.HOLD), Step(first, Event.FAIL, {"reason": "FILE_NOT_VERIFIED"})]
        )
    batch.submit().wait()
    assert batch.view.document(first).state == state
    waiting = batch.view.document(second)
    assert (waiting.state, waiting.reason) == ("held", "PDM321")
    assert "Submit or fix that document first, or remove it" in waiting.message
    assert getattr(batch, take_out)(first) == [first]
    assert batch.view.document(second).state == "settled"
    batch.submit().wait()
    assert by_revision(batch)["P02"] == ("submitted", 1)


def test_a_held_document_with_an_upload_cannot_be_removed(site: Site) -> None:
    """B66: its upload would stay at the service."""
    batch = uploaded(versions_of(site, ["P01", "P02"]))
    batch.set(id_of(batch, 0), "description", None)
    batch.submit().wait()
    with pytest.raises(InputError, match="delete it in Procore"):
        batch.remove(id_of(batch, 0))


@pytest.mark.parametrize("exists", [True, False])
def test_versions_that_wait_for_an_unconfirmed_one_are_released_by_its_confirmation(
    make_site: Callable[..., Site], exists: bool
) -> None:
    """B41, B66."""
    site = make_site(revision_list=False)
    batch = uploaded(versions_of(site, ["P01", "P02"]))
    first, second = id_of(batch, 0), id_of(batch, 1)
    site.wire.lose_answer("/document_revisions", times=1)
    batch.submit().wait()
    assert batch.view.document(first).state == "unconfirmed"
    assert batch.view.document(second).reason == "PDM321"
    assert (
        "Check in Procore whether that document is a revision, then confirm it"
        in batch.view.document(second).message
    )
    batch.confirm(first, exists=exists)
    assert batch.view.document(second).state == "settled"
    batch.submit().wait()
    states = by_revision(batch)
    expected = {"P01": "submitted", "P02": "submitted"} if exists else {"P01": "deleted", "P02": "on hold"}
    assert {revision: state for revision, (state, _) in states.items()} == expected


def test_a_version_behind_one_that_is_not_uploaded_is_released_if_that_one_is_removed(site: Site) -> None:
    """B41: the reason is that of the check, so the fix releases it."""
    batch = versions_of(site, ["P01", "P02"])
    first, second = id_of(batch, 0), id_of(batch, 1)
    kept = site.folder / "files" / "0" / "plan.txt"
    kept.rename(site.folder / "away.txt")
    batch.upload().wait()  # the file of the earlier version is missing
    (site.folder / "away.txt").rename(kept)
    batch.watch().wait()
    batch.retry([first])
    assert batch.view.document(first).state == "planned"
    batch.submit().wait()
    waiting = batch.view.document(second)
    assert (waiting.state, waiting.reason) == ("held", "PDM321")
    assert waiting.message == (
        f"plan.txt waits for {kept}, an earlier version, which is not a revision yet. "
        "Submit or fix that document first, or remove it."
    )
    batch.remove(first)
    assert batch.view.document(second).state == "settled"
    batch.submit().wait()
    assert by_revision(batch)["P02"] == ("submitted", 1)
