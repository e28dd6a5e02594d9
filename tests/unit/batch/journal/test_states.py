"""The state table: every pair of state and event is in the table or rejected."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdm_nb.batch.journal.states import EDITABLE, ENDED, TRANSITIONS, Event, State, after, diagram
from pdm_nb.errors import StateError
from pdm_nb.model import STATE_LABELS

PAIRS = [(state, event) for state in State for event in Event]

# The road of a document, and the ways off it, written down once more: what the table must never lose.
ROAD = {
    ("planned", Event.RECORDED): "created",
    ("created", Event.STARTED): "transferring",
    ("transferring", Event.STORED): "transferred",
    ("transferring", Event.REWOUND): "created",
    ("transferred", Event.LINKED): "completed",
    ("completed", Event.SETTLED): "settled",
    ("settled", Event.INTENDED): "submitting",
    ("submitting", Event.ACCEPTED): "submitted",
    ("submitting", Event.RETURNED): "settled",
    ("submitting", Event.UNCONFIRMED): "unconfirmed",
    ("completed", Event.VANISH): "gone",
    ("failed", Event.REPLAN): "planned",
    ("gone", Event.REPLAN): "planned",
    ("held", Event.REPLAN): "planned",
    ("unconfirmed", Event.ACCEPTED): "submitted",
}


@pytest.mark.parametrize(("pair", "target"), ROAD.items(), ids=lambda given: str(given))
def test_the_states_of_a_document(pair: tuple[str, Event], target: str) -> None:
    assert after(*pair) == target


@pytest.mark.parametrize(("state", "event"), PAIRS, ids=lambda given: str(given))
def test_every_pair_is_as_the_table_has_it_or_refused(state: State, event: Event) -> None:
    if event in TRANSITIONS[state]:
        assert after(state, event) is TRANSITIONS[state][event]
        assert after(state.value, event) is TRANSITIONS[state][event]  # as the journal has it
        return
    with pytest.raises(StateError) as told:
        after(state, event)
    assert state in str(told.value)
    assert event in str(told.value)
    assert all(possible in str(told.value) for possible in TRANSITIONS[state])


def test_every_state_is_in_the_table_and_can_be_reached() -> None:
    assert set(TRANSITIONS) == set(State)
    reached = {target for events in TRANSITIONS.values() for target in events.values()}
    assert reached == set(State)


def test_nothing_leads_out_of_a_revision() -> None:  # B49
    assert TRANSITIONS[State.SUBMITTED] == {}


def test_a_possibly_submitted_document_is_never_restarted() -> None:  # B66
    for state in (State.SUBMITTING, State.UNCONFIRMED, State.SUBMITTED):
        assert Event.REPLAN not in TRANSITIONS[state]
        assert Event.INTENDED not in TRANSITIONS[state]
        assert state not in EDITABLE


def test_the_only_way_to_a_submit_is_written_down_first() -> None:
    ways = {
        (state, event)
        for state, events in TRANSITIONS.items()
        for event, target in events.items()
        if target in ("submitting", "submitted")
    }
    assert ways == {
        (State.SETTLED, Event.INTENDED),
        (State.SUBMITTING, Event.ACCEPTED),
        # Without a submit of this moment: it was looked up, and is a revision (B66).
        (State.SETTLED, Event.ACCEPTED),
        (State.UNCONFIRMED, Event.ACCEPTED),
    }


def test_states_that_ended() -> None:
    assert {State.SUBMITTED, State.FAILED, State.GONE, State.UNCONFIRMED} == ENDED


@given(st.lists(st.sampled_from(Event), max_size=40))
def test_a_document_that_was_submitted_once_stays_so_whatever_comes(events: list[Event]) -> None:
    state, submitted = State.PLANNED, False
    for event in events:
        before = state
        try:
            state = after(state, event)
        except StateError:
            assert state is before
        submitted = submitted or state is State.SUBMITTED
        assert not submitted or state is State.SUBMITTED


def test_the_diagram_shows_every_transition() -> None:
    lines = [line.strip() for line in diagram().splitlines()]
    assert lines[:2] == ["stateDiagram-v2", "[*] --> planned"]
    shown = {line for line in lines[2:] if not line.endswith("[*]")}
    assert shown == {
        f"{state} --> {target}: {event}"
        for state, events in TRANSITIONS.items()
        for event, target in events.items()
    }
    assert "submitted --> [*]" in lines


def test_every_state_has_a_word_for_people() -> None:
    assert set(STATE_LABELS) == set(State)
    assert [STATE_LABELS[state] for state in ("held", "gone", "settled")] == ["on hold", "deleted", "ready"]
