"""Test vectors of what exists in Python and in JavaScript; `frontend/test/vectors.test.js` runs the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "vectors"


def vectors(name: str) -> list[Any]:
    """The cases in one of the files."""
    return list(json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8")))
