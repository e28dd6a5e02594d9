"""Learns the naming template of files from examples: rows and the names of their files."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from ...rules.naming_standard import split_suffix
from ...rules.revision_rank import PREFIX
from .matches import text_in
from .naming_template import PLACE, NamingTemplate

NUMBER, REVISION = "number", "revision"
WORD = re.compile(r"[^\W_]+")
MOST = 200  # examples that are enough
AGREE = 0.9  # of the examples, so that a few files with other names do not matter


def learn_template(pairs: Iterable[tuple[Mapping[str, Any], str]]) -> NamingTemplate | None:
    """Return the template that file names follow, learned from rows and the names of their files.

    Parameters
    ----------
    pairs : iterable of (mapping, str)
        The fields of a row, and the name of its file.

    Returns
    -------
    NamingTemplate or None
        The template of at least nine of ten examples; None if there is none, or if it has no number. A text that
        differs between the files and is not in a field becomes a field of its own, such as `{part1}`.

    Examples
    --------
    >>> rows = [
    ...     ({"number": "0001", "revision": "P01"}, "HQ-0001-P01.pdf"),
    ...     ({"number": "0002", "revision": "P03"}, "HQ-0002-P03.pdf"),
    ... ]
    >>> learn_template(rows).text
    'HQ-{number}-{revision}'
    """
    examples = [
        pieces for (row, name), _ in zip(pairs, range(MOST), strict=False) if (pieces := _pieces(row, name))
    ]
    shapes = Counter(_shape(pieces) for pieces in examples)
    if not shapes:
        return None
    shape, count = shapes.most_common(1)[0]
    if count < AGREE * len(examples):
        return None
    text = _merged([pieces for pieces in examples if _shape(pieces) == shape])
    fields = PLACE.findall(text)
    is_usable = NUMBER in fields and "}{" not in text and len(set(fields)) == len(fields)
    return NamingTemplate.parse(text) if is_usable else None


def _pieces(row: Mapping[str, Any], name: str) -> list[str]:
    """Return a file name in pieces: fields in braces, and the texts between them; [] if it contains no field."""
    stem = split_suffix(name)[0]
    taken: list[tuple[int, int, str]] = []
    # Long texts first: a revision "A" is also in most titles.
    for field, text in sorted(_texts(row), key=lambda pair: -len(pair[1])):
        if any(field == used for _, _, used in taken):
            continue
        span = _find(stem, text, last=field != NUMBER, taken=taken)
        if span:
            taken.append((*span, field))
    pieces, end = [], 0
    for start, stop, field in sorted(taken):
        pieces += [stem[end:start], f"{{{field}}}"]
        end = stop
    return [*pieces, stem[end:]] if taken else []


def _texts(row: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    for field in row:
        text = text_in(row, field)
        if field != "file" and text:
            yield field, text
            if field == REVISION and (bare := PREFIX.sub("", text, count=1)) != text:
                yield field, bare


def _find(stem: str, text: str, *, last: bool, taken: list[tuple[int, int, str]]) -> tuple[int, int] | None:
    """Return where a text stands in a file name, between separators and not in what is taken."""
    pattern = re.compile(rf"(?<![^\W_]){re.escape(text)}(?![^\W_])", re.IGNORECASE)
    spans = [
        found.span()
        for found in pattern.finditer(stem)
        if all(found.end() <= start or found.start() >= stop for start, stop, _ in taken)
    ]
    return None if not spans else spans[-1 if last else 0]


def _shape(pieces: list[str]) -> tuple[str, ...]:
    """Return pieces with each word between the fields as a placeholder."""
    return tuple(piece if PLACE.fullmatch(piece) else WORD.sub("*", piece) for piece in pieces)


def _merged(examples: list[list[str]]) -> str:
    """Return one text for examples of one shape: words that all have stay, others become fields."""
    merged, count = [], 0
    for column in zip(*examples, strict=True):
        if PLACE.fullmatch(column[0]):
            merged.append(column[0])
            continue
        words = list(zip(*(WORD.findall(piece) for piece in column), strict=True))
        names = []
        for same in words:
            count += len(set(same)) > 1
            names.append(same[0] if len(set(same)) == 1 else f"{{part{count}}}")
        rest = iter(names)
        merged.append(WORD.sub(lambda _, rest=rest: next(rest), column[0]))  # type: ignore[misc]
    return "".join(merged)
