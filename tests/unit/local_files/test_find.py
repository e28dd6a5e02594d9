"""Folders, patterns and lists of files: what is found, what is left out with a count, and what could not be read."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from pdm_nb.batch.journal.journal import Identity, Journal
from pdm_nb.errors import InputError
from pdm_nb.local_files import FoundFiles, find_files

IDENTITY = Identity("http://127.0.0.1:1", "1", "2", "P")
NOBODY = 65534
OLD_JOURNALS = Path(__file__).parents[1] / "batch" / "journal" / "journals"


def names(found: FoundFiles) -> list[str]:
    return [path.name for path in found.files]


def touch(folder: Path, *paths: str) -> Path:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(b"x")
    return folder


@contextmanager
def as_a_user() -> Iterator[Path]:
    """A folder of a user for whom permissions count: for root, nothing is unreadable."""
    with tempfile.TemporaryDirectory() as name:
        is_root = os.geteuid() == 0
        if is_root:
            os.chown(name, NOBODY, NOBODY)
            os.seteuid(NOBODY)
        try:
            yield Path(name)
        finally:
            if is_root:
                os.seteuid(0)


# -- what is left out
@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("A-101.dwl", ".dwl"), ("A-101.DWL2", ".dwl2"), ("A-101.bak", ".bak"), ("A-101.sv$", ".sv$"),
        ("~$register.xlsx", "~$"), ("~WRL0001.tmp", ".tmp"), ("x.tmp", ".tmp"), ("a.pdf.crdownload", ".crdownload"),
        ("a.pdf.part", ".part"), ("a.lnk", ".lnk"), ("site.url", ".url"), ("$RECYCLE.BIN/a.pdf", "$RECYCLE.BIN"),
        ("sub/@eaDir/a.pdf", "@eaDir"), ("__MACOSX/a.pdf", "__MACOSX"), ("Desktop.ini", "desktop.ini"),
        ("thumbs.db", "Thumbs.db"), ("._a.pdf", "._"), (".DS_Store", ".DS_Store"), (".git/objects/a.pdf", ".git"),
        (".svn/a.pdf", ".svn"), (".hidden.pdf", "hidden"), (".cache/a.pdf", "hidden"),
    ],
)  # fmt: skip
def test_litter_is_left_out_and_counted(tmp_path: Path, path: str, kind: str) -> None:
    found = find_files(touch(tmp_path, "A-101.pdf", path))
    assert names(found) == ["A-101.pdf"]
    assert found.left_out == {kind: 1}


def test_one_notice_counts_what_was_left_out(tmp_path: Path) -> None:
    touch(tmp_path, "a.pdf", *(f"{n}.bak" for n in range(12)), *(f"{n}.dwl" for n in range(7)))
    assert find_files(tmp_path).notices == ["19 files were left out: 12 .bak, 7 .dwl."]
    (tmp_path / "b.bak").unlink(missing_ok=True)
    assert find_files(touch(tmp_path / "one", "a.pdf", "a.bak")).notices == ["1 file was left out: 1 .bak."]
    assert find_files(touch(tmp_path / "two", "a.pdf")).notices == []


def test_a_folder_of_litter_alone_is_reported_with_its_count(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"contains no files\. 2 files were left out: 2 \.bak\."):
        find_files(touch(tmp_path, "a.bak", "b.bak"))


def test_a_file_that_is_named_is_a_document_whatever_its_name(tmp_path: Path) -> None:
    touch(tmp_path, "a.bak", ".hidden.pdf")
    assert names(find_files(tmp_path / "a.bak")) == ["a.bak"]
    assert names(find_files([tmp_path / "a.bak"])) == ["a.bak"]
    assert names(find_files(tmp_path / ".h*.pdf")) == [".hidden.pdf"]


def test_the_register_is_left_out(tmp_path: Path) -> None:
    touch(tmp_path, "a.pdf", "register.csv")
    found = find_files(tmp_path, exclude=[tmp_path / "register.csv"])
    assert (names(found), found.left_out) == (["a.pdf"], {"register": 1})


@pytest.mark.parametrize("name", ["batch.sqlite", "batch.db", "notes"])
@pytest.mark.parametrize("is_open", [True, False])
def test_journals_are_left_out_whatever_their_name(tmp_path: Path, name: str, is_open: bool) -> None:
    journal = Journal.open(touch(tmp_path, "a.pdf") / name, IDENTITY)
    if not is_open:
        journal.close()
    found = find_files(tmp_path)
    assert names(found) == ["a.pdf"]
    assert set(found.left_out) == {"journal"}
    journal.close()


@pytest.mark.parametrize("path", sorted(OLD_JOURNALS.glob("*.journal")), ids=lambda path: path.name)
def test_journals_of_older_versions_are_left_out(tmp_path: Path, path: Path) -> None:
    shutil.copyfile(path, touch(tmp_path, "a.pdf") / "notes")
    assert find_files(tmp_path).left_out == {"journal": 1}


def test_looking_at_an_open_journal_does_not_release_its_lock(tmp_path: Path) -> None:
    """Closing another descriptor of the file would release the lock that SQLite holds for this process."""
    journal = Journal.open(touch(tmp_path, "a.pdf") / "batch.sqlite", IDENTITY)
    find_files(tmp_path)
    other = "import sqlite3, sys; sqlite3.connect(sys.argv[1], timeout=0.1).execute('SELECT * FROM meta')"
    result = subprocess.run([sys.executable, "-c", other, journal.path], capture_output=True, text=True)
    assert "database is locked" in result.stderr
    journal.close()


def test_a_database_of_another_program_is_a_document(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "survey.sqlite")) as db, db:
        db.execute("CREATE TABLE point (x)")
    assert names(find_files(tmp_path)) == ["survey.sqlite"]


# -- what cannot be read
def test_a_folder_without_permission_is_reported() -> None:
    with as_a_user() as folder:
        touch(folder, "a.pdf", "private/b.pdf")
        (folder / "private").chmod(0)
        for source in (folder, folder / "**" / "*.pdf"):
            found = find_files(source)
            assert names(found) == ["a.pdf"]
            assert found.problems == [f"{folder / 'private'} cannot be read (no permission)"]
        (folder / "private").chmod(0o700)


def test_links_that_lead_nowhere_or_in_circles_are_reported(tmp_path: Path) -> None:
    touch(tmp_path, "a.pdf", "sub/b.pdf")
    (tmp_path / "dangling.pdf").symlink_to("missing.pdf")
    (tmp_path / "self.pdf").symlink_to("self.pdf")
    (tmp_path / "sub" / "up").symlink_to(tmp_path)
    found = find_files(tmp_path)
    assert names(found) == ["a.pdf", "b.pdf"]
    assert len(found.problems) == 3
    assert any("sub/up is a link to" in problem for problem in found.problems)
    assert sum("a file that does not exist" in problem for problem in found.problems) == 2
    assert names(find_files(tmp_path / "**" / "*.pdf")) == ["a.pdf", "b.pdf"]


def test_links_that_lead_out_of_the_folder_are_reported_and_found_if_they_are_allowed(tmp_path: Path) -> None:
    touch(tmp_path, "in/a.pdf", "out/secret.pdf", "out/more/b.pdf")
    (tmp_path / "in" / "link.pdf").symlink_to(tmp_path / "out" / "secret.pdf")
    (tmp_path / "in" / "folder").symlink_to(tmp_path / "out" / "more")
    found = find_files(tmp_path / "in")
    assert names(found) == ["a.pdf"]
    assert set(found.outside) == {tmp_path / "in" / "link.pdf", tmp_path / "in" / "folder"}
    assert "Allow it by name to send it" in found.notices[0]
    assert names(find_files(f"{tmp_path}/in/*.pdf")) == ["a.pdf"]
    assert names(find_files(tmp_path / "in", allow=["link.pdf"])) == ["a.pdf", "link.pdf"]
    assert names(find_files(tmp_path / "in", allow=["folder"])) == ["a.pdf", "b.pdf"]


# -- how a source may be written
def test_the_home_folder_may_be_a_tilde(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(touch(tmp_path, "drawings/a.pdf")))
    for source in (
        "~/drawings",
        "~/drawings/*.pdf",
        "~/drawings/a.pdf",
        ["~/drawings"],
        ["~/drawings/a.pdf"],
    ):
        assert find_files(source).files == [tmp_path / "drawings" / "a.pdf"]


def test_a_folder_whose_name_contains_brackets_is_found_by_a_pattern(tmp_path: Path) -> None:
    touch(tmp_path, "Plans [2026]/a.pdf", "Plans [2026]/sub [1]/b.pdf", "Plans 2/c.pdf")
    assert names(find_files(f"{tmp_path}/Plans [2026]/*.pdf")) == ["a.pdf"]
    assert names(find_files(f"{tmp_path}/Plans [2026]/**/*.pdf")) == ["a.pdf", "b.pdf"]
    assert names(find_files(f"{tmp_path}/Plans [12]/*.pdf")) == ["c.pdf"]


def test_a_list_may_have_folders_patterns_and_files(tmp_path: Path) -> None:
    touch(tmp_path, "one/a.pdf", "one/a.bak", "two/b.pdf", "two/b.dwg", "c.pdf")
    found = find_files(
        [tmp_path / "one", f"{tmp_path}/two/*.dwg", tmp_path / "c.pdf", tmp_path / "missing.pdf"]
    )
    assert names(found) == ["a.pdf", "b.dwg", "c.pdf", "missing.pdf"]
    assert found.left_out == {".bak": 1}
    assert names(find_files([tmp_path / "one", tmp_path])) == ["a.pdf", "c.pdf", "b.dwg", "b.pdf"]


def test_an_empty_folder_in_a_list_is_reported(tmp_path: Path) -> None:
    (touch(tmp_path, "a.pdf") / "empty").mkdir()
    found = find_files([tmp_path / "a.pdf", tmp_path / "empty"])
    assert names(found) == ["a.pdf"]
    assert found.notices == [f"{tmp_path / 'empty'} contains no files that are not listed already."]


def test_a_pattern_does_not_enter_folders_of_the_system(tmp_path: Path) -> None:
    found = find_files(touch(tmp_path, "a.pdf", "@eaDir/a.pdf") / "**" / "*.pdf")
    assert (names(found), found.left_out) == (["a.pdf"], {"@eaDir": 1})


def test_what_is_no_file_is_reported(tmp_path: Path) -> None:
    os.mkfifo(touch(tmp_path, "a.pdf") / "pipe.pdf")
    assert find_files(tmp_path).problems == [f"{tmp_path / 'pipe.pdf'} is not a file"]
