"""PDFs for tests: sheets with a title block, images without text, portfolios, and malformed files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from reportlab.lib.pagesizes import A1, A4, landscape
from reportlab.pdfgen.canvas import Canvas

A1_SHEET = landscape(A1)


def sheet(
    path: Path, labels: Mapping[str, str], *, sheets: int = 1, size: tuple[float, float] = A1_SHEET
) -> Path:
    """A drawing: each label of the title block with its value below it."""
    canvas = Canvas(str(path), pagesize=size)
    for _ in range(sheets):
        canvas.rect(40, 40, size[0] - 80, size[1] - 80)
        for row, (label, value) in enumerate(labels.items()):
            canvas.setFont("Helvetica", 7)
            canvas.drawString(size[0] - 300, 400 - 40 * row, label)
            canvas.setFont("Helvetica", 12)
            canvas.drawString(size[0] - 300, 385 - 40 * row, value)
        canvas.showPage()
    canvas.save()
    return path


def image_only(path: Path) -> Path:
    """A scan: a page of the size A1 that is one image."""
    import pypdfium2 as pdfium

    document = pdfium.PdfDocument.new()
    page = document.new_page(*A1_SHEET)
    bitmap = pdfium.PdfBitmap.new_native(60, 40, pdfium.raw.FPDFBitmap_BGR)
    bitmap.fill_rect((200, 200, 200, 255), 0, 0, 60, 40)
    image = pdfium.PdfImage.new(document)
    image.set_bitmap(bitmap)
    image.set_matrix(pdfium.PdfMatrix().scale(*A1_SHEET))
    page.insert_obj(image)
    page.gen_content()
    document.save(str(path))
    return path


def blank(path: Path) -> Path:
    canvas = Canvas(str(path), pagesize=A4)
    canvas.showPage()
    canvas.save()
    return path


def by_hand(path: Path, *objects: bytes) -> Path:
    """A PDF of these objects, the first of which is the catalog."""
    data, offsets = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    table += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(data))
    path.write_bytes(data + table + trailer)
    return path


def portfolio(path: Path, *, collection: bytes = b"/Collection << /Type /Collection /View /T >>") -> Path:
    """A PDF with an embedded file, which is a portfolio by the entry in its catalog."""
    files = b"/Names << /EmbeddedFiles << /Names [(a.txt) 4 0 R] >> >>"
    return by_hand(
        path,
        b"<< /Type /Catalog /Pages 2 0 R %b %b >>" % (files, collection),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
        b"<< /Type /Filespec /F (a.txt) /UF (a.txt) /EF << /F 5 0 R >> >>",
        b"<< /Type /EmbeddedFile /Length 2 >>\nstream\nhi\nendstream",
    )


def without_pages(path: Path) -> Path:
    return by_hand(path, b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 0 >>")
