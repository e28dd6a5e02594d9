"""Writes docs/checks.md from the docstrings of the checks: `python docs/generators/checks_page.py`."""

from __future__ import annotations

from pathlib import Path

from pdm_nb.rules.checks import CHECKS, PROJECT_CHECKS, explain

PAGE = Path(__file__).parents[2] / "docs" / "checks.md"
HEAD = """# The checks

`batch.check()` checks the documents of a batch and returns the findings. `project.audit()` checks what is in the project
already in the same way, and its history (PDM501 and following). `pdm_nb.explain_code("PDM101")` explains one code.
This page is generated from the docstrings of the checks. B1, B2 and so on are [rules of the service](rules.md).

## Custom checks

Decorate a function to register a check for every batch of the process. See `help(pdm_nb.register_check)` for the options.

```python
@pdm.register_check(code="ACME1", title="Revisions start with P or C", field="revision", severity="error")
def revisions(row):
    if row["revision"][:1] not in "PC":
        return f"{row['revision']!r} starts with neither P nor C"
```

If a function fails, a finding names it, and the other checks continue. `pdm.unregister_check("ACME1")` removes a check.
"""


def page() -> str:
    """Return the page."""
    return "\n".join([HEAD, *(f"## {explain(check.codes[0])}\n" for check in CHECKS + PROJECT_CHECKS)])


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
