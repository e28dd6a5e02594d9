"""Finds columns that are another table next to the register, such as the meanings of its codes.

How this works: an empty column without a heading sets the columns apart. They are another table if they are filled without
a gap from the first row on, and end much earlier or later than the register: columns of the register have gaps, or continue.
"""

from __future__ import annotations

from collections.abc import Sequence

Contents = Sequence[Sequence[str | None]]
MUCH = 0.7  # a share of the rows


def side_columns(headings: dict[int, str], contents: Contents) -> list[int]:
    """Return the columns of other tables. `contents` has the texts of each column.

    Examples
    --------
    >>> number, title, code, meaning = "ABCDEF", "GHIJKL", ["S2", "S3"] + [None] * 4, ["x", "y"] + [None] * 4
    >>> side_columns({0: "No", 1: "Title", 3: "Code", 4: "Meaning"}, [number, title, [None] * 6, code, meaning])
    [3, 4]
    """
    blocks = _blocks(headings, contents)
    if len(blocks) < 2:
        return []
    main = max(blocks, key=lambda block: (len(block), sum(_count(contents, column) for column in block)))
    rows = _filled(contents, main)
    return [
        column
        for block in blocks
        if block is not main and _is_other(contents, block, rows)
        for column in block
    ]


def rows_of_side(contents: Contents, side: Sequence[int]) -> set[int]:
    """Return the places of rows that have values in these columns alone."""
    others = [column for column in range(len(contents)) if column not in side]
    return set(_filled(contents, side)) - set(_filled(contents, others)) if side else set()


def _blocks(headings: dict[int, str], contents: Contents) -> list[list[int]]:
    blocks: list[list[int]] = [[]]
    for column in range(len(contents)):
        if headings.get(column) or _count(contents, column):
            blocks[-1].append(column)
        elif blocks[-1]:
            blocks.append([])
    return [block for block in blocks if block]


def _count(contents: Contents, column: int) -> int:
    return sum(map(bool, contents[column]))


def _filled(contents: Contents, block: Sequence[int]) -> list[int]:
    """Return the places of rows with a value in one of the columns."""
    return [
        place
        for place, texts in enumerate(zip(*(contents[column] for column in block), strict=True))
        if any(texts)
    ]


def _is_other(contents: Contents, block: Sequence[int], rows: list[int]) -> bool:
    own = _filled(contents, block)
    if len(block) < 2 or len(own) < 2 or own != list(range(len(own))):
        return False
    if any(_count(contents, column) < len(own) for column in block):
        return False
    return len(own) <= MUCH * len(rows) or len(rows) <= MUCH * len(own)
