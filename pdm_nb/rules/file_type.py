"""Detects what a file is by its bytes: its type, whether it is encrypted, whether it is truncated. Opens no file.

How this works: a file is read through `read(offset, length)`: its start, its end, and the cross-reference table of a
PDF. These are a few KiB, however large the file is, far less than a PDF library reads to open one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

Read = Callable[[int, int], bytes]

HEAD, TAIL = 1024, 4096
TRAILING = 1 << 18  # bytes after the end of a PDF that are accepted
ZIP_TAIL = 22 + 65_535  # the end record of a ZIP with the longest comment
STEPS = (4096, 65_536, 1 << 18)  # bytes in which the end of a cross-reference table is searched
TRUNCATED = "its end is missing"
STARTXREF = re.compile(rb"startxref\s+(\d{1,15})")
OBJECT = re.compile(rb"\s*\d+\s+\d+\s+obj")
INNER = re.compile(rb"\d+\s+\d+\s+obj\b|\bendobj\b|\bendstream\b")  # of a PDF that continues
ENCRYPT = re.compile(rb"/Encrypt\b")

PDF, ZIP, OLE, DWG, PNG, JPEG = (
    "a PDF",
    "a ZIP archive",
    "an OLE file",
    "a DWG drawing",
    "a PNG image",
    "a JPEG image",
)
TIFF, GIF, BMP, WEBP, MEDIA = (
    "a TIFF image",
    "a GIF image",
    "a BMP image",
    "a WebP image",
    "an MP4 or HEIC file",
)
HTML, XML, IFC, DWF, RTF = "a web page", "an XML file", "an IFC model", "a DWF drawing", "an RTF text"
SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", ZIP), (b"PK\x05\x06", ZIP), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE),
    (b"AC10", DWG), (b"AC1.", DWG), (b"AC2.", DWG), (b"\x89PNG\r\n\x1a\n", PNG), (b"\xff\xd8\xff", JPEG),
    (b"II*\x00", TIFF), (b"MM\x00*", TIFF), (b"II+\x00", TIFF), (b"MM\x00+", TIFF), (b"GIF8", GIF),
    (b"(DWF V", DWF), (b"{\\rtf", RTF), (b"ISO-10303-21", IFC), (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"), (b"\x1f\x8b", "a gzip file"), (b"%!PS", "a PostScript file"),
)  # fmt: skip
TEXT_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"<!doctype html", HTML),
    (b"<html", HTML),
    (b"<?xml", XML),
)

# Extension -> the types that such a file may have by its bytes.
OFFICE = dict.fromkeys((".docx", ".xlsx", ".pptx", ".docm", ".xlsm", ".pptm", ".dotx", ".xltx"), (ZIP,))
OLD_OFFICE = dict.fromkeys((".doc", ".xls", ".ppt"), (OLE, RTF, HTML, XML))
KINDS: dict[str, tuple[str, ...]] = OFFICE | OLD_OFFICE | {
    ".pdf": (PDF,), ".dwg": (DWG,), ".png": (PNG,), ".jpg": (JPEG,), ".jpeg": (JPEG,), ".tif": (TIFF,),
    ".tiff": (TIFF,), ".gif": (GIF,), ".bmp": (BMP,), ".webp": (WEBP,), ".heic": (MEDIA,), ".mp4": (MEDIA,),
    ".zip": (ZIP,), ".rvt": (OLE,), ".msg": (OLE,), ".dwfx": (ZIP,), ".dwf": (DWF, ZIP), ".ifc": (IFC,),
    ".ifczip": (ZIP,), ".rtf": (RTF,),
}  # fmt: skip
# Text files may start with anything: only what is certainly another type is reported.
TEXTS: dict[str, tuple[str, ...]] = dict.fromkeys((".txt", ".csv", ".dxf", ".md", ".json"), ()) | {
    ".xml": (XML,), ".html": (HTML, XML), ".htm": (HTML, XML), ".svg": (XML,),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FileType:
    """What a file is: `kind` in words, such as "a PDF", or "" if it is not known; `damage` describes what is wrong with it."""

    kind: str = ""
    encrypted: bool = False
    damage: str = ""


def file_type_of(read: Read, size: int) -> FileType:
    """Return the type of a file of `size` bytes."""
    head = read(0, HEAD)
    kind = kind_of(head)
    if kind == PDF:
        return _pdf(read, size, head.find(b"%PDF-"))
    return FileType(kind, damage=_cut_off(kind, read, size))


def kind_of(head: bytes) -> str:
    """Return what a file is by its first bytes, "" if they do not show it."""
    for signature, kind in SIGNATURES:
        if head.startswith(signature):
            return kind
    if head.startswith(b"BM") and len(head) >= 6 and head[6:10] == b"\0\0\0\0":
        return BMP
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head[4:8] == b"ftyp":
        return MEDIA
    if b"%PDF-" in head:  # the format allows anything before it
        return PDF
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return next((kind for signature, kind in TEXT_SIGNATURES if text.startswith(signature)), "")


def _pdf(read: Read, size: int, start: int) -> FileType:
    tail = read(max(0, size - TAIL), TAIL)
    if b"%%EOF" not in tail:
        tail = _before_trailing_bytes(read, size)
    if not tail:
        return FileType(PDF, damage=TRUNCATED)
    positions = STARTXREF.findall(tail)
    if not positions:
        return FileType(PDF, damage="it does not say where its cross-reference table is")
    for offset in (
        start + int(positions[-1]),
        int(positions[-1]),
    ):  # from the start of the PDF, as most readers do
        if (trailer := _trailer(read, offset)) is not None:
            return FileType(PDF, encrypted=bool(ENCRYPT.search(trailer + tail.rpartition(b"trailer")[2])))
    return FileType(PDF, damage="its cross-reference table is not at the position that it gives")


def _before_trailing_bytes(read: Read, size: int) -> bytes:
    """The end of a PDF to which a program appended bytes that are no part of it, such as zeros; b"" if there is none."""
    tail = read(max(0, size - TRAILING), TRAILING)
    before, found, after = tail.rpartition(b"%%EOF")
    # An earlier version of the PDF, or the first part of a PDF for the web, has an end too: objects follow it.
    if not found or INNER.search(after):
        return b""
    return before[-TAIL:] + found


def _trailer(read: Read, offset: int) -> bytes | None:
    """The trailer of the cross-reference table, or the dictionary of the stream, at an offset; None if neither."""
    found = b""
    for length in STEPS:
        found = read(offset, length)
        if found.lstrip().startswith(b"xref"):
            begin, end = b"trailer", b"startxref"
        elif OBJECT.match(found):
            begin, end = b"obj", b"stream"
        else:
            return None
        _, there, words = found.partition(begin)
        before, closed, _ = words.partition(end)
        if (there and closed) or len(found) < length:
            return before
    return found


def _cut_off(kind: str, read: Read, size: int) -> str:
    """Why a file is truncated, "" if it is not."""
    end, reach = {
        ZIP: (b"PK\x05\x06", ZIP_TAIL),
        PNG: (b"IEND", TAIL),
        JPEG: (b"\xff\xd9", TAIL),
    }.get(kind, (b"", 0))
    cut = bool(end) and end not in read(max(0, size - reach), reach)
    return TRUNCATED if cut else ""
