"""Writes docs/checks.md from what the checks say of themselves: `python tests/checks_page.py`."""

from __future__ import annotations

from pathlib import Path

from pdm_nb.rules.checks import CHECKS, explain

PAGE = Path(__file__).parents[1] / "docs" / "checks.md"
HEAD = """# The checks

`batch.check()` lists them for a batch, `pdm_nb.explain("PDM101")` tells one. Generated from the checks' own texts; a test holds
the two together. Rules B1–B67 are the service's.
"""


def page() -> str:
    return "\n".join([HEAD, *(f"## {explain(check.codes[0])}\n" for check in CHECKS)])


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
