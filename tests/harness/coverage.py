"""Which lines of a case its points never reach."""

from __future__ import annotations

import contextlib
import dis
import sys
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any

from harness.cases import Case, copied
from harness.output import printed


def unreached_lines(case: Case) -> list[int]:
    """Lines of the case file's functions that no point executes."""
    file = case.module.__file__
    reached: set[int] = set()

    def tracer(frame: FrameType, event: str, _: Any) -> Callable[..., Any] | None:
        if frame.f_code.co_filename != file:
            return None
        if event == "line":
            reached.add(frame.f_lineno)
        return tracer

    before = sys.gettrace()
    sys.settrace(tracer)
    try:
        for args in case.points:
            printed(case.f, *copied(args))
        for args in case.errors:
            with contextlib.suppress(Exception):
                printed(case.f, *copied(args))
    finally:
        sys.settrace(before)
    name = case.module.__name__
    functions = [value for value in vars(case.module).values() if getattr(value, "__module__", "") == name]
    codes = [function.__code__ for function in functions if hasattr(function, "__code__")]
    return sorted(set().union(*map(code_lines, codes)) - reached) if case.f in functions else []


def code_lines(code: CodeType) -> set[int]:
    """Lines with instructions, but for the line of the `def` and what belongs to nested functions."""
    return {line for _, line in dis.findlinestarts(code) if line is not None and line > code.co_firstlineno}
