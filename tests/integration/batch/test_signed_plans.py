"""A plan that was saved: it holds from before the upload to the submit, and anything else is refused by name."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from pdm_nb.errors import InputError
from tests.support.simulator.sim_site import Site

pytestmark = pytest.mark.slow


def ready(batch: Any) -> None:
    batch.upload().wait()
    batch.watch().wait()


@pytest.fixture
def signed(site: Site) -> tuple[Any, Path]:
    """A batch of three letters and its plan."""
    batch = site.plain(3)
    return batch, batch.plan().save(site.folder / "plan.html")


def test_a_plan_of_before_the_upload_holds_at_the_submit(site: Site) -> None:
    """Machine learning and the file names have filled in cells since."""
    batch = site.batch(site.documents(6))
    for field, value in {"status": "S2", "revision": "P01", "type": "Other"}.items():
        batch.set(None, field, value)
    plan = batch.plan()
    ready(batch)
    assert {"ML", "FILENAME_SCRAPING"} <= {batch.view.cell(i, f).source for i in range(6) for f in ("description", "discipline")}  # fmt: skip
    batch.submit(plan=plan).wait()
    planned = set(plan.documents.loc[plan.documents["what"] == "new", "document"])
    submitted = set(batch.frame.index[batch.frame["state"] == "submitted"])
    assert len(submitted) >= 4
    assert submitted <= planned
    assert plan.hash in repr(batch.evidence)


def test_a_plan_is_named_by_itself_its_hash_or_its_file(site: Site) -> None:
    batch = site.plain(1)
    plan = batch.plan()
    for named in (plan, plan.hash[:8], plan.save(site.folder / "plan.xlsx"), plan.hash[:12]):
        batch.upload(plan=named).wait()
        assert set(batch.frame["state"]) == {"uploaded"}


def test_the_page_and_the_workbook_say_what_will_happen(signed: tuple[Any, Path]) -> None:
    batch, page = signed
    plan = batch.plan()
    text = page.read_text("utf-8")
    assert text.count(plan.hash[:12]) >= 2
    for told in (
        "letter-002.txt",
        "createDocumentRevisions",
        "Description = A letter, 3 documents",
        "signature",
        "analyst",
    ):
        assert told in text
    book = openpyxl.load_workbook(plan.save(page.with_suffix(".xlsx")))
    assert book.sheetnames == ["summary", "documents", "expected", "decisions", "calls"]
    heads = [cell.value for cell in book["documents"][1]]
    assert [row[heads.index("order")].value for row in book["documents"].iter_rows(2)] == [1, 2, 3]
    assert [row[heads.index("description")].value for row in book["documents"].iter_rows(2)] == [
        "A letter"
    ] * 3


def edit(batch: Any) -> None:
    batch.set(1, "description", "Another")


def rewrite(batch: Any) -> None:
    Path(batch.view.document(1).path).write_text("something else, and longer")


def remove(batch: Any) -> None:
    batch.remove(1)


@pytest.mark.parametrize(
    ("change", "told"), [(edit, "(Description)"), (rewrite, "(its file)"), (remove, "(removed)")]
)
def test_what_differs_is_named(signed: tuple[Any, Path], change: Callable[[Any], None], told: str) -> None:
    batch, file = signed
    change(batch)
    with pytest.raises(InputError, match="changed since it was planned") as error:
        batch.upload(plan=file)
    assert f"letter-001.txt {told}" in str(error.value)
    assert set(batch.frame["state"]) == {"not uploaded"}


def test_a_value_that_somebody_else_changed_in_procore_is_a_difference(site: Site) -> None:
    batch = site.plain(2)
    batch.set(0, "number", "0001")
    plan = batch.plan()
    ready(batch)
    batch.set(0, "number", "0002")
    with pytest.raises(InputError, match=r"letter-000.txt \(Number\)"):
        batch.submit(plan=plan)


def test_a_document_that_was_planned_on_hold_is_left_out(site: Site) -> None:
    batch = site.plain(2)
    batch.set(0, "description", None)
    plan = batch.plan()
    assert plan.counts == {"on hold": 1, "new": 1}
    ready(batch)
    batch.submit(plan=plan).wait()
    assert batch.frame["state"].tolist() == ["on hold", "submitted"]


def test_a_document_of_the_same_name_that_came_meanwhile_is_a_difference(site: Site, tmp_path: Path) -> None:
    batch = site.plain(1)
    plan = batch.plan()
    other = site.project.batch(site.folder / "plain", journal=tmp_path / "other.sqlite")
    for field, value in {"type": "Other", "status": "S2", "revision": "P01", "description": "x"}.items():
        other.set(None, field, value)
    ready(other)
    other.submit().wait()
    with pytest.raises(InputError, match=r"its (result|version)"):
        batch.upload(plan=plan)


def test_values_and_rules_of_the_project_that_changed_are_named(signed: tuple[Any, Path], site: Site) -> None:
    batch, file = signed

    def retired(body: Any) -> Any:
        return body | {"data": [row for row in body["data"] if row.get("code") != "S2"]}

    def required(body: Any) -> Any:
        first, *others = body["data"]
        extra = first["fields_required_by_project"][:1]
        return body | {"data": [first | {"additional_required_fields": extra}, *others[:-1]]}

    status = site.project.configuration.status
    site.wire.edit(f"/{status}/values", retired)
    site.wire.edit("/upload_requirements", required)
    with pytest.raises(InputError, match="The project changed since it was planned") as error:
        batch.upload(plan=file)
    assert "of Status was removed" in str(error.value)
    assert "upload requirement" in str(error.value)


def test_a_page_that_was_edited_by_hand_is_refused(signed: tuple[Any, Path]) -> None:
    batch, file = signed
    file.write_text(file.read_text("utf-8").replace("letter-002", "letter-003"), "utf-8")
    with pytest.raises(InputError, match=r"plan\.html was changed after it was saved") as error:
        batch.upload(plan=file)
    assert batch.plan().hash[:12] in str(error.value)


def test_a_workbook_that_was_saved_again_is_refused(signed: tuple[Any, Path], site: Site) -> None:
    batch, _ = signed
    file = batch.plan().save(site.folder / "plan.xlsx")
    openpyxl.load_workbook(file).save(file)
    with pytest.raises(InputError, match=r"plan\.xlsx was changed after it was saved"):
        batch.upload(plan=file)


def test_a_plan_of_another_batch_is_refused(signed: tuple[Any, Path], site: Site) -> None:
    batch, file = signed
    other = site.project.batch(site.folder / "plain", journal=site.folder / "other.sqlite")
    with pytest.raises(InputError, match=r"plan\.html is the plan of another batch"):
        other.upload(plan=file)
    with pytest.raises(InputError, match="plan of another batch, of project"):
        other.upload(plan=batch.plan())


def test_what_is_not_a_plan(signed: tuple[Any, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    batch, file = signed
    monkeypatch.chdir(file.parent)
    Path("notes.html").write_text("nothing")
    with zipfile.ZipFile("broken.xlsx", "w") as book:
        book.writestr("a.xml", "nothing")
    Path("broken.xlsx").write_bytes(Path("broken.xlsx").read_bytes()[:-9])
    for plan, told in {
        "no-such.html": "neither a file nor the hash",
        "0123456789ab": "No plan with the hash 0123456789ab",
        "notes.html": r"notes\.html is not a plan",
        "broken.xlsx": r"broken\.xlsx is not a plan",
    }.items():
        with pytest.raises(InputError, match=told):
            batch.upload(plan=plan)


def test_the_rest_of_a_plan_is_submitted_after_its_pilot(signed: tuple[Any, Path]) -> None:
    batch, file = signed
    batch.submit(pilot=1, plan=file).wait()
    ready(batch)
    batch.submit(plan=file).wait()
    assert set(batch.frame["state"]) == {"submitted"}
