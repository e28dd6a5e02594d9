"""The states of a document and the events that change them, as a literal table. Pure.

A document is *planned*, gets an upload record (*created*), its bytes go to storage (*transferring*,
*transferred*), file and metadata are linked and the upload completed (*completed*), machine learning and
filename scraping end (*settled*), it is submitted (*submitting*) and becomes a revision (*submitted*).
Otherwise it is *held* until somebody fixes it, *failed* unless it is restarted, *gone* if the upload was deleted, or
*unconfirmed* if a submit was interrupted and its result is not known. `model.STATE_LABELS` has the words for people.

An event that the table does not list for a state raises `StateError` and changes nothing.
"""

from __future__ import annotations

from enum import StrEnum

from ...errors import StateError


class State(StrEnum):
    PLANNED = "planned"
    CREATED = "created"
    TRANSFERRING = "transferring"
    TRANSFERRED = "transferred"
    COMPLETED = "completed"
    SETTLED = "settled"
    SUBMITTING = "submitting"
    SUBMITTED = "submitted"
    HELD = "held"
    FAILED = "failed"
    GONE = "gone"
    UNCONFIRMED = "unconfirmed"


class Event(StrEnum):
    RECORDED = "recorded"  # the service gave an upload id
    STARTED = "started"  # the first byte is about to go
    REWOUND = "rewound"  # the file must be sent again
    STORED = "stored"  # the file is available in storage
    LINKED = "linked"  # file and metadata are set, the upload is complete
    SETTLED = "settled"  # ML and scraping have ended, or we waited long enough
    WAIT_AGAIN = "wait again"  # we did not wait long enough
    INTENDED = "intended"  # a submit is about to be sent
    ACCEPTED = "accepted"  # it became a revision
    RETURNED = "returned"  # it did not, and may be submitted again
    UNCONFIRMED = "doubted"  # whether it became a revision is not known
    HOLD = "hold"  # somebody must fix it
    FAIL = "fail"  # it cannot succeed as it is
    VANISH = "vanish"  # the service no longer has the upload
    REPLAN = "replan"  # restart
    RESUME_CREATED = "resume created"  # released from hold, to where it was
    RESUME_SETTLED = "resume settled"


S, E = State, Event

TRANSITIONS: dict[State, dict[Event, State]] = {
    S.PLANNED: {E.RECORDED: S.CREATED, E.HOLD: S.HELD, E.FAIL: S.FAILED},
    S.CREATED: {E.STARTED: S.TRANSFERRING, E.HOLD: S.HELD, E.FAIL: S.FAILED, E.REPLAN: S.PLANNED},
    S.TRANSFERRING: {
        E.STORED: S.TRANSFERRED,
        E.REWOUND: S.CREATED,
        E.HOLD: S.HELD,
        E.FAIL: S.FAILED,
    },
    S.TRANSFERRED: {
        E.LINKED: S.COMPLETED,
        E.REWOUND: S.CREATED,
        E.HOLD: S.HELD,
        E.FAIL: S.FAILED,
        E.VANISH: S.GONE,
    },
    S.COMPLETED: {E.SETTLED: S.SETTLED, E.HOLD: S.HELD, E.VANISH: S.GONE},
    S.SETTLED: {
        E.WAIT_AGAIN: S.COMPLETED,
        E.INTENDED: S.SUBMITTING,
        E.ACCEPTED: S.SUBMITTED,  # found as a revision: a submit came through late, or somebody else's did
        E.UNCONFIRMED: S.UNCONFIRMED,
        E.HOLD: S.HELD,
        E.VANISH: S.GONE,
    },
    S.SUBMITTING: {
        E.ACCEPTED: S.SUBMITTED,
        E.RETURNED: S.SETTLED,
        E.UNCONFIRMED: S.UNCONFIRMED,
        E.HOLD: S.HELD,
        E.VANISH: S.GONE,
    },
    S.SUBMITTED: {},
    S.HELD: {
        E.REPLAN: S.PLANNED,
        E.RESUME_CREATED: S.CREATED,
        E.RESUME_SETTLED: S.SETTLED,
        E.FAIL: S.FAILED,
        E.VANISH: S.GONE,
    },
    S.FAILED: {E.REPLAN: S.PLANNED},
    S.GONE: {E.REPLAN: S.PLANNED},
    S.UNCONFIRMED: {E.ACCEPTED: S.SUBMITTED, E.RETURNED: S.SETTLED},
}

EDITABLE = frozenset(set(State) - {S.SUBMITTING, S.SUBMITTED, S.UNCONFIRMED})
ENDED = frozenset({S.SUBMITTED, S.FAILED, S.GONE, S.UNCONFIRMED})


def after(state: str, event: Event) -> State:
    """Return the state that `event` leads to. Raises `StateError` if the table does not allow it."""
    try:
        return TRANSITIONS[State(state)][event]
    except KeyError:
        allowed = ", ".join(TRANSITIONS[State(state)]) or "nothing"
        raise StateError(
            f"The event '{event.value}' is not allowed for a document in the state '{state}'. Allowed: {allowed}."
        ) from None


def diagram() -> str:
    """Return the table as a Mermaid state diagram, for the documentation."""
    lines = ["stateDiagram-v2", "    [*] --> planned"]
    for state, events in TRANSITIONS.items():
        lines += [f"    {state} --> {target}: {event}" for event, target in events.items()]
    lines += [f"    {state} --> [*]" for state in State if not TRANSITIONS[state]]
    return "\n".join(lines)
