"""Builds the documentation as a website, without a network: `python docs/build.py [FOLDER]`.

How this works: pages are written to be read in the repository as well, so they link to each other, to notebooks and to
source files by relative paths. This program copies what the site needs into a temporary folder, changes links to where
things are in the site, adds the tables of contents that Sphinx needs (the links of each `index.md`, in their order, then what
a comment such as `<!-- pages: ../notebooks/course/*.ipynb -->` names), and runs Sphinx. Any warning is an error: a link that leads nowhere, a heading twice, a docstring that cannot be read.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # this checkout, whichever is installed

from docs.generators.states_picture import picture  # noqa: E402

DOCS = ROOT / "docs"
LINK = re.compile(r"\]\(([^()\s\"\\]+)\)")
NAMED_LINK = re.compile(r"\[([^\[\]]+)\]\(([^()\s\"\\]+)\)")
# What the site shows -> where it is in the site. Longer paths come first.
PLACES = {"docs": "", "pdm_nb/help": "help", "notebooks": "notebooks"}
PAGES = {"CHANGELOG.md": "changelog.md", "CONTRIBUTING.md": "contributing.md", "SECURITY.md": "security.md"}
PAGES |= {"README.md": "index.md"}
NOT_SHOWN = ("generators", "build.py", "solutions", "__pycache__")
DIAGRAM = re.compile(r"^```mermaid\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ARROW = re.compile(r"^\s*(\S+) --> ([^:\s]+)(?:: (.+))?$", re.MULTILINE)
MORE = re.compile(r"<!-- pages: (\S+) -->")


def place(path: Path) -> Path:
    """Return where a file of the repository is in the site, relative to its root."""
    inside = path.relative_to(ROOT)
    if inside.as_posix() in PAGES:
        return Path(PAGES[inside.as_posix()])
    for folder, target in PLACES.items():
        if inside.is_relative_to(folder) and not _is_left_out(inside):
            return Path(target) / inside.relative_to(folder)
    return Path("sources") / inside


def _is_left_out(inside: Path) -> bool:
    return any(part in NOT_SHOWN or part.startswith(".") for part in inside.parts)


def shown() -> list[Path]:
    """The files that the site consists of, without source files that pages link to."""
    found = [ROOT / name for name in PAGES if name != "README.md"]
    for folder in PLACES:
        found += [path for path in sorted((ROOT / folder).rglob("*")) if path.is_file()]
    return [path for path in found if not _is_left_out(path.relative_to(ROOT))]


def copy(target: Path) -> None:
    """Copy everything that the site needs into a folder."""
    for path in shown():
        new = target / place(path)
        new.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix in (".md", ".ipynb"):
            new.write_text(_page(path, target), "utf-8")
        else:
            shutil.copyfile(path, new)


def _page(path: Path, target: Path) -> str:
    """The text of a page, with links of the site. Source files that it links to are copied."""

    def changed(match: re.Match[str]) -> str:
        file, _, heading = match[1].partition("#")
        if not file or re.match(r"\w+:", file):
            return match[0]
        linked = (path.parent / file).resolve()
        if not linked.is_relative_to(ROOT) or not linked.is_file():
            return match[0]  # Sphinx reports it
        new = place(linked)
        if new.parts[0] == "sources":
            (target / new).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(linked, target / new)
        return f"]({_relative(path, linked)}{'#' + heading if heading else ''})"

    text = NAMED_LINK.sub(  # a folder has no page in the site
        lambda match: match[1] if (path.parent / match[2]).is_dir() else match[0], path.read_text("utf-8")
    )
    text = LINK.sub(changed, text)
    text = DIAGRAM.sub(_arrows, text)
    if path.name != "index.md":
        return text
    more = [one for pattern in MORE.findall(text) for one in sorted(path.parent.glob(pattern))]
    return text + _contents(text, [_relative(path, one.resolve()) for one in more])


def _arrows(diagram: re.Match[str]) -> str:
    """A diagram as a picture, and as a table. The script that draws Mermaid would come from another host."""
    arrows = ARROW.findall(diagram[1])
    rows = [f"| `{start}` | {event} | `{end}` |" for start, end, event in arrows]
    return "\n".join([picture(arrows), "", "| state | event | next state |", "|---|---|---|", *rows])


def _relative(path: Path, linked: Path) -> str:
    """The path of a file in the site, as a page links to it."""
    return os.path.relpath(place(linked), place(path).parent).replace(os.sep, "/")


def _contents(text: str, more: list[str]) -> str:
    """The hidden table of contents of an index page: the pages that it links to, and others."""
    pages = [link for link in LINK.findall(text) if link.endswith((".md", ".ipynb"))] + more
    return "\n```{toctree}\n:hidden:\n\n" + "\n".join(dict.fromkeys(pages)) + "\n```\n"


def build(folder: Path, source: Path) -> int:
    """Copy the pages to `source` and write the site to `folder`. Return the exit code of Sphinx."""
    from sphinx.cmd.build import main as sphinx

    copy(source)
    options = ["-W", "--keep-going", "-q", "-b", "html", "-d", str(source / ".doctrees")]
    return int(sphinx([*options, str(source), str(folder)]))


def main() -> int:
    """Build the site."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "build" / "site").resolve()
    with tempfile.TemporaryDirectory() as source:
        failed = build(folder, Path(source).resolve())
    if not failed:
        print(f"Wrote the site to {folder}. Open {folder / 'index.html'} in a browser.")
    return failed


if __name__ == "__main__":
    raise SystemExit(main())
