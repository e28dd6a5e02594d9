"""docs/rules.md out of the tests: each rule of the service in a line, its readings, and the tests that hold it.

Reads the sources of the simulator's tests, without running them; the readings come from `pdm_nb.sim.runtime.options`.
`python docs/generators/rules_page.py` rewrites the page, `test_docs.py` holds page and tests together.
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
PAGE = ROOT / "docs" / "rules.md"
TESTS = [
    *(ROOT / "tests" / "unit" / "sim").rglob("test_*.py"),
    *(ROOT / "tests" / "attack").glob("test_*.py"),
]
INTRODUCTION = """# The rules of the service

What an error message or a docstring calls `B42` can be looked up here. These are the service's own rules, in our
words; the simulator keeps them, and the tests named here fail where it does not. Where the service's sources disagree
or leave a thing open, there is a row for each reading: the option of `Simulator(…)` that chooses it, and who says so.
Generated from the tests by `python docs/generators/rules_page.py`; a test holds the two together.
"""
# By the rules' own headings.
RULES: dict[str, dict[int, str]] = {
    "Hosts and headers": {
        1: "Production, developer sandbox and monthly sandbox are worlds of their own: no token crosses.",
        2: "Every call carries `Procore-Company-Id`, or is refused with 400; `me` and `companies` alone do without.",
        3: "Ids may exceed 32 bits; ULIDs have 26 characters of Crockford's base 32; times are ISO 8601 in UTC.",
    },
    "OAuth": {
        4: "Three grants, in urlencoded, multipart or JSON bodies; `token_type` is `bearer`; a project that is not permitted to the service account returns 403.",
        5: "An access token lives 5400 seconds; the answer has `created_at` and `expires_in`.",
        6: "A refresh gives a new pair; the old refresh token is dead from then on, even if the answer is lost.",
        7: "Revoking answers 200 whatever was sent, and takes access and refresh token together.",
        8: "A dead token: 401 `INVALID_TOKEN`.",
    },
    "Paging": {
        9: "Ten rows without `per_page`, at most 100 (5000 bare ids); `Total` and `Link` are always there; a page that is no number is a 400.",
        10: 'v2 lists are `{"data": […]}`, v1 lists bare arrays.',
    },
    "Rate limits and load": {
        11: "An hourly and a 10-second limit; the headers report the one likely to be exceeded first. Both may change at any time.",
        12: "Past a limit: 429 until the reset, for all calls; `Retry-After` may be missing, and the body is the gateway's.",
        13: "Heavy load: 503 with `Retry-After`; 500 and 502 happen and pass.",
        14: "PUTs to storage are no API calls: not counted, not limited.",
    },
    "Errors": {
        15: "v2: `error` with a detail per fault; v1: `errors` or `message`; a gateway may answer HTML.",
        16: "401, 403, 404, 429 and 500 for every operation; 400 with a detail per fault that names the path; 406, 408 and 409 on demand.",
    },
    "Configuration": {
        17: "Of the upload requirements whose qualifiers all match, the one with the most applies; else the default.",
        18: "Required: the project's four, the rule's own, and the fields of its naming standard where it enforces one.",
        19: "A naming standard is fields in order; a value is known in a file name by its code.",
        20: "System fields are not listed; `readonly` fields and those of an unknown type or variant cannot be set; inactive and invisible ones are to be ignored.",
        21: "Values by field id or name, one field a call; inactive ones only with `include_inactive`, and refused when set.",
        22: "Fields that name users have no values: ids come from the project's users, and are sent as strings.",
    },
    "Document uploads": {
        23: "Create is all or nothing and not idempotent; at most 100 a call. What is not completed is in no list.",
        24: "Each record has an id; `authored_by`, `uploaded_by`, `originator` and `project` have defaults with `label_source` SYSTEM, and can be set.",
        25: "Update answers 207: `success`, and in `failed` what could not be verified as `COMPLETED` was set.",
        26: "A well-formed id that names no upload is left out of the response; a response may also leave out one that does.",
        27: "An update is safe to repeat; a 4xx or 500 applied nothing.",
        28: "500: the file is another upload's, there is no file, or storage could not be asked.",
        29: "Values are arrays of strings: value ids for look-ups, literals otherwise; one value for a list entry and for a reference that is no user.",
        30: "`only_update_empty_fields` leaves every field that has a value, whoever set it.",
        31: "Every change gives a new `latest_event_id`.",
        32: "`COMPLETED` starts verification, machine learning and scraping; before it, no list has the upload.",
        33: "The name is a required field: plain and set by the caller, or computed from the fields of the naming standard.",
    },
    "Machine learning and file names": {
        34: "`ml` and `filename_scraping`: `in_progress`, then `completed`, `error` or `not_applicable`; spelled in three ways.",
        35: "Machine learning reads PDFs alone, after completion, in seconds; no webhook tells its end.",
        36: "It fills the type, and of drawings description, number, revision and date, with scores; or `ML_FAILED`, 0.",
        37: "The caller's value stands, then the file name's, then machine learning's; `integration_response` has what each proposed, as id and name.",
        38: "Scraping fills the standard's fields by exact code, or reports `FILENAME_NOT_CONTAINS_CODE`; outcomes name fields, scraping by label.",
        39: "Eight label sources; SYSTEM cannot be sent. CONTAINER_MATCH comes from a caller or from a container chosen by hand (B75).",
    },
    "Containers and versions": {
        40: "`name|mime type` is the container; what changes it moves the upload. Null until known: while it is still read.",
        41: "Versions count 1, 2, 3 … in the order of submission.",
        42: "Where duplicates are forbidden, a `revision` that the container has is refused.",
    },
    "Submitting": {
        43: "Ready: COMPLETED, with a file and all required values; waiting for machine learning is the caller's choice.",
        44: "One bad item refuses the whole batch: 422, a detail per offending item.",
        45: "What fails by itself is in `failures` of a 201; v2.0 has `failureIds` too.",
        46: "`ids` are in the order of what did not fail; `upload_id` of a revision pairs exactly.",
        47: "A submitted upload is consumed: in no list, 404 when shown, refused when submitted again.",
        48: "A workflow prevents a submit, which names each revision in one, until it is terminated with reason and status, by who has the rights.",
        49: "A revision's id is stable, and nothing of it can be edited.",
        50: "People delete uploads: gone from lists, 404 or 410 when shown, not found when submitted.",
        51: "Attributes may hide a document; a revision asked for by id is then masked, a bare id never.",
        52: "Without *Upload New Files* 403, without *Submit New Files* 422 or 403; a workflow may govern `status`.",
    },
    "Unified file upload": {
        53: "A file is announced with its size, hash and segments, and `uploader_tool_name`.",
        54: "Segments of 5,242,881 to 104,857,600 bytes, the last may be smaller; at most 10,000.",
        55: "A segment's URL and headers as they are, and no Authorization; the ETag goes back without its quotes.",
        56: "The bytes must have the announced SHA-256.",
        57: "PATCH with nulls reports progress, without any completes; only what is not yet `available` needs polling.",
        58: "`ready`, `receiving`, `complete` or `scanning`, `available`, `failed` with type, message, retryable.",
        59: "URLs live 60 to 3600 seconds, as asked for; show gives fresh ones for what is missing.",
        60: "Linked to nothing for 24 hours: gone. Its creator's alone, and one document's.",
        61: "Any 2xx with an ETag is success.",
    },
    "Reading revisions": {
        62: "The list is in beta; filters, orders, a lagging index; by id masked rows; recycled revisions are in `recycled_revisions` alone, for who may view it.",
        63: "The version is a field; `position_within_container` is a sort key that people change; a recycled version leaves the history.",
        64: "A download is a redirect to a short-lived URL of storage, where the token must not go, or JSON with `no_redirect`.",
    },
    "Permissions before work": {
        65: "The manifest tells levels and no groups; who is no admin sees the own uploads alone.",
    },
    "What the service does not offer": {
        66: "No update of revisions, no delete of uploads, no webhook, no bulk file status, no idempotency key.",
    },
    "Naming": {
        67: "One naming standard a project, codes joined by `-`: ISO 19650 and US sheets in their scenarios.",
    },
    "More of the second edition": {
        68: "`selected_revisions`: any number of ids, paged; blanks and duplicates are dropped, unknown ids left out, masked rows for what may not be seen.",
        69: "`updated_at` moves with every change and stands in `fields`; a later version does not change an earlier one.",
        70: "Every version of a path is served; older ones of the selected lists return 201.",
        71: "What the vendor watches is counted: refused calls, missing headers, unknown and deprecated endpoints.",
        72: "Integration statuses may be missing or null: not known, which is not finished.",
        73: "System fields have the vendor's names and are in the fields of uploads and revisions, not in the list of fields.",
        74: "An upload shows the workflow that it is assigned to, a revision whether it is in one.",
        75: "`document_container_id` puts an upload into a container, whose latest values it takes where it has none.",
        76: "Placeholders are rows without a file; a submitted document of the same name takes the place of one.",
        77: "`allowed_actions` of a revision is a subset of nine words.",
        78: "Rows of revisions as the guide spells them, or as the reference does.",
    },
}
NUMBERS = [number for heading in RULES.values() for number in heading]


class Held(NamedTuple):
    """A test that says that it holds a rule, in a reading or in all."""

    rule: str
    reading: str
    test: str
    file: str


def held() -> list[Held]:
    """All marks of the simulator's tests, in the order of files and lines."""
    return [mark for path in sorted(TESTS) for mark in _marks(path)]


