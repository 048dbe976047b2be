"""Evaluation of a function of a file at a point: the tables of its traces, and its graph with values.

Only the function's own trace is executed, by interpretation; the file itself is never run.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from s2sad.analysis.signature import fields, like_record, type_of_value
from s2sad.backend.graph import Graph, graph_of
from s2sad.backend.tables import Row, record, rows_of
from s2sad.driver import Request, derive, expanded
from s2sad.errors import NotDifferentiableError
from s2sad.frontend.read import read_file
from s2sad.generate import check_names
from s2sad.inputs import default_wrt
from s2sad.ir.trace import Program
from s2sad.ir.types import RecordType
from s2sad.naming import name_temporaries
from s2sad.rules import TABLE


def evaluate(path: str | os.PathLike[str], function: str, at: Mapping[str, object], mode: str | None = None,
             wrt: Sequence[str] | str | None = None, seeds: Mapping[str, object] | None = None) -> list[Row]:
    """The rows of the evaluation trace at a point, one per executed statement.

    `mode` is None (the primal's trace), ``forward`` (with tangents, seeded by `seeds`, by
    default 1.0 for the first of `wrt` and 0.0 for the others) or ``reverse`` (with adjoints).
    """
    program = read_file(os.fspath(path), function, TABLE)
    args = _arguments(program, at)
    if mode is None:
        program = expanded(program, {p.name: type_of_value(v, p.name) for p, v in zip(program.main.params, args)})
        for each in program.functions.values():
            name_temporaries(each)
        return rows_of(program, args, signatures=TABLE.signature, globals=program.constants)
    types = {p.name: type_of_value(v, p.name) for p, v in zip(program.main.params, args)}
    default = default_wrt(program, {})
    chosen = (wrt,) if isinstance(wrt, str) else tuple(wrt) if wrt else default
    check_names(program, chosen)
    args = [float(v) if type(v) is int and p.name in chosen else v for p, v in zip(program.main.params, args)]
    types = {p.name: type_of_value(v, p.name) for p, v in zip(program.main.params, args)}
    if mode not in ("forward", "reverse"):
        raise NotDifferentiableError(f"no mode {mode!r}", hint="modes are forward and reverse")
    request = Request("jvp" if mode == "forward" else "vjp", chosen, style="trace", types=types, optimize=True)
    derived = derive(program, request)
    extra = [p.name for p in derived.main.params[len(args):]]
    given = dict(seeds or {})
    if mode == "reverse" and not given and isinstance(derived.main.values[-1].type, RecordType):
        raise NotDifferentiableError("the value is a container, so its adjoint has no default", function=function,
                                     hint=f"give the seed {extra[0]}, of the same structure")
    values = [_seed(name, k, given, mode, chosen, args, program) for k, name in enumerate(extra)]
    _check_seeds(program, given, extra)
    recorder = record(derived, [*args, *values], seeds=extra, signatures=TABLE.signature, globals=program.constants)
    if mode == "reverse" and not given and np.shape(recorder.result[0]) != ():
        raise NotDifferentiableError(
            f"the value has the shape {np.shape(recorder.result[0])}, so its adjoint has no default",
            function=function, hint=f"give the seed {extra[0]}, an array of that shape")
    return recorder.rows


def _check_seeds(program: Program, given: dict[str, object], names: Sequence[str]) -> None:
    for name in given:
        if name not in names:
            raise NotDifferentiableError(f"there is no seed {name!r}", function=program.main.name,
                                         hint=f"seeds are {', '.join(names)}")


def _seed(name: str, k: int, given: dict[str, object], mode: str, wrt: tuple[str, ...], args: Sequence[object],
          program: Program) -> object:
    if name in given:
        value = given[name]
        return np.asarray(value, dtype=float) if isinstance(value, list) else value
    if mode == "reverse":
        return 1.0
    names = [p.name for p in program.main.params]
    primal = args[names.index(wrt[k])]
    size = 1.0 if k == 0 else 0.0
    return _filled(primal, size)


def _filled(primal: object, size: float) -> Any:
    """A tangent that is `size` everywhere."""
    _, held = fields(primal)
    if held is not None:
        return like_record(primal, {k: _filled(v, size) for k, v in held.items()})
    if isinstance(primal, (tuple, list)):
        return type(primal)([_filled(v, size) for v in primal])
    return np.full(np.shape(primal), size) if isinstance(primal, np.ndarray) else size


def _arguments(program: Program, at: Mapping[str, object]) -> list[object]:
    values = []
    for parameter in program.main.params:
        if parameter.name in at:
            value = at[parameter.name]
            values.append(np.asarray(value, dtype=float) if _numbers(value) else value)
        elif parameter.default is not None:
            values.append(parameter.default.value)
        else:
            raise NotDifferentiableError(f"no value for {parameter.name!r}", function=program.main.name,
                                         hint=f"add {parameter.name}=... to the point")
    return values


def _numbers(value: object) -> bool:
    """Whether a value is a list of numbers, or of lists of these."""
    return isinstance(value, list) and all(isinstance(item, (int, float)) or _numbers(item) for item in value)


def graph(path: str | os.PathLike[str], function: str, at: Mapping[str, object] | None = None) -> Graph:
    """The computation graph of a function of a file, with values where a point is given."""
    program = expanded(read_file(os.fspath(path), function, TABLE), {})
    for each in program.functions.values():
        name_temporaries(each)
    if at is None:
        return graph_of(program.main, signatures=TABLE.signature)
    recorder = record(program, _arguments(program, at), signatures=TABLE.signature, globals=program.constants)
    return graph_of(program.main, recorder.values, signatures=TABLE.signature)
