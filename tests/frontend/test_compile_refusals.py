"""Programs that are refused when they are differentiated: by analysis, by a rule, or by a transform.

Ahead of time in `record_`, `container_`, `rule_`, `memory_` and `call_refusals.txt`, in process in
`live_refusals.txt`."""

from __future__ import annotations

import inspect
import linecache
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from frontend_cases import Case, load, rewrite

import s2sad
from s2sad.frontend.read import list_functions

FILES = ("record_refusals.txt", "container_refusals.txt", "rule_refusals.txt", "memory_refusals.txt",
         "call_refusals.txt")
CASES = [(file, case) for file in FILES for case in load(file)]
LIVE = "live_refusals.txt"


def check(file: str, case: Case, compile_it: Callable[[], object], path: Path, update_goldens: bool) -> None:
    with pytest.raises(s2sad.S2SADError) as caught:
        compile_it()
    assert not isinstance(caught.value, s2sad.InternalError)
    assert caught.value.hint
    actual = str(caught.value).replace(str(path), "program.py")
    if update_goldens:
        rewrite(file, case.name, actual)
    else:
        assert actual + "\n" == case.expected


@pytest.mark.parametrize(("file", "case"), CASES, ids=lambda p: getattr(p, "name", p))
def test_ahead_of_time(file: str, case: Case, tmp_path: Path, update_goldens: bool) -> None:
    path = tmp_path / "program.py"
    path.write_text(case.program)
    check(file, case, lambda: s2sad.generate(path, functions=list_functions(path)[-1:] or ["f"], mode="vjp"), path,
          update_goldens)


@pytest.mark.parametrize("case", load(LIVE), ids=lambda c: c.name)
def test_in_process(case: Case, tmp_path: Path, update_goldens: bool) -> None:
    path = tmp_path / "program.py"
    path.write_text(case.program)
    scope: dict[str, Any] = {"__name__": "program", "__file__": str(path)}
    linecache.checkcache(str(path))
    exec(compile(case.program, str(path), "exec"), scope)
    f = scope["f"]
    given = [1.5 for _ in inspect.signature(f).parameters]
    check(LIVE, case, lambda: s2sad.vjp(f)(*given), path, update_goldens)
