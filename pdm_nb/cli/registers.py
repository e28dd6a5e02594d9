"""`pdm-nb map` shows how a register is understood and writes its profile; `pdm-nb template` writes one to fill in."""

from __future__ import annotations

import argparse
import io
import json
import shlex
import sys
from collections.abc import Iterator
from typing import Any

from .. import open_register
from ..file_writing.whole_file import file_for_people
from .sign_in import is_configured, open_project
from .terminal.lines import write


def map_register(options: argparse.Namespace) -> int:
    """Show how a register is understood."""
    names = ("folder", "profile", "sheet", "header")
    given = {name: value for name in names if (value := getattr(options, name)) is not None}
    if options.standard_fields or not is_configured(options):
        register = open_register(options.register, **given)
        fields = "the standard fields; a project may have others"
    else:
        project = open_project(options)
        register = project.register(options.register, **given)
        fields = f"the fields of {project.name}"
    if options.confirm:
        register.confirm(*options.confirm)
    if not options.quiet:
        for line in _summary(register, fields):
            write(line, sys.stderr)
    if options.output:
        register.save_profile(options.output)
        text = options.output.read_text("utf-8")
        with file_for_people(options.output) as draft:
            draft.write_text("".join([text, *_to_decide(register)]), "utf-8", newline="\n")
        print(f"Wrote {options.output}.", file=sys.stderr)
    if options.json:
        print(json.dumps(_as_json(register), ensure_ascii=False))
    elif not options.output:
        print(_profile(register), end="")
    return 1 if register.questions else 0


def _summary(register: Any, fields: str) -> Iterator[str]:
    yield repr(register)
    yield f"  Mapped to {fields}:"
    for column, field, confidence, samples in _columns(register):
        yield f"    {column} -> {field or 'not used'} ({confidence}){f': {samples}' if samples else ''}"


def _columns(register: Any) -> list[tuple[str, str, str, str]]:
    shown = register.columns[["column", "field", "confidence", "samples"]].fillna("")
    return [tuple(row) for row in shown.to_numpy().tolist()]


def _as_json(register: Any) -> dict[str, Any]:
    columns = [
        {"column": column, "field": field or None, "confidence": confidence}
        for column, field, confidence, _ in _columns(register)
    ]
    return {"columns": columns, "questions": register.questions, "profile": _profile(register)}


def _profile(register: Any) -> str:
    text = io.StringIO()
    register.save_profile(text)
    return "".join([text.getvalue(), *_to_decide(register)])


def _to_decide(register: Any) -> Iterator[str]:
    """Yield comments for a profile: the values that nothing was decided about, and the questions."""
    open_values = register.crosswalk[register.crosswalk["use"].isna()]
    if not len(open_values) and not register.questions:
        return
    yield "\n# Still to decide\n"
    names = ["field", "value", "count", "candidate", "others"]
    for field, value, count, candidate, others in open_values[names].fillna("").to_numpy().tolist():
        also = f"; or {others}" if others else ""
        yield f"# [crosswalk.{field}]: {json.dumps(value, ensure_ascii=False)} = {json.dumps(candidate, ensure_ascii=False)}  (rows: {count}{also})\n"
    for question in register.questions:
        yield f"# {' '.join(question.split())}\n"
    from ..registers.register import RegisterView

    calls = [call for question in RegisterView(register).questions for call in question.calls]
    if names := [str(name) for call in calls if call.method == "confirm" for name in call.arguments]:
        kinds = f"confirmed = {json.dumps(names)} in [files]"
        yield f"# To take these files: {kinds}, or pdm-nb map --confirm {shlex.join(names)}\n"


def template(options: argparse.Namespace) -> int:
    """Write a spreadsheet to fill in."""
    path = open_project(options).template(options.output, files=options.files)
    if options.json:
        print(json.dumps({"template": str(path)}))
    elif not options.quiet:
        write(f"Wrote {path}.", sys.stdout)
    return 0
