"""Reads rows in the form in which nearly all programs write them, several times as fast as an XML parser.

How this works: the part is cut behind complete rows. If a piece consists of cells such as
`<c r="B2" s="1" t="s"><v>12</v></c>` alone, one regular expression takes it apart. Any other piece (prefixes, comments,
other attributes), what is above the rows and what follows them goes through the XML parser as it is, which calls the same
receiver. So the two never disagree about what belongs to whom, and the parser still refuses document types.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from html import unescape
from typing import IO, Protocol
from xml.parsers import expat

from .cells import CellReceiver, find_cells
from .safe_xml import CHUNK, hardened_parser, parsing

# Letters of the column and the rest of a cell; or number and attributes of a row; or something else.
PlainToken = tuple[str, str, str, str, str]

_REST = (
    r'(?: s="(\d+)")?(?: t="([a-z]+)")?'
    r"(?:/>|>(?:<f>([^<]*)</f>)?(?:<v>([^<]*)</v>|<v ?/>)?</c>)"
)
_TOKEN = re.compile(
    r'<c r="([A-Z]{1,3})\d+"('
    + re.sub(r"\((?!\?)", "(?:", _REST)
    + r')|<row r="(\d{1,7})"([^<>]*)(?<!/)>|</row>|(<)'
)
_CELL = re.compile(_REST)
_OTHER_ENCODING = re.compile(rb"^(?:\xff\xfe|\xfe\xff)|<\?xml[^>]*encoding=[\"'](?!utf-8)", re.IGNORECASE)
MAX_ELEMENT = 1 << 24


class PlainReceiver(CellReceiver, Protocol):
    """Takes what is found in a sheet, plain cells many at once."""

    def plain_cells(self, tokens: list[PlainToken]) -> None:
        """Take cells and the starts of rows, as they are written in the file."""


def feed_rows(receiver: PlainReceiver, archive: zipfile.ZipFile, part: str) -> None:
    """Parse the part of a sheet: plain rows here, everything else with the parser."""
    parser = hardened_parser()
    finish = find_cells(parser, receiver)

    def read_plain(piece: bytes) -> bool:
        finish()  # the last cell of what the parser was given before
        return _read_plain(piece, receiver)

    feed_plain(parser, archive, part, (b"<row", b"</row>"), read_plain)
    finish()


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
        tokens: list[PlainToken] = _TOKEN.findall(
            piece.decode().replace("\r\n", "\n")
        )  # as parsers of XML do
    except UnicodeDecodeError:
        return False
    if any(other for *_, other in tokens):
        return False
    receiver.plain_cells(tokens)
    return True


def parts_of(rest: str) -> tuple[str, str, str, str | None]:
    """Return style, kind, value and formula of a cell from what follows its reference."""
    found = _CELL.match(rest)
    style, kind, formula, value = found.groups("") if found else ("", "", "", "")
    return style, kind, unescape(value), unescape(formula) if "<f>" in rest else None
