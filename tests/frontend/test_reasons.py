"""The table of what is refused, the documentation and the refused programs agree.

Every place that refuses is reached."""

from __future__ import annotations

import ast
import inspect
import linecache
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from frontend_cases import load

import s2sad
from s2sad.frontend.read import list_functions
from s2sad.frontend.refusals import REASONS

ROOT = Path(s2sad.__file__).resolve().parent
DOCS = ROOT.parent / "docs" / "language.md"
AHEAD = ("refusals.txt", "record_refusals.txt", "container_refusals.txt", "rule_refusals.txt", "memory_refusals.txt",
         "call_refusals.txt")
LIVE = "live_refusals.txt"
HEAD = "| construct | reason | instead |\n|---|---|---|\n"

# Places that no program of the files reaches, and why they stand.
ELSEWHERE = {
    "the interface refuses, and tests/api asks": ("analysis/signature.py", "arguments.py", "generate.py"),
    "no source to be found, or not one function in it: test_files, test_live and test_prompt": (
        "frontend/live.py", "frontend/source.py", "frontend/read.py", "frontend/names.py"),
    "a hundred levels of nesting: tests/backend": ("backend/writer.py",),
    "in forward mode only": ("transform/records/promote.py: a container that a `finally`",),
    "the Numba target alone refuses: tests of that": ("lower/support.py",),
    "in vector mode only: tests/test_operators.py": (
        "transform/directions/ends.py", "transform/directions/many.py", "transform/directions/states.py",
        "transform/directions/vectorize.py"),
    "made here, raised by the caller": ("frontend/nonlocals.py",),
    "guards: the passes before leave nothing that comes here, as far as known": (
        "analysis/inplace.py: of a list that may be shared", "frontend/tracer.py: a module or function",
        "frontend/tracer.py: self.uncertain", "frontend/tracer.py: it is not known how far",
        "frontend/usercalls.py: something is called",
        "frontend/usercalls.py: a starred sequence", "frontend/calls.py: of a sequence is not supported",
        "rules/operators.py: of one sequence", "transform/adjoint/operations.py", "transform/adjoint/shadows.py: what ",
        "transform/adjoint/shadows.py: on a list of arrays", "transform/adjoint/shadows.py: of a list of arrays",
        "transform/adjoint/shadows.py: a number on this path",
        "transform/adjoint/state.py: a list in a tuple", "transform/adjoint/state.py: the derivative needs a list",
        "transform/records/lists.py", "transform/records/loops.py: a container is stored into in a loop",
        "transform/records/operations.py: the method", "transform/records/operations.py: an object here",
        "transform/records/promote.py: what this loop does",
        "transform/records/promote.py: a dict or an object", "transform/records/promote.py: a container is returned",
        "transform/tangent.py: a store into a buffer"),
}


def test_documentation(update_goldens: bool) -> None:
    table = HEAD + "".join(f"| {r.construct} | {r.reason} | {r.instead} |\n" for r in REASONS)
    text = DOCS.read_text(encoding="utf-8")
    before, _, rest = text.partition(HEAD)
    shown, blank, after = rest.partition("\n\n")
    if update_goldens:
        DOCS.write_text(before + table.rstrip("\n") + (blank + after if blank else "\n"), encoding="utf-8")
    else:
        assert HEAD + shown.rstrip("\n") + "\n" == table


@pytest.mark.parametrize("file", [*AHEAD, LIVE])
def test_every_refused_program_has_a_reason(file: str) -> None:
    for case in load(file):
        message = case.expected.splitlines()[0]
        message = message.partition("in function ")[2].partition(": ")[2] or message
        assert any(r.covers(message) for r in REASONS), (case.name, message)


def test_every_reason_has_a_program() -> None:
    texts = [case.expected for file in (*AHEAD, LIVE) for case in load(file)]
    for reason in REASONS:
        assert any(reason.covers(text.splitlines()[0]) for text in texts), reason.construct


# ------------------------------------------------------------------ every place that refuses

Place = tuple[str, int]


def stack(frame: FrameType | None) -> Iterator[Place]:
    while frame is not None:
        file = Path(frame.f_code.co_filename)
        if file.is_relative_to(ROOT):
            yield str(file.relative_to(ROOT)), frame.f_lineno
        frame = frame.f_back


def refused(program: str, path: Path, live: bool) -> None:
    path.write_text(program)
    try:
        if live:
            linecache.checkcache(str(path))
            scope: dict[str, Any] = {"__name__": "program", "__file__": str(path)}
            exec(compile(program, str(path), "exec"), scope)
            s2sad.vjp(scope["f"])(*[1.5 for _ in inspect.signature(scope["f"]).parameters])
        else:
            s2sad.generate(path, functions=list_functions(path)[-1:] or ["f"], mode="vjp")
    except s2sad.S2SADError:
        pass


def places() -> Iterator[tuple[str, range, str]]:
    """File, lines and text of whatever raises an error of what is not supported."""
    for file in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", None) or getattr(node.func, "attr", "")
                if name in ("UnsupportedError", "TypingError", "refuse"):
                    yield str(file.relative_to(ROOT)), range(node.lineno, (node.end_lineno or 0) + 1), ast.unparse(node)


def test_every_place_that_refuses_is_reached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reached: set[Place] = set()
    plain: Callable[..., None] = s2sad.S2SADError.__init__

    def noting(self: s2sad.S2SADError, *args: Any, **keywords: Any) -> None:
        reached.update(stack(sys._getframe(1)))
        plain(self, *args, **keywords)

    monkeypatch.setattr(s2sad.S2SADError, "__init__", noting)
    for file in (*AHEAD, LIVE):
        for case in load(file):
            refused(case.program, tmp_path / "program.py", file == LIVE)
    known = [place.partition(": ") for group in ELSEWHERE.values() for place in group]
    missed = [f"{file}:{lines.start}: {text}" for file, lines, text in places()
              if not any((file, line) in reached for line in lines)
              and not any(file == where and part in text for where, _, part in known)]
    assert not missed, "\n".join(missed)
    for file, _, text in places():
        if file not in ("errors.py",) and "UnsupportedError(" in text:
            assert "hint=" in text, f"{file}: {text} has no hint"
