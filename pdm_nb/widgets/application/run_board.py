"""The board of a run: progress, figures, and buttons to pause, resume and cancel it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...runs.events import Ended, RunEvent
from ...runs.events import in_words as event_text
from ...runs.loop import Throttle
from .application import Application, ApplicationPart
from .texts import RUN_LABELS, count

UNITS = ("B", "KB", "MB", "GB", "TB")


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
    """The status of a run as a sentence, and its tone. A run that has ended is not called a success here."""
    label = RUN_LABELS.get(run.name, run.name.capitalize())
    if run.running:
        details = ", ".join(filter(None, [run.progress.note, run.progress.outlook]))
        return f"{label} {'paused' if run.paused else 'running'}{details and f': {details}'}", ""
    if run.error is not None:
        return f"{label} stopped by an error: {run.error}", "bad"
    if run.cancelled:
        return f"{label} stopped. Start it again to continue.", "bad"
    return f"{label} finished", "done"


class RunFollower:
    """Follows one run after the other; `changed` is called on the main thread, at most ten times a second."""

    def __init__(self, changed: Callable[[], object]) -> None:
        self._throttle = Throttle(changed)
        self.run: Any = None
        self._stops: list[Callable[[], object]] = []
        self._event = ""

    def follow(self, run: Any) -> None:
        """Follow a run, None for none; the one before is left."""
        if run is self.run:
            return
        self.stop()
        self.run, self._event = run, ""
        if run is not None:
            self._stops = [run.on_change(self._throttle.poke), run.on_event(self._receive)]

    def stop(self) -> None:
        """Follow nothing."""
        for stop in self._stops:
            stop()
        self._stops, self.run = [], None

    def state(self) -> dict[str, Any] | None:
        """The state as JSON; None without a run."""
        run = self.run
        if run is None:
            return None
        text, tone = status_text(run)
        return {
            "name": run.name,
            "text": text,
            "tone": tone,
            "share": 1.0 if tone == "done" else round(share_done(run.progress), 3),
            "figures": figures_text(run.progress),
            "running": run.running,
            "paused": run.paused,
            "event": self._event,
        }

    def _receive(self, events: list[RunEvent]) -> None:
        """Keep the last event that the figures do not show."""
        texts = [text for event in events if not isinstance(event, Ended) and (text := event_text(event))]
        if texts:
            self._event = texts[-1]
            self._throttle.poke()


class RunControls(ApplicationPart):
    """Pauses, resumes and cancels a run."""

    actions = ("pause", "resume", "cancel")

    def __init__(self, follower: RunFollower) -> None:
        self._follower = follower

    def pause(self) -> None:
        """Finish the calls in progress and start no more."""
        if self._follower.run is not None:
            self._follower.run.pause()

    def resume(self) -> None:
        """Resume the run after a pause."""
        if self._follower.run is not None:
            self._follower.run.resume()

    def cancel(self) -> None:
        """Stop the run; what is done stays done."""
        if self._follower.run is not None:
            self._follower.run.cancel()


class RunBoard(Application):
    """Show a run live. It is what a displayed `Run` shows.

    Parameters
    ----------
    run : Run, optional
        The run to show; `follow` changes it.

    Examples
    --------
    >>> RunBoard()
    RunBoard(no run)
    """

    def __init__(self, run: Any = None) -> None:
        super().__init__("run")
        self._follower = RunFollower(self._update)
        self.parts["run"] = RunControls(self._follower)
        self.follow(run)

    @property
    def run(self) -> Any:
        """The run that is shown."""
        return self._follower.run

    def follow(self, run: Any) -> None:
        """Show another run.

        Parameters
        ----------
        run : Run or None
            The run.
        """
        self._follower.follow(run)
        self._update()

    def _update(self) -> None:
        self.show(run=self._follower.state())

    def close(self) -> None:
        """Stop listening to the run and close the board."""
        self._follower.stop()
        super().close()

    def summary(self) -> str:
        """Return the name of the run."""
        return str(self.run.name) if self.run is not None else "no run"

    def static(self) -> dict[str, str]:
        """Return the last status as a line, by MIME type."""
        if self.run is None:
            return {}
        return self._static_line(f"{status_text(self.run)[0]} · {figures_text(self.run.progress)}")

    def _repr_mimebundle_(self, **options: Any) -> Any:
        bundle = super()._repr_mimebundle_(**options)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        return ({**(data or {}), **self.static()}, metadata) if self.run is not None else bundle
