"""What a check returns or raises: `Right`, or `NotYet` with what is missing."""

from __future__ import annotations

from html import escape

from ...errors import PdmError


class NotYet(PdmError):
    """An exercise of the course is not solved. The message names what is missing.

    It is an exception so that *Run All Cells* stops at the exercise.
    """

    def _render_traceback_(self) -> list[str]:
        """In a notebook, show the message only."""
        return [f"Not yet: {self}"]


class Right:
    """An exercise of the course is solved.

    Attributes
    ----------
    achieved : str
        What is at the service now.
    progress : str
        How much of the lesson is done.
    """

    def __init__(self, achieved: str, progress: str) -> None:
        self.achieved, self.progress = achieved, progress

    def __repr__(self) -> str:
        return f"Right. {self.achieved}\n{self.progress}"

    def _repr_html_(self) -> str:
        return (
            '<div style="border-left: 4px solid #2e7d32; padding: 0.3em 0.8em"><b>Right.</b> '
            f'{escape(self.achieved)}<br><span style="opacity: 0.75">{escape(self.progress)}</span></div>'
        )
