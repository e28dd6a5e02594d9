"""The texts of the workbench that Python makes: one place, so that they can be read together and translated.

The page's own texts are in `frontend/src/app/texts.js`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

STEPS = {
    "connect": "Connect", "import": "Import", "prepare": "Prepare", "upload": "Upload", "review": "Review",
    "submit": "Submit", "report": "Report",
}  # fmt: skip
ENVIRONMENTS = [
    ["sim", "Simulator (local, no account needed)"],
    ["sandbox", "Developer sandbox"],
    ["monthly", "Monthly sandbox"],
    ["production", "Production"],
    ["federal", "Federal zone (separate credentials)"],
    ["other", "Other address"],
]
SIGN_IN_HINT = (
    "The simulator needs no account. For other environments, enter the client ID and secret of a developer-managed "
    "service account. It sees only its permitted projects."
)
NO_PROJECT = (
    "This account has no permitted projects. An administrator sets them for the app in Company Admin → App Management. "
    "After an update or reinstallation of the app, they must be set again."
)
SIMULATOR = "Simulator"
NOTHING_TO_REOPEN = "Nothing was open. Sign in and select a project."
SIGN_IN_TO_REOPEN = "Sign in to open {name} again. The client secret was not stored."
SIGNING_IN = "Signing in …"
RUN_LABELS = {"upload": "Upload", "watch": "Machine learning", "submit": "Submit", "resume": "Resumed work"}
NOT_ACTION = "This is not possible here."
SELECT_PROJECT = "Sign in and select a project first."
SELECT_FILES = "Import files first."
EMPTY_BATCH = "This batch has no documents. Select a folder, pattern or register that has files."
NO_SOURCE = "Enter a folder, a pattern such as drawings/*.pdf, or a register such as register.xlsx."
NO_REGISTER = "{name} does not name a register. Read the register first, then use this mapping there."
KEPT = "{cells} kept, other suggestions dismissed. Press Ctrl+Z in the table to undo."
NOTHING_SUGGESTED = "Nothing else is suggested for these cells."
STATE_LOCKED = "The state cannot be edited."
FILE_LOCKED = "The file name cannot be edited here. Rename the file instead."
RULE_APPLIES = "The rule for {rule} applies: {why}."
NO_RULE = "No rule applies: {why}."
NOT_CONFIRMED = "Confirm first that you have checked the metadata."
NOT_READ = "Machine learning ended without {documents}: {they} not read in time. Values may still be missing."
IN_WORKFLOW = (
    "An earlier revision is in a workflow. The step Submit lists the revisions, and can end their workflows."
)
STAYS = "will be put on hold"
NO_PLAN = "Look at the plan first: press Update the plan."
RUN_CONTINUES = (
    "{name} was left while a run is in progress. The run continues; select the batch again to see it."
)
CLOSED = "{name} was closed. All its values are stored, and it can be opened in another kernel."
MAPPING_LEFT = "The mapping of {name} was not saved, and is no longer open."
LEFT = "{name} was left. All its values are stored; select it again to continue."
WAITING = {
    "planned": "The file is not uploaded",
    "created": "The file is not uploaded",
    "transferring": "The upload is in progress",
    "transferred": "The upload is not complete",
    "completed": "Machine learning has not finished",
}
UNCLEAR_REASONS = {
    "submitting": "A submit is in progress or was interrupted. The next submit first checks its result",
    "unconfirmed": "It is not confirmed whether this was submitted. The next submit checks first",  # B66
}


def count(number: int, noun: str) -> str:
    """A number with its noun: 1, "document" is "1 document" and 3 is "3 documents"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def listed(texts: Sequence[str], most: int = 3) -> str:
    """The first texts, and the number of the others."""
    rest = len(texts) - most
    return "; ".join(texts[:most]) + (f"; and {rest} more" if rest > 0 else "")


def enumeration(labels: Sequence[str]) -> str:
    """ "a", "b" and "c" as "a, b and c"."""
    return " and ".join(filter(None, [", ".join(labels[:-1]), labels[-1]]))


def states_sentence(states: Mapping[str, int]) -> str:
    """Counts by state, such as "80 uploaded, 7 on hold"; "" if there are none."""
    return ", ".join(f"{number:,} {label}" for label, number in states.items() if number)
