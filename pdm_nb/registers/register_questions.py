"""What has to be decided before a register becomes a batch: a sentence each, with the call that decides it. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..rules.values.text import quantity
from .mapping.aliases import FILE
from .matching import Match, Matching, NameDifference
from .matching.matches import certainty, is_formal
from .matching.shared_files import SharedFile, row_label
from .register_files import FileDecisions, RegisterFolder, open_proposals
from .register_stages import RegisterStages

SHOWN = 3  # examples
# Differences whose names are too short for a sentence.
IN_WORDS: dict[str, str] = {
    NameDifference.INSIDE: "what stands before the number",
    NameDifference.UNICODE: "the form of accents",
    NameDifference.TRAILING: "dots or spaces at the end",
}
DATE_ORDERS = {"DMY": "Day/Month/Year", "MDY": "Month/Day/Year", "YMD": "Year/Month/Day"}


@dataclass(frozen=True, slots=True)
class DecisionCall:
    """A call of a register's method that decides a question, and what it does in a few words."""

    label: str
    method: str
    arguments: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True)
class RegisterQuestion:
    """What has to be decided: a sentence, the code that decides it in words, and the same as calls.

    Without `calls`, the columns or the source have to be changed first.
    """

    text: str
    code: str
    calls: tuple[DecisionCall, ...] = ()

    @classmethod
    def of(cls, sentence: str) -> RegisterQuestion:
        """Return a question that ends with the code that decides it."""
        text, found, code = sentence.partition(" register.")
        return cls(text, f"register.{code}" if found else "")

    def __str__(self) -> str:
        return f"{self.text} {self.code}".rstrip()


def questions(
    stages: RegisterStages, matching: Matching | None, folder: RegisterFolder, decisions: FileDecisions
) -> list[RegisterQuestion]:
    """Return all open questions. `matching` is None if no column shows which files are meant."""
    found = list(_about_dates(stages))
    if matching is None:
        return [*found, _no_key(stages)]
    found += [*_about_proposals(matching, decisions), *_about_shared(matching), *_about_outside(matching)]
    return found or list(_about_nothing(matching, folder))


def questions_of_values(stages: RegisterStages) -> list[RegisterQuestion]:
    """Return the open questions that matter if no files are sent: which documents are meant, and their dates."""
    found = list(_about_dates(stages))
    if not {FILE, "number", "name"} & set(stages.mapping.targets):
        names = ", ".join(map(repr, stages.content.columns))
        text = f"No column has the names, numbers or files of documents. The columns are {names}."
        found.append(RegisterQuestion(text, "register.map(column, 'name') names it."))
    return found


def _no_key(stages: RegisterStages) -> RegisterQuestion:
    names = ", ".join(map(repr, stages.content.columns))
    return RegisterQuestion(
        f"No column has the files or the numbers of documents. The columns are {names}.",
        "register.map(column, 'file') or register.map(column, 'number') names it.",
    )


def _about_dates(stages: RegisterStages) -> Iterator[RegisterQuestion]:
    for column, order in stages.date_orders.items():
        if order.needs_answer and column not in stages.profile.dates:
            yield RegisterQuestion(
                order.sentence(column),
                f"register.date_order({column!r}, 'DMY') sets it; or 'MDY', 'YMD'.",
                tuple(DecisionCall(label, "date_order", (column, key)) for key, label in DATE_ORDERS.items()),
            )


def _about_proposals(matching: Matching, decisions: FileDecisions) -> Iterator[RegisterQuestion]:
    formal: list[Match] = []
    others: dict[frozenset[NameDifference], list[Match]] = {}
    for one in open_proposals(matching, decisions):
        (formal if is_formal(one.differences) else others.setdefault(one.differences, [])).append(one)
    for matches in filter(None, (formal, *others.values())):
        yield _proposed(matching, matches)


def _proposed(matching: Matching, matches: Sequence[Match]) -> RegisterQuestion:
    kinds = Counter(
        " and ".join(IN_WORDS.get(different, different) for different in sorted(one.differences))
        for one in matches
    )
    counted = ", ".join(
        f"{kind} ({count})" if len(kinds) > 1 else kind for kind, count in kinds.most_common()
    )
    names = sorted({difference.value for one in matches for difference in one.differences}, key=_sureness)
    first = matches[0]
    example = f"row {row_label(first.row)}, {matching.text_of(first.row)!r}: {first.file}"
    these = quantity(len(matches), "row", "matches a file that differs", "match files that differ")
    them, listed = "them" if len(matches) > 1 else "it", ", ".join(map(repr, names))
    return RegisterQuestion(
        f"{these} in {counted}, such as {example}.",
        f"register.confirm({listed}) takes {them}, register.reject({listed}) does not.",
        (
            DecisionCall(f"Use {them}", "confirm", tuple(names)),
            DecisionCall(f"Leave {them} out", "reject", tuple(names)),
        ),
    )


def _sureness(difference: str) -> tuple[float, str]:
    return certainty([NameDifference(difference)]), difference


def _about_shared(matching: Matching) -> Iterator[RegisterQuestion]:
    shared = matching.shared
    if shared and matching.policy == "refuse":
        rows = sum(len(one.rows) for one in shared)
        differing = [one for one in shared if one.differing]
        example = (differing or shared)[0]
        yield RegisterQuestion(
            f"{quantity(rows, 'row')} are for {quantity(len(shared), 'file')}{_differing(differing, shared)}. "
            f"{example.message}",
            "register.use_policy('first') takes the first row of a file, 'join' joins the values.",
            (
                DecisionCall("Use the first row", "use_policy", ("first",)),
                DecisionCall("Join the values", "use_policy", ("join",)),
            ),
        )


def _differing(differing: Sequence[SharedFile], shared: Sequence[SharedFile]) -> str:
    if len(shared) == 1 or not differing:
        return ""
    return f"; the rows of {len(differing)} of them differ"


def _about_outside(matching: Matching) -> Iterator[RegisterQuestion]:
    outside = [one for one in matching.matches.values() if one.outside and one.file not in matching.allowed]
    if not outside:
        return
    files = list(dict.fromkeys(one.file for one in outside))
    named = "; ".join(f"row {row_label(one.row)}: {one.outside}" for one in outside[:SHOWN])
    more = f" and {len(outside) - SHOWN} more" if len(outside) > SHOWN else ""
    rows = quantity(len(outside), "row", "leads", "lead")
    yield RegisterQuestion(
        f"{rows} out of the folder of the files ({named}{more}).",
        f"register.allow({', '.join(map(repr, files[:SHOWN]))}) permits to send {'them' if len(files) > 1 else 'it'} by "
        f"name, register.assign({outside[0].row!r}, None) leaves a row out, folder= sets another folder.",
        (
            DecisionCall("Allow these files", "allow", tuple(files)),
            DecisionCall(f"Leave row {row_label(outside[0].row)} out", "assign", (outside[0].row, None)),
        ),
    )


def _about_nothing(matching: Matching, folder: RegisterFolder) -> Iterator[RegisterQuestion]:
    """Ask for the folder if no row has a file: then the folder is wrong, not the rows."""
    if not matching.rows:
        yield RegisterQuestion("The table has no rows.", "Set sheet= or header= if they are elsewhere.")
    elif not matching.documents():
        row, count = next(iter(matching.rows)), len(matching.rows)
        rows = f"None of the {count} rows has" if count > 1 else "The row does not have"
        example = f"row {row_label(row)}: {matching.text_of(row)!r}"
        yield RegisterQuestion(
            f"{rows} a file in {folder.root}, for example {example}.",
            "Check the folder of the files, and set it with folder=.",
        )
