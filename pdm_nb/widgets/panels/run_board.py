"""What a displayed `Run` shows: a progress bar, figures, and buttons to pause and cancel."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any

import ipywidgets

from ...runs.events import Ended, RunEvent
from ...runs.events import in_words as event_text
from .panel import Note, count, row

UNITS = ("B", "KB", "MB", "GB", "TB")
RUN_LABELS = {
    "upload": "Upload",
    "watch": "Machine learning",
    "submit": "Submit",
    "resume": "Resumed work",
}
"""Labels of runs by name."""


def size_text(number: float) -> str:
    """Bytes for people: 1536 is "1.5 KB"."""
    power = 0
    while number >= 1024 and power < len(UNITS) - 1:
        number, power = number / 1024, power + 1
    return f"{number:.1f} {UNITS[power]}" if power and number < 100 else f"{number:.0f} {UNITS[power]}"


def figures_text(progress: Any) -> str:
    """The figures of a run: documents, bytes and rate, calls, uploaded parts, seconds."""
    parts = [f"{progress.documents_done:,} of {count(progress.documents_total, 'document')}"]
    if progress.bytes_total:
        parts.append(f"{size_text(progress.bytes_done)} of {size_text(progress.bytes_total)}")
        if progress.rate:
            parts.append(f"{size_text(progress.rate)}/s")
    parts.append(count(progress.api_calls, "call"))
    if progress.storage_puts:
        parts.append(f"{count(progress.storage_puts, 'part')} uploaded")
    parts.append(f"{progress.elapsed:.0f} s")
    return " · ".join(parts)


def share_done(progress: Any) -> float:
    """The share that is done, from 0 to 1: of the bytes while files are uploaded, else of the documents."""
    if progress.bytes_total and progress.bytes_done < progress.bytes_total:
        return min(1.0, float(progress.bytes_done / progress.bytes_total))
    return min(1.0, progress.documents_done / progress.documents_total) if progress.documents_total else 0.0


def status_text(run: Any) -> tuple[str, str]:
    """The status of a run as a sentence, and its tone."""
    label = RUN_LABELS.get(run.name, run.name.capitalize())
    if run.running:
        details = ", ".join(filter(None, [run.progress.note, run.progress.outlook]))
        return f"{label} {'paused' if run.paused else 'running'}{details and f': {details}'}", ""
    if run.error is not None:
        return f"{label} stopped by an error: {run.error}", "bad"
    if run.cancelled:
        return f"{label} stopped. Start it again to continue.", "bad"
    return f"{label} finished", "good"


class RunBoard(ipywidgets.VBox):
    """Show a run live: a bar, figures, the last event, and buttons to pause, resume and cancel it.

    Parameters
    ----------
    run : Run, optional
        The run to show; `show` changes it.

    Examples
    --------
    >>> RunBoard()
    RunBoard(no run)
    """

    def __init__(self, run: Any = None) -> None:
        self.bar = ipywidgets.FloatProgress(min=0.0, max=1.0, layout={"width": "320px"})
        self.figures = ipywidgets.HTML()
        self.stop = ipywidgets.Button(
            description="Cancel",
            icon="stop",
            tooltip="Stop the run; what is done stays done.",
        )
        self.stop.on_click(lambda _: self.run is not None and self.run.cancel())
        self.hold = ipywidgets.Button()
        self.hold.on_click(lambda _: self._pause_or_resume())
        self.note, self.latest = Note(), Note()
        self.run: Any = None
        self._stop_listening: Callable[[], None] = lambda: None
        super().__init__(children=[row(self.bar, self.figures, self.hold, self.stop), self.note, self.latest])
        self.show(run)
        if run is not None:
            run.on_change(lambda: self.show(run))

    def show(self, run: Any) -> None:
        """Show the present figures of a run.

        Parameters
        ----------
        run : Run or None
            The run, None if there is none yet.
        """
        if run is not self.run:
            self._listen(run)
        self.run = run
        self._update_buttons(run)
        if run is None:
            return
        text, tone = status_text(run)
        self.bar.value = 1.0 if tone == "good" else share_done(run.progress)
        self.bar.bar_style = {"good": "success", "bad": "danger"}.get(tone, "info")
        self.figures.value = f"<span>{html.escape(figures_text(run.progress))}</span>"
        self.note.say(text, tone)

    def _update_buttons(self, run: Any) -> None:
        paused = run is not None and run.paused
        self.stop.disabled = self.hold.disabled = run is None or not run.running
        self.hold.description, self.hold.icon = ("Resume", "play") if paused else ("Pause", "pause")
        self.hold.tooltip = "Resume the run." if paused else "Finish the calls in progress and start no more."

    def _pause_or_resume(self) -> None:
        if self.run is not None:
            self.run.resume() if self.run.paused else self.run.pause()
            self._update_buttons(self.run)

    def _listen(self, run: Any) -> None:
        """Follow the events of another run."""
        self._stop_listening()
        self.latest.say("")
        self._stop_listening = run.on_event(self._receive) if run is not None else lambda: None

    def _receive(self, events: list[RunEvent]) -> None:
        """Show the last event that the figures do not show."""
        texts = [text for event in events if not isinstance(event, Ended) and (text := event_text(event))]
        if texts:
            self.latest.say(texts[-1])

    def close(self) -> None:
        """Stop listening to the run and close the board."""
        self._stop_listening()
        super().close()

    def __repr__(self) -> str:
        return f"RunBoard({self.run.name if self.run is not None else 'no run'})"

    def _repr_mimebundle_(self, **options: Any) -> Any:
        bundle = dict(super()._repr_mimebundle_(**options) or {})
        if self.run is not None:
            text = f"{status_text(self.run)[0]} · {figures_text(self.run.progress)}"
            bundle["text/html"] = f"<p>{html.escape(text)}</p>"
        return bundle
