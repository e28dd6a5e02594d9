"""What the worker does: describe what is inside a PDF, draw a page, find and draw its title block."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .drawing import WHOLE, Region, Stop, encode
from .inspect_pdf import inspect
from .opened_files import OpenedFile, OpenedFiles, Unreadable
from .ruled_lines import region_by_lines
from .title_block_region import DEFAULT, region_by_labels

__all__ = ["inspect", "render"]

OVERVIEW = 1000  # pixels: the width of the image in which ruled lines are found
FILES = OpenedFiles()


def render(message: dict[str, Any], stop: Stop) -> Iterator[tuple[dict[str, Any], bytes]]:
    """Yield the replies to a request for a page: images that get sharper."""
    file, number = FILES.get(message["path"]), message["page"]
    if not 0 <= number < file.pages:
        raise Unreadable("no such page", file.pages)
    region, score, width = tuple(message["region"] or WHOLE), 1.0, message["width"]
    if message["do"] == "title block":
        region, score = find_title_block(file, number, stop)
        width = as_wide_as_high(region, file.aspect(number), width)
    if stop():
        raise Unreadable("cancelled", file.pages)
    head = {
        "pages": file.pages,
        "size_mm": file.size_mm(number),
        "region": region,
        "score": score,
        "is_last": False,
    }
    for image, is_complete in file.draw(number, region, width, stop):
        mime, data = encode(image, is_complete)
        about = {"mime": mime, "width": image.width, "height": image.height, "is_sharp": is_complete}
        yield {**head, **about, "is_last": is_complete}, data


def find_title_block(file: OpenedFile, number: int, stop: Stop) -> tuple[Region, float]:
    """The region of the title block, and how certain it is: by its labels, otherwise by ruled lines."""
    if found := region_by_labels(file.labels(number), file.aspect(number)):
        return found
    return region_by_lines(file.overview(number, OVERVIEW, stop)) or (DEFAULT, 0.0)


def as_wide_as_high(region: Region, aspect: float, width: int) -> int:
    """The width of an image that is at most as high as `width`."""
    return max(1, min(width, round(width * aspect * (region[2] - region[0]) / (region[3] - region[1]))))
