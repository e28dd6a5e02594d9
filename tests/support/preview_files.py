"""Files for tests of the preview: sheets with title blocks in many layouts, dense drawings, scans, images, bad files."""

from __future__ import annotations

import random
import zlib
from pathlib import Path

import pypdfium2 as pdfium
from PIL import Image
from reportlab import rl_config
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

MM = 72 / 25.4
A1_MM, A4_MM = (841.0, 594.0), (210.0, 297.0)
Box = tuple[float, float, float, float]  # left, top, right, bottom: shares of the page
LABELS = ("PROJECT", "TITLE", "DRAWING NO.", "REV", "SCALE", "DATE", "DRAWN", "CHECKED")
VALUES = ("Riverside", "Plan level 4", "A-101", "P02", "1:50", "2026-03-12", "RB", "MK")
# Where title blocks are on sheets of offices.
LAYOUTS: dict[str, Box] = {
    "corner": (0.72, 0.78, 0.98, 0.97),
    "right strip": (0.86, 0.45, 0.98, 0.97),
    "bottom strip": (0.03, 0.88, 0.98, 0.97),
}


def title_block_sheet(
    path: Path,
    block: Box = LAYOUTS["corner"],
    *,
    size_mm: tuple[float, float] = A1_MM,
    rotation: int = 0,
    offset: float = 0.0,
    notes: bool = True,
) -> Path:
    """A sheet whose title block fills a box of the page as it is shown.

    `rotation` is the entry /Rotate; `offset` moves the origin of the crop box, in points.
    """
    width, height = size_mm[0] * MM, size_mm[1] * MM
    sides = (height, width) if rotation in (90, 270) else (width, height)
    canvas = Canvas(str(path), pagesize=(sides[0] + 2 * offset, sides[1] + 2 * offset))
    canvas.translate(offset, offset)
    if rotation == 90:  # the content is turned back, as by CAD programs that plot in portrait
        canvas.translate(sides[0], 0)
        canvas.rotate(90)
    elif rotation == 180:
        canvas.translate(*sides)
        canvas.rotate(180)
    elif rotation == 270:
        canvas.translate(0, sides[1])
        canvas.rotate(-90)
    draw_title_block(canvas, block, width, height)
    if notes:
        canvas.setFont("Helvetica", height / 90)
        for number in range(8):
            text = f"{number}. Check all sizes on site and do not scale from this drawing, see project specification."
            canvas.drawString(0.05 * width, (0.9 - number / 40) * height, text)
    canvas.showPage()
    canvas.save()
    return turned(path, rotation, offset) if rotation or offset else path


