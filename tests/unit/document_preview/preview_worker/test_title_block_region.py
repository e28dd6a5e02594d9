"""Labels in text, and the group of them that is the title block."""

from __future__ import annotations

import pytest

from pdm_nb.document_preview.preview_worker.title_block_region import (
    Label,
    find_labels,
    grouped,
    region_by_labels,
)

KINDS = ("number", "title", "revision", "scale", "date")


def column(left: float, top: float, kinds: tuple[str, ...] = KINDS) -> list[Label]:
    return [
        (kind, (left, top + 0.04 * row, left + 0.05, top + 0.04 * row + 0.01))
        for row, kind in enumerate(kinds)
    ]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("DRAWING NO.\r\nA-101", ["number"]),
        ("Sheet Number: 4", ["number"]),
        ("Rev", ["revision"]),
        ("SCALE DATE DRAWN BY CHECKED", ["scale", "date", "people", "people"]),
        ("Plan-Nr. Maßstab Datum", ["number", "scale", "date"]),
        ("Échelle\r\nIndice", ["scale", "revision"]),
        ("Escala Fecha", ["scale", "date"]),
        ("Do not scale from this drawing, check every size on site", []),
        ("Revert, updated, prescaled", []),
        ("", []),
    ],
)
def test_labels_are_found_in_text(text: str, kinds: list[str]) -> None:
    assert [kind for kind, _, _ in find_labels(text)] == kinds


def test_the_position_of_a_label_is_that_in_the_text() -> None:
    text = "Notes\r\nALL SIZES IN MM\r\nREV SCALE"
    found = {kind: text[start : start + count] for kind, start, count in find_labels(text)}
    assert found == {"revision": "REV", "scale": "SCALE"}


def test_a_group_in_the_corner_reaches_to_the_edges() -> None:
    region, score = region_by_labels(column(0.75, 0.75), 1.4) or ((), 0)
    assert region == pytest.approx((0.73, 0.722, 1, 1))
    assert score > 0.8


def test_labels_of_a_list_on_the_drawing_do_not_count() -> None:
    labels = [*column(0.1, 0.1, ("number", "revision", "date", "title")), *column(0.75, 0.75)]
    region, _ = region_by_labels(labels, 1.4) or ((), 0)
    assert region == pytest.approx((0.73, 0.722, 1, 1))


def test_a_band_at_the_lower_edge_is_one_block() -> None:
    labels = [(kind, (0.1 + 0.2 * at, 0.9, 0.12 + 0.2 * at, 0.91)) for at, kind in enumerate(KINDS)]
    region, score = region_by_labels([*labels, ("revision", (0.52, 0.93, 0.54, 0.94))], 1.4) or ((), 0)
    assert region is not None
    assert len(grouped(labels, 1.4)) == 5
    assert (region[0], region[2], region[3]) == (pytest.approx(0.08), 1, 1)
    assert score > 0.5


def test_few_labels_are_no_title_block() -> None:
    assert region_by_labels([], 1.4) is None
    assert region_by_labels(column(0.75, 0.9, ("date",)), 1.4) is None


def test_labels_all_over_the_page_are_a_form() -> None:
    labels = [(KINDS[n % 5], (0.07 * (n % 14), 0.07 * (n // 14), 0.07 * (n % 14) + 0.03, 0.07 * (n // 14) + 0.01))
              for n in range(14 * 14)]  # fmt: skip
    assert region_by_labels(labels, 1.0) is None
