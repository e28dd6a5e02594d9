"""The document pane: pages of the selected document as images, the value of each source, its rule, and its history.

How this works: the page selects a row, and the reply has what is known of it; the fields themselves are in the table. Images
follow when they are drawn, in another process, the incomplete one first. They are collected, so that at most ten messages a
second are sent, and go to all views; `pane` is the view that asked. While a pane is closed nothing is drawn.

    page ──select──► details (reply)             page ──zoom──► a part of the page, sharp
         ◄──{kind: "images"} + bytes── page, title block, part; the next documents are prefetched
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from ...document_preview import PageImage, PageRequest, shared_preview
from ...errors import PdmError
from ...runs import loop
from ..application.application import ApplicationPart
from ..application.texts import NO_RULE, RULE_APPLIES, SELECT_FILES

if TYPE_CHECKING:
    from .workbench import Workbench

INTERVAL = 0.12  # seconds between messages with images: with the replies at most ten messages a second
WIDEST = 3200  # pixels of an image
PREFETCHED = 2  # documents
MOST_HISTORY = 300  # entries

Images = dict[tuple[str, str], tuple[int, PageImage]]  # by pane and what is shown: the document and its image


class DocumentPane(ApplicationPart):
    """Shows pages of documents, and what is known of them."""

    actions = ("select", "turn", "zoom", "details", "history", "close")

    def __init__(self, bench: Workbench) -> None:
        self.bench = bench
        self._requests: dict[tuple[str, str], PageRequest] = {}
        self._images: Images = {}  # not sent yet
        self._throttle = loop.Throttle(self._send, INTERVAL)

    # -- actions of the page
    def select(
        self, pane: str, row: int, width: int, title_width: int, following: Sequence[int] = ()
    ) -> dict[str, Any]:
        """Show a document: its details at once, its first page and title block when they are drawn."""
        details = self.details(row)
        self.turn(pane, row, 0, width, title_width)
        paths = [self.bench.batch.view.document(int(id_)).path for id_ in following[:PREFETCHED]]
        shared_preview().prefetch(paths, width_px=_pixels(width), title_block_px=_pixels(title_width))
        return details

    def turn(self, pane: str, row: int, page: int, width: int, title_width: int) -> None:
        """Draw a page of a document, and its title block."""
        path = self._path(row)
        self._cancel(pane)
        preview, number = shared_preview(), max(0, int(page))
        self._ask(pane, row, "page", partial(preview.page, path, number, width_px=_pixels(width)))
        block = partial(preview.title_block, path, number, width_px=_pixels(title_width))
        self._ask(pane, row, "title block", block)

    def zoom(self, pane: str, row: int, page: int, region: Sequence[float], width: int) -> None:
        """Draw a part of a page: left, top, right, bottom as shares of the page."""
        left, top, right, bottom = (float(one) for one in region)
        part = (left, top, right, bottom)
        draw = partial(
            shared_preview().page, self._path(row), int(page), region=part, width_px=_pixels(width)
        )
        self._ask(pane, row, "part", draw)

    def details(self, row: int) -> dict[str, Any]:
        """Return which rule applies and why, what requires each field, and the values that each source has."""
        batch, id_ = self._batch(), int(row)
        explained = batch.explain(id_)
        return {
            "row": id_,
            "path": batch.view.document(id_).path,
            "rule": rule_sentence(explained),
            "rivals": [f"{one.rule}: {one.why}" for one in explained.rivals],
            "required": {one.field: one.origin for one in explained.required},
            "sources": values_by_source(batch.evidence.sources(id_), batch.parse_names([id_])),
        }

    def history(self, row: int) -> list[dict[str, str]]:
        """Return what happened to a document, the newest first."""
        happened = self._batch().evidence.history(int(row)).iloc[::-1].head(MOST_HISTORY)
        labels = {field.name: field.label for field in self._fields()}
        return [
            {key: str(value) for key, value in record.items()}
            | {"at": record["at"].isoformat(), "field": labels.get(record["field"], str(record["field"]))}
            for record in happened.to_dict("records")
        ]

    def close(self, pane: str) -> None:
        """The pane was closed: draw nothing more for it."""
        self._cancel(pane)
        shared_preview().prefetch([])

    def forget(self) -> None:
        """Another batch is opened: draw nothing more of this one."""
        for pane in {pane for pane, _ in self._requests}:
            self.close(pane)
        self._images.clear()

    # -- images
    def _ask(self, pane: str, row: int, what: str, draw: Callable[..., PageRequest]) -> None:
        view = f"{self.bench.model_id} {pane} {what}"  # so that a newer request cancels the one before
        self._requests[pane, what] = draw(view=view, on_image=partial(self._collect, (pane, what), int(row)))

    def _collect(self, place: tuple[str, str], row: int, image: PageImage) -> None:
        self._images[place] = (row, image)
        self._throttle.poke()

    def _send(self) -> None:
        """Send the latest images of all panes in one message."""
        images, self._images = self._images, {}
        if not images:
            return
        heads = [head(pane, what, row, image) for (pane, what), (row, image) in images.items()]
        self.bench.send({"kind": "images", "images": heads}, [image.data for _, image in images.values()])

    def _cancel(self, pane: str) -> None:
        for place in [place for place in self._requests if place[0] == pane]:
            self._requests.pop(place).cancel()
            self._images.pop(place, None)

    # -- the batch
    def _batch(self) -> Any:
        if self.bench.batch is None:
            raise PdmError(SELECT_FILES)
        return self.bench.batch

    def _path(self, row: int) -> str:
        return str(self._batch().view.document(int(row)).path)

    def _fields(self) -> list[Any]:
        view = self._batch().view
        return [*view.columns, *view.readonly_columns]


def _pixels(width: float) -> int:
    return min(max(64, int(width)), WIDEST)


def head(pane: str, what: str, row: int, image: PageImage) -> dict[str, Any]:
    """What the page has to know of an image; its bytes are a buffer of the message."""
    return {
        "pane": pane,
        "what": what,
        "row": row,
        "page": image.page,
        "mime": image.mime,
        "width": image.width,
        "height": image.height,
        "pages": image.page_count,
        "caption": image.caption,
        "region": list(image.region),
        "score": image.score,
        "sharp": image.sharp,
        "fault": image.fault,
    }


def rule_sentence(explained: Any) -> str:
    """Which rule applies to a document, and why."""
    why = str(explained.why).rstrip(".")
    return (RULE_APPLIES if explained.rule_id else NO_RULE).format(rule=explained.qualifies, why=why)


def values_by_source(sources: Any, segments: Any) -> dict[str, list[dict[str, Any]]]:
    """The values that each source has for each field; of the file name what this project's standard reads in it (B38)."""
    found: dict[str, list[dict[str, Any]]] = {}
    for field, source, text, confidence in sources.itertuples(index=False):
        score = float(confidence) if isinstance(confidence, float) else None  # a missing one is not a float
        found.setdefault(str(field), []).append({"source": source, "text": text, "confidence": score})
    for record in segments.to_dict("records"):
        field, known = str(record["field"]), found.setdefault(str(record["field"]), [])
        if field and not any(one["source"] == "file name" for one in known):
            known += _segment(record)
    return {field: values for field, values in found.items() if field and values}


def _segment(record: dict[Any, Any]) -> Iterable[dict[str, Any]]:
    """What a segment of the file name means: a value, or a code that the list does not have."""
    if record["value"]:
        yield {"source": "file name", "text": str(record["value"]), "confidence": None}
    elif record["fit"] == "unknown code":
        yield {"source": "file name", "text": str(record["segment"]), "confidence": None, "unknown": True}
