"""`pdm-nb template` and `pdm-nb migrate`: from a register of another company to evidence, by the command line alone."""

from __future__ import annotations

import gc
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest

from pdm_nb.batch.evidence import BatchEvidence
from pdm_nb.batch.journal.journal import Journal
from pdm_nb.cli.main import main
from pdm_nb.sim import Simulator
from pdm_nb.sim.samples import write_master_register, write_samples

pytestmark = pytest.mark.slow
PROFILE = """
version = 1

[migration]
register = "register.xlsx"
folder = "documents"
pilot = 2

[columns]
"Dwg No." = "number"
File = "file"
"Document Title" = "description"
"Rev." = "revision"
"Date of Issue" = "date_authored"
Suitability = "status"
"Disc." = "discipline"
Company = "originator"
"Doc. Type" = "type"
"Vol./System" = "volume"
Level = "location"

[constants]
project = "RST"

[dates]
"Date of Issue" = "DMY"

[files]
confirmed = ["case", "suffix"]

[crosswalk.type]
Dwg = "Drawing"
"3D model" = "Model"

[crosswalk.status]
"S3 - Review & comment" = "S3"
"""


@pytest.fixture
def simulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    """A simulator that the settings name, and no terminal."""
    monkeypatch.delenv("PDM_NB_ENVIRONMENT", raising=False)
    monkeypatch.setattr("sys.stdin", io.StringIO())
    with Simulator(ml_seconds=0.1) as found:
        for name, value in {
            "API_URL": found.url,
            "LOGIN_URL": found.url,
            "CLIENT_ID": found.client_id,
            "CLIENT_SECRET": found.client_secret,
            "COMPANY_ID": str(found.company_id),
            "PROJECT_ID": str(found.project_id),
        }.items():
            monkeypatch.setenv(f"PDM_NB_{name}", value)
        yield found


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with twenty documents, their register and a profile."""
    samples = write_samples(tmp_path / "documents", 20)
    write_master_register(tmp_path / "documents", samples, tmp_path / "register.xlsx")
    (tmp_path / "acme.toml").write_text(PROFILE, "utf-8")
    return tmp_path


@pytest.fixture
def migrate(
    place: Path, simulator: Simulator, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    def run(*options: str) -> tuple[int, str, str]:
        gc.collect()  # closes the journals that a test has read
        code = main(["migrate", str(place / "acme.toml"), *options])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


Migrate = Callable[..., tuple[int, str, str]]


def evidence(place: Path) -> BatchEvidence:
    return BatchEvidence(Journal.open(place / "acme.sqlite"))


def test_a_dry_run_writes_the_plan_and_sends_nothing(
    migrate: Migrate, place: Path, simulator: Simulator
) -> None:
    code, out, _ = migrate("--dry-run")
    assert code == 1  # some specifications have no section
    assert "Wrote acme-plan.html" in out
    assert "on hold" in out
    assert (place / "acme-plan.html").is_file()
    assert simulator.counts.storage_puts == 0


def test_without_a_terminal_it_asks_for_yes_before_it_sends(migrate: Migrate, simulator: Simulator) -> None:
    code, _, err = migrate()
    assert code == 2
    assert "Add --yes" in err
    assert simulator.counts.storage_puts == 0


def test_from_register_to_evidence_and_on_with_what_came_back(migrate: Migrate, place: Path) -> None:
    code, out, _ = migrate("--yes")
    assert code == 1
    assert "Read back: 0 differences" in out
    states = evidence(place).frame["state"].value_counts().to_dict()
    assert set(states) == {"submitted", "on hold"}
    assert (place / "acme-evidence.html").is_file()
    assert "Read back: 0 differences" in (place / "acme.log").read_text("utf-8")

    code, _, err = migrate("--yes")  # by mistake
    assert code == 2
    assert "Add --resume" in err

    fill_in(place / "acme-held.xlsx")
    code, out, _ = migrate("--yes", "--resume", "--held", str(place / "acme-held.xlsx"), "--json")
    found = evidence(place)
    assert code == 0
    assert json.loads(out.splitlines()[-1])["revisions"] == 20
    assert found.frame["read_back"].tolist() == ["equal"] * 20
    assert {"register", "profile", "file name", "analyst"} <= set(found.changes["author"])
    rows = found.frame[["register", "sheet", "row"]]
    assert rows.notna().all(axis=None)


def fill_in(path: Path) -> None:
    """What whoever knows does: a specification's number is its section."""
    book = openpyxl.load_workbook(path)
    sheet = book["Register"]
    headings = [cell.value for cell in sheet[1]]
    for row in sheet.iter_rows(min_row=2):
        row[headings.index("Specification section")].value = row[headings.index("Number")].value
    book.save(path)


def test_a_plan_that_was_signed_is_what_is_sent(migrate: Migrate, place: Path, simulator: Simulator) -> None:
    migrate("--dry-run")
    (place / "acme-plan.html").rename(place / "signed.html")
    change_title(place / "register.xlsx")
    code, _, err = migrate("--yes", "--plan", str(place / "signed.html"))
    assert code == 2
    assert "description" in err.casefold()
    assert simulator.counts.storage_puts == 0

    migrate("--dry-run")
    code, out, _ = migrate("--yes", "--plan", str(place / "acme-plan.html"))
    assert code == 1  # those without a section
    assert "Read back: 0 differences" in out


def change_title(path: Path) -> None:
    """Change the title of the first document of a register."""
    book = openpyxl.load_workbook(path)
    first = next(row for row in book["Register"].iter_rows() if row[0].value == 1)
    first[3].value = "Another title"
    book.save(path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("register = ", "registre = "), "unknown key 'registre'"),
        (("pilot = 2", 'pilot = "2"'), "must be a whole number"),
        (("pilot = 2", "pilot = -2"), "pilot is -2"),
        (("pilot = 2", 'project = "Another project"'), "Another project"),
        (('File = "file"', 'File = "field_of_another_project"'), "field_of_another_project"),
        (('register = "register.xlsx"', 'register = "gone.xlsx"'), "gone.xlsx"),
        (('confirmed = ["case", "suffix"]', 'policy = "refuse"'), "open question"),
        (("[migration]", "[rows]\n[ignored"), "not valid TOML"),
    ],
)
def test_a_wrong_profile_gets_a_sentence(
    change: tuple[str, str], message: str, migrate: Migrate, place: Path, simulator: Simulator
) -> None:
    (place / "acme.toml").write_text(PROFILE.replace(*change), "utf-8")
    code, _, err = migrate("--yes")
    assert code == 2
    assert message in err
    assert simulator.counts.storage_puts == 0


def test_a_template_is_read_back_without_a_question(
    place: Path, simulator: Simulator, capsys: pytest.CaptureFixture[str]
) -> None:
    path = place / "template.xlsx"
    assert main(["template", str(path), "--files", str(place / "documents")]) == 0
    assert "Wrote" in capsys.readouterr().out
    assert main(["map", str(path), "--folder", str(place / "documents")]) == 0
