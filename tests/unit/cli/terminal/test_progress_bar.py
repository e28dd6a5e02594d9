"""The progress of a run in a narrow terminal, and in a log."""

from __future__ import annotations

import io
import re
import time

import pytest
from rich.console import Console

from pdm_nb.cli.terminal.progress_bar import board, line, print_lines
from pdm_nb.runs.progress import Progress

BUSY = Progress(
    documents_done=1234,
    documents_total=20000,
    bytes_done=987_654_321,
    bytes_total=123_456_789_012,
    api_calls=54321,
    elapsed=4000.0,
    rate=2.5e6,
    time_left=36_000.0,
)


class FakeRun:
    """A run that is waited for some times before it ends, with an error or without."""

    name = "upload"

    def __init__(self, progress: Progress, waits: int = 0, error: Exception | None = None) -> None:
        self.progress, self.waits, self.error = progress, waits, error

    @property
    def running(self) -> bool:
        return self.waits > 0

    def wait(self, timeout: float | None = None) -> object:
        if self.running:
            self.waits -= 1
            if self.running:
                raise TimeoutError
        if self.error:
            raise self.error
        return None


def drawn(progress: Progress, width: int) -> list[str]:
    file = io.StringIO()
    Console(file=file, width=width, force_terminal=False).print(board(FakeRun(progress)))
    return file.getvalue().splitlines()


@pytest.mark.parametrize("width", [40, 60, 120])
@pytest.mark.parametrize(
    "progress", [Progress(), BUSY, Progress(waiting_until=time.time() + 900, time_left=9.0)]
)
def test_two_lines_at_any_width(progress: Progress, width: int) -> None:
    printed = drawn(progress, width)
    assert len(printed) == 2
    assert max(map(len, printed)) <= width


def test_rate_and_time_left_are_visible_at_60_columns() -> None:
    first, second = drawn(BUSY, 60)
    assert first.startswith("upload ")
    assert first.endswith("1234/20000 documents")
    assert second.startswith("987.7 of 123456.8 MB, 2.5 MB/s, about 10.0 h left")


def test_time_left_is_estimated_if_the_run_does_not_know_it() -> None:
    by_bytes = Progress(bytes_done=10_000_000, bytes_total=20_000_000, rate=1e6)
    assert "about 10 s left" in line(FakeRun(by_bytes))
    by_documents = Progress(documents_done=10, documents_total=40, elapsed=60.0)
    assert "10 documents/min, about 3 min left" in line(FakeRun(by_documents))
    assert "left" not in line(FakeRun(Progress(documents_done=1, documents_total=40, elapsed=0.1)))


def test_a_log_gets_a_line_for_each_interval_and_none_for_a_short_run(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_lines(FakeRun(BUSY), 30)
    assert capsys.readouterr().err == ""
    print_lines(FakeRun(BUSY, waits=3), 30)
    printed = capsys.readouterr().err.splitlines()
    assert len(printed) == 2
    assert re.match(r"upload: 1234 of 20000 documents, .* about 10.0 h left, 54321 API calls", printed[0])


def test_a_log_shows_until_when_the_run_waits_for_the_rate_limit(capsys: pytest.CaptureFixture[str]) -> None:
    waiting = Progress(waiting_until=time.time() + 600, time_left=900.0)
    print_lines(FakeRun(waiting, waits=2), 30)
    printed = capsys.readouterr().err
    assert "waiting for the rate limit until" in printed
    assert "about 15 min left" in printed


def test_a_timeout_of_the_run_itself_is_an_error() -> None:
    with pytest.raises(TimeoutError):
        print_lines(FakeRun(BUSY, error=TimeoutError()), 30)
