"""Writes docs/reference/rules.md: each rule of the service in one line, its variants, and the tests that check it.

Reads the sources of the simulator's tests without running them; the variants come from `runtime/contract_variants.py`.
`python docs/generators/rules_page.py` rewrites the page; `test_docs.py` compares page and tests.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from pdm_nb.sim.runtime.contract_variants import VARIANTS, ContractVariant
from pdm_nb.sim.runtime.options import Options

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference" / "rules.md"
TESTS = [
    *(ROOT / "tests" / "unit" / "sim").rglob("test_*.py"),
    *(ROOT / "tests" / "attack").glob("test_*.py"),
]
INTRODUCTION = """# The rules of the service

Error messages and docstrings of pdm_nb refer to rules of the service by numbers such as `B42`. This page lists them, in
our words, with the tests that check the simulator against each rule. If the service's sources disagree or leave something
open, each variant has a row of its own, with the option of `Simulator(…)` that selects it and its source. The page is
generated from the tests by `python docs/generators/rules_page.py`; a test compares them.
"""
# By the headings of the contract's rules.
RULES: dict[str, dict[int, str]] = {
    "Hosts and headers": {
        1: "Production, developer sandbox and monthly sandbox are separate: a token of one is invalid in the others.",
        2: "Every call needs the header `Procore-Company-Id`, otherwise it is refused with 400; only `me` and `companies` do not need it.",
        3: "Ids may exceed 32 bits; ULIDs have 26 characters of Crockford's base 32; times are ISO 8601 in UTC.",
    },
    "OAuth": {
        4: "Three grants, in urlencoded, multipart or JSON bodies; `token_type` is `bearer`; a project that is not permitted to the service account returns 403.",
        5: "An access token is valid for 5400 seconds; the response has `created_at` and `expires_in`.",
        6: "A refresh returns a new pair of tokens; the old refresh token becomes invalid, even if the response is lost.",
        7: "Revoking returns 200 in any case, and revokes access and refresh token together.",
        8: "An invalid token: 401 `INVALID_TOKEN`.",
    },
    "Paging": {
        9: "Ten rows without `per_page`, at most 100 (5000 with only ids); `Total` and `Link` are always present; an invalid page number is a 400.",
        10: 'v2 lists are `{"data": […]}`, v1 lists are plain arrays.',
    },
    "Rate limits and load": {
        11: "An hourly and a 10-second limit; the headers report the one that is likely to be exceeded first. Both may change at any time.",
        12: "Over a limit: 429 for all calls until the reset; `Retry-After` may be missing, and the body comes from the gateway.",
        13: "Under heavy load: 503 with `Retry-After`; 500 and 502 happen occasionally.",
        14: "PUTs to storage are not API calls: neither counted nor limited.",
    },
    "Errors": {
        15: "v2: `error` with a detail per error; v1: `errors` or `message`; a gateway may return HTML.",
        16: "Every operation may return 401, 403, 404, 429 and 500; 400 has a detail per error that names the path; 406, 408 and 409 on demand.",
    },
    "Configuration": {
        17: "Of the upload requirements whose qualifiers all match, the one with the most qualifiers applies; otherwise the default.",
        18: "Required are the project's four fields, the rule's own, and those of its naming standard if it enforces one.",
        19: "A naming standard is an ordered list of fields; file names contain the codes of their values.",
        20: "System fields are not listed; `readonly` fields and those of an unknown type or variant cannot be set; ignore inactive and invisible fields.",
        21: "Values are listed by field id or name, one field per call; inactive ones only with `include_inactive`. Setting an inactive value is refused.",
        22: "Fields for users have no list of values: the ids are those of the project's users, sent as strings.",
    },
    "Document uploads": {
        23: "Create accepts all items or none and is not idempotent; at most 100 per call. Uploads that are not completed are in no list.",
        24: "Each record has an id; `authored_by`, `uploaded_by`, `originator` and `project` have defaults with `label_source` SYSTEM and can be set.",
        25: "Update returns 207: `success`, and in `failed` the uploads whose file could not be verified when `COMPLETED` was set.",
        26: "A well-formed id of no upload is omitted from the response; a response may also omit the id of an existing upload.",
        27: "An update can be repeated safely; after a 4xx or 500 nothing was applied.",
        28: "500: the file is linked to another upload, the file is missing, or storage could not verify it.",
        29: "Values are arrays of strings: value ids for look-ups, otherwise literals; one value for a list entry and for a reference that is not a user.",
        30: "`only_update_empty_fields` keeps every field that has a value, whoever set it.",
        31: "Every change creates a new `latest_event_id`.",
        32: "`COMPLETED` starts verification, machine learning and scraping; before that the upload is in no list.",
        33: "The name is a required field: either plain and set by the caller, or computed from the fields of the naming standard.",
    },
    "Machine learning and file names": {
        34: "`ml` and `filename_scraping`: `in_progress`, then `completed`, `error` or `not_applicable`; in three spellings.",
        35: "Machine learning reads only PDFs, after completion, within seconds; no webhook reports its end.",
        36: "It fills the type, and for drawings description, number, revision and date, with scores; or `ML_FAILED` with 0.",
        37: "Precedence of values: caller, file name, machine learning; `integration_response` has each suggestion as id and name.",
        38: "Scraping fills the standard's fields by exact code, or reports `FILENAME_NOT_CONTAINS_CODE`; outcomes of scraping refer to fields by label.",
        39: "There are eight label sources; SYSTEM cannot be sent. CONTAINER_MATCH comes from a caller or from a selected container (B75).",
    },
    "Containers and versions": {
        40: "`name|mime type` identifies the container; changing it moves the upload. The id is null until known: while the upload is still being read.",
        41: "Versions count 1, 2, 3 … in the order of submission.",
        42: "If duplicates are forbidden, a `revision` that the container already has is refused.",
    },
    "Submitting": {
        43: "Ready: COMPLETED, with a file and all required values; the caller decides whether to wait for machine learning.",
        44: "One invalid item refuses the whole batch: 422 with a detail per invalid item.",
        45: "Items that fail individually are in `failures` of a 201; v2.0 also has `failureIds`.",
        46: "`ids` has the order of the items that did not fail; `upload_id` of a revision matches exactly.",
        47: "A submitted upload is consumed: in no list, 404 when shown, refused when submitted again.",
        48: "A workflow prevents a submit, which reports each revision in a workflow, until a caller with the permission terminates it with reason and status.",
        49: "The id of a revision is stable, and a revision cannot be edited.",
        50: "Users can delete uploads: then they are in no list, 404 or 410 when shown, not found when submitted.",
        51: "Attributes may hide a document; a hidden revision requested by id is masked, its id alone never.",
        52: "Without *Upload New Files* 403, without *Submit New Files* 422 or 403; a workflow may govern `status`.",
    },
    "Unified file upload": {
        53: "A file is announced with its size, hash and segments, and `uploader_tool_name`.",
        54: "Segments have 5,242,881 to 104,857,600 bytes, the last may be smaller; at most 10,000 segments.",
        55: "A segment's URL and headers are used unchanged, without Authorization; the ETag is reported without its quotes.",
        56: "The bytes must have the announced SHA-256.",
        57: "PATCH with nulls reports progress, without nulls it completes the file; poll only if the file is not yet `available`.",
        58: "Status: `ready`, `receiving`, `complete` or `scanning`, `available`, or `failed` with type, message and retryable.",
        59: "URLs are valid for 60 to 3600 seconds, as requested; show returns new URLs for missing segments.",
        60: "A file that is not linked within 24 hours is deleted. It belongs to its creator and to one document.",
        61: "Any 2xx with an ETag means success.",
    },
    "Reading revisions": {
        62: "The list is in beta; it has filters, sort orders and a delayed index; rows requested by id may be masked; recycled revisions are only in `recycled_revisions`, for users with the permission.",
        63: "The version is a field; `position_within_container` is a sort key that users change; a recycled version leaves the history.",
        64: "A download is a redirect to a short-lived URL of storage, to which the token must not be sent, or JSON with `no_redirect`.",
    },
    "Permissions before work": {
        65: "The permissions show access levels and no groups; non-admins see only their own uploads.",
    },
    "What the service does not offer": {
        66: "No update of revisions, no deletion of uploads, no webhook, no bulk file status, no idempotency key.",
    },
    "Naming": {
        67: "One naming standard per project, with codes joined by `-`: ISO 19650 and US sheets in their scenarios.",
    },
    "Additions of the second edition": {
        68: "`selected_revisions`: any number of ids, paged; blanks and duplicates are dropped, unknown ids omitted, hidden revisions masked.",
        69: "`updated_at` changes with every change and is in `fields`; a later version does not change an earlier one.",
        70: "Every version of a path is served; older ones of the selected lists return 201.",
        71: "The vendor's monitoring is counted: refused calls, missing headers, unknown and deprecated endpoints.",
        72: "Integration statuses may be missing or null: then they are unknown, which does not mean finished.",
        73: "System fields have the vendor's names and are in the fields of uploads and revisions, not in the list of fields.",
        74: "An upload shows its assigned workflow, a revision whether it is in one.",
        75: "`document_container_id` moves an upload into a container; empty fields take the container's latest values.",
        76: "Placeholders are rows without a file; a submitted document of the same name replaces one.",
        77: "`allowed_actions` of a revision is a subset of nine words.",
        78: "Rows of revisions in the spelling of the guide or of the reference.",
    },
}
NUMBERS = [number for heading in RULES.values() for number in heading]


class RuleMark(NamedTuple):
    """A mark of a test: it checks a rule, in one variant or in all."""

    rule: str
    variant: str
    test: str
    file: str


def marks() -> list[RuleMark]:
    """All rule marks of the simulator's tests, in the order of files and lines."""
    return [mark for path in sorted(TESTS) for mark in _marks(path)]


