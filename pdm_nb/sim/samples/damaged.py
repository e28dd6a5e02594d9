"""Turns an ordinary sample PDF into a problematic one: very large, scanned, encrypted, truncated, or not a PDF."""

from __future__ import annotations

import io
import random
import re
from pathlib import Path

from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

_LOGIN = b"""<!DOCTYPE html>
<html><head><title>Sign in to continue</title></head>
<body><h1>Your session has ended</h1><p>Sign in to download this file.</p></body></html>
"""


def pad(path: Path, size: int) -> None:
    """Enlarge a PDF beyond `size` bytes with an unreferenced stream of zeros, which takes no space in a sparse file.

    The stream is appended as an incremental update with its own cross-reference table, so that the PDF stays valid.
    """
    data = path.read_bytes()
    [start] = re.findall(rb"startxref\s+(\d+)\s+%%EOF\s*$", data)
    trailer = data[data.rindex(b"trailer") :]
    [root], [objects] = re.findall(rb"/Root (\d+ 0 R)", trailer), re.findall(rb"/Size (\d+)", trailer)
    number = int(objects)
    with path.open("r+b") as file:
        offset = file.seek(0, io.SEEK_END)
        file.write(f"{number} 0 obj\n<< /Length {size} >>\nstream\n".encode())
        file.seek(size, io.SEEK_CUR)
        file.write(b"\nendstream\nendobj\n")
        table = file.tell()
        file.write(f"xref\n{number} 1\n{offset:010} 00000 n \ntrailer\n".encode())
        file.write(f"<< /Size {number + 1} /Root {root.decode()} /Prev {int(start)} >>\n".encode())
        file.write(f"startxref\n{table}\n%%EOF\n".encode())


def encryption(password: str) -> StandardEncryption:
    return StandardEncryption(password, ownerPassword=f"{password} owner", canPrint=0)


def scan(path: Path, rng: random.Random) -> None:
    """Replace the PDF by a scan of its first page: an image, slightly rotated, with dust."""
    # Imported here, so that PDFium is only loaded when it is needed.
    import pypdfium2 as pdfium

    from ..pdf_reader.page_text import PDFIUM

    with PDFIUM:
        document = pdfium.PdfDocument(path)
        size = document[0].get_size()
        sheet = document[0].render(scale=1800 / max(size), grayscale=True).to_pil()
        document.close()
    paper = sheet.rotate(rng.uniform(-0.6, 0.6), Image.Resampling.BILINEAR, fillcolor=245)
    for _ in range(400):
        paper.putpixel((rng.randrange(paper.width), rng.randrange(paper.height)), rng.randrange(40, 160))
    picture = io.BytesIO()
    paper.save(picture, "JPEG", quality=60)
    canvas = Canvas(str(path), pagesize=size, invariant=1)
    canvas.drawImage(ImageReader(picture), 0, 0, *size)
    canvas.showPage()
    canvas.save()


def spoil(path: Path, how: str) -> None:
    """Make a file unreadable: `how` is empty, truncated, or not-pdf (a sign-in page that was saved instead)."""
    data = path.read_bytes()
    path.write_bytes({"empty": b"", "truncated": data[: len(data) // 3], "not-pdf": _LOGIN}[how])
