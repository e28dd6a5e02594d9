"""The register of another company: real Excel features, and every document in it once."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest

from pdm_nb.sim.samples import write_master_register, write_samples


def test_it_lists_every_document_once_below_a_title(tmp_path: Path) -> None:
    samples = write_samples(tmp_path / "documents", 20)
    path = write_master_register(tmp_path / "documents", samples)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Cover", "Register", "Notes"]
    rows = list(book["Register"].iter_rows(values_only=True))
    headings = list(rows[3])
    listed = [row for row in rows[4:] if isinstance(row[0], int)]
    names = [str(row[headings.index("File")]).casefold() for row in listed]
    assert sorted(names) == sorted(sample.path.stem.casefold() for sample in samples)
    issued = [row[headings.index("Date of Issue")] for row in listed]
    assert {type(day) for day in issued if day} == {str, dt.datetime}


def test_the_same_seed_gives_the_same_cells(tmp_path: Path) -> None:
    samples = write_samples(tmp_path / "documents", 15)
    first, second = (
        write_master_register(tmp_path / "documents", samples, tmp_path / f"{number}.xlsx")
        for number in range(2)
    )
    cells = [
        [row for sheet in openpyxl.load_workbook(path) for row in sheet.iter_rows(values_only=True)]
        for path in (first, second)
    ]
    assert cells[0] == cells[1]


def test_another_standard_is_refused(tmp_path: Path) -> None:
    samples = write_samples(tmp_path / "documents", 1, standard="us-ncs")
    with pytest.raises(ValueError, match="write_register"):
        write_master_register(tmp_path / "documents", samples)
