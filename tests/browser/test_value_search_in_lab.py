"""Searching the values of a field in JupyterLab: a list that Python searches, and one that the browser does."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.browser.lab import Lab, expect

pytestmark = pytest.mark.slow

GRID = """
from tests.support import fake_batch
from tests.support.fake_batch import FakeBatch
from pdm_nb.model import Value
from pdm_nb.widgets import Workbench
companies = [Value(f"d{n}", f"{n}", f"Company {n}") for n in range(1_500)]
companies += [Value("m", "MU", "Müller"), Value("s", "ST", "Hauptstraße 5")]
fake_batch.LISTS["discipline"] = companies
fake_batch.LISTS["type"] = [Value("a", "A", "Muller"), Value("b", "B", "Müller"), Value("c", "AB", "A wall")]
fake_batch.LISTS["type"] += [Value("w1", "W1", "Wall"), Value("w2", "W2", "Wall")]
batch = FakeBatch()
grid = Workbench(batch, view="grid")
grid
"""


@pytest.fixture
def grid(lab: Lab) -> Lab:
    lab.open(lab.write("value_search.ipynb", [GRID]))
    lab.run(0)
    return lab


def options(lab: Lab) -> Any:
    return lab.page.locator(".pdm-popups [role=option]")


def search(lab: Lab, row: int, key: str, typed: str, first: str) -> str:
    """Type into a cell, wait for the first value that is offered, select it; the text that the cell has then."""
    table = lab.panel.locator(".pdm-table").first
    lab.cell(table, row, key).click()
    lab.page.keyboard.type(typed)
    expect(options(lab).first).to_have_text(first)
    lab.page.keyboard.press("Enter")
    expect(options(lab)).to_have_count(0)
    return str(lab.cell(table, row, key).locator(".pdm-text").inner_text())


def test_an_exact_code_comes_first_in_a_list_of_1502_values(grid: Lab) -> None:
    assert search(grid, 1, "discipline", "1499", "Company 14991499") == "Company 1499"
    assert search(grid, 2, "discipline", "7", "Company 77") == "Company 7"


def test_accents_are_not_needed_in_a_list_that_python_searches(grid: Lab) -> None:
    assert search(grid, 1, "discipline", "muller", "MüllerMU") == "Müller"
    assert search(grid, 2, "discipline", "strasse 5", "Hauptstraße 5ST") == "Hauptstraße 5"


def test_a_short_list_is_searched_alike(grid: Lab) -> None:
    assert search(grid, 1, "type", "Müller", "MüllerB") == "Müller"
    assert search(grid, 2, "type", "muller", "MullerA") == "Muller"
    assert search(grid, 3, "type", "ab", "A wallAB") == "A wall"


def test_values_with_one_label_are_found_by_it_and_shown_with_their_codes(grid: Lab) -> None:
    assert search(grid, 1, "type", "wall", "WallW1") == "W1"
