"""File types, detected from the content."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdm_nb.rules.file_type import (
    BMP,
    HTML,
    KINDS,
    MEDIA,
    PDF,
    SIGNATURES,
    TEXTS,
    WEBP,
    XML,
    FileType,
    file_type_of,
    kind_of,
)
from pdm_nb.sim.samples import write_samples

MOST = 600_000  # bytes that are read of a file, however large it is


def looked(data: bytes) -> FileType:
    return file_type_of(lambda offset, length: data[offset : offset + length], len(data))


def pdf(*, trailer: bytes = b"<< /Size 1 /Root 1 0 R >>", before: bytes = b"", entries: int = 1) -> bytes:
    """A PDF with a cross-reference table."""
    body = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n"
    table = b"xref\n0 %d\n" % entries + b"0000000000 65535 f \n" * entries
    return before + body + table + b"trailer\n" + trailer + b"\nstartxref\n%d\n%%%%EOF\n" % len(body)


def streamed(words: bytes = b"") -> bytes:
    """A PDF whose cross-references are in a stream."""
    body = b"%PDF-1.7\n"
    stream = b"7 0 obj\n<< /Type /XRef /W [1 2 1] " + words + b" >>\nstream\n\x00\x01\nendstream\nendobj\n"
    return body + stream + b"startxref\n%d\n%%%%EOF\n" % len(body)


def linearized(words: bytes = b"") -> bytes:
    """A PDF whose last words lead to a table at its beginning, with the trailer that counts; another is at the end."""
    head = b"%PDF-1.7\n1 0 obj << /Linearized 1 >> endobj\n"
    first = (
        b"xref\n1 1\n0000000000 00000 n \ntrailer\n<< /Root 1 0 R " + words + b" >>\nstartxref\n0\n%%EOF\n"
    )
    rest = b"x" * 100_000 + b"\nxref\n0 1\n0000000000 65535 f \ntrailer\n<< /Size 1 >>\n"
    return head + first + rest + b"startxref\n%d\n%%%%EOF\n" % len(head)


ENCRYPT = b"/Encrypt 5 0 R"


@pytest.mark.parametrize(
    ("data", "encrypted"),
    [
        (pdf(), False),
        (pdf(trailer=b"<< /Root 1 0 R /Encrypt 5 0 R >>"), True),
        (pdf(trailer=b"<< /Root 1 0 R /Encrypt 5 0 R >>", entries=5000), True),
        (pdf(trailer=b"<< /Root 1 0 R >>", entries=50_000), False),
        (pdf(before=b"junk from a mail\r\n"), False),
        (pdf() + b"\0" * 900, False),
        (streamed(), False),
        (streamed(ENCRYPT), True),
        (linearized(), False),
        (linearized(ENCRYPT), True),
        (pdf(trailer=b"<< /EncryptedNot 1 >>"), False),
    ],
)
def test_an_intact_pdf_is_distinguished_from_an_encrypted_one(data: bytes, encrypted: bool) -> None:
    assert looked(data) == FileType(PDF, encrypted)


@pytest.mark.parametrize(
    ("data", "damage"),
    [
        (pdf()[:-30], "end is missing"),
        (pdf() + b"9 0 obj\n<< >>\nstream\n" + b"x" * 10_000, "end is missing"),
        (pdf() + b"\0" * 300_000, "end is missing"),
        (streamed()[:40], "end is missing"),
        (b"%PDF-1.7\n%%EOF\n", "does not say where"),
        (pdf().replace(b"xref\n0 1", b"xxxx\n0 1"), "is not at the position that it gives"),
        (pdf().replace(b"startxref\n", b"startxref\n9999"), "is not at the position that it gives"),
        (b"PK\x03\x04" + b"x" * 90, "end is missing"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 90, "end is missing"),
        (b"\xff\xd8\xff\xe0" + b"x" * 90, "end is missing"),
    ],
)
def test_truncated_or_damaged_files_are_reported(data: bytes, damage: str) -> None:
    assert damage in looked(data).damage


@pytest.mark.parametrize(
    "data",
    [
        pdf() + b"\0" * 10_000,
        pdf() + b"--boundary\r\n" * 1000,
        b"PK\x03\x04 PK\x05\x06" + b"\0" * 18 + b"c" * 60_000,
        b"\x89PNG\r\n\x1a\n IEND\xaeB`\x82",
        b"\xff\xd8\xff \xff\xd9",
    ],
)
def test_what_ends_as_it_should_is_sound(data: bytes) -> None:
    assert looked(data).damage == ""


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        *((beginning + b"...", kind) for beginning, kind in SIGNATURES),
        (b"\xef\xbb\xbf  <!DOCTYPE html>", HTML),
        (b"<HTML lang=en>", HTML),
        (b"<?xml version='1.0'?>", XML),
        (b"RIFF\0\0\0\0WEBPVP8 ", WEBP),
        (b"\0\0\0\x18ftypheic", MEDIA),
        (b"BM\x36\0\0\0\0\0\0\0", BMP),
        (b"BM is how a text begins", ""),
        (b"junk %PDF-1.4", PDF),
        (b"", ""),
        (b"a text", ""),
    ],
)
def test_kinds_are_known_by_their_beginnings(head: bytes, kind: str) -> None:
    assert kind_of(head) == kind


@given(st.sampled_from([b"", b"%PDF-1.7", b"PK\x03\x04", b"\x89PNG\r\n\x1a\n"]), st.binary(max_size=300), st.sampled_from(
    [b"", b"startxref\n9\n%%EOF", b"startxref\n999999999999999\n%%EOF", b"xref trailer startxref 8 %%EOF", b"%%EOF"]
))  # fmt: skip
def test_any_bytes_are_looked_at_without_failing(head: bytes, middle: bytes, tail: bytes) -> None:
    assert isinstance(looked(head + middle + tail), FileType)


@pytest.mark.parametrize(
    "data", [pdf(entries=200_000), linearized(), b"PK\x03\x04" + b"x" * 3_000_000, pdf()]
)
def test_a_few_kib_are_read_of_a_file_of_any_size(data: bytes) -> None:
    lengths: list[int] = []

    def read(offset: int, length: int) -> bytes:
        found = data[offset : offset + length]
        lengths.append(len(found))
        return found

    file_type_of(read, len(data))
    assert sum(lengths) < MOST


def test_problematic_files_are_reported_and_no_others(tmp_path: Path) -> None:
    told: dict[str, set[Any]] = {}
    for sample in write_samples(tmp_path, 8, 7, awkward=True):
        with open(sample.path, "rb") as file:

            def read(offset: int, length: int, file: Any = file) -> bytes:
                file.seek(offset)
                return bytes(file.read(length))

            found = file_type_of(read, sample.path.stat().st_size)
        if sample.awkward not in ("not-pdf", "empty"):
            assert found.kind in (KINDS | TEXTS).get(sample.path.suffix.lower(), (found.kind,)), (
                sample.path.name
            )
        told.setdefault(sample.awkward, set()).add((found.kind, found.encrypted, bool(found.damage)))
    assert told.pop("encrypted") == {(PDF, True, False)}
    assert told.pop("truncated") == {(PDF, False, True)}
    assert told.pop("not-pdf") == {(HTML, False, False)}
    assert told.pop("empty") == {("", False, False)}
    others = set().union(*told.values())
    assert {one for one in others if one[0] == PDF} == {(PDF, False, False)}
    assert not any(encrypted or damaged for _, encrypted, damaged in others)
