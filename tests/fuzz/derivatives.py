"""Derivatives that the program itself asks for."""

from __future__ import annotations

from fuzz import calls
from fuzz.constructs import feature, statement
from fuzz.kinds import FLOAT, Array, Float, Kind, Procedure
from fuzz.scope import Variable
from fuzz.writer import Writer

feature("derivative of an inner function", "derivative with a name")


def _fitting(writer: Writer) -> list[Variable]:
    """Functions with a value that has a gradient."""
    return [v for v in calls.functions(writer) if isinstance(v.kind, Procedure) and v.kind.result == FLOAT
            and not v.kind.stores and not v.kind.gives and _active(v.kind)
            and not any(isinstance(p, Procedure) for p in v.kind.params)]


def _active(kind: Procedure) -> list[int]:
    return [k for k, p in enumerate(kind.params) if isinstance(p, (Float, Array))]


@statement("derivative inside", 0.6)
def derivative(writer: Writer) -> bool:
    """``s2sad.grad(h)(x)``, of functions of the module and of those that are written within the function."""
    fitting = _fitting(writer)
    if not fitting:
        return False
    function = writer.random.choice(fitting)
    kind = function.kind
    assert isinstance(kind, Procedure)
    inner = not function.name.startswith(("h", "r"))
    if inner and not writer.allows("derivative of an inner function", 0.3):
        return False
    writer.imports.add("import s2sad")
    args = ", ".join(calls.argument(writer, p, 1) for p in kind.params)
    active = _active(kind)
    place = writer.random.randrange(len(active))
    wanted: Kind = kind.params[active[place]]
    if len(active) == 1 and writer.chance(0.3):
        text = f"{_operator(writer, function, 'value_and_grad', inner)}({args})"
        writer.emit(f"{writer.define('v', FLOAT).name}, {_define(writer, wanted)} = {text}")
        return True
    wrt = f", wrt={active[place]}" if active[place] else ""
    index = ""
    if len(active) > 1 and writer.chance(0.3):  # several at once
        wrt, index = f", wrt=({', '.join(map(str, active))})", f"[{place}]"
    text = f"{_operator(writer, function, 'grad', inner, wrt)}({args}){index}"
    writer.emit(f"{_define(writer, wanted)} = {'sin' if isinstance(wanted, Float) else 'np.tanh'}({text})")
    return True


def _operator(writer: Writer, function: Variable, mode: str, inner: bool, wrt: str = "") -> str:
    """The derivative of a function, made here, or by the module under a name."""
    text = f"s2sad.{mode}({function.name}{wrt})"
    if inner or not writer.allows("derivative with a name", 0.7):
        return text
    name = writer.fresh(f"{function.name}_{mode}_")
    writer.module += ["", f"{name} = {text}"]
    return name


def _define(writer: Writer, kind: Kind) -> str:
    return writer.define("v" if isinstance(kind, Float) else "A", kind).name
