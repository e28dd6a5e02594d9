"""What is inside a PDF, as the preview reads it and the checks need it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TextRun:
    """A text on a page and its box in points, from the lower left corner of the page as it is shown."""

    text: str
    left: float
    bottom: float
    right: float
    top: float

    @property
    def height(self) -> float:
        """The height of the box."""
        return self.top - self.bottom


@dataclass(frozen=True, slots=True)
class PdfContent:
    """What is inside a PDF.

    Attributes
    ----------
    fault : str
        Why it could not be opened, "" if it could. Then everything else is unknown.
    needs_password : bool
        Whether it can only be opened with a password. Then everything else is unknown.
    pages, sheets : int
        The number of pages, and of those that have at least the size of A3 or ANSI B.
    is_blank : bool
        Whether no page shows anything.
    has_text : bool
        Whether one of the first pages has text.
    is_portfolio : bool
        Whether it is a collection of embedded files.
    width, height : float
        The size of the first page in points, as it is shown.
    text : tuple of TextRun
        The text of the first page.
    is_complete : bool
        Whether `text` is all of it.
    """

    fault: str = ""
    needs_password: bool = False
    pages: int = 0
    sheets: int = 0
    is_blank: bool = False
    has_text: bool = True
    is_portfolio: bool = False
    width: float = 0
    height: float = 0
    text: tuple[TextRun, ...] = ()
    is_complete: bool = True

    @property
    def is_known(self) -> bool:
        """True if it was opened."""
        return not self.fault and not self.needs_password
