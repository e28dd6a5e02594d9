"""Pages of a list: what identifies a row, where the list ends, and which page comes next (B9). Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

PAGE = re.compile(r"[?&]page=(\d{1,9})(?:&|$)", re.ASCII)
LINK = re.compile(r'<([^>]*)>\s*;[^,]*?\brel="?([^",;]+)"?', re.IGNORECASE)


def identified(page: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
    """Yield (key, row) for a page. Rows with the same key are one row, on overlapping pages too.

    The key is the id of the row, or the row itself if it is an id. A malformed row has no id: its key is its content,
    with the number of rows of the same content before it on the page.
    """
    seen: Counter[str] = Counter()
    for row in page:
        id_ = row.get("id") if isinstance(row, dict) else row
        if isinstance(id_, str | int) and not isinstance(id_, bool):
            yield str(id_), row
        else:
            content = repr(row)
            yield (content, seen[content]), row
            seen[content] += 1


def is_last(headers: Mapping[str, str], rows: int, found: int) -> bool:
    """Return True if `rows` so far, `found` of them on this page, are the whole list.

    `Total` is the number of rows. If it is missing, a `Link` without `next` ends the list; if that is missing too, only
    an empty page does: a list that is cut off silently would be worse than one call too many.
    """
    whole = total(headers)
    if not found:
        return True
    if whole is not None:
        return rows >= whole
    return "link" in headers and next_page(headers, 0) is None


def total(headers: Mapping[str, str]) -> int | None:
    """Return the number of rows on all pages; None if a gateway removed the header."""
    try:
        return int(headers["total"])
    except (KeyError, ValueError):
        return None


def next_page(headers: Mapping[str, str], number: int) -> int | None:
    """Return the number of the page after page `number` from `Link`; None if it has no `next`.

    Only the number is taken from the link, never the host. `first`, `prev` and `last` may be missing (B9).
    """
    for url, relation in LINK.findall(headers.get("link", "")):
        if relation.strip().lower() == "next":
            named = PAGE.search(url)
            return int(named[1]) if named else number + 1
    return None
