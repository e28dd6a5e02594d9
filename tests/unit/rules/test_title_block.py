"""Revisions of one letter or number are compared with the title block, although they are everywhere on a drawing."""

from __future__ import annotations

import pytest

from pdm_nb.document_preview import inspect_pdfs
from pdm_nb.rules.pdf_content import PdfContent, TextRun
from pdm_nb.rules.title_block import TitleBlockText
from tests.support.title_blocks import LAYOUTS, draw

DRAWN = [(layout, revision) for layout in LAYOUTS for revision in ("A", "C", "0", "3")]


@pytest.fixture(scope="module")
def blocks(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], TitleBlockText]:
    folder = tmp_path_factory.mktemp("blocks")
    paths = [
        draw(folder / f"{layout.__name__}-{revision}.pdf", layout, revision) for layout, revision in DRAWN
    ]
    found = inspect_pdfs(map(str, paths))
    return {
        (layout.__name__, revision): TitleBlockText(pdf)
        for (layout, revision), pdf in zip(DRAWN, found, strict=True)
    }


def test_the_revision_of_the_sheet_agrees(blocks: dict[tuple[str, str], TitleBlockText]) -> None:
    assert [key for key, block in blocks.items() if block.other_revision(key[1])] == []


def test_another_revision_is_reported_with_that_of_the_sheet(
    blocks: dict[tuple[str, str], TitleBlockText],
) -> None:
    for (layout, revision), block in blocks.items():
        other = "E" if revision.isalpha() else "7"
        first = "A" if revision.isalpha() else "0"
        assert block.other_revision(other) == (first if layout == "number" else revision), layout


def test_a_revision_of_another_kind_is_not_compared(blocks: dict[tuple[str, str], TitleBlockText]) -> None:
    assert blocks["cells", "A"].other_revision("3") == ""
    assert blocks["cells", "3"].other_revision("P02") == ""


def content(*texts: tuple[str, float, float]) -> TitleBlockText:
    runs = tuple(
        TextRun(text, left, bottom, left + 6 * len(text), bottom + 8) for text, left, bottom in texts
    )
    return TitleBlockText(PdfContent(width=1000, height=700, text=runs))


def test_index_is_a_revision_only_on_a_german_drawing() -> None:
    listed = [("INDEX", 800.0, 100.0), ("1", 800.0, 90.0), ("General notes", 820.0, 90.0)]
    assert content(*listed).other_revision("5") == ""
    assert content(*listed, ("Zeichnung", 800, 300)).other_revision("5") == "1"


def test_a_revision_is_seen_next_to_the_word_and_to_the_number() -> None:
    history = [("Rev", 800.0, 300.0), ("A", 800.0, 290.0)]
    assert content(*history).other_revision("B") == "A"
    for seen in ("Plan, Rev B", "XX-A-101-B", "B - REVISION"):
        assert content(*history, (seen, 700, 50)).other_revision("B") == ""
    assert content(*history, ("XX-101", 700, 50), ("B", 760, 50)).other_revision("B") == ""
