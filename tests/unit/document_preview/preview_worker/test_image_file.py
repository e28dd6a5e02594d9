"""Modes of images, their orientation and their limits."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from pdm_nb.document_preview.preview_worker.image_file import ImageFile
from pdm_nb.document_preview.preview_worker.opened_files import Unreadable

WHOLE = (0.0, 0.0, 1.0, 1.0)


def drawn(path: Path, width: int = 900) -> Image.Image:
    file = ImageFile(str(path))
    ((image, is_complete),) = file.draw(0, WHOLE, width, lambda: False)
    file.close()
    assert is_complete
    return image


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_modes_of_png(tmp_path: Path, mode: str) -> None:
    image = Image.new(mode, (60, 40))
    if mode == "I;16":
        image.putpixel((0, 0), 4000)
    image.save(tmp_path / "a.png")
    shown = drawn(tmp_path / "a.png")
    assert shown.size == (60, 40)
    assert shown.mode in ("L", "RGB")
    black_or_clear = shown.convert("L").getpixel((30, 20))
    assert black_or_clear == (255 if mode in ("LA", "RGBA") else 0)


def test_colors_of_print_are_shown(tmp_path: Path) -> None:
    Image.new("CMYK", (60, 40), (0, 0, 0, 255)).save(tmp_path / "a.tif")
    assert drawn(tmp_path / "a.tif").convert("L").getextrema() == (0, 0)


def test_a_photo_is_shown_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (60, 40)).save(tmp_path / "a.jpg", exif=exif, dpi=(100, 100))
    assert drawn(tmp_path / "a.jpg").size == (40, 60)
    file = ImageFile(str(tmp_path / "a.jpg"))
    assert file.size_mm(0) == (10.2, 15.2)
    assert file.aspect(0) == pytest.approx(2 / 3)


def test_a_jpeg_is_decoded_with_as_many_pixels_as_needed(tmp_path: Path) -> None:
    Image.linear_gradient("L").resize((4000, 2000)).save(tmp_path / "a.jpg")
    file = ImageFile(str(tmp_path / "a.jpg"))
    list(file.draw(0, WHOLE, 400, lambda: False))
    assert file._decoded is not None
    assert file._decoded[1].size == (500, 250)
    ((part, _),) = file.draw(0, (0.5, 0.5, 1.0, 1.0), 2000, lambda: False)
    assert part.size == (2000, 1000)
    assert part.getpixel((0, 0)) == pytest.approx(128, abs=3)


def test_an_image_that_is_too_large_is_not_decoded(tmp_path: Path) -> None:
    Image.new("1", (20_000, 9_000)).save(tmp_path / "a.png")
    with pytest.raises(Unreadable, match="too large"):
        list(ImageFile(str(tmp_path / "a.png")).draw(0, WHOLE, 900, lambda: False))


def test_a_truncated_image_is_damaged(tmp_path: Path) -> None:
    Image.effect_noise((500, 500), 50).save(tmp_path / "a.png")
    data = (tmp_path / "a.png").read_bytes()
    (tmp_path / "a.png").write_bytes(data[: len(data) // 2])
    with pytest.raises(Unreadable, match="damaged"):
        list(ImageFile(str(tmp_path / "a.png")).draw(0, WHOLE, 900, lambda: False))
