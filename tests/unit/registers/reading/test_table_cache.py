"""The cache of tables: only for large registers, never older than the file, and never in the way."""

from __future__ import annotations

import datetime as dt
import os
import stat
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import pytest
import xlsxwriter

from pdm_nb.registers.profiles import Profile
from pdm_nb.registers.reading import RegisterTable, find_table, read_workbook
from pdm_nb.registers.reading.cache import table_cache
from pdm_nb.registers.reading.cache.table_file import read_table, write_table
from pdm_nb.registers.reading.form import FormMark
from pdm_nb.registers.register_options import table_by

Read = Callable[[Path], RegisterTable]


@pytest.fixture
def read_count(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that are read; files of any size are cached."""
    found: list[str] = []

    def counted(source: Path) -> object:
        found.append(source.name)
        return read_workbook(source)

    monkeypatch.setattr(table_cache, "MIN_BYTES", 1)
    monkeypatch.setattr("pdm_nb.registers.register_options.read_workbook", counted)
    return found


def write_csv(path: Path, title: str = "Plan") -> Path:
    path.write_text(f"Number,Title\nA-101,{title}\nA-102,Section\n")
    return path


def stored(folder: Path) -> list[Path]:
    return sorted((folder / "registers").glob("*"))


def test_an_unchanged_register_is_read_once(
    tmp_path: Path, cache_folder: Path, read_count: list[str]
) -> None:
    path = write_csv(tmp_path / "register.csv")
    first, again = table_by(Profile(), path), table_by(Profile(), path)
    assert read_count == ["register.csv"]
    assert again.frame.equals(first.frame)
    assert again.notices == first.notices
    (file,) = stored(cache_folder)
    assert os.name == "nt" or stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_cell_that_changed_is_read_though_size_and_time_did_not(
    tmp_path: Path, cache_folder: Path, read_count: list[str]
) -> None:
    path = write_csv(tmp_path / "register.csv", "Plan")
    before = path.stat()
    table_by(Profile(), path)
    write_csv(path, "Roof")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size
    assert table_by(Profile(), path).frame["Title"].tolist() == ["Roof", "Section"]
    assert len(read_count) == 2


def test_other_rules_and_another_name_are_read_again(
    tmp_path: Path, cache_folder: Path, read_count: list[str]
) -> None:
    path = write_csv(tmp_path / "register.csv")
    table_by(Profile(), path)
    assert len(table_by(Profile(sheet={"skip": [2]}), path).frame) == 1
    path.rename(tmp_path / "other.csv")
    table = table_by(Profile(), tmp_path / "other.csv")
    assert any("other.csv" in notice.message for notice in table.notices)
    assert len(read_count) == 3


def test_another_version_of_the_code_reads_again(
    tmp_path: Path, cache_folder: Path, read_count: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_csv(tmp_path / "register.csv")
    table_by(Profile(), path)
    monkeypatch.setattr(table_cache, "_code", lambda: "another version")
    table_by(Profile(), path)
    assert len(read_count) == 2


def test_without_its_source_nothing_is_kept(
    tmp_path: Path, cache_folder: Path, read_count: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table_cache, "_code", lambda: "")
    table_by(Profile(), write_csv(tmp_path / "register.csv"))
    assert stored(cache_folder) == []


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 nothing", None], ids=["empty", "no zip", "cut"])
def test_a_damaged_file_is_ignored_and_written_again(
    tmp_path: Path, cache_folder: Path, read_count: list[str], damage: bytes | None
) -> None:
    path = write_csv(tmp_path / "register.csv")
    table_by(Profile(), path)
    (file,) = stored(cache_folder)
    file.write_bytes(file.read_bytes()[:-40] if damage is None else damage)
    assert table_by(Profile(), path).frame["Number"].tolist() == ["A-101", "A-102"]
    table_by(Profile(), path)
    assert len(read_count) == 2


def test_a_register_that_changes_while_it_is_read_is_not_kept(
    tmp_path: Path, cache_folder: Path, read_count: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_csv(tmp_path / "register.csv")

    def saved_meanwhile(source: Path) -> object:
        write_csv(source, "Changed")
        return read_workbook(source)

    monkeypatch.setattr("pdm_nb.registers.register_options.read_workbook", saved_meanwhile)
    table_by(Profile(), path)
    assert stored(cache_folder) == []


def test_the_cache_is_bounded_and_keeps_what_was_used_last(
    tmp_path: Path, cache_folder: Path, read_count: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table_cache, "MAX_TABLES", 2)
    for place, title in enumerate(("one", "two", "three")):
        before = set(stored(cache_folder))
        table_by(Profile(), write_csv(tmp_path / f"{title}.csv"))
        for file in set(stored(cache_folder)) - before:
            os.utime(file, ns=(place, place))  # the clock of the file system may be coarse
    assert len(stored(cache_folder)) == 2
    table_by(Profile(), tmp_path / "three.csv")
    table_by(Profile(), tmp_path / "two.csv")
    assert read_count == ["one.csv", "two.csv", "three.csv"]
    table_by(Profile(), tmp_path / "one.csv")
    assert read_count[3:] == ["one.csv"]


def test_small_registers_are_not_kept(tmp_path: Path, cache_folder: Path) -> None:
    table_by(Profile(), write_csv(tmp_path / "register.csv"))
    assert stored(cache_folder) == []


def test_a_folder_that_cannot_be_written_does_not_stop_the_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read_count: list[str]
) -> None:
    (tmp_path / "a file").write_text("")
    monkeypatch.setenv("PDM_NB_CACHE_DIR", str(tmp_path / "a file"))
    assert len(table_by(Profile(), write_csv(tmp_path / "register.csv")).frame) == 2


def test_everything_of_a_table_is_written_and_read_back(tmp_path: Path) -> None:
    path = tmp_path / "register.xlsx"
    with xlsxwriter.Workbook(path, {"remove_timezone": True}) as workbook:
        bold = {"num_format": "0000"}
        for name in ("Architecture", "Structure"):
            sheet = workbook.add_worksheet(name)
            sheet.write_row(0, 0, ["Project", "Town hall"])
            sheet.write_row(2, 0, ["Number", "Title", "Date", "Time", "Length", "Sheet", "Level"])
            for row in (3, 4, 5, 6, 8):
                sheet.write_url(row, 0, f"external:drawings/{name}-{row}.pdf", string=f"A-{row}")
                if row > 4:
                    sheet.write(row, 1, "Größe\u200b ✓")
                date = workbook.add_format({"num_format": "dd.mm.yyyy hh:mm"})
                sheet.write_datetime(row, 2, dt.datetime(2024, 3, row, 12, 30), date)
                sheet.write_datetime(row, 3, dt.time(7, row), workbook.add_format({"num_format": "hh:mm"}))
                sheet.write_number(row, 4, 1.5 + row, workbook.add_format({"num_format": "[h]:mm"}))
                sheet.write_number(row, 5, row, workbook.add_format(bold))
                sheet.write_formula(row, 6, "=1/0", value="#DIV/0!")
            sheet.merge_range(3, 1, 4, 1, "Merged")
            sheet.set_row(5, None, None, {"hidden": True})
    table = find_table(read_workbook(path), ["Architecture", "Structure"])
    assert table.links
    assert table.filled
    assert {type(cell.stored).__name__ for cells in table.cells.values() for cell in cells.values()} >= {
        "datetime", "time", "timedelta", "int", "str",
    }  # fmt: skip
    mark = FormMark(
        "template", {"at": "now"}, {"File": "file"}, {"File": "A"}, ("File",), {"Status": ["S2"]}, "R", 1
    )
    table = replace(table, form=mark)
    with (tmp_path / "table.npz").open("wb") as file:
        write_table(table, file)
    with (tmp_path / "table.npz").open("rb") as file:
        found = read_table(file)
    assert found.frame.equals(table.frame)
    assert found.frame.index.equals(table.frame.index)
    assert {**asdict(found), "frame": 0} == {**asdict(table), "frame": 0}
