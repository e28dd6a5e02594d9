"""Texts that people see, taken from the sources: Markdown, notebooks, Python and JavaScript.

How this works: each reader yields `Text(line, text)` for prose only. Code is replaced by a placeholder: code spans, code
blocks (except their comments), doctests, names with an underscore and calls such as `batch.undo()`, since a name of the
API may contain a word that prose avoids.
"""

from __future__ import annotations

import ast
import json
import re
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

CODE = "·"  # in place of code
SPAN = re.compile(r"``.+?``|`[^`\n]*`", re.DOTALL)
CALL = re.compile(r"\b\w+(?:\.\w+)*\([^()]*\)?|\b\w+\.\w+(?:\.\w+)*|\b\w*_\w+\b")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
COMMENT = re.compile(r"(?<![\w'\"&/])#\s(.*)")
TARGET = re.compile(r"\]\([^)\s]*\)")
PARAMETER = re.compile(r"^\s*\w+(?:, \w+)* : .*$", re.MULTILINE)
DOCTEST = re.compile(r"^\s*>>> .*(?:\n(?!\s*$).*)*", re.MULTILINE)
INDENTED = re.compile(r"(?<=\n)\n((?:[ ]{8,}.*\n?)+)")
JAVASCRIPT = re.compile(
    r"""(?P<skip>//[^\n]*|/\*.*?\*/)|(?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)""",
    re.DOTALL,
)
INSERTED = re.compile(r"\$\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}")


class Text(NamedTuple):
    """A piece of prose and the line on which it starts."""

    line: int
    text: str


def texts(path: Path) -> Iterator[Text]:
    """Yield the texts of a file that people see.

    Parameters
    ----------
    path : Path
        A file with the suffix .md, .ipynb, .py or .js.
    """
    source = path.read_text("utf-8")
    yield from READERS[path.suffix](source)


def markdown(source: str) -> Iterator[Text]:
    """Yield the lines of a page; of its code blocks the comments."""
    source = FENCE.sub(lambda block: _comments_only(block[0]), source)
    source = SPAN.sub(_same_lines, TARGET.sub("]", source))
    yield from (Text(number, line) for number, line in enumerate(source.splitlines(), 1) if line.strip())


def notebook(source: str) -> Iterator[Text]:
    """Yield the lines of the Markdown cells and the comments of the code cells, numbered by cell."""
    for number, cell in enumerate(json.loads(source)["cells"], 1):
        text = "".join(cell["source"])
        found = markdown(text) if cell["cell_type"] == "markdown" else map(_comment, text.splitlines())
        yield from (Text(number, one.text) for one in found if one.text)


def python(source: str) -> Iterator[Text]:
    """Yield the string literals that are prose and the docstrings of public names."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = ast.parse(source)
    documented = set()
    for node, public in _documented(tree):
        first = node.body[0]
        assert isinstance(first, ast.Expr)
        documented.add(id(first.value))
        if public:
            yield Text(first.lineno, _without_code(ast.get_docstring(node, clean=False) or ""))
    parts = {
        id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)
    }
    for literal in ast.walk(tree):
        if isinstance(literal, ast.JoinedStr):
            shown = "".join(str(p.value) if isinstance(p, ast.Constant) else CODE for p in literal.values)
        elif isinstance(literal, ast.Constant) and id(literal) not in documented | parts:
            shown = literal.value if isinstance(literal.value, str) else ""
        else:
            continue
        if is_prose(shown):
            yield Text(literal.lineno, _without_code(shown))


def javascript(source: str) -> Iterator[Text]:
    """Yield the string literals that are prose."""
    for match in JAVASCRIPT.finditer(source):
        shown = INSERTED.sub(CODE, match["text"][1:-1]) if match["text"] else ""
        if is_prose(shown):
            yield Text(source.count("\n", 0, match.start()) + 1, _without_code(shown))


def is_prose(text: str) -> bool:
    """Return True for a sentence or a label, False for a key, a selector or a name."""
    return " " in text.strip() or (text[:1].isupper() and not text.isupper())


def _documented(tree: ast.Module) -> Iterator[tuple[ast.Module | ast.ClassDef | ast.FunctionDef, bool]]:
    """Yield all nodes with a docstring, and whether they and what they are in are public."""

    def walk(
        node: ast.AST, public: bool
    ) -> Iterator[tuple[ast.Module | ast.ClassDef | ast.FunctionDef, bool]]:
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            public = public and not getattr(node, "name", "").startswith("_")
            if ast.get_docstring(node) is not None:
                yield node, public  # type: ignore[misc]
            public = public and not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for child in ast.iter_child_nodes(node):
            yield from walk(child, public)

    return walk(tree, True)


def _without_code(text: str) -> str:
    """A text with a placeholder in place of code."""
    for pattern in (DOCTEST, INDENTED, PARAMETER, SPAN, CALL):
        text = pattern.sub(_same_lines, text)
    return text


def _same_lines(match: re.Match[str]) -> str:
    return CODE + "\n" * match[0].count("\n")


def _comments_only(block: str) -> str:
    return "\n".join(_comment(line).text for line in block.splitlines())


def _comment(line: str) -> Text:
    found = COMMENT.search(line)
    return Text(0, found[1] if found else "")


READERS: dict[str, Callable[[str], Iterator[Text]]] = {
    ".md": markdown,
    ".ipynb": notebook,
    ".py": python,
    ".js": javascript,
}