def _marks(path: Path) -> Iterator[RuleMark]:
    for node in ast.parse(path.read_text("utf-8")).body:
        for mark in node.decorator_list if isinstance(node, ast.FunctionDef) else ():
            if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.rule":
                variant = "".join(ast.literal_eval(more.value) for more in mark.keywords)
                for name in mark.args:
                    yield RuleMark(
                        ast.literal_eval(name), variant, node.name, path.relative_to(ROOT).as_posix()
                    )


def page() -> str:
    """The page in Markdown."""
    found = marks()
    lines = [INTRODUCTION]
    for heading, rules in RULES.items():
        lines += [f"## {heading}", "", "| Rule | Text and variants | Tests |", "|---|---|---|"]
        lines += [row for number, text in rules.items() for row in _rows(f"B{number}", text, found)]
        lines.append("")
    return "\n".join(lines)


def _rows(rule: str, text: str, found: Iterable[RuleMark]) -> Iterator[str]:
    """The row of a rule, and one for each of its variants."""
    own = [mark for mark in found if mark.rule == rule]
    variants = [variant for variant in VARIANTS if variant.rule == rule]
    known = {str(variant) for variant in variants}
    yield _row(f"**{rule}**", text, [mark for mark in own if mark.variant not in known])
    for variant in variants:
        yield _row("", _describe(variant), [mark for mark in own if mark.variant == str(variant)])


def _describe(variant: ContractVariant) -> str:
    is_default = getattr(Options(), variant.option) == variant.value
    return f"`{variant}`{' *(default)*' if is_default else ''}: {variant.source}"


def _row(name: str, text: str, found: Iterable[RuleMark]) -> str:
    links = dict.fromkeys(f"[{mark.test}](../../{mark.file})" for mark in found)
    cells = (name, text.replace("|", "\\|"), "<br>".join(links))
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
    sys.stdout.write(f"{PAGE}: {len(NUMBERS)} rules, {len(marks())} marks\n")
