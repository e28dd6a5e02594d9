"""Draws the diagram of states, for `docs/build.py`: an SVG within the page, which has the colours of the page.

How this works: the usual way is a column from top to bottom; *held* is a bar on its right, *failed* and *gone* are bars on its
left. Places and lines are set by hand below; which arrows there are, and their events, is the text of the diagram.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from itertools import pairwise

from pdm_nb.model import STATE_LABELS

PATH = (
    "planned",
    "created",
    "transferring",
    "transferred",
    "completed",
    "settled",
    "submitting",
    "submitted",
)
ROW, TOP, HEIGHT = 86, 120, 46
Y = {state: TOP + ROW * number for number, state in enumerate(PATH)}
LEFT, RIGHT = 330, 470  # of the column
# state -> (left, top, width, height)
BOXES = {state: (LEFT, Y[state] - HEIGHT // 2, RIGHT - LEFT, HEIGHT) for state in PATH}
BOXES |= {
    "failed": (90, Y["planned"] - 23, 100, 3 * ROW + 25),
    "gone": (90, Y["transferred"] + 7, 100, 3 * ROW + 16),
    "held": (760, Y["planned"] - 23, 100, 6 * ROW + 46),
    "unconfirmed": (745, Y["submitted"] - 23, 130, HEIGHT),
}
FORWARD, BACK = 375, 425  # x of the arrows between neighbours in the column

Line = tuple[str, int, int, str]  # a path, where its event is written, and how that text is aligned


def _lines() -> dict[tuple[str, str], Line]:
    """(state, next state) -> the line between them."""
    found: dict[tuple[str, str], Line] = {("[*]", "planned"): (f"M400,75 V{TOP - 23}", 0, 0, "")}
    for above, below in pairwise(PATH):
        start, end = Y[above] + 23, Y[below] - 23
        found[above, below] = f"M{FORWARD},{start} V{end}", FORWARD - 6, start + 24, "end"
        found[below, above] = f"M{BACK},{end} V{start}", BACK + 6, start + 24, "start"
    for state in PATH[:-1]:
        found[state, "held"] = f"M{RIGHT},{Y[state] - 14} H760", 680, Y[state] - 18, "middle"
        found["held", state] = f"M760,{Y[state] + 6} H{RIGHT}", 680, Y[state] + 2, "middle"
    for state in PATH[:4]:
        found[state, "failed"] = f"M{LEFT},{Y[state] - 12} H190", 260, Y[state] - 16, "middle"
    for state in PATH[3:7]:
        found[state, "gone"] = f"M{LEFT},{Y[state] + 14} H190", 225, Y[state] + 10, "middle"
    found["transferred", "created"] = (
        f"M{RIGHT},{Y['transferred'] + 14} H540 V{Y['created'] + 16} H{RIGHT}", 546, Y["transferring"] + 40, "start",
    )  # fmt: skip
    found["settled", "submitted"] = (
        f"M{LEFT},{Y['settled'] - 8} H290 V{Y['submitted']} H{LEFT}", 284, Y["submitted"] - 12, "end",
    )  # fmt: skip
    found["settled", "unconfirmed"] = (
        f"M{RIGHT},{Y['settled'] + 16} H640 V{Y['submitted'] - 12} H745", 646, Y["submitting"] + 36, "start",
    )  # fmt: skip
    found["unconfirmed", "settled"] = (
        f"M810,{Y['submitted'] + 23} V{Y['submitted'] + 40} H580 V{Y['settled'] + 21} H{RIGHT}", 586,
        Y["submitted"] + 34, "start",
    )  # fmt: skip
    found["submitting", "unconfirmed"] = (
        f"M{RIGHT},{Y['submitting'] + 16} H520 V{Y['submitted'] - 9} H745", 526, Y["submitted"] - 14, "start",
    )  # fmt: skip
    found["unconfirmed", "submitted"] = (
        f"M745,{Y['submitted'] + 10} H{RIGHT}",
        526,
        Y["submitted"] + 6,
        "start",
    )
    found["held", "failed"] = f"M820,{TOP - 23} V28 H140 V{TOP - 23}", 480, 22, "middle"
    bottom = Y["submitting"] + 23
    found["held", "gone"] = (
        f"M860,{bottom - 20} H900 V{bottom + 160} H140 V{bottom}",
        480,
        bottom + 154,
        "middle",
    )
    found["failed", "planned"] = f"M190,{TOP + 12} H{LEFT}", 260, TOP + 28, "middle"
    found["gone", "planned"] = f"M90,{Y['settled']} H50 V55 H350 V{TOP - 23}", 210, 49, "middle"
    found["submitted", "[*]"] = f"M400,{Y['submitted'] + 23} V{Y['submitted'] + 42}", 0, 0, ""
    return found


def picture(arrows: Iterable[Sequence[str]]) -> str:
    """Return the diagram as an SVG, in a block of HTML without empty lines.

    Parameters
    ----------
    arrows : iterable of (state, next state, event)
        All transitions, each of which is drawn.

    Returns
    -------
    str
        The HTML.
    """
    lines, drawn = _lines(), []
    for start, end, event in arrows:
        path, x, y, anchor = lines[start, end]
        text = f'<text x="{x}" y="{y}" text-anchor="{anchor}">{escape(event)}</text>' if event else ""
        drawn.append(f'<path d="{path}" marker-end="url(#state-arrow)"/>{text}')
    for state, (left, top, width, height) in BOXES.items():
        middle, y = left + width // 2, top + height // 2
        drawn += [
            f'<rect x="{left}" y="{top}" width="{width}" height="{height}" rx="8"/>',
            f'<text x="{middle}" y="{y - 2}" text-anchor="middle" class="state">{state}</text>',
            f'<text x="{middle}" y="{y + 15}" text-anchor="middle">{escape(STATE_LABELS[state])}</text>',
        ]
    drawn += [f'<circle cx="400" cy="{y}" r="7"/>' for y in (70, Y["submitted"] + 51)]
    label = (
        "Diagram of the states: from planned down to submitted, with held on the right, and failed and gone on the left. "
        "The table below has all arrows."
    )
    return "\n".join([
        '<div class="states">',
        f'<svg viewBox="30 0 890 830" role="img" aria-label="{label}" xmlns="http://www.w3.org/2000/svg">',
        '<defs><marker id="state-arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0,0 L8,4 L0,8 z" class="head"/></marker></defs>',
        *drawn,
        "</svg>",
        "</div>",
    ])  # fmt: skip
