"""Long tests of what people get: the wheel, the source archive and the Binder image, each in an environment of its own."""

from __future__ import annotations

import ast
import email
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import time
import zipfile
from pathlib import Path

import psutil
import pytest

import pdm_nb

pytestmark = pytest.mark.long
ROOT = Path(__file__).parents[2]
VERSION = pdm_nb.__version__
MACHINE = re.compile(
    rb"/(?:home|root|tmp|work|Users)/[A-Za-z0-9_.-]+/"
)  # a path of the machine that built it
QUICKSTART_MEMORY = 1.5e9  # bytes; Binder gives 1 to 2 GB
FIRST_LINES = """
import ast, asyncio, inspect, re, sys
from pathlib import Path
import pdm_nb
from pdm_nb.sim import write_samples

write_samples(Path("drawings"), count=4, seed=7)
pdm_nb.connect("sim", ml_seconds=0.1)
text = Path(sys.argv[1]).read_text("utf-8")
block = re.search(r"^```python\\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)[1]
names = {}
result = eval(compile(block, "README.md", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT), names)
if inspect.iscoroutine(result):
    asyncio.run(result)
print(pdm_nb.__version__, pdm_nb.__file__, len(names["batch"]))
"""


def tracked() -> list[str]:
    """Files of the project, as a clone would have them."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return [name for name in listed if (ROOT / name).is_file()]


def clean() -> dict[str, str]:
    """The environment without what leads Python to this checkout."""
    return {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "PDM_NB"))}


def environment(folder: Path) -> Path:
    """Python of a new virtual environment."""
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    return folder / "bin" / "python"


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clone")
    for name in tracked():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def built(clone: Path) -> Path:
    """Folder of the source archive, and of the wheel that is built from it."""
    subprocess.run([sys.executable, "-m", "build", str(clone)], check=True, capture_output=True)
    return clone / "dist"


@pytest.fixture(scope="module")
def installed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Python of an environment with the wheel and what `pdm-nb demo` needs."""
    python = environment(tmp_path_factory.mktemp("installed") / "venv")
    [wheel] = built.glob("*.whl")
    subprocess.run([str(python), "-m", "pip", "install", "--quiet", f"{wheel}[demo]"], check=True)
    return python


def test_wheel_has_the_package_and_nothing_else(built: Path) -> None:
    [wheel] = built.glob("*.whl")
    assert wheel.name == f"pdm_nb-{VERSION}-py3-none-any.whl"
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
        contents = {name: archive.read(name) for name in names}
        metadata = email.message_from_bytes(archive.read(f"pdm_nb-{VERSION}.dist-info/METADATA"))
        licences = {name.rpartition("/")[2] for name in archive.namelist() if "/licenses/" in name}
    files = tracked()
    expected = {name for name in files if name.startswith("pdm_nb/") and "/frontend/" not in name}
    notebooks = {f"pdm_nb/{name}" for name in files if name.startswith("notebooks/")}
    assert names == expected | notebooks
    assert [name for name, content in contents.items() if MACHINE.search(content)] == []
    stored = [json.loads(contents[name]) for name in names if name.endswith(".ipynb")]
    assert [cell for book in stored for cell in book["cells"] if cell.get("outputs")] == []
    assert licences == {"LICENSE", "THIRD-PARTY-LICENSES.txt"}
    assert metadata["Version"] == VERSION


def test_every_part_of_the_bundle_has_its_licence(built: Path) -> None:
    [wheel] = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        bundle = archive.read("pdm_nb/widgets/static/workbench.js").decode("utf-8")
        texts = archive.read("pdm_nb/widgets/static/THIRD-PARTY-LICENSES.txt").decode("utf-8")
    banner = re.match(r"/\* Contains (.*?); see THIRD-PARTY-LICENSES\.txt \*/", bundle)
    assert banner
    for name in banner[1].split(", "):
        assert re.search(
            rf"^{re.escape(name)} [\d.]+ \((MIT|Apache-2\.0|BSD-[23]-Clause|ISC)\)$", texts, re.MULTILINE
        ), name


def test_source_archive_has_what_a_clone_has(built: Path) -> None:
    [source] = built.glob("*.tar.gz")
    with tarfile.open(source) as archive:
        names = {name.partition("/")[2] for name in archive.getnames() if name.count("/")}
    left_out = set(tracked()) - names
    assert left_out <= {".gitignore", ".pre-commit-config.yaml"}, left_out
    assert names - set(tracked()) == {"PKG-INFO"}


def test_wheel_runs_the_demo_and_brings_the_notebooks(installed: Path, tmp_path: Path) -> None:
    demo = [str(installed.with_name("pdm-nb")), "demo", "--documents", "5", "--json"]
    done = subprocess.run(demo, cwd=tmp_path, env=clean(), capture_output=True, text=True, check=True)
    assert json.loads(done.stdout.strip().splitlines()[-1])["revisions"] == 5
    look = "import pathlib; from pdm_nb.widgets import Table; from pdm_nb.cli.lab import notebooks; print(sorted(p.name for p in notebooks(pathlib.Path('nb')).iterdir()))"
    command = [str(installed), "-c", look]
    shown = subprocess.run(command, cwd=tmp_path, env=clean(), capture_output=True, text=True, check=True)
    expected = {Path(name).name for name in tracked() if re.fullmatch(r"notebooks/[^/]+\.ipynb", name)}
    assert expected
    assert expected <= set(ast.literal_eval(shown.stdout))


def test_first_lines_of_the_readme_run_with_the_wheel(installed: Path, tmp_path: Path) -> None:
    command = [str(installed), "-c", FIRST_LINES, str(ROOT / "README.md")]
    done = subprocess.run(command, cwd=tmp_path, env=clean(), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    version, path, documents = done.stdout.strip().splitlines()[-1].split()
    assert (version, documents) == (VERSION, "4")
    assert str(installed.parents[1]) in path, "the wheel, not this checkout"


def test_binder_recipe_runs_the_quickstart_in_its_memory(clone: Path, tmp_path: Path) -> None:
    """The steps of the image (see tests/integration/test_binder_recipe.py), in a virtual environment."""
    python = environment(tmp_path / "venv")
    install = [str(python), "-m", "pip", "install", "--quiet", "-r", "binder/requirements.txt"]
    subprocess.run(install, cwd=clone, check=True)
    path = {**clean(), "PATH": f"{python.parent}{os.pathsep}{os.environ['PATH']}"}
    subprocess.run(["binder/postBuild"], cwd=clone, env=path, check=True, capture_output=True)
    command = ["jupyter", "execute", "--inplace", "notebooks/01-quickstart.ipynb"]
    run = psutil.Popen(command, cwd=clone, env=path)
    most = 0
    while run.poll() is None:
        most = max(most, _memory(run))
        time.sleep(0.2)
    assert run.returncode == 0
    executed = json.loads((clone / "notebooks/01-quickstart.ipynb").read_text("utf-8"))
    assert all(cell["execution_count"] for cell in executed["cells"] if cell["cell_type"] == "code")
    assert 1e8 < most < QUICKSTART_MEMORY


def _memory(process: psutil.Process) -> int:
    """Bytes of a process and those that it started."""
    total = 0
    for one in (process, *process.children(recursive=True)):
        try:
            total += one.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total
