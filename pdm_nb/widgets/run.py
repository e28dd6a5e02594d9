"""What a displayed `Run` shows: a bar, figures in words, a button that stops it."""

from __future__ import annotations

import html
from typing import Any

import ipywidgets

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
        if progress.elapsed > 0:
            parts.append(f"{size(progress.bytes_done / progress.elapsed)}/s")
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
        return "running", ""
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
        self.note = Note()
        self.run: Any = None
        super().__init__(children=[row(self.bar, self.figures, self.stop), self.note])
        self.show(run)
        if run is not None:
            run.on_change(lambda: self.show(run))

    def show(self, run: Any) -> None:
        """Draw the present figures of `run`, None for none yet."""
        self.run = run
        if run is None:
            self.stop.disabled = True
            return
        said, tone = outcome(run)
        now = [run.progress.note, run.progress.outlook] if run.running else []
        doing = ", ".join(filter(None, [said, *now]))
        self.bar.value = 1.0 if tone == "good" else share(run.progress)
        self.bar.bar_style = {"good": "success", "bad": "danger"}.get(tone, "info")
        self.figures.value = f"<span>{html.escape(in_words(run.progress))}</span>"
        self.stop.disabled = not run.running
        self.note.say(f"The {run.name}: {doing}", tone)

    def __repr__(self) -> str:
        return f"RunBoard({self.run.name if self.run is not None else 'nothing yet'})"

    def _repr_mimebundle_(self, **options: Any) -> Any:
        bundle = dict(super()._repr_mimebundle_(**options) or {})
        if self.run is not None:
            bundle["text/html"] = f"<p>{html.escape(f'{self.run.name}: {in_words(self.run.progress)}')}</p>"
        return bundle
