"""What `pdm-nb migrate` works on: the table `migration` of a profile, with its paths. Reads the profile, nothing else."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...errors import InputError
from .profile_file import read_profile

PILOT = 3  # documents


@dataclass(frozen=True, slots=True)
class Migration:
    """A register, its files and where the results go.

    Attributes
    ----------
    profile : Path
        The profile that names all this.
    register : Path
        The spreadsheet.
    folder : Path or None
        The folder of the files, None for that of the register.
    project : str or None
        The name or id of the project, None for the one of the settings.
    journal : Path
        The file that stores the batch.
    name_template : str or None
        The template of the names of documents, None for one that fits.
    pilot : int
        The number of documents that are submitted and compared first; 0 for none.
    apply_fixes : bool
        Whether fixes that have one meaning are applied.
    """

    profile: Path
    register: Path
    folder: Path | None
    project: str | None
    journal: Path
    name_template: str | None
    pilot: int
    apply_fixes: bool

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> Migration:
        """Read the profile.

        Parameters
        ----------
        path : path
            A profile, as `Register.save_profile` or `pdm-nb map` write it.

        Returns
        -------
        Migration
            With whole paths.

        Raises
        ------
        InputError
            If the profile cannot be read, or names no register.

        Examples
        --------
        >>> path = Path("acme.toml")
        >>> _ = path.write_text('version = 1\\n[migration]\\nregister = "register.xlsx"\\nfolder = "drawings"')
        >>> Migration.read(path).journal.name
        'acme.sqlite'
        """
        profile = Path(path).absolute()
        given: dict[str, Any] = dict(read_profile(profile).migration)
        if not given.get("register"):
            raise InputError(
                f'{profile.name} does not name a register. Add the table [migration] with register = "…", or write '
                "the profile with pdm-nb map REGISTER -o PROFILE."
            )
        pilot = given.get("pilot", PILOT)
        if pilot < 0:
            raise InputError(f"{profile.name}: pilot is {pilot}. Use 0 for none, or more.")
        root = profile.parent
        return cls(
            profile,
            root / given["register"],
            root / given["folder"] if given.get("folder") else None,
            given.get("project"),
            root / (given.get("journal") or f"{profile.stem}.sqlite"),
            given.get("name_template"),
            pilot,
            given.get("apply_fixes", True),
        )

    def result(self, name: str) -> Path:
        """Return the path of a result next to the profile, such as acme-evidence.xlsx."""
        return self.profile.with_name(f"{self.profile.stem}-{name}")
