"""try, raise, with, match."""

from __future__ import annotations

from fuzz import expressions
from fuzz.assignments import number
from fuzz.constructs import feature, statement
from fuzz.kinds import FLOAT
from fuzz.scope import Variable
from fuzz.stores import element_store
from fuzz.writer import Writer

feature("finally", "else of a try", "raise")


@statement("try", 0.6, nests=True)
def attempt(writer: Writer) -> bool:
    """Something that may be raised, by a test or by Python, after part of the work was done."""
    error = writer.choose(["ValueError", "ZeroDivisionError"])
    writer.emit("try:")
    with writer.block():
        if writer.chance(0.5):
            (number if writer.chance(0.6) else element_store)(writer)
        if error == "ValueError":
            writer.note("raise")
            writer.emit(f"if {expressions.condition(writer)}:")
            with writer.block():
                writer.emit('raise ValueError("no")')
        else:
            name = writer.fresh("v")
            divisor = writer.choose([f"({v.name} % 2)" for v in writer.ints()] or ["1.0"])
            writer.emit(f"{name} = {expressions.factor(writer, 0)} / {divisor}")
            writer.scope.add(Variable(name, FLOAT))
        writer.statements(2)
    writer.emit(f"except {error}:")
    with writer.block():
        writer.statements(2)
    if writer.allows("else of a try", 0.2):
        writer.emit("else:")
        with writer.block():
            writer.statements(2)
    if writer.allows("finally", 0.2):
        writer.emit("finally:")
        with writer.block():
            before, writer.frame.may_return = writer.frame.may_return, False
            loops, writer.frame.loops = writer.frame.loops, []
            number(writer)
            writer.frame.may_return, writer.frame.loops = before, loops
    return True


@statement("with", 0.4, nests=True)
def context(writer: Writer) -> bool:
    writer.emit(f"with np.errstate({writer.choose(['divide', 'invalid', 'all'])}='ignore'):")
    with writer.block():
        writer.statements(3)
    return True


@statement("match", 0.5, nests=True)
def match(writer: Writer) -> bool:
    """A match on a counter, or on a sequence."""
    counters = writer.ints()
    if not counters:
        return False
    i = writer.random.choice(counters).name
    if writer.chance(0.7):
        writer.emit(f"match {i} % 3:")
        cases = ["0", "1 | 2" if writer.chance(0.4) else "1", "_"]
    else:
        writer.emit(f"match ({i} % 2, {expressions.atom(writer)}):")
        cases = ["(0, u)", "(1, u) if u > 0.2", "_"]
    writer.frame.indent += 1
    for case in cases:
        writer.emit(f"case {case}:")
        with writer.block():
            if "u" in case:
                writer.scope.add(Variable("u", FLOAT))
            writer.statements(2)
    writer.frame.indent -= 1
    return True


