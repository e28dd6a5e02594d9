"""Help: short pages about the views of the workbench, the findings and the errors. Works without a network.

The pages of views and errors are the Markdown files of this folder; those of findings are the docstrings of the checks.
`pdm-nb explain` and the `?` of the workbench show them, and the documentation site includes them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.resources import files

from ..errors import InputError

VIEWS = (
    "connect", "import", "prepare", "document", "requirements", "upload", "review", "submit", "report", "code",
)  # fmt: skip
_SECTION = re.compile(r"^## (\w+)\n\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Topic:
    """A help page.

    Attributes
    ----------
    name : str
        What `topic` finds it by, such as "submit" or "PDM101".
    title : str
        The heading.
    markdown : str
        The text below the heading. Links lead to other topics, such as `submit.md`.
    """

    name: str
    title: str
    markdown: str

    @property
    def html(self) -> str:
        """The text below the heading, as HTML. Links to other topics are `#submit`."""
        from markdown_it import MarkdownIt

        text = re.sub(r"\]\((\w+)\.md\)", r"](#\1)", self.markdown)
        return str(MarkdownIt("commonmark", {"html": False}).enable("table").render(text))

    def __str__(self) -> str:
        return f"# {self.title}\n\n{self.markdown}"

    def _repr_markdown_(self) -> str:
        return str(self)


def topics() -> tuple[str, ...]:
    """Return the names of all topics: "index", views, errors, and codes of findings.

    Examples
    --------
    >>> from pdm_nb import help
    >>> [name for name in help.topics() if name in ("submit", "ThrottledError", "PDM101")]
    ['submit', 'ThrottledError', 'PDM101']
    """
    from ..rules.checks import titles

    return ("index", *VIEWS, "errors", *_errors(), *titles())


def topic(name: str) -> Topic:
    """Return a help page.

    Parameters
    ----------
    name : str
        A view of the workbench such as "submit", the code of a finding, the class of an error, or "index". Capitals do
        not matter.

    Returns
    -------
    Topic
        The page; in a notebook, it is displayed.

    Raises
    ------
    InputError
        If there is no such page. The message names similar ones.

    Examples
    --------
    >>> from pdm_nb import help
    >>> help.topic("submit").title
    'Submit'
    >>> help.topic("PDM101").title
    'PDM101: Required field is empty'
    """
    wanted = name.strip().lower()
    if wanted in ("index", "errors", *VIEWS):
        return _page(wanted)
    for error, text in _errors().items():
        if error.lower() == wanted:
            return Topic(error, error, text)
    return _finding(name)


def _page(name: str) -> Topic:
    title, _, text = _source(name).partition("\n")
    return Topic(name, title.removeprefix("# "), text.strip() + "\n")


def _source(name: str) -> str:
    return files(__package__).joinpath(f"{name}.md").read_text("utf-8")


def _errors() -> dict[str, str]:
    """The sections of the page about errors, by the class."""
    return dict(_SECTION.findall(_source("errors")))


def _finding(name: str) -> Topic:
    from ..rules.checks import explain

    code = name.strip().upper()
    try:
        title, _, text = explain(code).partition("\n")
    except KeyError:
        raise InputError(f"Unknown topic {name!r}. {_similar(name)}.") from None
    return Topic(code, title, text.strip() + "\n")


def _similar(name: str) -> str:
    known = {one.lower(): one for one in topics()}
    found = [known[one] for one in get_close_matches(name.strip().lower(), known, 4)]
    return (
        f"Similar: {', '.join(found)}"
        if found
        else "Use the code of a finding, an error, or a view such as submit"
    )
