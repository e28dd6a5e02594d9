"""`name` as a plain field, and names that the service computes, with and without the field in the list (B33)."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import pdm_nb
from pdm_nb.errors import InputError
from tests.support.simulator.sim_site import Site

FIELDS = {"type": "Other", "status": "S2", "revision": "P01", "description": "A plan"}


def files(site: Site, *names: str, folder: str = "files") -> Path:
    where = site.folder / folder
    where.mkdir(exist_ok=True)
    for name in names:
        (where / name).write_text(f"the file {name}")
    return where


def filled(batch: pdm_nb.Batch, **more: str) -> pdm_nb.Batch:
    for field, value in (FIELDS | more).items():
        batch.set(None, field, value)
    return batch


def done(batch: pdm_nb.Batch) -> pdm_nb.Batch:
    batch.upload().wait()
    batch.watch().wait()
    batch.submit().wait()
    return batch


def origins(batch: pdm_nb.Batch) -> list[str]:
    return [batch.view.shown(document.id)["name"].origin for document in batch.view.documents]


def sent_fields(site: Site) -> list[set[str]]:
    """The ids of the fields that each item of each update named."""
    updates = [
        json.loads(request.content)["update_params"]
        for request in site.wire.requests
        if request.method == "PATCH" and request.url.path.endswith("/document_uploads")
    ]
    return [{field["id"] for field in item.get("fields", [])} for items in updates for item in items]


# -- a plain name
def test_a_name_is_the_file_name_until_somebody_gives_one(site: Site) -> None:
    batch = filled(site.batch(files(site, "plan.txt", "section.txt")))
    assert batch.frame["name"].tolist() == ["plan", "section"]
    assert origins(batch) == ["FILE_NAME", "FILE_NAME"]
    assert any("by the template {stem}, such as 'plan' for plan.txt" in notice for notice in batch.notices)
    assert batch.check().empty
    batch.set("section.txt", "name", "Section A-A")
    assert origins(batch) == ["FILE_NAME", "MANUAL"]
    batch.undo()
    assert origins(batch) == ["FILE_NAME", "FILE_NAME"]
    batch.redo()
    done(batch)
    assert origins(batch) == ["FILE_NAME", "MANUAL"]  # the service calls both its caller's
    assert sorted(site.project.revisions()["name"]) == ["Section A-A", "plan"]


def test_a_register_gives_names(site: Site) -> None:
    files(site, "1.txt", "2.txt")
    register = site.folder / "register.csv"
    register.write_text("file,Name\nfiles/1.txt,Ground floor plan\nfiles/2.txt,\n")
    batch = site.batch(register)
    assert batch.frame["name"].tolist() == ["Ground floor plan", "2"]
    assert origins(batch) == ["REGISTER", "FILE_NAME"]
    register.write_text("file,Name\nfiles/1.txt,Ground floor plan\nfiles/2.txt,First floor plan\n")
    batch = site.batch(register)
    assert batch.frame["name"].tolist() == ["Ground floor plan", "First floor plan"]


def test_a_template_is_kept_with_the_batch_and_follows_its_fields(site: Site) -> None:
    where = files(site, "plan.txt", "section.txt")
    batch = site.batch(where)
    batch.set("plan.txt", "number", "A-101")
    assert batch.view.set_name_template("{number}").to_dict("list") == {
        "file": ["plan.txt", "section.txt"],
        "name": ["A-101", ""],
    }
    assert [f.code for f in batch.findings([1]) if f.field == "name"] == ["PDM101"]
    batch.set("section.txt", "number", "A-201")
    assert batch.frame["name"].tolist() == ["A-101", "A-201"]
    batch.undo()
    assert batch.frame["name"].tolist() == ["A-101", ""]
    batch.close()
    files(site, "detail.txt")
    batch = site.batch(where)
    assert batch.view.name_template == "{number}"
    batch.set("detail.txt", "number", "A-501")
    assert sorted(batch.frame["name"]) == ["", "A-101", "A-501"]


def test_the_number_is_the_name_if_that_is_evident(site: Site) -> None:
    files(site, "A-101_P01.txt", "A-102_P01.txt")
    register = site.folder / "register.csv"
    register.write_text("file,Doc No\nfiles/A-101_P01.txt,A-101\nfiles/A-102_P01.txt,A-102\n")
    batch = site.batch(register)
    assert batch.view.name_template == "{number}"
    assert batch.frame["name"].tolist() == ["A-101", "A-102"]


REVISED = ("A-101_P02_Plan.txt", "A-101_C01_Plan.txt", "A-101_P01_Plan.txt", "A-102_P01_Roof.txt")


def planned(batch: pdm_nb.Batch) -> dict[str, tuple[str, int]]:
    """The name and version that each file will have."""
    batch.set(None, "type", "Other"), batch.set(None, "status", "S2"), batch.set(None, "description", "Plan")
    rows = batch.plan().documents
    return {
        file: (name, int(version)) for file, name, version in rows[["file", "name", "version"]].to_numpy()
    }


@pytest.mark.parametrize("columns", [("number", "revision"), ("file", "number", "revision")])
def test_revisions_in_file_names_of_a_register_are_versions_of_one_document(
    site: Site, columns: tuple[str, ...]
) -> None:
    files(site, *REVISED)
    rows = [
        dict(zip(("file", "number", "revision"), (name, *name.split("_")[:2]), strict=True))
        for name in REVISED
    ]
    table = pd.DataFrame(rows)[list(columns)]
    table.to_csv(site.folder / "register.csv", index=False)
    batch = site.batch(site.folder / "register.csv", folder=site.folder / "files")
    assert planned(batch) == {
        "A-101_P01_Plan.txt": ("A-101", 1),
        "A-101_P02_Plan.txt": ("A-101", 2),
        "A-101_C01_Plan.txt": ("A-101", 3),
        "A-102_P01_Roof.txt": ("A-102", 1),
    }


@pytest.mark.parametrize("by_template", [True, False])
def test_revisions_in_file_names_of_a_folder_are_versions_of_one_document(
    site: Site, by_template: bool
) -> None:
    batch = site.batch(files(site, *REVISED))
    for document in batch.view.documents:
        number, revision, _ = document.name.split("_")
        batch.set_cells([(document.id, "number", number), (document.id, "revision", revision)])
    assert len(batch.check().query("code == 'PDM323' and severity == 'error'")) == 3
    if by_template:
        batch.view.set_name_template("{number}")
    else:
        batch.apply_fixes("PDM323")
    found = planned(batch)
    assert [found[name][1] for name in sorted(REVISED)] == [3, 1, 2, 1]
    assert len({name for name, _ in found.values()}) == 2


@pytest.mark.parametrize("template", ["", "{nummer}", "{number"])
def test_a_wrong_template_changes_nothing(site: Site, template: str) -> None:
    batch = site.batch(files(site, "plan.txt"))
    with pytest.raises(InputError):
        batch.view.set_name_template(template)
    assert (batch.view.name_template, batch.frame["name"].tolist()) == ("{stem}", ["plan"])


def test_revisions_in_file_names_would_split_a_document_and_are_fixed(site: Site) -> None:
    """P01 and P02 become two versions of one document, oldest first, not two documents."""
    batch = filled(site.batch(files(site, "A-101_P02.txt", "A-101_P01.txt", "A-102.txt")))
    batch.set("A-101_P02.txt", "revision", "P02")
    found = batch.check().set_index("file")
    assert set(found["code"]) == {"PDM323"}
    assert set(found["severity"]) == {"error"}
    assert "two documents, not two versions" in found.loc["A-101_P01.txt", "message"]
    batch.apply_fixes()
    assert batch.frame["name"].tolist() == ["A-101", "A-101", "A-102"]
    assert {f.code for f in batch.findings()} == {"PDM304"}
    done(batch)
    made = site.project.revisions().set_index("revision")
    assert made.loc["P02", "version"] == 2
    assert len(set(site.project.revisions()["container_id"])) == 2


def test_names_that_hold_revisions_are_not_submitted_unseen(site: Site) -> None:
    batch = filled(site.batch(files(site, "A-101_P02.txt", "A-101_P01.txt")))
    batch.set("A-101_P02.txt", "revision", "P02")
    done(batch)
    assert batch.status()["reason"].tolist() == ["PDM323", "PDM323"]
    batch.set("A-101_P01.txt", "name", "A-101_P01")  # somebody wants it so
    batch.set("A-101_P02.txt", "name", "A-101_P02")
    batch.submit().wait()
    assert set(batch.status()["state"]) == {"submitted"}


@pytest.mark.parametrize("empty_name", ["refused", "filled"])
def test_a_name_that_somebody_emptied_is_held(make_site: Callable[..., Site], empty_name: str) -> None:
    site = make_site(empty_name=empty_name)
    batch = filled(site.batch(files(site, "plan.txt")))
    batch.set(None, "name", None)
    batch.upload().wait()
    batch.watch().wait()
    if empty_name == "refused":
        batch.submit().wait()
        assert batch.status()["reason"].tolist() == ["PDM101"]
        batch.set(None, "name", "Plan")
    batch.submit().wait()
    assert batch.status()["state"].tolist() == ["submitted"]


def test_a_file_that_changed_becomes_a_version_of_the_same_document(site: Site) -> None:
    """B40: the row that follows has the name of the one before."""
    batch = filled(site.batch(files(site, "plan.txt")))
    batch.set(None, "name", "Ground floor plan")
    done(batch)
    (site.folder / "files" / "plan.txt").write_text("another plan")
    (new,) = batch.add_new_versions()
    batch.set(new, "revision", "P02")
    assert batch.frame["name"][new] == "Ground floor plan"
    plan = batch.plan().documents.set_index("document")
    assert (plan["what"][new], plan["version"][new]) == ("new version", 2)
    done(batch)
    assert len(set(site.project.revisions()["container_id"])) == 1


# -- names that the service puts together
@pytest.mark.parametrize("listed", ["computed", "plain", "absent"])
@pytest.mark.parametrize("setting", ["refused", "ignored"])
def test_computed_names_are_learned_and_not_sent_again(
    make_site: Callable[..., Site], listed: str, setting: str
) -> None:
    site = make_site(scenario="iso19650", computed_name_listed=listed, set_computed_name=setting)
    names = [f"RST-DEM-V1-ZZ-OT-A-010{number}.txt" for number in range(4)]
    batch = filled(site.batch(files(site, *names)))
    done(batch)
    assert set(batch.status()["state"]) == {"submitted"}, batch.status()["message"].tolist()
    assert sorted(site.project.revisions()["name"] if listed != "absent" else names) == sorted(
        name.removesuffix(".txt") if listed != "absent" else name for name in names
    )
    assert batch.check().empty
    site.wire.requests.clear()
    second = filled(
        site.project.batch(
            files(site, "RST-DEM-V1-ZZ-OT-A-0200.txt", folder="second"), journal=site.folder / "second.sqlite"
        )
    )
    done(second)
    assert set(second.status()["state"]) == {"submitted"}
    field = site.project.configuration.by_name.get("name")
    assert field is None or all(field.id not in fields for fields in sent_fields(site))


def test_a_name_set_by_hand_that_the_service_computes_is_held_and_can_be_dropped(
    make_site: Callable[..., Site],
) -> None:
    site = make_site(scenario="iso19650", computed_name_listed="plain", set_computed_name="refused")
    batch = filled(site.batch(files(site, "RST-DEM-V1-ZZ-OT-A-0101.txt", "RST-DEM-V1-ZZ-OT-A-0102.txt")))
    batch.set("*0101.txt", "name", "My own name")
    batch.upload().wait()
    assert batch.status()["state"].tolist() == ["on hold", "uploaded"]
    batch.set("*0101.txt", "name", None)
    done(batch)
    assert set(batch.status()["state"]) == {"submitted"}


@pytest.mark.parametrize("scenario", ["default", "iso19650"])
def test_a_revision_behind_a_name_of_the_standard_does_not_split_a_document(
    make_site: Callable[..., Site], scenario: str
) -> None:
    """B38: the service takes `0101_P01` for the number, and computes the name from it."""
    site = make_site(scenario=scenario)
    names = [f"RST-DEM-V1-ZZ-OT-A-0101_P0{number}.txt" for number in (1, 2)]
    batch = filled(site.batch(files(site, *names)))
    batch.set(names[1], "revision", "P02")
    found = batch.check()
    assert {"PDM323" if scenario == "default" else "PDM325"} == set(
        found.query("severity == 'error'")["code"]
    )
    batch.apply_fixes()
    done(batch)
    assert set(batch.status()["state"]) == {"submitted"}, batch.status()["message"].tolist()
    made = site.project.revisions()
    assert set(made["name"]) == {"RST-DEM-V1-ZZ-OT-A-0101"}
    assert made.set_index("revision")["version"].to_dict() == {"P01": 1, "P02": 2}
