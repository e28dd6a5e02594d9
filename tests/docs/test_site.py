"""The website of the documentation: it builds without a warning, and everything in it leads somewhere, also offline."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = [pytest.mark.slow]
LOADED = {"script": "src", "link": "href", "img": "src", "source": "src", "iframe": "src"}
LEADS = {**LOADED, "a": "href"}
OUTSIDE = ("http", "https", "mailto", "data")


@dataclass
class Page(HTMLParser):
    """What a page has: anchors, links, and pictures with their alternative text."""

    path: Path
    anchors: set[str] = field(default_factory=set)
    links: list[tuple[str, str]] = field(default_factory=list)
    pictures: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.path.read_text("utf-8"))

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attributes}
        self.anchors |= {known[name] for name in ("id", "name") if name in known}
        if tag in LEADS and known.get(LEADS[tag]):
            self.links.append((tag, known[LEADS[tag]]))
        if tag == "img":
            self.pictures.append((known.get("src", ""), known.get("alt", "")))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built with warnings as errors and without a way to the network."""
    folder = tmp_path_factory.mktemp("docs") / "site"
    nowhere = dict.fromkeys(("http_proxy", "https_proxy", "all_proxy"), "http://127.0.0.1:9")
    built = subprocess.run(
        [sys.executable, "docs/build.py", str(folder)],
        cwd=ROOT, env=os.environ | nowhere | {"no_proxy": ""}, capture_output=True, text=True,
    )  # fmt: skip
    assert built.returncode == 0, built.stderr
    return folder


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Page]:
    """All pages of the site, without what Sphinx makes for itself."""
    found = [path for path in site.rglob("*.html") if "_static" not in path.parts]
    return {path: Page(path) for path in found}


def test_every_link_and_anchor_leads_somewhere(site: Path, pages: dict[Path, Page]) -> None:
    broken = []
    for path, page in pages.items():
        for _, link in page.links:
            parts = urlsplit(link)
            if parts.scheme in OUTSIDE:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            anchor = unquote(parts.fragment)
            if not target.is_file():
                broken.append(f"{path.relative_to(site)}: {link}")
            elif anchor and target in pages and anchor not in pages[target].anchors:
                broken.append(f"{path.relative_to(site)}: {link} (no such anchor)")
    assert broken == []


def test_nothing_is_loaded_from_elsewhere(site: Path, pages: dict[Path, Page]) -> None:
    elsewhere = [
        (path.relative_to(site), link)
        for path, page in pages.items()
        for tag, link in page.links
        if tag in LOADED and urlsplit(link).netloc
    ]
    assert elsewhere == []


def test_every_picture_has_a_text_for_who_cannot_see_it(pages: dict[Path, Page]) -> None:
    pictures = [one for page in pages.values() for one in page.pictures]
    own = [(source, text) for source, text in pictures if "_static" not in source]
    assert [source for source, text in own if len(text) < 20] == []
    assert own


def test_each_kind_of_page_is_there(site: Path) -> None:
    for name in (
        "index.html", "tutorials/quickstart.html", "how-to/first-register.html", "explanations/documents.html",
        "reference/api.html", "reference/commands.html", "reference/rules.html", "help/submit.html",
        "notebooks/01-quickstart.html", "changelog.html", "search.html",
    ):  # fmt: skip
        assert (site / name).is_file(), name


def test_the_reference_has_every_public_name(pages: dict[Path, Page], site: Path) -> None:
    import pdm_nb

    anchors = pages[site / "reference" / "api.html"].anchors
    names = [name for name in pdm_nb.__all__ if name != "errors"]
    assert [name for name in names if not any(one.split(".")[-1] == name for one in anchors)] == []


def test_the_states_are_drawn_with_every_transition(site: Path) -> None:
    from pdm_nb.batch.journal.states import TRANSITIONS

    drawn = ElementTree.fromstring(
        re.findall(r"<svg viewBox.*?</svg>", (site / "reference" / "states.html").read_text(), re.S)[0]
    )
    texts = ["".join(one.itertext()) for one in drawn.iter() if one.tag.endswith("text")]
    events = sorted(event.value for events in TRANSITIONS.values() for event in events)
    assert sorted(text for text in texts if text in events and text not in set(TRANSITIONS)) == [
        event for event in events if event not in set(TRANSITIONS)
    ]
    assert len(drawn.get("aria-label", "")) > 20
    assert set(TRANSITIONS) <= set(texts)
