"""The sources of the frontend, and node, which runs them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

FRONTEND = Path(__file__).parents[2] / "pdm_nb" / "widgets" / "frontend"
CASES = Path(__file__).parent / "run_frontend_cases.mjs"  # runs cases of JSON
NODE = shutil.which("node")
needs_node = pytest.mark.skipif(
    NODE is None, reason="node is not installed; it is needed for JavaScript tests only"
)
