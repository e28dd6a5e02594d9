"""Parses XML of a workbook in a stream. Document types are refused, so there are no entities to expand."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.parsers import expat

from ....errors import InputError

CHUNK = 1 << 18
_DAMAGED = (expat.ExpatError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)
Attributes = dict[str, str]


def hardened_parser() -> expat.XMLParserType:
    """Return a parser that refuses document types."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.buffer_size = 1 << 16
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def parse_part(
    archive: zipfile.ZipFile,
    part: str,
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Call the handlers for each element of a part. Elements have the names that they have in the file."""
    parser = hardened_parser()
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    feed(parser, archive, part)


def feed(parser: expat.XMLParserType, archive: zipfile.ZipFile, part: str) -> None:
    """Parse a part of the workbook in pieces."""
    with parsing(archive, part), archive.open(part) as stream:
        while chunk := stream.read(CHUNK):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)


@contextmanager
def parsing(archive: zipfile.ZipFile, part: str) -> Iterator[None]:
    """Explain what a damaged part raises."""
    try:
        yield
    except _DAMAGED as error:
        name = Path(archive.filename or "The workbook").name
        raise InputError(
            f"{name} is damaged in {part} ({error}). Open it in a spreadsheet and save it again."
        ) from None


def _refuse_doctype(*_: object) -> None:
    raise InputError(
        "The workbook has a document type in its XML, which no spreadsheet writes. It was not read."
    )


def local(name: str) -> str:
    """Return the name of an element without its prefix."""
    return name.rpartition(":")[2]


def without_prefixes(given: Attributes) -> Attributes:
    """Return the attributes by their names without prefixes."""
    return {local(name): value for name, value in given.items()}
