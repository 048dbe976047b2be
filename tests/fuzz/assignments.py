"""Assignments to names."""

from __future__ import annotations

from fuzz import arrays, calls, expressions
from fuzz.constructs import statement
from fuzz.kinds import FLOAT, INT, Array, Float, M, N, Procedure
from fuzz.scope import Memory, Variable
from fuzz.writer import Writer

SHAPES: tuple[tuple[int, ...], ...] = ((N,), (N,), (N,), (M,), (M, N), (M, N), (M, M))


def in_loop(writer: Writer) -> bool:
    return bool(writer.frame.loops) or writer.frame.helper


@statement("assignment of a number", 4)
def number(writer: Writer) -> bool:
    """A new number, or another value of one that is there."""
    known = writer.floats(assignable=True)
    value = expressions.bounded(writer) if in_loop(writer) and writer.chance(0.7) else expressions.scalar(writer)
    if known and writer.chance(0.6):
        writer.emit(f"{writer.random.choice(known).name} = {value}")
    else:
        name = writer.fresh("v")
        writer.emit(f"{name} = {value}")
        writer.scope.add(Variable(name, FLOAT))
    return True


@statement("augmented name", 2)
def augmented_number(writer: Writer) -> bool:
    known = writer.floats(assignable=True)
    if not known:
        return False
    name = writer.random.choice(known).name
    operator, value = writer.random.choice([
        ("+=", f"0.5 * {expressions.bounded(writer, 1)}"), ("-=", f"0.3 * {expressions.bounded(writer, 1)}"),
        ("*=", f"cos({expressions.scalar(writer, 1)})"), ("/=", f"(1.4 + {expressions.atom(writer)} ** 2)")])
    writer.emit(f"{name} {operator} {value}")
    return True


@statement("simultaneous assignment", 0.8)
def simultaneous(writer: Writer) -> bool:
    known = [v.name for v in writer.floats(assignable=True)]
    if len(known) < 2:
        return False
    a, b = writer.random.sample(known, 2)
    if len(known) > 2 and writer.chance(0.3):
        c = writer.choose([n for n in known if n not in (a, b)])
        writer.emit(f"{a}, {b}, {c} = {b}, {c}, {a}")
    else:
        writer.emit(f"{a}, {b} = {b}, {writer.choose([a, f'sin({a} * {b})', f'0.6 * {a} - {b} * 0.5'])}")
    return True


@statement("chained assignment", 0.4)
def chained(writer: Writer) -> bool:
    names = [writer.fresh("v"), writer.fresh("v")]
    writer.emit(f"{names[0]} = {names[1]} = {expressions.scalar(writer, 1)}")
    for name in names:
        writer.scope.add(Variable(name, FLOAT))
    return True


@statement("new array", 2.5)
def array(writer: Writer) -> bool:
    """An array with memory of its own."""
    shape = writer.random.choice(SHAPES)
    text = arrays.fresh(writer, shape)
    writer.emit(f"{writer.define('A', Array(shape)).name} = {text}")
    return True


@statement("rebinding of an array", 1.2)
def rebinding(writer: Writer) -> bool:
    """A name of an array gets another, fresh one of the same shape: what it referred to is left alone."""
    known = writer.pick(lambda v: isinstance(v.kind, Array) and v.kind.is_float and not v.fixed)
    if known is None:
        return False
    assert isinstance(known.kind, Array)
    shape = known.kind.shape
    text = arrays.bounded(writer, shape) if in_loop(writer) or writer.chance(0.5) else arrays.fresh(writer, shape)
    if not writer.rebound(known, Memory()):
        return False
    writer.emit(f"{known.name} = {text}")
    return True


@statement("counter", 0.4)
def counter(writer: Writer) -> bool:
    """Whole numbers that are computed with."""
    known = writer.ints()
    if not known or not writer.at_top:
        return False
    i = writer.random.choice(known).name
    name = writer.define("j", INT).name
    writer.emit(f"{name} = {writer.choose([f'{i} + 1', f'abs(2 - {i})', f'{i} // 2', f'({i} * 3) % 4'])}")
    return True


@statement("deleted name", 0.15)
def deleted(writer: Writer) -> bool:
    known = writer.floats(assignable=True)
    if len(known) < 3 or not writer.at_top:
        return False
    variable = known[-1]
    if any(isinstance(v.kind, Procedure) for v in calls.functions(writer)):
        return False  # an inner function may read it
    writer.emit(f"del {variable.name}")
    writer.scope.remove(variable)
    return True


@statement("printing", 0.3)
def printing(writer: Writer) -> bool:
    known = writer.floats() + writer.ints()
    if not known:
        return False
    name = writer.random.choice(known).name
    if writer.allows("string formatting", 0.4):
        writer.emit(f'print(f"{name} {{{name} > 0.1}}")')
    else:
        writer.emit(f"print({name} > 0.1)")
    return True


@statement("assertion", 0.2)
def assertion(writer: Writer) -> bool:
    known = [v for v in writer.floats() if isinstance(v.kind, Float)]
    if not known:
        return False
    writer.emit(f"assert abs({writer.random.choice(known).name}) < 1e6")
    return True
