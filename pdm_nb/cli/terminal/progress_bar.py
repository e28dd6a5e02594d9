"""The progress of a run: two lines that are updated in a terminal, else a line every 30 seconds.

`rich` is imported only for a terminal, so that help and scripts start without it. It follows `NO_COLOR`.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from rich.console import Group

PLAIN_SECONDS = 30.0
SETTLED_SECONDS = 3.0  # before that, an estimate from the start alone is misleading


LABELS = {"watch": "machine learning"}  # of runs, if their name is not what people read


class Job(Protocol):
    """A `Run`, as far as its progress is shown."""

    name: str
    progress: Any

    @property
    def running(self) -> bool: ...

    def wait(self, timeout: float | None = None) -> object: ...


def show_progress(run: Job, *, every: float = PLAIN_SECONDS) -> None:
    """Wait for a run and show its progress on stderr."""
    if sys.stderr.isatty():
        _show_bar(run)
    else:
        print_lines(run, every)


def print_lines(run: Job, every: float) -> None:
    """Wait for a run and print a line at times: a log without one would look like a hang."""
    while True:
        try:
            run.wait(every)
            return
        except TimeoutError:
            if not run.running:  # the error of the run itself
                raise
            print(line(run), file=sys.stderr, flush=True)


def _show_bar(run: Job) -> None:
    from rich.console import Console
    from rich.live import Live

    console = Console(file=sys.stderr)
    if console.is_dumb_terminal:
        return print_lines(run, PLAIN_SECONDS)
    with Live(
        get_renderable=lambda: board(run), console=console, refresh_per_second=5, transient=True, screen=False
    ):
        run.wait()
    return None


def board(run: Job) -> Group:
    """Return two lines: a bar with the number of documents, and bytes, rate, time left and calls."""
    from rich.console import Group
    from rich.progress_bar import ProgressBar
    from rich.table import Table
    from rich.text import Text

    done = run.progress
    by_bytes = bool(done.bytes_total) and done.bytes_done < done.bytes_total
    total, now = (
        (done.bytes_total, done.bytes_done) if by_bytes else (done.documents_total, done.documents_done)
    )
    bar = ProgressBar(total=total or None, completed=now, pulse=not total)
    top = Table.grid(padding=(0, 1), expand=True)
    top.add_column(no_wrap=True)
    top.add_column(ratio=1)
    top.add_column(no_wrap=True)
    top.add_row(label(run), bar, f"{done.documents_done}/{done.documents_total} documents")
    return Group(top, Text(", ".join(_details(done)), no_wrap=True, overflow="ellipsis", style="dim"))


def label(run: Job) -> str:
    return LABELS.get(run.name, run.name)


def line(run: Job) -> str:
    """Return the progress as a sentence."""
    done = run.progress
    details = ", ".join(_details(done))
    return f"{label(run)}: {done.documents_done} of {done.documents_total} documents, {details}, {done.elapsed:.1f} s"


def calls(number: int) -> str:
    return f"{number} API call{'' if number == 1 else 's'}"


def _details(done: Any) -> list[str]:
    """Return what is known, the most important first: a narrow terminal cuts off the end."""
    found = [done.outlook] if done.waiting_until is not None else []
    if done.bytes_total:
        found.append(f"{done.bytes_done / 1e6:.1f} of {done.bytes_total / 1e6:.1f} MB")
    found.append(_rate(done))
    if done.waiting_until is None:
        found.append(_time_left(done))
    return [*filter(None, found), calls(done.api_calls)]


def _rate(done: Any) -> str:
    if done.rate and done.bytes_done < done.bytes_total:
        return f"{done.rate / 1e6:.1f} MB/s"
    if done.documents_done and done.elapsed > SETTLED_SECONDS:
        return f"{60 * done.documents_done / done.elapsed:.0f} documents/min"
    return ""


def _time_left(done: Any) -> str:
    if done.time_left is not None:
        return str(done.outlook)
    left = done.documents_total - done.documents_done
    if done.rate and done.bytes_done < done.bytes_total:
        seconds = (done.bytes_total - done.bytes_done) / done.rate
    elif done.documents_done and left > 0 and done.elapsed > SETTLED_SECONDS:
        seconds = done.elapsed * left / done.documents_done
    else:
        return ""
    return f"about {round(seconds)} s left" if seconds < 90 else f"about {round(seconds / 60)} min left"
