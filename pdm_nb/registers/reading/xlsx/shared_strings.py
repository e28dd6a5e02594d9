"""Reads the texts that the cells of a workbook share: plain ones with a regular expression, others with the parser."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, field
from html import unescape

from ..display.cells import decode_escapes, text_cell
from ..sheets.workbook import ShownCell
from .plain_rows import feed_plain
from .safe_xml import Attributes, hardened_parser, local

_TOKEN = re.compile(r'<si><t(?: xml:space="preserve")?>([^<]*)</t></si>|(<)')


@dataclass(frozen=True, slots=True)
class SharedStrings:
    """The texts by number, as they are written and as cells without a format show them."""

    written: list[str] = field(default_factory=list)
    shown: list[ShownCell | str | None] = field(default_factory=list)


def read_strings(archive: zipfile.ZipFile, part: str) -> SharedStrings:
    """Return the texts by number. Formatted runs are joined; phonetic hints above Japanese text are left out."""
    strings: list[str] = []
    parts: list[str] = []
    reading = phonetic = False

    def start(element: str, attributes: Attributes) -> None:
        nonlocal reading, phonetic
        kind = local(element)
        if kind == "si":
            parts.clear()
        elif kind == "t":
            reading = not phonetic
        elif kind == "rPh":
            phonetic = True

    def end(element: str) -> None:
        nonlocal reading, phonetic
        kind = local(element)
        if kind == "t":
            reading = False
        elif kind == "rPh":
            phonetic = False
        elif kind == "si":
            strings.append(decode_escapes("".join(parts)))

    def text(characters: str) -> None:
        if reading:
            parts.append(characters)

    parser = hardened_parser()
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    feed_plain(parser, archive, part, (b"<si>", b"</si>"), lambda piece: _read_plain(piece, strings))
    return SharedStrings(strings, [text_cell(text) for text in strings])


def _read_plain(piece: bytes, strings: list[str]) -> bool:
    """Add the texts of a piece, if it has texts without formatted runs alone."""
    try:
        tokens = _TOKEN.findall(piece.decode().replace("\r\n", "\n"))  # as parsers of XML do
    except UnicodeDecodeError:
        return False
    if any(other for _, other in tokens):
        return False
    strings.extend([decode_escapes(unescape(text) if "&" in text else text) for text, _ in tokens])
    return True
