"""The JavaScript: its own tests, and that the committed bundle is built from the current sources."""

from __future__ import annotations

import subprocess

import pytest

from tests.support.frontend import FRONTEND, NODE, needs_node


def run(*command: str) -> None:
    done = subprocess.run(command, cwd=FRONTEND, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]


needs_packages = pytest.mark.skipif(
    not (FRONTEND / "node_modules" / "esbuild").is_dir(),
    reason="its npm packages are not installed: npm ci in pdm_nb/widgets/frontend",
)


@needs_node
@pytest.mark.parametrize("folder", ["test", pytest.param("test/app", marks=needs_packages)])
def test_javascript_unit_tests(folder: str) -> None:
    tests = sorted(str(path) for path in (FRONTEND / folder).glob("*.test.js"))
    assert tests
    run(str(NODE), "--test", *tests)


@needs_node
@needs_packages
def test_the_bundle_is_what_the_sources_build_to() -> None:
    run(str(NODE), "build.mjs", "--check")


def test_no_registry_address_is_tracked() -> None:
    text = (FRONTEND / "package-lock.json").read_text()
    assert '"resolved"' not in text
    assert "ag-grid-enterprise" not in text
