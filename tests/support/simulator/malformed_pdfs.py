"""Malformed PDFs: `MALFORMED_PDFS`, by their problem, with the expected result of machine learning."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import pypdfium2 as pdfium
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

MEBIBYTE = 1 << 20
SHEET = (1684, 1191)
BLOCK = ((110, "Drawing No: A-1"), (90, "Scale: 1:5"), (70, "Rev: C"))


@dataclass(frozen=True)
class MalformedPdf:
    """A function that makes a PDF, and the expected status of ML: `completed`, `error`, or either (None)."""

    make: Callable[[], bytes]
    ml: str | None = None


def drawn(draw: Callable[[Canvas], object], **options: object) -> bytes:
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=SHEET, invariant=1, **options)
    draw(canvas)
    canvas.save()
    return stream.getvalue()


def block(canvas: Canvas) -> None:
    """A small title block at the lower right."""
    canvas.setFont("Helvetica", 8)
    for y, text in BLOCK:
        canvas.drawString(1304, y, text)


def sound() -> bytes:
    return drawn(block)


def long(pages: int = 500) -> bytes:
    def draw(canvas: Canvas) -> None:
        for page in range(pages):
            block(canvas)
            for row in range(40):
                canvas.drawString(70, 1000 - 20 * row, f"Page {page}, row {row}: " + "text " * 40)
            canvas.showPage()

    return drawn(draw)


def crowded(characters: int = 100_000) -> bytes:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 2)
        for row in range(characters // 200):
            canvas.drawString(20, 20 + 2 * row, "7" * 200)
        block(canvas)

    return drawn(draw)


def objects(*bodies: bytes) -> bytes:
    """A PDF of these objects, numbered from 1; the first is the catalog."""
    out, places = b"%PDF-1.7\n", []
    for number, body in enumerate(bodies, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(bodies) + 1
    end = b"trailer<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF" % (count, len(out))
    return out + b"xref\n0 %d\n0000000000 65535 f \n%s" % (count, table) + end


def stream(content: bytes, entries: bytes = b"") -> bytes:
    return b"<</Length %d%s>>stream\n%s\nendstream" % (len(content), entries, content)


CATALOG, PAGES = b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
FORM = b"/Type/XObject/Subtype/Form/BBox[0 0 900 900]"


def page(content: bytes, box: bytes = b"0 0 1684 1191") -> bytes:
    """One page with a stream; /F is the font, /X is a form that draws itself."""
    entries = b"/Contents 4 0 R/Resources<</Font<</F 5 0 R>>/XObject<</X 6 0 R>>>>"
    form = stream(b"/X Do /X Do", FORM + b"/Resources<</XObject<</X 6 0 R>>>>")
    sheet = b"<</Type/Page/Parent 2 0 R/MediaBox[%s]%s>>" % (box, entries)
    return objects(CATALOG, PAGES, sheet, content, FONT, form)


def bomb(unit: bytes, mebibytes: int = 400) -> bytes:
    """A page whose content inflates to this size."""
    packer = zlib.compressobj(9)
    times = MEBIBYTE // len(unit)
    packed = b"".join(packer.compress(unit * times) for _ in range(mebibytes)) + packer.flush()
    return page(stream(packed, b"/Filter/FlateDecode"))


def laughs(depth: int = 30) -> bytes:
    """Forms that each draw the next one four times: a small file with exponential content."""
    sheet = (
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 900 900]/Contents 4 0 R/Resources<</XObject<</X 5 0 R>>>>>>"
    )
    following = [
        stream(b"/X Do " * 4, FORM + b"/Resources<</XObject<</X %d 0 R>>>>" % (6 + level))
        for level in range(depth)
    ]
    return objects(CATALOG, PAGES, sheet, stream(b"/X Do " * 4), *following, stream(b"0 0 m 9 9 l S", FORM))


def scanned() -> bytes:
    paper = ImageReader(Image.effect_noise((1684, 1191), 60))
    return drawn(lambda canvas: canvas.drawImage(paper, 0, 0, *SHEET))


def encrypted() -> bytes:
    return drawn(block, encrypt=StandardEncryption("open sesame", ownerPassword="owner", canPrint=0))


def rotated() -> bytes:
    def draw(canvas: Canvas) -> None:
        canvas.setPageRotation(90)
        canvas.translate(SHEET[1], 0)
        canvas.rotate(90)
        block(canvas)

    return drawn(draw)


def without_pages() -> bytes:
    document, out = pdfium.PdfDocument.new(), io.BytesIO()
    document.save(out)
    document.close()
    return out.getvalue()


def sized(box: bytes) -> Callable[[], bytes]:
    text = b"".join(b"BT /F 8 Tf 1304 %d Td (%s) Tj ET " % (y, text.encode()) for y, text in BLOCK)
    return lambda: page(stream(text), box)


MALFORMED_PDFS = {
    "scanned": MalformedPdf(scanned, "error"),
    "encrypted": MalformedPdf(encrypted, "error"),
    "truncated": MalformedPdf(lambda: sound()[: len(sound()) // 2]),
    "not a PDF": MalformedPdf(lambda: b"PK\x03\x04" + b"a workbook, say " * 100, "error"),
    "one byte": MalformedPdf(lambda: b"%", "error"),
    "no pages": MalformedPdf(without_pages, "error"),
    "500 pages": MalformedPdf(long, "completed"),
    "crowded": MalformedPdf(crowded, "completed"),
    "rotated": MalformedPdf(rotated, "completed"),
    "wrong xref": MalformedPdf(lambda: sound().replace(b"startxref\n", b"startxref\n9"), "completed"),
    "nested arrays": MalformedPdf(lambda: page(stream(b"[" * 2_000_000)), "error"),
    "nested objects": MalformedPdf(
        lambda: objects(CATALOG, PAGES, b"<</Type/Page/MediaBox" + b"[" * 500_000 + b"]" * 500_000 + b">>"),
        "error",
    ),
    "nested states": MalformedPdf(lambda: page(stream(b"q " * 2_000_000)), "error"),
    "a form in itself": MalformedPdf(lambda: page(stream(b"/X Do /X Do")), "error"),
    "billion laughs": MalformedPdf(laughs, "error"),
    "bomb of blanks": MalformedPdf(lambda: bomb(b" "), "error"),
    "bomb of text": MalformedPdf(lambda: bomb(b"BT /F 8 Tf (Drawing No: A-1) Tj ET\n"), "error"),
    "bomb of rules": MalformedPdf(lambda: bomb(b"0 0 m 9 9 l S\n"), "error"),
    "page of absurd size": MalformedPdf(sized(b"0 0 1e30 1e30")),
    "page without a size": MalformedPdf(sized(b"0 0 0 0")),
    "page from infinity": MalformedPdf(sized(b"-1e38 -1e38 1e38 1e38")),
    "pages that hold themselves": MalformedPdf(
        lambda: objects(CATALOG, b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2000000000>>"), "error"
    ),
}
