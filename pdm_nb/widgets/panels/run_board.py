"""What a displayed `Run` shows: a bar, figures in words, a button that stops it."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any

import ipywidgets

from ...runs.events import Ended, RunEvent
from ...runs.events import in_words as sentence
from .panel import Note, row

UNITS = ("B", "KB", "MB", "GB", "TB")


def size(count: float) -> str:
    """Bytes for people: 1536 is "1.5 KB"."""
    power = 0
    while count >= 1024 and power < len(UNITS) - 1:
        count, power = count / 1024, power + 1
    return f"{count:.1f} {UNITS[power]}" if power and count < 100 else f"{count:.0f} {UNITS[power]}"


def in_words(progress: Any) -> str:
    """A run's figures: documents, bytes and their rate, calls, parts stored, seconds."""
    parts = [f"{progress.documents_done:,} of {progress.documents_total:,} documents"]
    if progress.bytes_total:
        parts.append(f"{size(progress.bytes_done)} of {size(progress.bytes_total)}")
        if progress.rate:
            parts.append(f"{size(progress.rate)}/s")
    parts.append(f"{progress.api_calls:,} calls")
    if progress.storage_puts:
        parts.append(f"{progress.storage_puts:,} parts stored")
    parts.append(f"{progress.elapsed:.0f} s")
    return " · ".join(parts)


def share(progress: Any) -> float:
    """How much is done, 0-1: by bytes where bytes move, else by documents."""
    if progress.bytes_total and progress.bytes_done < progress.bytes_total:
        return min(1.0, float(progress.bytes_done / progress.bytes_total))
    return min(1.0, progress.documents_done / progress.documents_total) if progress.documents_total else 0.0


def outcome(run: Any) -> tuple[str, str]:
    """How a run stands, as a word or sentence and a tone."""
    if run.running:
        return "paused" if run.paused else "running", ""
    if run.error is not None:
        return f"stopped by an error: {run.error}", "bad"
    if run.cancelled:
        return "stopped; call it again to go on where it stopped", "bad"
    return "done", "good"


class RunBoard(ipywidgets.VBox):
    """The live board of one run, or of whichever run it is shown (`show`)."""

    def __init__(self, run: Any = None) -> None:
        self.bar = ipywidgets.FloatProgress(min=0.0, max=1.0, layout={"width": "320px"})
        self.figures = ipywidgets.HTML()
        self.stop = ipywidgets.Button(
            description="Cancel", icon="stop", tooltip="Stop cleanly; what is done stays done (run.cancel())"
        )
        self.stop.on_click(lambda _: self.run is not None and self.run.cancel())
        self.hold = ipywidgets.Button()
        self.hold.on_click(lambda _: self._hold())
        self.note, self.latest = Note(), Note()
        self.run: Any = None
        self._deaf: Callable[[], None] = lambda: None
        super().__init__(children=[row(self.bar, self.figures, self.hold, self.stop), self.note, self.latest])
        self.show(run)
        if run is not None:
            run.on_change(lambda: self.show(run))

    def show(self, run: Any) -> None:
        """Draw the present figures of `run`, None for none yet."""
        if run is not self.run:
            self._listen(run)
        self.run = run
        self._offer(run)
        if run is None:
            return
        said, tone = outcome(run)
        now = [run.progress.note, run.progress.outlook] if run.running else []
        doing = ", ".join(filter(None, [said, *now]))
        self.bar.value = 1.0 if tone == "good" else share(run.progress)
        self.bar.bar_style = {"good": "success", "bad": "danger"}.get(tone, "info")
        self.figures.value = f"<span>{html.escape(in_words(run.progress))}</span>"
        self.note.say(f"The {run.name}: {doing}", tone)

    def _offer(self, run: Any) -> None:
        """What the buttons do now."""
        paused = run is not None and run.paused
        self.stop.disabled = self.hold.disabled = run is None or not run.running
        self.hold.description, self.hold.icon = ("Go on", "play") if paused else ("Pause", "pause")
        self.hold.tooltip = (
            "Go on with the run (run.go_on())"
            if paused
            else "Let the calls under way end and begin no more (run.pause())"
        )

    def _hold(self) -> None:
        if self.run is not None:
            self.run.go_on() if self.run.paused else self.run.pause()
            self._offer(self.run)

    def _listen(self, run: Any) -> None:
        """Follow the events of another run."""
        self._deaf()
        self.latest.say("")
        self._deaf = run.on_event(self._heard) if run is not None else lambda: None

    def _heard(self, happened: list[RunEvent]) -> None:
        """Show the last thing that happened which figures do not tell."""
        told = [said for event in happened if not isinstance(event, Ended) and (said := sentence(event))]
        if told:
            self.latest.say(told[-1])

    def close(self) -> None:
        self._deaf()
        super().close()

    def __repr__(self) -> str:
        return f"RunBoard({self.run.name if self.run is not None else 'nothing yet'})"

    def _repr_mimebundle_(self, **options: Any) -> Any:
        bundle = dict(super()._repr_mimebundle_(**options) or {})
        if self.run is not None:
            bundle["text/html"] = f"<p>{html.escape(f'{self.run.name}: {in_words(self.run.progress)}')}</p>"
        return bundle
