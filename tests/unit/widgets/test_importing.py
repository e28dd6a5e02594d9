"""The step Import: paths with counts and sizes, registers, and the questions about them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pdm_nb.errors import InputError, PdmError
from pdm_nb.model import Field, FieldType
from pdm_nb.registers import Register
from pdm_nb.registers.profiles import read_profile, write_profile
from pdm_nb.widgets import Workbench
from tests.support.panels import FakeProject, do, said
from tests.support.register_fields import FIELDS as ALL_FIELDS
from tests.support.register_fields import LOOKUPS

pytestmark = pytest.mark.usefixtures("sent")
FIELDS = [
    Field("f1", "number", "Number", FieldType.STRING),
    Field("f2", "description", "Description", FieldType.RICH_TEXT),
    Field("f3", "date_authored", "Date authored", FieldType.TIMESTAMP),
]


class RegisterProject(FakeProject):
    def register(self, source: str, **options: Any) -> Register:
        return Register(source, FIELDS, {}, **{key: value for key, value in options.items() if value})


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "drawings" / "old").mkdir(parents=True)
    for name in ("drawings/A-1.pdf", "drawings/A-2.pdf", "drawings/old/A-0.pdf", ".hidden"):
        (tmp_path / name).write_bytes(b"x" * 1024)
    return tmp_path


def content(bench: Workbench) -> dict[str, Any]:
    return dict(bench._page["importing"])


def test_a_path_is_completed_with_counts_and_sizes(folder: Path) -> None:
    bench = Workbench(FakeProject())
    assert do(bench, "importing.complete", text="dr") == [
        {"path": "drawings/", "kind": "folder", "about": "3 files · 3.0 KB"}
    ]
    found = do(bench, "importing.complete", text=f"{folder}/drawings/a-")
    assert [(one["path"], one["about"]) for one in found] == [
        (f"{folder}/drawings/A-1.pdf", "1.0 KB"),
        (f"{folder}/drawings/A-2.pdf", "1.0 KB"),
    ]
    assert do(bench, "importing.complete", text="nowhere/") == []


def test_a_folder_is_counted_before_it_is_imported(folder: Path) -> None:
    bench = Workbench(FakeProject())
    do(bench, "importing.look", source="drawings/")
    files = content(bench)["files"]
    assert (files["count"], files["size"], files["kinds"]) == (3, "3.0 KB", [[".pdf", 3]])
    with pytest.raises(InputError, match="does not exist"):
        do(bench, "importing.look", source="drawing/")
    assert content(bench)["files"] is None


def test_the_questions_of_a_register_are_decided_by_click(folder: Path) -> None:
    table = {"File": ["A-1", "A-2"], "Title": ["Plan", "Section"], "Issued": ["03/04/2026"] * 2}
    pd.DataFrame(table).to_excel(folder / "drawings" / "list.xlsx", index=False)
    bench = Workbench(RegisterProject())
    do(bench, "importing.look", source="drawings/list.xlsx")
    do(bench, "importing.decide", method="map", arguments=["Issued", "date_authored"])
    register = content(bench)["register"]
    fields = {one["column"]: one["field"] for one in register["columns"]}
    assert fields == {"File": "file", "Title": "description", "Issued": "date_authored"}
    assert len(register["questions"]) == 2
    assert not any("register." in one["text"] for one in register["questions"])
    while questions := content(bench)["register"]["questions"]:
        call = questions[0]["calls"][0]
        do(bench, "importing.decide", method=call["method"], arguments=call["arguments"])
    assert bench.importing._decisions[:2] == [
        "register = project.register('drawings/list.xlsx')",
        "register.map('Issued', 'date_authored')",
    ]
    files = content(bench)["register"]["files"]
    assert (files["matched"], files["without_row"], files["without_file"]) == (2, 1, 0)
    assert not any("register." in notice for notice in content(bench)["register"]["notices"])


def test_only_decisions_are_permitted(folder: Path) -> None:
    pd.DataFrame({"File": ["A-1"]}).to_csv(folder / "list.csv", index=False)
    bench = Workbench(RegisterProject())
    with pytest.raises(PdmError, match="Enter a folder"):
        do(bench, "importing.decide", method="map", arguments=[])
    do(bench, "importing.look", source="list.csv")
    with pytest.raises(PdmError, match="Unknown decision 'batch'"):
        do(bench, "importing.decide", method="batch", arguments=[])
    with pytest.raises(InputError, match="Unknown field"):
        do(bench, "importing.decide", method="map", arguments=["File", "nonsense"])


def mapped(folder: Path) -> Workbench:
    """A workbench with a register whose mapping was saved as acme.toml."""
    table = {"File": ["A-1", "A-2"], "Title": ["Plan", "Section"], "Issued": ["03/04/2026"] * 2}
    pd.DataFrame(table).to_excel(folder / "drawings" / "list.xlsx", index=False)
    bench = Workbench(RegisterProject())
    do(bench, "importing.look", source="drawings/list.xlsx")
    do(bench, "importing.decide", method="map", arguments=["Issued", "date_authored"])
    do(bench, "importing.decide", method="date_order", arguments=["Issued", "DMY"])
    do(bench, "importing.save_profile", path="acme.toml")
    return bench


def test_a_saved_mapping_opens_its_register_and_others_of_its_kind(folder: Path) -> None:
    mapped(folder)
    bench = Workbench(RegisterProject())
    do(bench, "importing.look", source="acme.toml")
    assert Path(content(bench)["source"]).name == "list.xlsx"
    assert content(bench)["recent"][0] == "acme.toml"
    fields = {one["column"]: one["field"] for one in content(bench)["register"]["columns"]}
    assert fields["Issued"] == "date_authored"
    assert "profile='acme.toml'" in bench.importing._decisions[0]

    table = {"File": ["A-0"], "Title": ["Old"], "Issued": ["01/02/2026"]}
    pd.DataFrame(table).to_csv(folder / "drawings" / "old" / "next.csv", index=False)
    do(bench, "importing.look", source="drawings/old/next.csv")
    assert content(bench)["register"]["profiles"] == [{"path": "acme.toml", "fits": True}]
    do(bench, "importing.use_profile", path="acme.toml")
    assert not any("order" in one["text"] for one in content(bench)["register"]["questions"])
    assert bench.importing._decisions == [
        "register = project.register('drawings/old/next.csv', profile='acme.toml')"
    ]


def test_a_mapping_without_a_register_is_used_in_one_and_other_files_are_refused(folder: Path) -> None:
    bench = mapped(folder)
    write_profile(replace(read_profile("acme.toml"), migration={}), "plain.toml")
    (folder / "pyproject.toml").write_text("[project]\n")
    with pytest.raises(InputError, match=r"plain\.toml does not name a register. Read the register first"):
        do(bench, "importing.look", source="plain.toml")
    with pytest.raises(InputError, match="pyproject"):
        do(bench, "importing.look", source="pyproject.toml")
    with pytest.raises(InputError, match="nowhere"):
        do(bench, "importing.look", source="nowhere.toml")
    do(bench, "importing.look", source="drawings/list.xlsx")
    names = [one["path"] for one in content(bench)["register"]["profiles"]]
    assert names == ["acme.toml", "plain.toml"]


def test_values_are_decided_by_a_spreadsheet_that_somebody_filled_in(folder: Path) -> None:
    class Listed(FakeProject):
        def register(self, source: str, **_: Any) -> Register:
            return Register(source, ALL_FIELDS, LOOKUPS)

    pd.DataFrame({"File": ["A-1", "A-2"], "Status": ["Issued", "Work"]}).to_csv(
        "drawings/list.csv", index=False
    )
    bench = Workbench(Listed())
    do(bench, "importing.look", source="drawings/list.csv")
    assert content(bench)["register"]["values_open"] == 2
    do(bench, "importing.save_crosswalk", path="values.csv")
    table = pd.read_csv("values.csv", dtype="string")
    table.loc[table["value"] == "Issued", "use"] = "S2"
    table.to_csv("values.csv", index=False)
    do(bench, "importing.decide", method="use", arguments=["status", "Work", "S2"])
    do(bench, "importing.use_crosswalk", path="values.csv")  # its empty cell takes nothing back
    assert said(bench) == "1 value decided by values.csv; 0 to decide."
    assert content(bench)["register"]["values_open"] == 0
    with pytest.raises(InputError, match="nowhere"):
        do(bench, "importing.use_crosswalk", path="nowhere.csv")
    assert bench.importing._decisions[-1] == "register.use_crosswalk('values.csv', take_back=False)"
