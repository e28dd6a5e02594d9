"""Find and replace in the text of a cell, held to the same vectors as the grid's."""

from __future__ import annotations

import pytest

from pdm_nb.batch.table.find_replace import Finder, replacements, skipped
from tests.support.vectors import vectors


@pytest.mark.parametrize(("text", "by", "options", "cell", "expected"), vectors("find_replace"))
def test_replaced(text: str, by: str, options: dict[str, bool], cell: str, expected: str | None) -> None:
    assert Finder(text, **options).replaced(cell, by) == expected


@pytest.mark.parametrize(("reasons", "expected"), vectors("skipped_cells"))
def test_skipped(reasons: list[str], expected: str) -> None:
    assert skipped(reasons) == expected


def test_only_cells_whose_text_changes_are_replaced() -> None:
    texts = [("A1", "x"), ("A2", "y"), ("A3", "X")]
    assert replacements(texts, Finder("x"), "x") == [("A3", "x")]
