"""`PageImage`: the image of a page, or why there is none."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Region = tuple[float, float, float, float]
WHOLE: Region = (0.0, 0.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class PageImage:
    """The image of a page of a document. In a notebook it is displayed as a picture.

    Attributes
    ----------
    path : str
        The file.
    page : int
        The page, from 0.
    data : bytes
        The image, b"" if there is none.
    mime : str
        Its MIME type: image/png or image/jpeg.
    width, height : int
        Its size in pixels.
    page_count : int
        The number of pages of the document, 0 if it is not known.
    page_size_mm : tuple of float, optional
        The width and height of the page, None if the file does not give them.
    region : tuple of float
        The part of the page that it shows: left, top, right and bottom, as shares of the page as it is shown.
    score : float
        How certain it is that the region is the title block, from 0 to 1; 1 for a region that was asked for.
    sharp : bool
        Whether it is complete. If not, a better image follows, unless `fault` gives a reason.
    fault : str
        Why there is no image, or no complete one, as a sentence; "" if it is complete.
    """

    path: str
    page: int = 0
    data: bytes = field(default=b"", repr=False)
    mime: str = ""
    width: int = 0
    height: int = 0
    page_count: int = 0
    page_size_mm: tuple[float, float] | None = None
    region: Region = WHOLE
    score: float = 1.0
    sharp: bool = False
    fault: str = ""

    @property
    def caption(self) -> str:
        """The page and its size in words, such as "page 1 of 3 · 841 × 594 mm"."""
        parts = [f"page {self.page + 1} of {self.page_count}"] if self.page_count else []
        if self.page_size_mm:
            parts.append(" × ".join(f"{side:.0f}" for side in self.page_size_mm) + " mm")
        return " · ".join(parts)

    def __repr__(self) -> str:
        shown = f", {self.width} × {self.height} pixels" if self.data else ""
        about = "".join(f", {text}" for text in (self.caption, self.fault) if text)
        return f"<PageImage {Path(self.path).name}{about}{shown}>"

    def _repr_mimebundle_(self, **options: Any) -> dict[str, str]:
        image = {self.mime: base64.b64encode(self.data).decode()} if self.data else {}
        return {"text/plain": repr(self), **image}
