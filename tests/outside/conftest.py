"""The caller and the contract checks of the other tests; with `-v`, a report of the responses per operation.

The report has the number of responses by status and the share of accepted calls.
"""

from __future__ import annotations

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [report for found in terminalreporter.stats.values() for report in found]
    properties = [(r.nodeid, *told) for r in reports for told in getattr(r, "user_properties", ())]
    told = {node: value for node, name, value in properties if name == "statuses"}  # each test reports thrice
    if not told or terminalreporter.verbosity < 1:
        return
    terminalreporter.write_sep("=", "answers by status")
    for name, counted in sorted(told.items()):
        total = sum(counted.values())
        accepted = sum(count for status, count in counted.items() if status.startswith("2"))
        listed = "  ".join(f"{status}: {count}" for status, count in counted.items())
        operation = name.rpartition("::")[2]
        terminalreporter.write_line(f"{accepted / total:4.0%} of {total:5} accepted  {operation}   {listed}")
