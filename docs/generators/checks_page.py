"""Writes docs/reference/checks.md from the docstrings of the checks: `python docs/generators/checks_page.py`."""

from __future__ import annotations

from pathlib import Path

from pdm_nb.rules.checks import CHECKS, PROJECT_CHECKS, explain

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "checks.md"
HEAD = """# Checks

`batch.check()` checks the documents of a batch and returns the findings. `project.audit()` checks what is in the project
already in the same way, and its history (PDM501 and following). `pdm_nb.explain_code("PDM101")` explains one code.
`pdm-nb explain PDM101` does the same on the command line, and [Write your own checks](../how-to/own-checks.md) shows how to
add others. This page is generated from the docstrings of the checks. B1, B2 and so on are [rules of the service](rules.md).
"""


def page() -> str:
    """Return the page."""
    return "\n".join([HEAD, *(f"## {explain(check.codes[0])}\n" for check in CHECKS + PROJECT_CHECKS)])


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
