"""Compares a form that came back with how it was written: what was renamed, deleted, sorted alone or reformatted. Pure.

How this works: each row has a hidden key with digests of its file and of its cells. A column of which many cells are
other ones, but the same ones in total, was sorted without the rest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ...errors import InputError
from ...model import Field
from ...rules.values.lookup import Lookup, Problem
from ...rules.values.text import quantity
from ..reading import RegisterTable
from ..reading.form import FILE, KEY, REGISTER, FormKey, FormMark
from ..reading.form.form import cell_digest, file_digest

TEMPLATE = "template"
FEWEST = 3  # cells that moved, so that a column was sorted
SAME = 0.8  # part of them that are the cells of other rows
LONGEST_NUMBER = 9
SHOWN = 3


@dataclass(frozen=True, slots=True)
class FormOrigin:
    """The project that a form is used in: id, name, and the fingerprint of its configuration; "" if not known."""

    project_id: str = ""
    project: str = ""
    fingerprint: str = ""


@dataclass(frozen=True)
class FormCheck:
    """A form that came back, with the fields of the project as they are now. `name` is that of the file."""

    name: str
    mark: FormMark
    table: RegisterTable
    fields: Sequence[Field]
    lookups: Mapping[str, Lookup]
    origin: FormOrigin = FormOrigin()

    @property
    def is_template(self) -> bool:
        """True for a template, False for a list of what is on hold."""
        return self.mark.kind == TEMPLATE

    def check_kind(self, kind: str) -> None:
        """Raise `InputError` if this is another kind of form, or one of another project."""
        facts, project = self.mark.facts, self.origin.project_id
        if self.mark.kind != kind and self.is_template:
            raise InputError(f"{self.name} is a template. project.batch({self.name!r}) reads it.")
        if self.mark.kind != kind:
            raise InputError(
                f"{self.name} lists what was on hold in the batch {facts.get('batch name')}. "
                f"batch.file_changes({self.name!r}) takes over what was changed in it."
            )
        if project and facts.get("project id") not in (None, project):
            raise InputError(
                f"{self.name} was written for the project {facts.get('project')} ({facts.get('project id')}), not for "
                f"{self.origin.project or project}. Open that project, or save its sheet {self.mark.sheet!r} as CSV to read it as "
                "any other register."
            )

    # -- what the cells of the table are
    @cached_property
    def keys(self) -> list[FormKey | None]:
        """The key of each row; None for a new row."""
        column = self.table.frame.get(KEY)
        found = [] if column is None else [FormKey.parse(text) for text in column]
        seen: set[str] = set()
        keys: list[FormKey | None] = []
        for key in found or [None] * len(self.table.frame):
            keys.append(None if key is None or key.id in seen else key)  # a copied row is a new one
            seen |= {key.id} if key else set()
        return keys

    @property
    def renamed(self) -> dict[str, str]:
        """Headings that were changed: the present one -> the one that was written."""
        present = {self.table.letters[name]: name for name in self.table.columns}
        return {
            now: heading
            for heading, letters in self.mark.letters.items()
            if heading not in self.table.columns
            and (now := present.get(letters)) is not None
            and now not in self.mark.fields
            and now != KEY
        }

    def column_of(self, heading: str) -> str | None:
        """Return the column that had this heading, also if it was renamed; None if it was deleted."""
        now = {before: name for name, before in self.renamed.items()}.get(heading, heading)
        return now if now in self.table.columns else None

    def cell(self, heading: str, place: int) -> str:
        """Return the name of a cell for messages, such as F7."""
        return f"{self.table.letters[self.column_of(heading) or heading]}{self._rows[place]}"

    @property
    def deleted(self) -> list[str]:
        """Headings of columns that were deleted."""
        gone = set(self.mark.fields) - set(self.table.columns) - set(self.renamed.values())
        return [heading for heading, field in self.mark.fields.items() if heading in gone and field]

    @property
    def removed_fields(self) -> dict[str, str]:
        """Headings of the table -> fields that the project no longer has."""
        known = {"file", *(item.name for item in self.fields)}
        fields = self.mark.fields
        return {name: fields[name] for name in self.table.columns if fields.get(name, "") not in {"", *known}}

    # -- questions
    def questions(self, decided: Iterable[str]) -> list[str]:
        """Return what has to be decided or corrected before the form is used; `decided` are columns with a decision."""
        known = set(decided)
        found = [
            f"{self._cell(now, self._header)} is {now!r}, and the form had {heading!r} there. Rename it back, or "
            f"register.map({now!r}, {self.mark.fields[heading] or None!r}) takes the column, and register.map({now!r}, None) "
            "leaves it out."
            for now, heading in self.renamed.items()
            if now not in known and self.mark.fields[heading]
        ]
        found += [
            f"{self._cell(name, self._header)}: the project no longer has the field of the column {name!r}. "
            f"register.map({name!r}, None) leaves the column out, or map it to another field."
            for name in self.removed_fields
            if name not in known and self.table.frame[name].notna().any()
        ]
        return [*found, *self.moved(), *self.reformatted()]

    @property
    def _rows(self) -> list[int]:
        """The row numbers of the sheet."""
        return list(map(int, self.table.frame.index.tolist()))

    @property
    def _header(self) -> int:
        return self.table.header[-1] if self.table.header else 1

    def _cell(self, column: str, row: int) -> str:
        return f"Sheet {self.mark.sheet!r}, cell {self.table.letters[column]}{row}"

    # -- columns that were sorted alone
    def moved(self) -> Iterator[str]:
        """Yield a sentence for each column that was sorted without the rest."""
        by_key = self._sorted_alone(self.keys)
        if not self._files_moved:
            yield from map(self._about_sorted, by_key)
            return
        # The hidden column stands next to other files: either it was left out of the sorting, or the files were sorted alone.
        by_file = self._sorted_alone(self._keys_by_file)
        is_file_alone = len(by_file) > len(by_key) or not self.mark.compared
        yield from [self._about_sorted(FILE)] if is_file_alone else map(self._about_sorted, by_file)

    @cached_property
    def _files_moved(self) -> bool:
        files = self.table.frame.get(FILE)
        if files is None:
            return False
        own = [(key, text) for key, text in zip(self.keys, files, strict=True) if key]
        others = {key.file for key, _ in own}
        return sum(key.file != (now := file_digest(text)) and now in others for key, text in own) >= FEWEST

    @cached_property
    def _keys_by_file(self) -> list[FormKey | None]:
        """The key of the row that had the file which a row has now."""
        by_file = {key.file: key for key in self.keys if key}
        return [by_file.get(file_digest(text)) for text in self.table.frame[FILE]]

    def _sorted_alone(self, keys: Sequence[FormKey | None]) -> list[str]:
        """Return the columns whose cells stand in other rows than they did."""
        found = []
        for place, heading in enumerate(self.mark.compared):
            if heading not in self.table.columns:
                continue
            pairs = [
                (key.cells[place], now)
                for key, now in zip(keys, self._digests(heading), strict=True)
                if key and place < len(key.cells) and key.cells[place] != now
            ]
            before, after = (
                (Counter(one) for one in zip(*pairs, strict=True)) if pairs else (Counter(), Counter())
            )
            if len(pairs) >= FEWEST and (before & after).total() >= SAME * len(pairs):
                found.append(heading)
        return found

    def _digests(self, heading: str) -> list[str]:
        digests = {text: cell_digest(text) for text in self.table.frame[heading].unique()}
        return [digests[text] for text in self.table.frame[heading]]

    def _about_sorted(self, heading: str) -> str:
        letters = self.table.letters[heading]
        return (
            f"Sheet {self.mark.sheet!r}, column {letters}: {heading!r} was sorted without the other columns, so its cells stand "
            f"next to other files. Undo that, or sort whole rows. If the rows are right, delete the hidden column "
            f"{self.table.letters[KEY]}."
        )

    # -- numbers that lost their zeros
    def reformatted(self) -> Iterator[str]:
        """Yield a sentence for each column with numbers that lost their zeros."""
        for place, heading in enumerate(self.mark.compared):
            if heading not in self.table.columns or self.mark.fields[heading] in self.lookups:
                continue
            lost = list(self._lost_zeros(place, heading))
            if lost:
                row, now, before = lost[0]
                more = (
                    f" {quantity(len(lost) - 1, 'more cell')} of the column changed so."
                    if len(lost) > 1
                    else ""
                )
                yield (
                    f"{self._cell(heading, row)} is {now}, and the form had {before} there: another format was pasted, which "
                    f"drops zeros.{more} Format the column as text and enter {before} again, or delete the hidden column "
                    f"{self.table.letters[KEY]} if {now} is right."
                )

    def _lost_zeros(self, place: int, heading: str) -> Iterator[tuple[int, str, str]]:
        for row, key, text in zip(self._rows, self.keys, self.table.frame[heading], strict=True):
            if key is None or place >= len(key.cells) or not (text and text.isascii() and text.isdigit()):
                continue
            if (before := key.cells[place]) != cell_digest(text):
                longer = (text.zfill(length) for length in range(len(text) + 1, LONGEST_NUMBER))
                if found := next((one for one in longer if cell_digest(one) == before), None):
                    yield row, text, found

    # -- notices
    @property
    def notices(self) -> list[str]:
        """What was changed and does not stop anything, one sentence each."""
        sheet = self.mark.sheet
        found = (
            [f"The sheet {REGISTER!r} of {self.name} is now called {sheet!r}."] if sheet != REGISTER else []
        )
        if self.deleted:
            columns = ", ".join(map(repr, self.deleted))
            found.append(
                f"Sheet {sheet!r} has no {'columns' if len(self.deleted) > 1 else 'column'} {columns} any more. Their values "
                "are not set. Insert a column with that heading if they are needed."
            )
        if KEY not in self.table.columns:
            found.append(
                f"The hidden column {KEY!r} was deleted from sheet {sheet!r}, so it is not known whether columns were sorted "
                "alone."
            )
        elif new := [row for row, key in zip(self._rows, self.keys, strict=True) if key is None]:
            what = "new" if self.is_template else "new and not taken over; project.batch(…) adds documents"
            found.append(f"{quantity(len(new), 'row')} of sheet {sheet!r} {_are(new)} {what}: {_rows(new)}.")
        return [*found, *self._outdated()]

    def _outdated(self) -> Iterator[str]:
        """Report that the configuration changed since, and which cells have values that are no longer in a list."""
        facts = self.mark.facts
        if facts.get("configuration") == self.origin.fingerprint or not self.origin.fingerprint:
            return
        added = [item.label for item in self.fields if item.name not in self.mark.fields.values()]
        more = f" New fields: {', '.join(added)}." if added else ""
        yield (
            f"The configuration of the project changed since {self.name} was written ({facts.get('written', 'unknown')})."
            f"{more} {'project.template(…)' if self.is_template else 'batch.report(…, on_hold=True)'} writes a new one."
        )
        for heading, name in self.mark.fields.items():
            lookup = self.lookups.get(name)
            if lookup is None or heading not in self.table.columns:
                continue
            texts = self.table.frame[heading].tolist()
            was = set(self.mark.lists.get(heading, ()))
            gone = {text for text in set(texts) if text in was and not _is_active(lookup, text)}
            cells = [(row, text) for row, text in zip(self._rows, texts, strict=True) if text in gone]
            if cells:
                row, text = cells[0]
                yield (
                    f"{self._cell(heading, row)}: {text!r} was in the {heading} list when the form was written and no longer "
                    f"is ({quantity(len(cells), 'cell')}). Select another value."
                )


def checked_form(
    name: str,
    table: RegisterTable,
    fields: Sequence[Field],
    lookups: Mapping[str, Lookup],
    origin: FormOrigin,
) -> FormCheck | None:
    """Return a template compared with how it was written, None for other registers.

    Raises
    ------
    InputError
        If it is no template, or one of another project.
    """
    if table.form is None:
        return None
    check = FormCheck(name, table.form, table, fields, lookups, origin)
    check.check_kind(TEMPLATE)
    return check


def files_of_form(table: RegisterTable, source: object) -> Path | None:
    """Return the folder of the files that a form was written for, if it is still there.

    It is below the folder of the form: what came back from outside must not name another place of this machine.
    """
    if table.form is None or not isinstance(source, Path):
        return None
    own = source.absolute().parent
    folder = own / table.form.facts.get("folder", "")
    return folder if folder.is_dir() and folder.resolve().is_relative_to(own.resolve()) else None


def _is_active(lookup: Lookup, text: str) -> bool:
    return not isinstance(lookup.find(text), Problem)


def _are(items: Sequence[object]) -> str:
    return "are" if len(items) > 1 else "is"


def _rows(numbers: Sequence[int]) -> str:
    more = f" and {len(numbers) - SHOWN} more" if len(numbers) > SHOWN else ""
    return ", ".join(f"row {number}" for number in numbers[:SHOWN]) + more
