"""Every case file: the trace computes what Python does, and so does the optimised trace.

The passes run as they would on derivative code: operations are marked as adjoint code, so that every
identity may be used on them.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import numpy as np
import pytest
from harness.cases import Case, all_cases
from harness.structure import fields

from s2sad.analysis.signature import type_of_value
from s2sad.analysis.types import infer_types
from s2sad.backend.interpret import interpret
from s2sad.driver import expanded
from s2sad.errors import S2SADError
from s2sad.frontend.read import read_function
from s2sad.ir.rewrite import clone_program
from s2sad.ir.trace import Function, Program, walk
from s2sad.ir.verifier import verify
from s2sad.optimize import cse, dce, fold, fuse_branches, invariants, products, simplify
from s2sad.rules import TABLE
from s2sad.rules.row import Table

PASSES: list[Callable[[Function, Table], None]] = [
    m.run for m in (fold, simplify, invariants, cse, dce, fuse_branches, cse, products, dce)]


def typed(case: Case, point: tuple[Any, ...]) -> Program:
    program = read_function(case.f, TABLE)
    types = {v.name or "": type_of_value(a, v.name or "") for v, a in zip(program.main.values, point)}
    program = expanded(program, types)
    infer_types(program, TABLE, types)
    return program


def run(program: Program, args: tuple[Any, ...]) -> tuple[Any, tuple[Any, ...]]:
    """The result, and the arguments as they are left."""
    args = deepcopy(args)
    values = {name: g.read() for name, g in program.globals.items() if g.read is not None}
    return interpret(program, args, signatures=TABLE.signature, globals=values), args


def same(actual: Any, expected: Any, rtol: float) -> None:
    held = fields(expected)
    if held is not None:
        assert type(actual) is type(expected)
        for a, e in zip((fields(actual) or {}).values(), held.values(), strict=True):
            same(a, e, rtol)
    elif isinstance(expected, (np.ndarray, np.generic, float, int, complex)):
        np.testing.assert_allclose(actual, expected, rtol=rtol, atol=1e-300)
        assert getattr(actual, "dtype", None) == getattr(expected, "dtype", None)
    else:
        assert actual is expected or actual == expected or callable(expected)


@pytest.mark.parametrize("case", all_cases(), ids=lambda case: case.id)
def test_case(case: Case) -> None:
    for point in case.points:
        try:
            program = typed(case, point)
        except S2SADError:
            pytest.skip("refused")
        if len(program.main.values) != len(point):
            pytest.skip("functions among the arguments are inlined")
        verify(program, "reading", TABLE.signature)
        args = deepcopy(point)
        expected = case.f(*args)
        result, left = run(program, point)
        # Derivatives that the program asks for are sums in another order than when each is called by itself.
        exact = 1e-12 if case.group == "nested" else 1e-15
        same(result, expected, exact)
        same(left, args, 1e-15)
        for derivative in (False, True):
            optimised = clone_program(program)
            for function in optimised.functions.values():
                for op in walk(function.block):
                    op.origin = "adjoint" if derivative else op.origin
            for one in PASSES:
                for function in optimised.functions.values():
                    one(function, TABLE)
                verify(optimised, one.__module__, TABLE.signature)
            result, left = run(optimised, point)
            same(result, expected, 1e-12)
            same(left, args, 1e-12)
