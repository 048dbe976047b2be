"""Which mode gives a Jacobian more cheaply: forward mode for few inputs, reverse mode for few outputs.

Of ``f(x)`` with 1000 numbers in `x` and a value of the shape ``(3,)``, as types know it, reverse mode carries 3
directions and forward mode 1000.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from s2sad.analysis.types import infer_types
from s2sad.errors import S2SADError
from s2sad.expand import has_derivatives
from s2sad.ir.rewrite import clone_program
from s2sad.ir.trace import Program
from s2sad.ir.types import UNKNOWN, Dim, Num, Type
from s2sad.rules import TABLE
from s2sad.transform.exits import structure_exits
from s2sad.transform.inline import inline_calls

# A reverse sweep costs about this many forward sweeps: it runs the function, saves, and goes back.
_REVERSE = 2


def value_type(program: Program, types: dict[str, Type]) -> Type:
    """The type of a program's value, as far as it is known without differentiating it."""
    if has_derivatives(program):
        return UNKNOWN
    program = clone_program(program)
    for value, parameter in zip(program.main.values, program.main.params):
        value.type = types.get(parameter.name, value.type)
    try:
        for function in program.functions.values():
            structure_exits(function)
        inline_calls(program, structured=True)
        infer_types(program, TABLE, types)
    except S2SADError:
        return UNKNOWN  # the derivative's own passes know more, or say why not
    return program.main.block.ops[-1].operands()[0].type


def cheaper_jacobian(value: Type, values: Sequence[Any], names: Sequence[str], wrt: Sequence[str]) -> str:
    """The mode for arguments of these sizes, given the type of the function's value."""
    outputs = 1
    lengths: dict[Dim, int] = {}
    if not isinstance(value, Num) or value.shape is None:
        return "jacobian:forward"
    for name, argument in zip(names, values):
        lengths.update({Dim(f"{name}{k}"): n for k, n in enumerate(np.shape(argument))} if isinstance(
            argument, np.ndarray) else {})
    for dim in value.shape:
        length = lengths.get(dim) if isinstance(dim, Dim) else dim
        if length is None:
            return "jacobian:forward"
        outputs *= length
    inputs = sum(np.size(argument) for name, argument in zip(names, values) if name in wrt)
    return "jacobian:reverse" if _REVERSE * outputs < inputs else "jacobian:forward"
