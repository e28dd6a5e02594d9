"""Paging: the end of a list, the next page, and the keys of rows, also for malformed lists."""

from __future__ import annotations

from typing import Any

import pytest

from pdm_nb.api.protocol import paging

NEXT = {"link": '<https://api.test/x?per_page=100&page=2>; rel="next"'}
ONLY_LAST = {
    "link": '<https://api.test/x?page=4&per_page=100>; rel="last", <https://api.test/x?page=1>; rel="first"'
}


@pytest.mark.parametrize(
    ("headers", "rows", "found", "last"),
    [
        ({"total": "250"}, 100, 100, False),
        ({"total": "250"}, 250, 50, True),
        ({"total": "0"}, 0, 0, True),
        ({"total": "250"}, 150, 0, True),  # rows went while we turned pages
        ({}, 100, 100, False),  # swallowed on the way: never cut short
        ({}, 100, 0, True),
        ({"total": "many"}, 100, 100, False),
        (NEXT, 100, 100, False),
        (ONLY_LAST, 100, 100, True),
        ({"link": ""}, 100, 100, True),  # all fits one page
        (ONLY_LAST | {"total": "250"}, 100, 100, False),  # the total is the surer of the two
    ],
)
def test_where_a_list_ends(headers: dict[str, str], rows: int, found: int, last: bool) -> None:  # B9
    assert paging.is_last(headers, rows, found) is last


@pytest.mark.parametrize(
    ("link", "number"),
    [
        (NEXT["link"], 2),
        ("<https://api.test/x?page=7>; rel=next", 7),
        ('<https://api.test/x?cursor=abc>; rel="next"', 4),
        ('<https://api.test/x?page=1>; rel="prev", <https://api.test/x?page=5>; rel="next"', 5),
        ('<https://api.test/x?per_page=9>; rel="next"', 4),
        (ONLY_LAST["link"], None),
        ("", None),
        ("nonsense", None),
    ],
)
def test_next_alone_is_followed(link: str, number: int | None) -> None:  # B9: the others may be missing
    assert paging.next_page({"link": link}, 3) == number


def keys(*rows: Any) -> list[Any]:
    return [key for key, _ in paging.identified(rows)]


def test_a_row_is_known_by_its_id_whatever_its_type() -> None:
    assert keys({"id": "5"}, {"id": 5}, "5", {"id": "6"}) == ["5", "5", "5", "6"]


@pytest.mark.parametrize("row", [None, [], {}, {"id": None}, {"id": []}, {"name": "x"}, True, 1.5])
def test_rows_without_an_id_are_rows_each(row: Any) -> None:
    assert len(set(keys(row, row, {"id": "5"}))) == 3
    assert keys(row, row) == keys(row, row)  # the same page, read again, has no more rows
