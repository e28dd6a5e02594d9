"""Reads rows in the form in which nearly all programs write them, several times as fast as an XML parser.

How this works: the part is cut behind complete rows. If a piece consists of rows with cells such as
`<c r="B2" s="1" t="s"><v>12</v></c>` alone, it is split at `</row>`, `<c r="` and `"`. What follows a reference is the same
in many cells, so it is checked and understood once, and looked up from then on. Any other piece (prefixes, comments, other
attributes), what is above the rows and what follows them goes through the XML parser as it is, which calls the same
receiver. So the two never disagree about what belongs to whom, and the parser still refuses document types.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from html import unescape
from typing import IO, Protocol
from xml.parsers import expat

from .cells import CellFinder, CellReceiver
from .safe_xml import CHUNK, hardened_parser, parsing

_CELL = re.compile(
    r'(?: s="(\d+)")?(?: t="([a-zA-Z]+)")?(?:/>|>(?:<f>([^<]*)</f>)?'
    r'(?:<v>([^<]*)</v>|<v ?/>|<is><t(?: xml:space="preserve")?>([^<]*)</t></is>)?</c>)'
)
_ROW = re.compile(r'(?:<row [^<>]*/>)*<row r="(\d{1,7})"([^<>]*)(?<!/)>')
_HIDDEN = re.compile(' hidden="(?:1|true)"')
_OTHER_ENCODING = re.compile(rb"^(?:\xff\xfe|\xfe\xff)|<\?xml[^>]*encoding=[\"'](?!utf-8)", re.IGNORECASE)
MAX_ELEMENT = 1 << 24


class PlainReceiver(CellReceiver, Protocol):
    """Takes what is found in a sheet, plain rows at once."""

    def learn(self, rests: set[str]) -> bool:
        """Understand what follows the references of all rows to come; return whether all of it is plain."""

    def plain_row(self, number: int, hidden: bool, references: Sequence[str], rests: Sequence[str]) -> None:
        """Take a row whose cells have been learned: their references, and what follows them."""


def feed_rows(receiver: PlainReceiver, archive: zipfile.ZipFile, part: str) -> None:
    """Parse the part of a sheet: plain rows here, everything else with the parser."""
    parser = hardened_parser()
    finder = CellFinder(parser, receiver)

    def read_plain(piece: bytes) -> bool:
        finder.finish()  # the last cell of what the parser was given before
        return _read_plain(piece, receiver)

    feed_plain(parser, archive, part, (b"<row", b"</row>"), read_plain)
    finder.finish()


def feed_plain(
    parser: expat.XMLParserType,
    archive: zipfile.ZipFile,
    part: str,
    tags: tuple[bytes, bytes],
    read_plain: Callable[[bytes], bool],
) -> None:
    """Parse a part that repeats one element, given by its tags: what `read_plain` does not take, with the parser."""
    with parsing(archive, part), archive.open(part) as stream:
        for piece, is_complete in _pieces(stream, *tags):
            if not (is_complete and read_plain(piece)):
                parser.Parse(piece, False)
        parser.Parse(b"", True)


def _pieces(stream: IO[bytes], opening: bytes, closing: bytes) -> Iterator[tuple[bytes, bool]]:
    """Yield the pieces of the part, and whether they are complete elements."""
    head = stream.read(CHUNK)
    start = head.find(opening)
    if start < 0 or _OTHER_ENCODING.search(head[:200]):
        yield head, False
    else:
        yield head[:start], False
        kept = head[start:]
        while len(kept) < MAX_ELEMENT:
            cut = kept.rfind(closing) + len(closing)
            if cut >= len(closing):
                yield kept[:cut], True
                kept = kept[cut:]
            chunk = stream.read(CHUNK)
            if not chunk:
                break
            kept += chunk
        yield kept, False
    while chunk := stream.read(CHUNK):
        yield chunk, False


def _read_plain(piece: bytes, receiver: PlainReceiver) -> bool:
    """Read a piece if it has plain rows alone."""
    try:
        text = piece.decode()
    except UnicodeDecodeError:
        return False
    rows: list[tuple[int, bool, Sequence[str], Sequence[str]]] = []
    different: set[str] = set()
    for row in text.replace("\r\n", "\n").split("</row>")[:-1]:
        head, *cells = row.split('<c r="')
        if not (found := _ROW.fullmatch(head)):
            return False
        references, _, rests = (
            zip(*[cell.partition('"') for cell in cells], strict=True) if cells else ((),) * 3
        )
        different.update(rests)
        rows.append((int(found[1]), bool(_HIDDEN.search(found[2])), references, rests))
    if not receiver.learn(different):
        return False
    for one in rows:
        receiver.plain_row(*one)
    return True


def parts_of(rest: str) -> tuple[str, str, str, str | None] | None:
    """Return style, kind, value and formula of a cell from what follows its reference; None if it is not plain."""
    found = _CELL.fullmatch(rest)
    if found is None:
        return None
    style, kind, formula, value, text = found.groups("")
    return style, kind, unescape(value or text), unescape(formula) if "<f>" in rest else None