def _marks(path: Path) -> Iterator[Held]:
    for node in ast.parse(path.read_text("utf-8")).body:
        for mark in node.decorator_list if isinstance(node, ast.FunctionDef) else ():
            if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.rule":
                reading = "".join(ast.literal_eval(more.value) for more in mark.keywords)
                for name in mark.args:
                    yield Held(ast.literal_eval(name), reading, node.name, path.relative_to(ROOT).as_posix())


def page() -> str:
    """The page about the rules, in Markdown."""
    marks = held()
    lines = [INTRODUCTION]
    for heading, rules in RULES.items():
        lines += [f"## {heading}", "", "| Rule | What it says, and how it is read | Tests |", "|---|---|---|"]
        lines += [row for number, says in rules.items() for row in _rows(f"B{number}", says, marks)]
        lines.append("")
    return "\n".join(lines)


def _rows(rule: str, says: str, marks: Iterable[Held]) -> Iterator[str]:
    """A rule's own row, and one for each of its readings."""
    own = [mark for mark in marks if mark.rule == rule]
    readings = [reading for reading in VARIANTS if reading.rule == rule]
    known = {str(reading) for reading in readings}
    yield _row(f"**{rule}**", says, [mark for mark in own if mark.reading not in known])
    for reading in readings:
        yield _row("", _told(reading), [mark for mark in own if mark.reading == str(reading)])


def _told(reading: ContractVariant) -> str:
    is_default = getattr(Options(), reading.option) == reading.value
    return f"`{reading}`{' *(default)*' if is_default else ''}: {reading.source}"


def _row(name: str, says: str, marks: Iterable[Held]) -> str:
    links = dict.fromkeys(f"[{mark.test}](../{mark.file})" for mark in marks)
    cells = (name, says.replace("|", "\\|"), "<br>".join(links))
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
    sys.stdout.write(f"{PAGE}: {len(NUMBERS)} rules, {len(held())} marks\n")
