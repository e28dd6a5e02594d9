"""Title blocks of scans, by the lines that reach the frame."""

from __future__ import annotations

import random

import pytest
from PIL import Image, ImageDraw

from pdm_nb.document_preview.preview_worker.ruled_lines import region_by_lines

FRAME = (20, 20, 980, 680)


def sheet(*boxes: tuple[int, int, int, int], angle: float = 0.0) -> Image.Image:
    image = Image.new("L", (1000, 700), 255)
    drawing = ImageDraw.Draw(image)
    for box in (FRAME, *boxes):
        drawing.rectangle(box, outline=0)
    return image.rotate(angle, Image.Resampling.BILINEAR, fillcolor=255)


@pytest.mark.parametrize("angle", [0.0, 0.4, -0.4])
@pytest.mark.parametrize(
    ("box", "region"),
    [
        ((700, 520, 980, 680), (0.69, 0.73, 1, 1)),
        ((20, 600, 980, 680), (0, 0.85, 1, 1)),
        ((870, 20, 980, 680), (0.86, 0.4, 1, 1)),
    ],
)
def test_a_corner_a_band_and_a_strip_are_found(
    box: tuple[int, int, int, int], region: tuple[float, ...], angle: float
) -> None:
    found, score = region_by_lines(sheet(box, (100, 100, 500, 400), angle=angle)) or ((), 0)
    assert found == pytest.approx(region, abs=0.03)
    assert score > 0


def test_boxes_that_do_not_reach_the_frame_are_part_of_the_drawing() -> None:
    assert region_by_lines(sheet((600, 400, 900, 600))) is None
    assert region_by_lines(sheet()) is None


def test_hatching_and_noise_are_no_title_block() -> None:
    rng = random.Random(1)
    noise = Image.frombytes("L", (1000, 700), bytes(rng.choices((0, 255), k=700_000)))
    assert region_by_lines(noise) is None
