"""Sources of a batch: folders, patterns, lists of files; and which sources are registers."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from pdm_nb.errors import InputError
from pdm_nb.registers import Register, RegisterRow, is_register, read_files
from pdm_nb.registers.reading import read_workbook
from tests.support.register_fields import FIELDS


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in (
        "b.pdf",
        "a.pdf",
        "sub/c.dwg",
        ".hidden",
        ".git/config",
        "sub/~$c.docx",
        "Thumbs.db",
        "desktop.ini",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    return tmp_path


def names(rows: list[RegisterRow]) -> list[str]:
    return [row.path.name for row in rows]


# -- folders, globs, lists
def test_a_folder_gives_its_files_in_order_without_what_is_hidden(folder: Path) -> None:
    assert names(read_files(folder)) == names(read_files(str(folder))) == ["a.pdf", "b.pdf", "c.dwg"]
    assert all(row.values == {} for row in read_files(folder))


def test_a_folder_that_is_itself_hidden_is_meant(tmp_path: Path) -> None:
    (tmp_path / ".drawings").mkdir()
    (tmp_path / ".drawings" / "a.pdf").touch()
    assert names(read_files(tmp_path / ".drawings")) == ["a.pdf"]


def test_globs(folder: Path) -> None:
    assert names(read_files(f"{folder}/*.pdf")) == ["a.pdf", "b.pdf"]
    assert names(read_files(f"{folder}/**/*.*")) == ["a.pdf", "b.pdf", "c.dwg"]
    assert names(read_files(f"{folder}/[b]*")) == ["b.pdf"]


def test_a_file_whose_name_looks_like_a_glob_is_that_file(tmp_path: Path) -> None:
    (tmp_path / "plan [1].pdf").touch()
    assert names(read_files(tmp_path / "plan [1].pdf")) == ["plan [1].pdf"]


def test_a_list_keeps_its_order_and_the_missing_for_the_check(folder: Path) -> None:
    rows = read_files([folder / "b.pdf", str(folder / "a.pdf"), folder / "missing.pdf"])
    assert names(rows) == ["b.pdf", "a.pdf", "missing.pdf"]


@pytest.mark.parametrize("second", ["a.pdf", "./a.pdf", "sub/../a.pdf"])
def test_a_file_that_is_listed_twice_is_told(folder: Path, second: str) -> None:
    with pytest.raises(InputError, match=r"a.pdf is listed twice, in item 1 and item 3"):
        read_files([f"{folder}/a.pdf", f"{folder}/b.pdf", f"{folder}/{second}"])


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("drawngs", r"drawngs does not exist\. Similar: drawings"),
        ("nowhere/at/all", r"does not exist, nor does the folder .*nowhere/at"),
        ("*.ifc", r"No file matches .*\*\.ifc"),
        ("drawings", r"drawings contains no files"),
        ("register.csv", r"register\.csv does not exist in "),
    ],
)
def test_an_empty_folder_is_reported(tmp_path: Path, source: str, told: str) -> None:
    (tmp_path / "drawings").mkdir()
    with pytest.raises(InputError, match=told):
        read_files(f"{tmp_path}/{source}")


@pytest.mark.parametrize("source", [[], (), 7, None])
def test_a_source_that_is_none(source: object) -> None:
    with pytest.raises(InputError, match=r"The list of files is empty|The source must be"):
        read_files(source)  # type: ignore[arg-type]


@pytest.mark.parametrize("suffix", ["xlsx", "xlsm", "xlsb", "xls", "ods", "csv", "tsv", "parquet", "CSV"])
def test_a_register_is_seen_by_its_suffix(tmp_path: Path, suffix: str) -> None:
    (tmp_path / f"r.{suffix}").write_bytes(b"x")
    assert is_register(tmp_path / f"r.{suffix}", FIELDS)
    assert not is_register(tmp_path / f"missing.{suffix}", FIELDS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Number\tTitle\tRev\nA-1\tPlan\tP01\n", True),
        ("file;title\na.pdf;Plan\n", True),
        ("Dear all,\nplease find attached, as agreed, the plans.\n", False),
        ("letter 1", False),
        ("", False),
        ("one column\nA-1\n", False),
    ],
)
def test_a_text_file_is_a_register_if_it_is_a_table(tmp_path: Path, text: str, expected: bool) -> None:
    (tmp_path / "r.txt").write_text(text)
    assert is_register(tmp_path / "r.txt", FIELDS) is expected


def test_other_sources_are_no_registers(tmp_path: Path) -> None:
    assert is_register(pd.DataFrame({"file": ["a.pdf"]}), FIELDS)
    assert not is_register([tmp_path / "a.csv"], FIELDS)
    assert not is_register(tmp_path, FIELDS)


def test_a_large_text_file_is_read_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cache_folder: Path
) -> None:
    path = tmp_path / "register.txt"
    path.write_text("Number\tTitle\n" + "".join(f"A-{number}\tGround floor\n" for number in range(15_000)))
    read: list[Path] = []
    monkeypatch.setattr(
        "pdm_nb.registers.register_options.read_workbook",
        lambda source: read.append(source) or read_workbook(source),  # type: ignore[func-returns-value]
    )
    assert is_register(path, FIELDS)
    assert len(Register(path, FIELDS, {}).table) == 15_000
    assert read == [path]
