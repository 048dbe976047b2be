"""Functions that rebind variables of their module: the variables end as the function itself leaves them."""

from __future__ import annotations

import sys
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import s2sad

TEXT = '''
CALLS = 0
BEST = 1e9

def counts(x, n):
    global CALLS
    CALLS += 1
    for i in range(n):
        CALLS += i
        x = x * x + 0.1
    return x * CALLS

def last(x, n):
    global LAST
    y = x * x
    LAST = y
    return LAST * x

def fails(x, n):
    global CALLS
    CALLS += 1
    if n > 2:
        raise ValueError(n)
    return x * x

def bump(v):
    global CALLS
    CALLS = CALLS + 1
    return v * CALLS

def twice(x, n):
    return bump(x) + bump(x * x)

def keeps_best(x, n):
    global BEST
    if x * x < BEST:
        BEST = x * x
    return x * x

def reads(x, n):
    return bump(x) * CALLS
'''


@pytest.fixture
def module(tmp_path: Path) -> Iterator[types.ModuleType]:
    path = tmp_path / "rebound_globals.py"
    path.write_text(TEXT)
    found = types.ModuleType("rebound_globals")
    found.__file__ = str(path)
    sys.modules["rebound_globals"] = found
    exec(compile(TEXT, str(path), "exec"), vars(found))
    yield found
    del sys.modules["rebound_globals"]


def state(module: types.ModuleType) -> dict[str, Any]:
    return {name: value for name, value in vars(module).items() if name.isupper()}


def reset(module: types.ModuleType) -> None:
    module.CALLS = 0  # type: ignore[attr-defined]
    vars(module).pop("LAST", None)


def run(function: Callable[..., Any], *args: Any) -> Any:
    try:
        return function(*args)
    except ValueError as error:
        return str(error)


@pytest.mark.parametrize("name", ["counts", "last", "fails", "twice"])
def test_variables_end_as_they_would(module: types.ModuleType, name: str) -> None:
    f = getattr(module, name)
    modes = [s2sad.grad(f, wrt="x"), s2sad.value_and_grad(f, wrt="x"), s2sad.vjp(f, wrt="x")]
    for n in (2, 3):
        reset(module)
        values = [run(f, 1.3, n), run(f, 1.3, n)]
        expected = state(module)
        for derivative in modes:
            reset(module)
            results = [run(derivative, 1.3, n), run(derivative, 1.3, n)]
            assert state(module) == expected
            if derivative is modes[1] and not isinstance(values[0], str):
                assert [r[0] for r in results] == values
        reset(module)
        tangents = [run(s2sad.jvp(f, wrt="x"), 1.3, n, 1.0) for _ in range(2)]
        assert state(module) == expected
        if not isinstance(values[0], str):
            reset(module)
            assert [t[1] for t in tangents] == pytest.approx([run(modes[0], 1.3, n), run(modes[0], 1.3, n)])


@pytest.mark.parametrize("name", ["keeps_best", "reads"])
def test_what_has_no_derivative_is_refused(module: types.ModuleType, name: str) -> None:
    with pytest.raises(s2sad.S2SADError) as caught:
        s2sad.grad(getattr(module, name), wrt="x")(1.3, 2)
    assert caught.value.loc is not None and caught.value.hint
