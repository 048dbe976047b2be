"""The trace of every case program computes what Python computes, arguments written to included."""

from __future__ import annotations

import copy
import importlib.util
import sys
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from interpret import Interpreter

from s2sad.expand import has_derivatives
from s2sad.frontend.read import read_file, read_function
from s2sad.ir.verifier import verify
from s2sad.rules import TABLE

CASES = sorted((Path(__file__).parent.parent / "cases").rglob("*.py"))


def load(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(f"frontend_case_{path.stem}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = sys.modules[path.stem] = module  # as it is known in process, and to a module beside it
    spec.loader.exec_module(module)
    return module


def outcome(function: Any, args: list[Any]) -> Any:
    try:
        return function(*args)
    except (ArithmeticError, ValueError, IndexError, AssertionError, TypeError) as error:
        return type(error)


@pytest.mark.parametrize("path", CASES, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_trace_means_the_program(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(path.parent))
    module = load(path)
    name = getattr(module, "FUNCTION", "f")
    function = getattr(module, name, None)
    if function is None or not hasattr(module, "POINTS"):
        pytest.skip("no function f with points")
    programs = [read_function(function, TABLE)]
    if not getattr(module, "IN_PROCESS_ONLY", False):
        programs.append(read_file(path, name, TABLE))
    for program in programs:
        verify(program, "frontend", TABLE.signature)
        if has_derivatives(program):
            continue  # what these are is worked out later; tests/cli compares what such a program computes
        for point in module.POINTS:
            expected_args, args = copy.deepcopy(list(point)), copy.deepcopy(list(point))
            defaults = [p.default.value for p in program.main.params[len(args):] if p.default is not None]
            expected = outcome(function, expected_args)
            interpreter = Interpreter(program, program.entry, args + defaults, TABLE.signature)
            actual = outcome(interpreter.run, [])
            assert_same(actual, expected)
            assert_same(args, expected_args)


def assert_same(actual: Any, expected: Any) -> None:
    assert type(actual) is type(expected)
    if isinstance(expected, (tuple, list)):
        assert len(actual) == len(expected)
        for a, b in zip(actual, expected):
            assert_same(a, b)
    elif isinstance(expected, dict) or is_dataclass(expected):
        assert_same(list(held(actual)), list(held(expected)))
        assert_same(list(held(actual).values()), list(held(expected).values()))
    else:
        np.testing.assert_array_equal(actual, expected)


def held(value: Any) -> dict[Any, Any]:
    return value if isinstance(value, dict) else vars(value)
