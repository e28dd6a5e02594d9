"""Registers as people make them become batches: the eight of tests/data, corrected ones, and what is written by us."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import pdm_nb
from pdm_nb.errors import InputError
from tests.support.sample_registers import FOLDER, expected
from tests.support.simulator.sim_site import Site

# What the user decides in addition to the plain call.
OPTIONS: dict[str, dict[str, Any]] = {
    "01-drawing-list.csv": {"columns": {"issued": "date_authored"}},
    "02-isometrics.xlsx": {"policy": "join"},
    "04-master-register.xlsx": {"columns": {"Transmittal Date": "date_authored"}},
}


def prepared(site: Site, name: str) -> Path:
    """A folder with a register and its files."""
    folder = site.folder / "register"
    for file in expected()[name]["files"]:
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text(f"the file {file}")
    return Path(shutil.copy(FOLDER / name, folder / name))


def opened(site: Site, name: str) -> tuple[pdm_nb.Register, pdm_nb.Batch]:
    register = site.project.register(prepared(site, name), **OPTIONS.get(name, {}))
    if name.startswith("03"):
        register.confirm("suffix", "case", "slashes").clean("prefix")
    return register, register.batch(site.folder / "batch.sqlite")


@pytest.mark.parametrize("name", expected())
def test_a_register_becomes_a_batch_with_its_files_columns_and_names(site: Site, name: str) -> None:
    told = expected()[name]
    register, batch = opened(site, name)
    files = [
        Path(document.path).relative_to(register.source.parent).as_posix()
        for document in batch.view.documents
    ]
    assert files == told["files"]
    fields = dict(zip(register.columns["column"], register.columns["field"].fillna(""), strict=True))
    mapped = {column: field or "" for column, field in told.get("columns", {}).items()}
    assert {column: fields[column] for column in mapped} == mapped
    frame = batch.frame
    if "number" in told["name_template"]:
        assert frame["name"].tolist() == frame["number"].tolist()
        assert frame["number"].ne("").all()
    else:
        assert frame["name"].tolist() == [Path(file).stem for file in told["files"]]
    for columns in (
        frame["revision"],
        frame["description"] if "description" in fields.values() else frame["file"],
    ):
        assert all(columns)
    if "date_authored" in fields.values() or "unpivot" in told:
        assert frame["date_authored"].str.fullmatch(r"(\d{4}-\d\d-\d\d)?").all()
        assert frame["date_authored"].ne("").any()


def test_the_order_of_days_and_months_and_the_disciplines_of_a_csv(site: Site) -> None:
    register, batch = opened(site, "01-drawing-list.csv")
    assert set(batch.frame["discipline"]) == {"Architect", "Structural engineer", "Mechanical engineer"}
    assert set(register.crosswalk["value"]) >= {"Structure", "Mech."}
    assert any("are read as day, month, year, proved by" in notice for notice in batch.notices)


def test_several_rows_of_a_file_are_asked_by_the_plain_call(site: Site) -> None:
    path = prepared(site, "02-isometrics.xlsx")
    with pytest.raises(InputError, match=r"36 rows are for 12 files; the rows of 4 of them differ"):
        site.batch(path)
    assert not (site.folder / "batch.sqlite").exists()
    joined = site.batch(path, policy="join").frame
    assert len(joined) == 12
    assert joined["number"].str.contains(", ").sum() == 4
    first = site.batch(path, policy="first", journal=site.folder / "first.sqlite").frame
    assert first["number"].str.contains(", ").sum() == 0


def test_names_without_suffix_are_asked_by_the_plain_call(site: Site) -> None:
    path = prepared(site, "03-names-without-suffix.xlsx")
    with pytest.raises(InputError, match=r"register\.confirm\('case', 'suffix', 'slashes'\)"):
        site.batch(path)
    _, batch = opened(site, "03-names-without-suffix.xlsx")
    assert set(batch.frame["revision"]) <= {f"{number:02}" for number in range(20)}


def test_values_that_are_not_in_the_lists_are_shown_once(site: Site) -> None:
    register, batch = opened(site, "04-master-register.xlsx")
    found = register.crosswalk.groupby("field")["value"].count()
    assert (found["status"], found["discipline"]) == (4, 4)
    assert any("row 3" in notice and "1 left out" in notice for notice in batch.notices)
    assert len(register.problems.query("row == 4 and kind == 'prefix'")) == 1


def test_placeholders_are_reported(site: Site) -> None:
    register, batch = opened(site, "05-listado.xlsx")
    assert len(register.problems.query("kind == 'placeholder' and value == '-'")) == 12
    assert any("'-' in 'Rev.' is a placeholder" in notice and "11 more" in notice for notice in batch.notices)


def test_numbers_are_taken_as_they_are_shown(site: Site) -> None:
    _, batch = opened(site, "07-document-list.xlsx")
    assert batch.frame.loc[0, ["number", "revision"]].tolist() == ["0001", "P01"]


@pytest.mark.parametrize("name", ["08-issue-matrix.xlsx", "09-two-sheets.xlsx"])
def test_revisions_of_a_number_become_versions_in_their_order(site: Site, name: str) -> None:
    _, batch = opened(site, name)
    batch.set(None, "type", "Other")
    batch.set(None, "status", "S2")
    batch.upload().wait()
    batch.watch().wait()
    batch.submit().wait()
    frame = batch.frame.join(batch.status()[["version"]])
    assert set(frame["state"]) == {"submitted"}
    rank = {"P01": 0, "P02": 1, "P03": 2, "C01": 3}
    for _, group in frame.groupby("number"):
        revisions = group.sort_values("version")["revision"].tolist()
        assert revisions == sorted(revisions, key=rank.__getitem__)
        assert sorted(group["version"]) == list(range(1, len(group) + 1))


# -- cases of other people's registers
def files(site: Site, *names: str) -> Path:
    folder = site.folder / "files"
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(name)
    return folder


TABLE = pd.DataFrame({"File": ["a.pdf", "b.pdf"], "Title": ["Plan", "Roof"], "Rev": ["P01", "P02"]})


@pytest.mark.parametrize("suffix", ["xlsx", "xlsm", "csv", "tsv", "txt", "utf16.csv"])
def test_registers_of_each_kind_are_read_by_the_plain_call(site: Site, suffix: str) -> None:
    folder = files(site, "a.pdf", "b.pdf")
    path = site.folder / f"register.{suffix}"
    match suffix:
        case "xlsx" | "xlsm":
            TABLE.to_excel(site.folder / "saved.xlsx", index=False)
            (site.folder / "saved.xlsx").rename(path)
        case "utf16.csv":
            path.write_bytes(TABLE.to_csv(index=False, sep="\t").encode("utf-16"))
        case _:
            TABLE.to_csv(path, index=False, sep="," if suffix == "csv" else "\t")
    batch = site.batch(path, folder=folder)
    assert batch.frame[["file", "description", "revision"]].to_numpy().tolist() == TABLE.to_numpy().tolist()


def test_fourteen_unknown_columns_are_one_notice(site: Site) -> None:
    columns = {f"Qx{number}": ["x", "y"] for number in range(14)}
    batch = site.batch(pd.DataFrame({**TABLE, **columns}), folder=files(site, "a.pdf", "b.pdf"))
    (notice,) = [text for text in batch.notices if "Qx0" in text]
    assert notice.startswith("14 columns are not used: Qx0, Qx1")


def test_a_table_made_in_code_is_not_commented(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "pdm_nb.batch"):
        batch = site.batch(TABLE, folder=files(site, "a.pdf", "b.pdf"))
    assert not [text for text in batch.notices if "headings" in text]
    assert not [record for record in caplog.records if record.levelno > logging.INFO]


def test_what_was_found_is_no_warning_and_what_was_lost_is_one(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    folder = files(site, "a.pdf", "b.pdf", "c.pdf", "a.bak", ".git/config")
    path = folder / "register.csv"
    TABLE.to_csv(path, index=False, sep=";", encoding="cp1252")
    with caplog.at_level(logging.INFO, "pdm_nb.batch"):
        batch = site.batch(path)
    levels = {record.getMessage(): record.levelno for record in caplog.records}
    assert {text: levels[text] for text in batch.notices if "are named by" not in text} == {
        "register.csv has 3 columns, separated by semicolon.": logging.INFO,
        "Sheet 'register': headings in row 1, 2 rows.": logging.INFO,
        "3 files were left out: 1 .bak, 1 .git, 1 register.": logging.INFO,
        "1 file has no row and will not be uploaded, such as c.pdf.": logging.WARNING,
    }


@pytest.mark.parametrize("note", ["Issued for information only", "Total: 2", "101"])
def test_a_row_that_is_no_document_does_not_stop_the_others(site: Site, note: str) -> None:
    table = pd.concat([TABLE, pd.DataFrame({"File": [note]})])
    batch = site.batch(table, folder=files(site, "a.pdf", "b.pdf"))
    assert batch.frame["file"].tolist() == ["a.pdf", "b.pdf"]


def test_what_is_about_registers_is_refused_for_folders(site: Site) -> None:
    with pytest.raises(InputError, match=r"sheet= is for registers, and .*files is not one"):
        site.batch(files(site, "a.pdf"), sheet="Drawings")


@pytest.mark.parametrize("path", ["/etc/hostname", "../secret.pdf", "link.pdf"])
def test_a_file_outside_of_the_folder_is_not_sent(site: Site, path: str) -> None:
    folder = files(site, "a.pdf")
    (site.folder / "secret.pdf").write_text("secret")
    (folder / "link.pdf").symlink_to(site.folder / "secret.pdf")
    table = pd.DataFrame({"file": ["a.pdf", path], "title": ["Plan", "Stolen"]})
    with pytest.raises(InputError, match=r"1 row leads out of the folder of the files"):
        site.batch(table, folder=folder)
    assert len(site.batch(table, folder=folder, allow=[path])) == 2


# -- registers that are read again
def test_emptied_cells_and_rows_taken_out_are_reported_and_stay(site: Site) -> None:
    folder = files(site, "a.pdf", "b.pdf", "c.pdf")
    path = site.folder / "register.csv"
    path.write_text("file,title,rev\na.pdf,Plan,P01\nb.pdf,Roof,P01\nc.pdf,Wall,P01\n")
    batch = site.batch(path, folder=folder)
    path.write_text("file,title,rev\na.pdf,Plan,P02\nb.pdf,,P01\n")
    assert site.batch(path, folder=folder) is batch
    assert batch.frame["revision"].tolist() == ["P02", "P01", "P01"]
    assert batch.frame["description"].tolist() == ["Plan", "Roof", "Wall"]
    assert any(
        "1 cell was emptied in the register and keeps its value: Description of b.pdf, row 3 (it was 'Roof')"
        in text
        for text in batch.notices
    )
    assert any("1 document no longer has a row in the register: c.pdf." in text for text in batch.notices)


def test_a_file_that_vanished_is_not_taken_for_a_row_that_was_taken_out(site: Site) -> None:
    folder = files(site, "a.pdf", "b.pdf")
    path = site.folder / "register.csv"
    path.write_text("file,title\na.pdf,Plan\nb.pdf,Roof\n")
    batch = site.batch(path, folder=folder)
    (folder / "b.pdf").unlink()
    assert batch.rescan()[["file", "what"]].to_numpy().tolist() == [["b.pdf", "vanished"]]
    assert not any("no longer has a row" in text for text in batch.notices)
    assert any("1 row has no file, such as row 3: 'b.pdf'" in text for text in batch.notices)


def test_a_register_is_scanned_again_with_what_was_decided(site: Site) -> None:
    folder = files(site, "a.pdf", "b.pdf", "c.pdf")
    path = site.folder / "register.csv"
    path.write_text("file,Foo,Disc.\na,Plan,Xylophone\nb,Roof,Arch\n")
    register = site.project.register(path, folder=folder).confirm("suffix").map("Foo", "description")
    batch = register.use("discipline", "Xylophone", "A").batch(site.folder / "batch.sqlite")
    path.write_text("file,Foo,Disc.\na,Plan 2,Xylophone\nb,Roof,Arch\nc,Wall,Xylophone\n")
    assert batch.rescan()["file"].tolist() == ["c.pdf"]
    assert batch.frame["description"].tolist() == ["Plan 2", "Roof", "Wall"]
    assert set(batch.frame["discipline"]) == {"Architect"}


def test_a_profile_opens_the_next_register_by_the_plain_call(site: Site) -> None:
    folder = files(site, "a.pdf", "b.pdf")
    (site.folder / "one.csv").write_text("PDF,Foo\na,Plan\n")
    (site.folder / "two.csv").write_text("PDF,Foo\nb,Roof\n")
    register = site.project.register(site.folder / "one.csv", folder=folder)
    register.confirm("suffix").map("Foo", "description").save_profile(site.folder / "p.toml")
    batch = site.batch(site.folder / "two.csv", folder=folder, profile=site.folder / "p.toml")
    assert batch.frame[["file", "description"]].to_numpy().tolist() == [["b.pdf", "Roof"]]


@pytest.mark.parametrize("written", ["frame.xlsx", "report.xlsx", "report.csv"])
def test_what_this_package_wrote_is_read_back(site: Site, written: str) -> None:
    folder = files(site, "a.pdf", "sub/b.pdf")
    source = pd.DataFrame(
        {"File": ["a.pdf", "sub/b.pdf"], "Title": ["Plan", "Roof"], "Discipline": ["A", "S"]}
    )
    batch = site.batch(source, folder=folder)
    path = site.folder / written
    if written.startswith("frame"):
        batch.frame.to_excel(path)
    else:
        batch.report(path)
    again = site.batch(path, folder=folder, journal=site.folder / "again.sqlite")
    columns = ["file", "name", "description", "discipline"]
    pd.testing.assert_frame_equal(again.frame[columns], batch.frame[columns])


FIRST = """\
PDF;Dwg No;Sheet title;Purpose;Rev;Issued;Company ref
D-1.pdf;D-1;Ground floor;Issued;A;03/04/2026;x
D-2;D-1;ground  FLOOR;issued for info;0;05/04/2026;y
D-3.pdf;D-2;Ground floor;-;Rev-B;04/04/2026;z
D-3.pdf;D-2;Ground floor;Issued;B;04/04/2026;z
"""
SECOND = """\
PDF;Dwg No;Sheet title;Purpose;Rev;Issued;Company ref
E-1.pdf;E-1;Ground floor;Issued;B;07/04/2026;x
E-2;E-1;ground  FLOOR;For tender;1;08/04/2026;y
E-3.pdf;E-2;Roof;issued for info;Rev-C;09/04/2026;z
E-3.pdf;E-2;Roof;Issued;C;09/04/2026;z
"""


def register_of(site: Site, name: str, text: str, **options: Any) -> pdm_nb.Register:
    folder = site.folder / name
    folder.mkdir(exist_ok=True)
    for number in (1, 2, 3):
        (folder / f"{text.splitlines()[1][0]}-{number}.pdf").write_bytes(
            b"%PDF-1.7 " + name.encode() + b"%d" % number
        )
    (site.folder / f"{name}.csv").write_text(text, "utf-8")
    return site.project.register(site.folder / f"{name}.csv", folder=folder, **options)


def test_a_profile_opens_the_next_register_of_its_kind_without_a_question(site: Site) -> None:
    register = register_of(site, "first", FIRST)
    assert len(register.questions) == 3  # dates, suffix, two rows for one file
    register.map("Purpose", "status").map("Company ref", None).clean("prefix").date_order("Issued", "DMY")
    register.confirm("suffix").use_policy("join").merge("Sheet title").save_crosswalk(
        site.folder / "crosswalk.xlsx"
    )
    table = pd.read_excel(site.folder / "crosswalk.xlsx", dtype=str, keep_default_na=False, engine="openpyxl")
    table["use"] = table["value"].map({"Issued": "S1", "issued for info": "S2", "-": "-"})
    table.to_excel(site.folder / "filled in.xlsx", index=False)
    register.use_crosswalk(site.folder / "filled in.xlsx").revision_order("A", "0")
    assert (register.questions, register.crosswalk["use"].isna().sum()) == ([], 0)
    batch = register.batch(site.folder / "first.sqlite")
    register.save_profile(site.folder / "acme.toml")
    # the next one: other rows, and one value that nobody has decided
    again = register_of(site, "second", SECOND, profile=site.folder / "acme.toml")
    assert again.questions == []
    asked = again.crosswalk[again.crosswalk["use"].isna()]
    assert asked[["field", "value", "count"]].to_numpy().tolist() == [["status", "For tender", 1]]
    assert [text for text in again.notices if "not in the lists" in text] == [
        "1 value in 1 cell is not in the lists, such as 'For tender' (status). register.crosswalk lists them."
    ]
    second = site.project.batch(
        site.folder / "second.csv", folder=site.folder / "second", profile=site.folder / "acme.toml",
        journal=site.folder / "second.sqlite",
    )  # fmt: skip
    columns = ["description", "status", "revision", "date_authored", "name"]
    assert second.frame[columns].to_numpy().tolist() == [
        ["Ground floor", "Suitable for coordination", "B", "2026-04-07", "E-1"],
        ["Ground floor", "For tender", "1", "2026-04-08", "E-2"],
        ["Roof", "Suitable for information, Suitable for coordination", "C", "2026-04-09", "E-3"],
    ]
    for one in (batch, second):
        assert one.view.revision_order()["order"].tolist() == [1, 2]
    assert second.rescan().empty
    assert second.view.revision_order()["kind"].tolist() == ["letters", "numbers"]
