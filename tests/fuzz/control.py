"""Branches, loops and exits."""

from __future__ import annotations

from fuzz import expressions
from fuzz.assignments import number
from fuzz.constructs import feature, statement
from fuzz.kinds import FLOAT, INT, Array, List
from fuzz.results import result
from fuzz.scope import Variable
from fuzz.writer import Writer

feature("elif", "zero trips", "range with a step", "else of a loop", "early return", "continue", "break",
        "loop variable afterwards", "loop variable assigned", "while True", "exit of a nested loop")


@statement("if", 3.5, nests=True)
def branch(writer: Writer) -> bool:
    writer.emit(f"if {expressions.condition(writer)}:")
    with writer.block():
        writer.statements(3)
    if writer.allows("elif", 0.2):
        writer.emit(f"elif {expressions.condition(writer)}:")
        with writer.block():
            writer.statements(2)
    if writer.chance(0.5):
        writer.emit("else:")
        with writer.block():
            writer.statements(3)
    return True


@statement("name set on every path", 0.8, nests=True)
def set_on_both(writer: Writer) -> bool:
    """A number that each side defines, and that is read afterwards."""
    name = writer.fresh("v")
    writer.emit(f"if {expressions.condition(writer)}:")
    with writer.block():
        writer.emit(f"{name} = {expressions.scalar(writer)}")
        if writer.chance(0.4):
            writer.statements(2)
    writer.emit("else:")
    with writer.block():
        if writer.chance(0.4):
            writer.statements(2)
        writer.emit(f"{name} = {expressions.scalar(writer)}")
    writer.scope.add(Variable(name, FLOAT))
    return True


@statement("name set on one path", 0.5, nests=True)
def set_on_one(writer: Writer) -> bool:
    """A number that is set where a flag holds, and read where it holds."""
    flags = writer.ints()
    if not flags:
        return False
    flag, name = writer.random.choice(flags), writer.fresh("v")
    test = f"{flag.name} {writer.choose(['> 1', '% 2 == 0', '> 0'])}"
    if not writer.at_top:
        return False
    writer.emit(f"if {test}:")
    with writer.block():
        writer.emit(f"{name} = {expressions.scalar(writer)}")
    writer.statements(2)
    writer.emit(f"if {test}:")
    with writer.block():
        writer.scope.add(Variable(name, FLOAT))
        writer.statements(2)
    return True


@statement("condition decided by rounding", 0.6, nests=True)
def rounding(writer: Writer) -> bool:
    """Products that differ in the last bit, if at all; both sides mean the same, but not by the same operations.

    So differences exist, and a reverse sweep that takes the other side is wrong."""
    if not writer.at_top:
        return False
    s, p, q, limit, v, w, i = (writer.fresh(name) for name in ("v", "v", "v", "v", "v", "v", "i"))
    for line in (f"{s} = 0.0", f"{p} = {expressions.scalar(writer, 1)}", f"{q} = {expressions.atom(writer)} * 1.1",
                 f"{limit} = {p} * 0.3 * {q}",
                 f"for {i} in range({writer.choose(['4', '5', *(v.name + ' + 3' for v in writer.ints())])}):",
                 f"    {s} += 0.1 * sin({p}) * {limit}", f"    if {p} * ({q} * 0.3) > {limit}:",
                 f"        {v}, {w} = {p}, {q}", "    else:", f"        {v}, {w} = {q}, {p}", f"    {s} += {v} * {w}",
                 f"    {p} = cos({p} * 1.3) + 0.2", f"    {limit} = {p} * 0.3 * {q}"):
        writer.emit(line)
    writer.scope.add(Variable(s, FLOAT))
    return True


def bounds(writer: Writer) -> str:
    """The arguments of a range with few trips, perhaps none."""
    counters = [v.name for v in writer.ints()]
    options = ["3", "2", "1, 4"]
    if writer.allows("range with a step", 0.35):
        options = ["0, 5, 2", "3, -1, -1", "5, 0, -2", "2, -1, -1"]
        if counters:
            options += [f"{writer.choose(counters)}, 0, -1", f"1, {writer.choose(counters)} + 3, 2"]
    elif counters and writer.allows("zero trips", 0.6):
        i = writer.choose(counters)
        options = [i, f"1, {i}", f"{i} % 3", f"{i} - 1", i]
    return writer.choose(options)


