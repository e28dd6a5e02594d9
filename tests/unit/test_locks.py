"""The locks of .ci and binder hold what pyproject.toml asks for, each file with its hash; `.ci/lock` writes them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
EXTRAS: dict[str, list[str]] = PROJECT["project"]["optional-dependencies"]
LOCKS = {"test": ROOT / ".ci" / "requirements.txt", "demo": ROOT / "binder" / "requirements.txt"}


def locked(path: Path) -> dict[str, str]:
    """Version of each package of a lock."""
    return dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", path.read_text("utf-8"), re.MULTILINE))


def wanted(requirements: list[str]) -> Iterator[Requirement]:
    """Requirements without those that mean other extras of the project, which are followed."""
    for one in map(Requirement, requirements):
        if canonicalize_name(one.name) == "pdm-nb":
            for extra in one.extras:
                yield from wanted(EXTRAS[extra])
        else:
            yield one


@pytest.mark.parametrize("extra", LOCKS)
def test_the_lock_has_every_requirement_in_a_permitted_version(extra: str) -> None:
    lock = locked(LOCKS[extra])
    requirements = [
        *PROJECT["project"]["dependencies"], *EXTRAS[extra], *PROJECT["dependency-groups"]["build"],
    ]  # fmt: skip
    wrong = [
        f"{one}: {lock.get(canonicalize_name(one.name))}"
        for one in wanted(requirements)
        if not one.specifier.contains(Version(lock.get(canonicalize_name(one.name), "0")), prereleases=True)
    ]
    assert wrong == [], "run .ci/lock and commit the result"


@pytest.mark.parametrize("extra", LOCKS)
def test_each_locked_package_has_hashes_and_no_address(extra: str) -> None:
    text = LOCKS[extra].read_text("utf-8")
    blocks = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)
    assert [block.splitlines()[0] for block in blocks if block and "--hash=sha256:" not in block] == []
    assert "://" not in text
    assert len(locked(LOCKS[extra])) > 100


def test_binder_has_the_versions_that_were_tested() -> None:
    tested = locked(LOCKS["test"])
    assert {name: one for name, one in locked(LOCKS["demo"]).items() if tested.get(name) != one} == {}
