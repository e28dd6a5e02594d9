"""Makes docs/pictures by doing the job in a real browser: `python docs/generators/pictures.py`, some minutes.

The browser test takes a picture of every step, in two widths and two themes; the ones that the documentation shows are
kept here with few colors, which makes them small. `--from FOLDER` uses pictures that were taken before.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

REPOSITORY = Path(__file__).parents[2]
TARGET = REPOSITORY / "docs" / "pictures"
TEST = "tests/browser/test_workbench_pictures.py"
COLORS = 128
MOST = 150_000  # bytes of a picture
PICTURES = {
    "connect": "connect-1400-light",
    "requirements": "requirements-1400-light",
    "import": "import-1400-light",
    "register": "register-1400-light",
    "prepare": "prepare-1400-light",
    "document": "document-1400-light",
    "upload": "upload-1400-light",
    "review": "review-1400-light",
    "submit": "submit-1400-light",
    "report": "report-1400-light",
    "code": "code-1400-light",
    "dark": "document-1400-dark",
}


def taken(folder: Path) -> None:
    """Do the job in the browser; its pictures are in the folder then."""
    env = {**os.environ, "PDM_NB_PICTURES": str(folder)}
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-m", "", TEST]
    subprocess.run(command, cwd=REPOSITORY, env=env, check=True)


def reduced(source: Path, target: Path) -> int:
    """Write a picture with few colors; return its bytes."""
    with Image.open(source) as picture:
        picture.convert("RGB").quantize(COLORS, dither=Image.Dither.NONE).save(target, optimize=True)
    return target.stat().st_size


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--from", dest="folder", type=Path, help="a folder with pictures that were taken before"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        if options.folder is None:
            taken(Path(made))
        TARGET.mkdir(exist_ok=True)
        for name, source in PICTURES.items():
            size = reduced((options.folder or Path(made)) / f"{source}.png", TARGET / f"{name}.png")
            if size > MOST:
                raise SystemExit(f"{name}.png has {size:,} bytes, more than {MOST:,}. Show less in it.")


if __name__ == "__main__":
    main()