@statement("for", 3, nests=True)
def counted(writer: Writer) -> bool:
    """A loop over a range."""
    if len(writer.frame.loops) > 2:
        return False
    name = writer.fresh("i")
    afterwards = writer.at_top and writer.allows("loop variable afterwards", 0.15)
    if afterwards:
        writer.emit(f"{name} = {writer.choose('0123')}")
    writer.emit(f"for {name} in range({bounds(writer)}):")
    with writer.block("for"):
        writer.scope.add(Variable(name, INT, fixed=True))
        if writer.allows("loop variable assigned", 0.06):
            writer.emit(f"{name} = {name} + 1")
        writer.statements(4)
        exits(writer)
    _else(writer)
    if afterwards:
        writer.scope.add(Variable(name, INT, fixed=True))
    return True


@statement("for over items", 1.2, nests=True)
def items(writer: Writer) -> bool:
    """A loop over an array or list: alone, numbered, two at a time, backwards."""
    if len(writer.frame.loops) > 2:
        return False
    source = writer.array(rank=1) if writer.chance(0.6) else writer.pick(
        lambda v: isinstance(v.kind, List) and v.kind.item == FLOAT)
    if source is None:
        return False
    e, i = writer.fresh("e"), writer.fresh("i")
    defined = [Variable(e, FLOAT, fixed=True)]
    other = writer.array(rank=1)
    roll = writer.random.random()
    if roll < 0.35:
        head = f"{e} in {source.name}"
    elif roll < 0.6:
        head = f"{i}, {e} in enumerate({source.name})"
        defined.append(Variable(i, INT, fixed=True))
    elif roll < 0.75 and other is not None:
        d = writer.fresh("e")
        head = f"{e}, {d} in zip({source.name}, {other.name})"
        defined.append(Variable(d, FLOAT, fixed=True))
    elif roll < 0.85:
        head = f"{e} in reversed({source.name})"
    else:
        head = f"{e} in {source.name}[1:]"
    writer.emit(f"for {head}:")
    with writer.block("for"):
        for variable in defined:
            writer.scope.add(variable)
        writer.statements(3)
        exits(writer)
    _else(writer)
    return True


@statement("for over rows", 0.5, nests=True)
def rows(writer: Writer) -> bool:
    """A loop over the rows of a matrix, which are views of it."""
    source = writer.array(rank=2)
    if source is None or len(writer.frame.loops) > 2:
        return False
    assert isinstance(source.kind, Array)
    row = writer.fresh("r")
    writer.emit(f"for {row} in {source.name}:")
    with writer.block("for"):
        writer.scope.add(Variable(row, Array(source.kind.shape[1:]), source.memory, fixed=True))
        writer.statements(3)
        exits(writer)
    return True


@statement("while", 1.5, nests=True)
def repeated(writer: Writer) -> bool:
    """A loop with a condition, and a counter that ends it."""
    if len(writer.frame.loops) > 2:
        return False
    name = writer.fresh("t")
    writer.emit(f"{name} = 0")
    forever = writer.allows("while True", 0.2)
    limit = writer.choose(["3", "2", *(f"{v.name} % 4" for v in writer.ints())])
    test = writer.choose([f"{name} < {limit}", f"{name} < 4 and ({expressions.condition(writer, 0)})",
                          f"({expressions.condition(writer, 0)}) and {name} < 3"])
    writer.emit("while True:" if forever else f"while {test}:")
    with writer.block("while"):
        writer.emit(f"{name} += 1")
        writer.scope.add(Variable(name, INT, fixed=True))
        if forever:
            writer.emit(f"if {name} > {limit}:")
            with writer.block():
                leave(writer, "break")
        writer.statements(3)
        exits(writer)
    if not forever:
        _else(writer)
    return True


def _else(writer: Writer) -> None:
    if writer.allows("else of a loop", 0.08):
        writer.emit("else:")
        with writer.block():
            writer.statements(2)


@statement("exit", 2.0, nests=True)
def conditional_exit(writer: Writer) -> bool:
    """A branch that leaves the loop or the function."""
    if not writer.frame.loops and not (writer.frame.may_return and writer.chance(0.3)):
        return False
    writer.emit(f"if {expressions.condition(writer)}:")
    with writer.block():
        if writer.chance(0.4):
            number(writer)
        leave(writer)
    return True


def exits(writer: Writer) -> None:
    """At the end of a loop's body, perhaps, one more exit."""
    if writer.chance(0.15):
        conditional_exit(writer)
        if writer.chance(0.3):
            number(writer)


def leave(writer: Writer, how: str | None = None) -> None:
    """`break`, `continue` or `return`: what is allowed here, and stands in a branch."""
    if how is None:
        options = [name for name in ("break", "continue") if writer.frame.loops and name not in writer.options.without]
        if writer.frame.may_return and "early return" not in writer.options.without:
            options.append("early return")
        if not options:
            return
        how = writer.choose(options)
    writer.note(how)
    if len(writer.frame.loops) > 1:
        writer.note("exit of a nested loop")
    writer.emit(result(writer) if how == "early return" else how)
