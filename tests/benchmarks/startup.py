"""How fast the package starts: `python -m tests.benchmarks.startup`. Prints one JSON object last.

Each figure is the median of several processes (`--rounds`), in seconds on the wall, with the interpreter's own start in
it. The processes run in turn, so that a busy machine slows all of them alike, with compiled modules, as an installed
package has them. `version` is `pdm-nb --version`, `import`
is `import pdm_nb`, `names` is the import of every public name, which is the most that a notebook waits for.

`version_ratio` and `help_ratio` (to argparse) should be at most 5, `import_ratio` and `names_ratio` (to pandas) at most 1.5.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

COMMANDS = {
    "argparse": ["-c", "import argparse"],
    "version": ["-m", "pdm_nb", "--version"],
    "help": ["-m", "pdm_nb", "--help"],
    "pandas": ["-c", "import pandas"],
    "import": ["-c", "import pdm_nb"],
    "names": ["-c", "from pdm_nb import *"],
}


def seconds(arguments: list[str], folder: str) -> float:
    """Seconds that a process takes; compiled modules are kept in `folder`."""
    own = {"PYTHONPYCACHEPREFIX": folder, "PYTHONDONTWRITEBYTECODE": ""}
    started = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL, env=os.environ | own)
    return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rounds = [
            {name: seconds(arguments, folder) for name, arguments in COMMANDS.items()}
            for _ in range(options.rounds + 1)
        ][1:]  # the first round compiles
    medians = {name: statistics.median(one[name] for one in rounds) for name in COMMANDS}
    ratios = {
        "version_ratio": medians["version"] / medians["argparse"],
        "help_ratio": medians["help"] / medians["argparse"],
        "import_ratio": medians["import"] / medians["pandas"],
        "names_ratio": medians["names"] / medians["pandas"],
    }
    figures = {f"{name}_s": round(value, 3) for name, value in medians.items()}
    print(json.dumps(figures | {name: round(value, 2) for name, value in ratios.items()}))


if __name__ == "__main__":
    main()
