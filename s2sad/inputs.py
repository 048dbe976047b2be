"""Which parameters a derivative is taken by when none are named: those that are floats or may be anything.

``def f(x: float, n: int, k=2.0, name="a")``  is differentiated with respect to `x` and `k`.
"""

from __future__ import annotations

from s2sad.analysis.use import infer_from_use
from s2sad.errors import NotDifferentiableError
from s2sad.ir.rewrite import clone_program
from s2sad.ir.trace import Function, Program, Value
from s2sad.ir.types import FLOAT, UNKNOWN, Num, RecordType, Type, may_carry_derivative
from s2sad.rules import TABLE
from s2sad.rules.row import Table


def default_active(kind: Type) -> bool:
    """Whether a parameter counts as an input to differentiate when none are named."""
    if isinstance(kind, RecordType):
        return may_carry_derivative(kind)
    return (isinstance(kind, Num) and kind.kind in (None, "float", "complex")) or kind == UNKNOWN


def default_wrt(program: Program, types: dict[str, Type], table: Table = TABLE) -> tuple[str, ...]:
    """The parameters to differentiate with respect to when none are named: float-typed or without a type.

    One that is a string, a flag or a tuple by default is of another type, and what a closure captures is no
    parameter of its own."""
    main = clone_program(program).main
    for value, parameter in zip(main.values, main.params):
        if parameter.name in types:
            value.type = types[parameter.name]
    infer_from_use(main, table)
    own = list(zip(main.params, main.values))[main.captured:]
    return tuple(p.name for p, v in own if default_active(v.type)
                 and not (p.default is not None and isinstance(p.default.value, (str, bool, tuple))))


def float_inputs(function: Function, wrt: tuple[str, ...], types: dict[str, Type]) -> dict[str, Type]:
    """The types of parameters with those of `wrt` as floats where they are said to be Python ints.

    A derivative is taken at a real number: ``def f(n: int)`` is differentiated as ``def f(n: float)``."""
    found = dict(types)
    for value, parameter in zip(function.values, function.params):
        kind = types.get(parameter.name, value.type)
        if parameter.name in wrt and isinstance(kind, Num) and kind.kind == "int" and kind.is_scalar and not kind.dtype:
            found[parameter.name] = value.type = FLOAT
            parameter.annotation = None if parameter.annotation is None else "float"
    return found


def one_number(function: Function, wrt: tuple[str, ...] | None) -> list[Value]:
    """What a derivative is taken by that is by one number; listed where it is not known to be a number."""
    found = [v for v, p in zip(function.values, function.params) if wrt is not None and p.name in wrt]
    if len(found) != 1:
        raise NotDifferentiableError(f"a derivative is by one number, and not by {', '.join(wrt or ())}",
                                     function=function.name, hint="name one parameter with wrt=, or use jacobian")
    kind = found[0].type
    if isinstance(kind, Num) and kind.is_scalar:
        return []
    if kind != UNKNOWN and not (isinstance(kind, Num) and kind.shape is None):
        raise NotDifferentiableError(f"a derivative is by one number, and {found[0].name!r} is {kind}",
                                     function=function.name, hint="use jacobian, or jvp in one direction")
    found[0].type = FLOAT
    return found


def wrt_positions(function: Function, wrt: tuple[str, ...] | None) -> list[int]:
    """The positions of the parameters to differentiate with respect to."""
    names = [p.name for p in function.params]
    if wrt is None:
        found = [k for k, v in enumerate(function.values) if default_active(v.type)]
        if not found:
            raise NotDifferentiableError(f"{function.name!r} has no parameter that can be differentiated",
                                         function=function.name, hint="give wrt= or annotate a parameter as float")
        return found
    for name in wrt:
        if name not in names:
            raise NotDifferentiableError(f"{function.name!r} has no parameter {name!r}", function=function.name,
                                         hint=f"its parameters are {', '.join(names)}")
        _check_active(function, function.values[names.index(name)], name)
    return [names.index(name) for name in wrt]


def _check_active(function: Function, value: Value, name: str) -> None:
    kind = value.type
    if isinstance(kind, Num) and kind.kind == "bool" and not kind.is_array:
        raise NotDifferentiableError(f"{name!r} is a bool, which has no derivative", function=function.name,
                                     hint=f"pass float({name}), or leave it out of wrt")
    if isinstance(kind, Num) and kind.kind in ("int", "bool") and (kind.is_array or kind.dtype):
        raise NotDifferentiableError(f"{name!r} is an array of integers", function=function.name,
                                     hint=f"pass {name}.astype(float)")
    if isinstance(kind, Num) and kind.kind == "complex":
        raise NotDifferentiableError(f"{name!r} is complex, which is not supported yet", function=function.name,
                                     hint="differentiate with respect to its real and imaginary parts")
    if isinstance(kind, Num) and kind.kind in ("int", "bool"):
        value.type = FLOAT
    elif not may_carry_derivative(kind):
        raise NotDifferentiableError(f"{name!r} is {kind}, which has no derivative", function=function.name,
                                     hint="leave it out of wrt")
