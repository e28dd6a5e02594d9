"""What a register reports without asking: what was found, assumed, left out and matched, a sentence each. Pure.

Each sentence has a level of logging. Only what asks for attention is a warning.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator, Mapping

from ..rules.naming_standard import split_suffix
from ..rules.revision_scheme import RevisionScheme
from ..rules.values.text import quantity
from .mapping import CellProblem
from .mapping.crosswalk import counted
from .matching import Matching, MatchKind, NameDifference, RowKey
from .matching.mixed_revisions import mixed_revisions_notice
from .matching.shared_files import row_label
from .reading.table.register_table import Reason
from .register_frames import Row, odd_cells
from .register_stages import RegisterStages

Notice = tuple[str, int]
PDF_SUFFIX = ".pdf"


def notices(stages: RegisterStages, is_frame: bool) -> Iterator[Notice]:
    """Yield what is to be reported about the table, its columns and its values."""
    table = stages.content.table
    is_whole = all(one.reason is Reason.EMPTY for one in table.excluded)
    for notice in table.notices:
        # Where the headings of a DataFrame are is no news.
        if not (is_frame and is_whole and notice.code == "table"):
            yield notice.message, notice.level
    for column, order in stages.date_orders.items():
        if order.order:
            yield order.sentence(column), logging.INFO
    if mixed := mixed_revisions_notice(stages.mapped.values, RevisionScheme.of(stages.profile.revisions)):
        yield mixed, logging.WARNING
    yield from _about_unused(stages)
    for text in problem_notices(stages):
        yield text, logging.WARNING
    yield from _about_values(stages)


def _about_unused(stages: RegisterStages) -> Iterator[Notice]:
    """Yield which columns are not used. That asks for attention if one of them may be a field."""
    left = [column for column in stages.mapped.unmapped if any(stages.content.columns[column])]
    if left:
        proposed = {one.column: one.field for one in stages.proposals if one.field}
        column = next((one for one in left if one in proposed), left[0])
        field = proposed.get(column) or "…"
        yield (
            f"{quantity(len(left), 'column', 'is', 'are')} not used: {', '.join(left).rstrip('.')}. "
            f"register.map({column!r}, {field!r}) uses one.",
            logging.WARNING if column in proposed else logging.INFO,
        )


def _about_values(stages: RegisterStages) -> Iterator[Notice]:
    crosswalk = stages.crosswalk
    if used := [entry for entry in crosswalk.entries if entry.use]:
        first = used[0]
        text = f"{counted(used)} became values of the lists, such as {first.value!r}: {first.use}."
        yield text, logging.INFO
    if open_ := crosswalk.open:
        first = open_[0]
        verb = "is" if len(open_) == 1 else "are"
        yield (
            f"{counted(open_)} {verb} not in the lists, such as {first.value!r} ({first.field}). "
            "register.crosswalk lists them.",
            logging.WARNING,
        )


def problem_notices(stages: RegisterStages) -> Iterator[str]:
    """Yield a sentence for each kind of problem in each column, with its count and an example."""
    groups: dict[tuple[str, str], list[CellProblem]] = {}
    for one in stages.problems:
        groups.setdefault((one.column, one.kind.value), []).append(one)
    for (_, kind), problems in groups.items():
        first, others = problems[0], len(problems) - 1
        more = f" {quantity(others, 'more cell', 'is', 'are')} like it." if others else ""
        where = stages.content.place(first.row, first.column)
        hint = ""
        if first.proposal and kind not in stages.cleaned:
            hint = f" register.clean({kind!r}) does so."
        yield f"{where[0].upper()}{where[1:]}: {first.message}{more}{hint}"
    odd: dict[tuple[str | None, str], list[Row]] = {}
    for cell in odd_cells(stages):
        _, column, _, _, kind, _, _ = cell
        odd.setdefault((column, kind), []).append(cell)
    for (column, kind), rows in odd.items():
        row, *_, shown = rows[-1]
        taken = f", taken as {shown!r}" if shown else ""
        yield f"{quantity(len(rows), 'cell')} in {column!r}: {kind}, such as row {row}{taken}."


def row_notices(matching: Matching, links: Mapping[RowKey, str]) -> Iterator[Notice]:
    """Yield sentences about rows without a file, files without a row, and hyperlinks that lead elsewhere."""
    yield from _about_links(matching, links)
    for text in (*_about_unclear(matching), *_about_left(matching)):
        yield text, logging.WARNING


def _about_unclear(matching: Matching) -> Iterator[str]:
    """Yield sentences about rows whose file is not clear."""
    if unclear := [row for row, files in matching.unclear.items() if len(files) > 1]:
        row = unclear[0]
        files = ", ".join(matching.unclear[row][:3])
        yield (
            f"{quantity(len(unclear), 'row', 'matches', 'match')} several files, such as row {row_label(row)}, "
            f"{matching.text_of(row)!r}: {files}. register.assign({row!r}, '…') sets the file of one.{_by_suffix(matching)}"
        )
    if shared := [row for row, files in matching.unclear.items() if len(files) == 1]:
        row = shared[0]
        yield (
            f"{quantity(len(shared), 'row', 'has', 'have')} a number that other rows have too, and its file has no "
            f"revision, such as row {row_label(row)}, {matching.text_of(row)!r}: {matching.unclear[row][0]}. "
            f"register.assign({row!r}, '…') sets the file of one."
        )


def _about_left(matching: Matching) -> Iterator[str]:
    """Yield sentences about rows without a file, and files without a row."""
    without = [row for row in matching.rows if row not in matching.matches and row not in matching.unclear]
    if without:
        row = without[0]
        rows = quantity(len(without), "row", "has", "have")
        yield f"{rows} no file, such as row {row_label(row)}: {matching.text_of(row)!r}."
    proposed = {one.file for one in matching.matches.values()}
    if left := [file for file in matching.unused_files if file not in proposed]:
        files = quantity(len(left), "file", "has", "have")
        yield f"{files} no row and will not be uploaded, such as {left[0]}."


def _by_suffix(matching: Matching) -> str:
    """Return how rows whose files differ only in the suffix are decided at once, "" if there are none."""
    found: Counter[str] = Counter()
    for files in matching.unclear.values():
        stems = {split_suffix(file)[0].casefold() for file in files}
        if len(files) > 1 and len(stems) == 1:
            found.update({split_suffix(file)[1].casefold() for file in files})
    if not found:
        return ""
    suffix = PDF_SUFFIX if PDF_SUFFIX in found else found.most_common(1)[0][0]
    return f" Open the register with suffixes={suffix!r} if only those files are meant."


def _about_links(matching: Matching, links: Mapping[RowKey, str]) -> Iterator[Notice]:
    others = [row for row, one in matching.matches.items() if NameDifference.LINK in one.differences]
    if others:
        row = others[0]
        one = matching.matches[row]
        shown = matching.text_of(row) if one.kind is MatchKind.LINK else one.file
        yield (
            f"{quantity(len(others), 'row', 'shows', 'show')} another file than the hyperlink leads to, such as row "
            f"{row_label(row)}: {shown} and {links[row]}.",
            logging.WARNING,
        )
    if dead := [row for row in links if row not in matching.matches]:
        row = dead[0]
        yield (
            f"{quantity(len(dead), 'hyperlink', 'leads', 'lead')} to no file of the folder, such as row "
            f"{row_label(row)}: {links[row]}.",
            logging.WARNING,
        )
