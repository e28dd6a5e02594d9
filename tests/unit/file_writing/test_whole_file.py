"""A file is written whole or not at all, with the mode that it should have, and never through a half state."""

from __future__ import annotations

import errno
import os
import stat
import threading
from pathlib import Path

import pytest

from pdm_nb.errors import InputError
from pdm_nb.file_writing import whole_file as module
from pdm_nb.file_writing.whole_file import cannot_write, file_for_people, whole_file


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def written(
    file: Path, text: str, error: BaseException | None = None, meanwhile: str = "", **how: bool
) -> None:
    with whole_file(file, **how) as draft:
        draft.write_text(text)
        if meanwhile:
            file.write_text(meanwhile)
        if error is not None:
            raise error


def test_a_file_has_the_new_content_and_nothing_is_left(tmp_path: Path) -> None:
    file = tmp_path / "report.csv"
    file.write_text("before")
    with whole_file(file) as draft:
        draft.write_text("after")
        assert file.read_text() == "before"
        assert draft.name.startswith(".")  # no batch takes it for a document
    assert file.read_text() == "after"
    assert names(tmp_path) == ["report.csv"]


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space"), KeyboardInterrupt(), ValueError()])
def test_after_a_failure_the_former_file_is_as_it_was(tmp_path: Path, error: BaseException) -> None:
    file = tmp_path / "report.csv"
    file.write_text("before")
    before = file.stat()
    with pytest.raises(type(error)):
        written(file, "half", error)
    assert (file.read_text(), file.stat().st_ino) == ("before", before.st_ino)
    assert names(tmp_path) == ["report.csv"]


def test_the_bytes_are_on_the_disk_before_the_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a power failure there may be the former file or the new one, but no empty one."""
    order: list[str] = []
    monkeypatch.setattr(module, "to_disk", lambda file: order.append("bytes"))
    monkeypatch.setattr(module, "folder_to_disk", lambda folder: order.append("names"))
    replace = os.replace
    monkeypatch.setattr(os, "replace", lambda *paths: (order.append("name"), replace(*paths)))
    with whole_file(tmp_path / "report.csv") as draft:
        draft.write_text("after")
    assert order == ["bytes", "name", "names"]


def test_a_private_file_is_never_readable_by_others(tmp_path: Path) -> None:
    file = tmp_path / "tokens.json"
    with whole_file(file, private=True) as draft:
        assert mode(draft) == 0o600
    file.chmod(0o644)
    with whole_file(file, private=True):
        pass
    assert mode(file) == 0o600


def test_the_mode_of_a_file_stays_and_a_new_one_has_the_usual_mode(tmp_path: Path) -> None:
    (tmp_path / "usual").write_text("")
    file = tmp_path / "report.csv"
    for expected in (mode(tmp_path / "usual"), 0o640):
        with whole_file(file):
            pass
        assert mode(file) == expected
        file.chmod(0o640)


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    link, real = tmp_path / "settings.toml", tmp_path / "elsewhere" / "settings.toml"
    real.write_text("before")
    link.symlink_to(real)
    with whole_file(link) as draft:
        draft.write_text("after")
    assert link.is_symlink()
    assert real.read_text() == "after"


@pytest.mark.parametrize("links", [True, False])
def test_a_file_that_appears_meanwhile_is_not_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    """Also on a file system without links."""
    if not links:
        monkeypatch.setattr(os, "link", lambda *_: (_ for _ in ()).throw(OSError(errno.EPERM, "No links")))
    file = tmp_path / "form.xlsx"
    with pytest.raises(FileExistsError):
        written(file, "mine", meanwhile="of somebody else", over=False)
    assert (file.read_text(), names(tmp_path)) == ("of somebody else", ["form.xlsx"])
    with whole_file(tmp_path / "other.xlsx", over=False) as draft:
        draft.write_text("mine")
    assert names(tmp_path) == ["form.xlsx", "other.xlsx"]


def test_two_writers_do_not_disturb_each_other(tmp_path: Path) -> None:
    file, together = tmp_path / "report.csv", threading.Barrier(2)

    def write(text: str) -> None:
        with whole_file(file) as draft:
            draft.write_text(text)
            together.wait(60)

    writers = [threading.Thread(target=write, args=(letter * 1000,)) for letter in "ab"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert file.read_text() in ("a" * 1000, "b" * 1000)
    assert names(tmp_path) == ["report.csv"]


def test_a_long_name_is_no_problem(tmp_path: Path) -> None:
    file = tmp_path / f"{'x' * 250}.csv"
    with whole_file(file) as draft:
        draft.write_text("after")
    assert file.read_text() == "after"


def test_a_file_that_excel_has_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What Windows reports when the name of an open file is given to another."""
    file = tmp_path / "report.xlsx"
    file.write_text("before")

    def refuse(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Access is denied")

    monkeypatch.setattr("sys.platform", "win32")
    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(InputError) as told, file_for_people(file) as draft:
        draft.write_text("after")
    assert str(told.value) == (
        f"{file} cannot be replaced while another program has it open, such as Excel. Close it there, or use another name."
    )
    assert (file.read_text(), names(tmp_path)) == ("before", ["report.xlsx"])


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "the disk is full. Free space"),
        (
            PermissionError(errno.EACCES, "Permission denied"),
            "(Permission denied). Use another file or folder.",
        ),
        (FileExistsError(errno.EEXIST, "File exists"), "exists already. Use another name"),
    ],
)
def test_each_reason_is_a_sentence(tmp_path: Path, error: OSError, told: str) -> None:
    assert told in str(cannot_write(tmp_path / "r.csv", error))


def test_a_folder_that_does_not_exist(tmp_path: Path) -> None:
    told = r"The folder .*no does not exist\. Create it, or write r\.csv"
    with pytest.raises(InputError, match=told), file_for_people(tmp_path / "no" / "r.csv"):
        pass
