"""Finds the title block of a page by the words that label its cells. Pure.

How this works: labels such as "Drawing no", "Rev" or "Scale" are found in the text. Labels that are near each other form a
group. The title block is the group with the most different kinds of labels, if it is at the right or the lower edge, since
notes and tables on a drawing have such words too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from .drawing import Region

DEFAULT: Region = (0.5, 0.5, 1.0, 1.0)  # the lower right quarter
# Kind -> weight and words, in English, German, French and Spanish.
KINDS: dict[str, tuple[float, str]] = {
    "number": (3, r"(?:drawing|sheet|dwg|drg|document|doc|plan)[ .]*(?:no|nr|num|number|id|identification|ref)\b\.?"
                  r"|zeichnungs?-?(?:nr|nummer)|plan-?(?:nr|nummer)|n(?:°|º|um[eé]ro) (?:de |du )?plan[o]?|document (?:number|reference)"),
    "revision": (2, r"rev(?:ision)?\b\.?(?: (?:no|code))?|[ií]ndice?|revisi[oó]n"),
    "title": (2, r"(?:(?:drawing|sheet|document|dwg|drg) )?title|(?:sheet|drawing) name|titre|t[ií]tulo|planinhalt|bezeichnung"),
    "date": (1, r"(?:issue |sheet |drawing )?date(?: of issue)?|issued|datum|fecha"),
    "scale": (1.5, r"scale|ma(?:ß|ss)stab|[eé]chelle|escala"),
    "project": (1.5, r"project(?: (?:no|number|name|title))?|job (?:no|number|title)|contract|client|owner|bauherr|bauvorhaben|projekt|projet"
                     r"|ma[iî]tre d'ouvrage|proyecto|cliente"),
    "people": (1, r"(?:drawn|checked|chk'?d?|approved|appr?'?d|designed|reviewed|drn)(?: by)?|gezeichnet|gepr[uü]ft|dessin[eé]|v[eé]rifi[eé]"
                  r"|dibujado|revisado|dibuj[oó]"),
    "status": (1, r"(?:document |drawing )?(?:status|suitability)(?: code)?|phase|purpose of issue"),
}  # fmt: skip
LABEL = re.compile(
    "|".join(rf"(?P<{kind}>(?<![\w]){'(?:' + words + ')'}(?![\w]))" for kind, (_, words) in KINDS.items()),
    re.IGNORECASE,
)
SENTENCE = 6  # words in lower case: a line with as many is a note, not a row of cells
NEAR = 0.08  # how far labels of a group are apart, as a share of the longer side of the page
PADDING = 0.02  # around the labels, since values are next to them or below
TO_EDGE = (
    0.3  # what is left to the edge of the page belongs to the title block, since values have no label there
)
BAND = 0.75  # a title block below it may be as wide as the page
LEAST, ENOUGH = 4.0, 10.0  # weight of a group that counts, and of one that is certain
LARGEST = 0.55  # of the page: a group that fills more is a form, not a title block

Label = tuple[str, Region]


def find_labels(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield the kind, start and length of each label in the text of a page."""
    for line in re.finditer(r"[^\r\n]+", text):
        found = list(LABEL.finditer(line[0]))
        rest = LABEL.sub(" ", line[0])
        if found and len(re.findall(r"\b[a-zäöüéèß]{2,}\b", rest)) < SENTENCE:
            for one in found:
                yield str(one.lastgroup), line.start() + one.start(), len(one[0])


def region_by_labels(labels: Sequence[Label], aspect: float) -> tuple[Region, float] | None:
    """Return the region of the title block and a score from 0 to 1, None if no group of labels is one.

    Parameters
    ----------
    labels : sequence
        Kind and box of each label.
    aspect : float
        The width of the page as a multiple of its height.
    """
    band = [label for label in labels if label[1][1] > BAND]
    group = max([*grouped(labels, aspect), band], key=weight)
    if min((box[1] for _, box in group), default=0.0) > BAND:
        group = band
    if (found := weight(group)) < LEAST:
        return None
    region = padded(group, aspect)
    if (region[2] - region[0]) * (region[3] - region[1]) > LARGEST:
        return None
    return region, round(min(1.0, found / ENOUGH), 2)


def grouped(labels: Sequence[Label], aspect: float) -> list[list[Label]]:
    """Labels in groups, in which each is near another one."""
    groups: list[list[Label]] = []
    for label in labels:
        near = [group for group in groups if any(distance(label[1], box, aspect) <= NEAR for _, box in group)]
        groups = [group for group in groups if group not in near]
        groups.append([label, *(one for group in near for one in group)])
    return groups


def distance(one: Region, other: Region, aspect: float) -> float:
    """The gap between two boxes, as a share of the longer side of the page."""
    across = max(one[0] - other[2], other[0] - one[2], 0.0) * min(aspect, 1.0)
    down = max(one[1] - other[3], other[1] - one[3], 0.0) / max(aspect, 1.0)
    return max(across, down)


def weight(group: Iterable[Label]) -> float:
    """What a group has of a title block: each kind counts once, and less if it is not at an edge."""
    best: dict[str, float] = {}
    for kind, box in group:
        is_at_edge = box[0] > 0.6 or box[1] > 0.7
        best[kind] = max(best.get(kind, 0.0), KINDS[kind][0] * (1.0 if is_at_edge else 0.4))
    return sum(best.values())


def padded(group: Sequence[Label], aspect: float) -> Region:
    """The box of a group with some space around it, up to the right and lower edges of the page if they are near."""
    left, top = min(box[0] for _, box in group), min(box[1] for _, box in group)
    right, bottom = max(box[2] for _, box in group), max(box[3] for _, box in group)
    across, down = PADDING / min(aspect, 1.0), PADDING * max(aspect, 1.0)
    return (
        round(max(0.0, left - across), 4),
        round(max(0.0, top - down), 4),
        1.0 if right > 1 - TO_EDGE or top > BAND else round(right + 2 * across, 4),
        1.0 if bottom > 1 - TO_EDGE else round(bottom + 2 * down, 4),
    )
