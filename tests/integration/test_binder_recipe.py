"""What repo2docker makes of this repository: an image with the locked packages and the package itself."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_binder_recipe_installs_the_lock_and_then_the_package() -> None:
    command = [sys.executable, "-m", "repo2docker", "--no-build", "--debug", str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    recipe = done.stdout + done.stderr
    steps = re.findall(r"^RUN .*", recipe, re.MULTILINE)
    [lock] = [
        at
        for at, step in enumerate(steps)
        if 'pip install --no-cache-dir -r "binder/requirements.txt"' in step
    ]
    [package] = [at for at, step in enumerate(steps) if step.endswith("./binder/postBuild")]
    assert lock < package
    assert "python-3.11" in (ROOT / "binder" / "runtime.txt").read_text("utf-8")
    assert re.search(r"python.?3.?11", recipe)


def test_binder_script_can_be_run() -> None:
    assert os.access(ROOT / "binder" / "postBuild", os.X_OK)
