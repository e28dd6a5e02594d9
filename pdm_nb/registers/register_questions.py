"""What has to be decided before a register becomes a batch: a sentence each, with the call that decides it. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from ..rules.values.text import quantity
from .mapping.aliases import FILE
from .matching import Match, Matching, NameDifference
from .matching.matches import certainty, is_formal
from .matching.shared_files import SharedFile, row_label
from .register_files import FileDecisions, RegisterFolder, open_proposals
from .register_stages import RegisterStages

SHOWN = 3  # examples


def questions(
    stages: RegisterStages, matching: Matching | None, folder: RegisterFolder, decisions: FileDecisions
) -> list[str]:
    """Return all open questions. `matching` is None if no column shows which files are meant."""
    found = list(_about_dates(stages))
    if matching is None:
        return [*found, _no_key(stages)]
    found += [*_about_proposals(matching, decisions), *_about_shared(matching), *_about_outside(matching)]
    return found or list(_about_nothing(matching, folder))


def questions_of_values(stages: RegisterStages) -> list[str]:
    """Return the open questions that matter if no files are sent: which documents are meant, and their dates."""
    found = list(_about_dates(stages))
    if not {FILE, "number", "name"} & set(stages.mapping.targets):
        names = ", ".join(map(repr, stages.content.columns))
        found.append(
            f"No column has the names, numbers or files of documents. The columns are {names}. register.map(column, 'name') "
            "names it."
        )
    return found


def _no_key(stages: RegisterStages) -> str:
    names = ", ".join(map(repr, stages.content.columns))
    return (
        f"No column has the files or the numbers of documents. The columns are {names}. register.map(column, 'file') or "
        "register.map(column, 'number') names it."
    )


def _about_dates(stages: RegisterStages) -> Iterator[str]:
    for column, order in stages.date_orders.items():
        if order.needs_answer and column not in stages.profile.dates:
            yield f"{order.sentence(column)} register.date_order({column!r}, 'DMY') sets it; or 'MDY', 'YMD'."


def _about_proposals(matching: Matching, decisions: FileDecisions) -> Iterator[str]:
    formal: list[Match] = []
    others: dict[frozenset[NameDifference], list[Match]] = {}
    for one in open_proposals(matching, decisions):
        (formal if is_formal(one.differences) else others.setdefault(one.differences, [])).append(one)
    for matches in filter(None, (formal, *others.values())):
        yield _proposed(matching, matches)


def _proposed(matching: Matching, matches: Sequence[Match]) -> str:
    kinds = Counter(" and ".join(sorted(one.differences)) for one in matches)
    counted = ", ".join(
        f"{kind} ({count})" if len(kinds) > 1 else kind for kind, count in kinds.most_common()
    )
    names = sorted({difference.value for one in matches for difference in one.differences}, key=_sureness)
    first = matches[0]
    example = f"row {row_label(first.row)}, {matching.text_of(first.row)!r}: {first.file}"
    these = quantity(len(matches), "row", "matches a file that differs", "match files that differ")
    listed = ", ".join(map(repr, names))
    return (
        f"{these} in {counted}, such as {example}. register.confirm({listed}) takes "
        f"{'them' if len(matches) > 1 else 'it'}, register.reject({listed}) does not."
    )


def _sureness(difference: str) -> tuple[float, str]:
    return certainty([NameDifference(difference)]), difference


def _about_shared(matching: Matching) -> Iterator[str]:
    shared = matching.shared
    if shared and matching.policy == "refuse":
        rows = sum(len(one.rows) for one in shared)
        differing = [one for one in shared if one.differing]
        example = (differing or shared)[0]
        yield (
            f"{quantity(rows, 'row')} are for {quantity(len(shared), 'file')}{_differing(differing, shared)}. {example.message} register.use_policy('first') "
            "takes the first row of a file, 'join' joins the values."
        )


def _differing(differing: Sequence[SharedFile], shared: Sequence[SharedFile]) -> str:
    if len(shared) == 1 or not differing:
        return ""
    return f"; the rows of {len(differing)} of them differ"


def _about_outside(matching: Matching) -> Iterator[str]:
    outside = [one for one in matching.matches.values() if one.outside and one.file not in matching.allowed]
    if not outside:
        return
    files = list(dict.fromkeys(one.file for one in outside))
    named = "; ".join(f"row {row_label(one.row)}: {one.outside}" for one in outside[:SHOWN])
    more = f" and {len(outside) - SHOWN} more" if len(outside) > SHOWN else ""
    rows = quantity(len(outside), "row", "leads", "lead")
    yield (
        f"{rows} out of the folder of the files ({named}{more}). register.allow({', '.join(map(repr, files[:SHOWN]))}) "
        f"permits to send {'them' if len(files) > 1 else 'it'} by name, register.assign({outside[0].row!r}, None) leaves a "
        "row out, folder= sets another folder."
    )


def _about_nothing(matching: Matching, folder: RegisterFolder) -> Iterator[str]:
    """Ask for the folder if no row has a file: then the folder is wrong, not the rows."""
    if not matching.rows:
        yield "The table has no rows. Set sheet= or header= if they are elsewhere."
    elif not matching.documents():
        row, count = next(iter(matching.rows)), len(matching.rows)
        rows = f"None of the {count} rows has" if count > 1 else "The row does not have"
        yield (
            f"{rows} a file in {folder.root}, for example row {row_label(row)}: {matching.text_of(row)!r}. Check the folder "
            "of the files, and set it with folder=."
        )
