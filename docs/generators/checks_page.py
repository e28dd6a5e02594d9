"""Writes docs/checks.md from what the checks say of themselves: `python docs/generators/checks_page.py`."""

from __future__ import annotations

from pathlib import Path

from pdm_nb.rules.checks import CHECKS, explain

PAGE = Path(__file__).parents[2] / "docs" / "checks.md"
HEAD = """# The checks

`batch.check()` lists them for a batch, `pdm_nb.explain("PDM101")` tells one. Generated from the checks' own texts; a test holds
the two together. Rules B1–B67 are the service's.

## Your own

One decorated function is a check, from then on, in every batch of the process (`help(pdm_nb.check)` says all of it):

```python
@pdm.check(code="ACME1", title="A revision begins with P or C", field="revision", severity="error")
def revisions(row):
    if row["revision"][:1] not in "PC":
        return f"{row['revision']!r} begins with neither P nor C"
```

A function that fails is a finding that names it; the batch goes on. `pdm.uncheck("ACME1")` takes it away.
"""


def page() -> str:
    return "\n".join([HEAD, *(f"## {explain(check.codes[0])}\n" for check in CHECKS)])


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