def draw_title_block(canvas: Canvas, block: Box, width: float, height: float) -> None:
    """The cells of a title block, side by side or one below the other."""
    canvas.rect(0.015 * width, 0.02 * height, 0.97 * width, 0.96 * height)
    left, top, right, bottom = block
    box = (left * width, (1 - bottom) * height, (right - left) * width, (bottom - top) * height)
    columns, rows = (8, 1) if box[2] > 4 * box[3] else (1, 8) if box[3] > box[2] else (2, 4)
    canvas.rect(*box, fill=0)
    for number, (label, value) in enumerate(zip(LABELS, VALUES, strict=True)):
        x = box[0] + (number % columns) * box[2] / columns
        y = box[1] + (rows - 1 - number // columns) * box[3] / rows
        canvas.rect(x, y, box[2] / columns, box[3] / rows)
        cell = box[3] / rows
        canvas.setFont("Helvetica", cell / 6)
        canvas.drawString(x + cell / 10, y + cell * 0.8, label)
        canvas.setFont("Helvetica", cell / 4)
        canvas.drawString(x + cell / 5, y + cell * 0.3, value)


def turned(path: Path, rotation: int, offset: float) -> Path:
    """Set the entries /Rotate and /CropBox of a PDF."""
    document = pdfium.PdfDocument(path.read_bytes())
    page = document[0]
    page.set_rotation(rotation)
    if offset:
        left, bottom, right, top = page.get_mediabox()
        page.set_cropbox(left + offset, bottom + offset, right - offset, top - offset)
    document.save(str(path))
    return path


def dense_sheet(path: Path, paths: int = 50_000, texts: int = 1000) -> Path:
    """An A1 sheet as of a CAD program: many short lines, and a title block."""
    rng = random.Random(1)
    width, height = (side * MM for side in A1_MM)
    canvas = Canvas(str(path), pagesize=(width, height), pageCompression=1)
    canvas.setLineWidth(0.3)
    for _ in range(paths):
        x, y = rng.uniform(0.03, 0.95) * width, rng.uniform(0.25, 0.95) * height
        line = canvas.beginPath()
        line.moveTo(x, y)
        for _ in range(rng.randint(1, 5)):
            x, y = x + rng.uniform(-12, 12), y + rng.uniform(-12, 12)
            line.lineTo(x, y)
        canvas.drawPath(line)
    canvas.setFont("Helvetica", 7)
    for number in range(texts):
        canvas.drawString(rng.uniform(0.03, 0.9) * width, rng.uniform(0.25, 0.95) * height, f"ROOM {number}")
    draw_title_block(canvas, LAYOUTS["corner"], width, height)
    canvas.showPage()
    canvas.save()
    return path


def scanned(path: Path, drawing: Path, dpi: int = 300, quality: int = 60) -> Path:
    """A scan of the first page of a PDF in gray: a PDF, or an image by the name of the file."""
    document = pdfium.PdfDocument(drawing)
    size = document[0].get_size()
    sheet = document[0].render(scale=dpi / 72, grayscale=True).to_pil()
    document.close()
    if path.suffix == ".pdf":
        image = path.with_suffix(".jpg")
        sheet.save(image, quality=quality, dpi=(dpi, dpi))
        on_page(path, image, size)
        image.unlink()
    elif path.suffix == ".tif":
        sheet.convert("1").save(path, compression="group4", dpi=(dpi, dpi))
    else:
        sheet.save(path, dpi=(dpi, dpi))
    return path


def on_page(path: Path, image: Path, size: tuple[float, float]) -> Path:
    """A PDF of one page that is one image, without the encoding as text that reportlab adds."""
    with_text, rl_config.useA85 = rl_config.useA85, 0
    try:
        canvas = Canvas(str(path), pagesize=size)
        canvas.drawImage(ImageReader(str(image)), 0, 0, *size)
        canvas.showPage()
        canvas.save()
    finally:
        rl_config.useA85 = with_text
    return path


def plain(path: Path, *, pages: int = 1, size_mm: tuple[float, float] = A4_MM, password: str = "") -> Path:
    """A PDF with the number of each page on it."""
    encrypt = StandardEncryption(password, ownerPassword=f"{password} owner") if password else None
    canvas = Canvas(str(path), pagesize=(size_mm[0] * MM, size_mm[1] * MM), encrypt=encrypt)
    for number in range(pages):
        canvas.setFont("Helvetica", size_mm[1] / 4)
        canvas.drawString(20, 20, f"{number + 1}")
        canvas.showPage()
    canvas.save()
    return path


def tiff(path: Path, modes: tuple[str, ...] = ("1", "L", "RGB")) -> Path:
    """A TIFF with a page of each mode, which is darker from page to page."""
    images = [Image.new(mode, (400, 200), 0 if mode != "1" else 1) for mode in modes]
    images[0].save(path, save_all=True, append_images=images[1:], dpi=(100, 100))
    return path


def bomb(path: Path, side: int = 20_000) -> Path:
    """A PNG of a few KB that decodes to side × side pixels."""
    Image.new("1", (side, side)).save(path)
    return path


def flate_image(side: int) -> bytes:
    """The object of an image of side × side pixels in color, compressed to a few MB."""
    packer = zlib.compressobj(9)
    row = bytes(side * 3)
    data = b"".join(packer.compress(row) for _ in range(side // 40)) + packer.flush()
    return (
        b"<< /Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceRGB /BitsPerComponent 8 "
        b"/Filter /FlateDecode /Length %d >>\nstream\n%b\nendstream" % (side, side, len(data), data)
    )
