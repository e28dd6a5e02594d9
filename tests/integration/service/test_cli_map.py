"""`pdm-nb map`: a register is understood without a project, and the profile opens it in one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pdm_nb.cli.main import main
from pdm_nb.registers.profiles import read_profile
from pdm_nb.sim.samples import write_master_register, write_samples


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ENVIRONMENT", "API_URL", "LOGIN_URL"):
        monkeypatch.delenv(f"PDM_NB_{name}", raising=False)


@pytest.fixture
def register(tmp_path: Path) -> Path:
    folder = tmp_path / "documents"
    return write_master_register(folder, write_samples(folder, 15), tmp_path / "register.xlsx")


def test_prints_the_profile_without_a_sign_in(register: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["map", str(register), "--folder", str(register.parent / "documents")])
    printed = capsys.readouterr()
    assert code == 1  # the suffixes are to be confirmed
    assert '"Dwg No." = "number"' in printed.out
    assert "register.confirm(" in printed.err
    assert 'confirmed = ["suffix"] in [files], or pdm-nb map --confirm suffix' in printed.out
    assert "the standard fields; a project may have others" in printed.err


def test_writes_a_profile_that_names_the_register(register: Path, tmp_path: Path) -> None:
    path = tmp_path / "profiles" / "acme.toml"
    path.parent.mkdir()
    main(["map", str(register), "--folder", str(tmp_path / "documents"), "-o", str(path)])
    profile = read_profile(path)
    assert profile.migration == {"register": "../register.xlsx", "folder": "../documents"}
    assert profile.mapping.columns["Remarks"] is None


def test_json_has_columns_questions_and_profile(register: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["map", str(register), "--json"])
    found = json.loads(capsys.readouterr().out)
    assert {"column": "Rev.", "field": "revision", "confidence": "sure"} in found["columns"]
    assert "[columns]" in found["profile"]
    assert found["questions"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("missing.xlsx", None, "No such file"),
        ("empty.csv", "", "empty"),
        ("picture.png", "\x89PNG", "not"),
    ],
)
def test_a_file_that_is_no_register_gets_a_sentence(
    name: str, content: str | None, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_text(content, encoding="latin-1")
    assert main(["map", str(path)]) == 2
    error = capsys.readouterr().err
    assert error.startswith("pdm-nb: ")
    assert message in error
