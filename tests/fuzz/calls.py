"""Calls of functions that the program defines, wherever something of their result's kind is wanted."""

from __future__ import annotations

from fuzz import arrays, expressions
from fuzz.constructs import feature
from fuzz.kinds import FLOAT, Array, Float, Int, Kind, Procedure
from fuzz.scope import Memory, Variable
from fuzz.writer import Writer

feature("keyword argument", "overlapping arguments", "the same argument twice", "call in an expression")


def functions(writer: Writer) -> list[Variable]:
    return writer.scope.having(lambda v: isinstance(v.kind, Procedure))


def call(writer: Writer, result: Kind, depth: int) -> str | None:
    """A call that gives a value of that kind and stores into nothing."""
    fitting = [v for v in functions(writer) if isinstance(v.kind, Procedure) and v.kind.result == result
               and not v.kind.stores and not v.kind.gives]
    if not fitting:
        return None
    function = writer.random.choice(fitting)
    assert isinstance(function.kind, Procedure)
    writer.note("call in an expression")
    return f"{function.name}({', '.join(argument(writer, kind, depth) for kind in function.kind.params)})"


def argument(writer: Writer, kind: Kind, depth: int) -> str:
    """Any expression of that kind."""
    if isinstance(kind, Float):
        return expressions.scalar(writer, depth)
    if isinstance(kind, Int):
        return writer.choose(["2", "1", "3", "0", *(f"{v.name} % 3" for v in writer.ints())])
    if isinstance(kind, Array):
        return arrays.array(writer, kind.shape, depth)
    if isinstance(kind, Procedure):
        return function_value(writer, kind)
    raise AssertionError(kind)


def function_value(writer: Writer, kind: Procedure) -> str:
    """A function as an argument: one that is there, or a lambda."""
    assert kind.params == (FLOAT,)
    known = [v.name for v in functions(writer) if v.kind == kind]
    if known and writer.chance(0.6):
        return writer.choose(known)
    return writer.choose(["sin", "tanh", f"lambda u: cos(u) * {expressions.atom(writer)}", "lambda u: u * u * 0.3"])


def stored_arguments(writer: Writer, kind: Procedure) -> tuple[list[str], dict[int, Memory]] | None:
    """Arguments of a call that stores into them: variables, or views of them; and the memory behind each."""
    texts: list[str] = []
    memories: dict[int, Memory] = {}
    before: Variable | None = None
    for place, wanted in enumerate(kind.params):
        if not isinstance(wanted, Array):
            texts.append(argument(writer, wanted, 1))
            continue
        store = place in kind.stores
        variable = writer.array(wanted.shape, store=store)
        if before is not None and (not store or before.may_store) and before.kind == wanted \
                and writer.allows("the same argument twice", 0.15):
            variable = before
        if variable is None:
            return None
        texts.append(variable.name)
        memories[place] = variable.memory
        before = variable
    for group in kind.shares:
        if not _may_merge([memories[place] for place in sorted(group)]):
            return None
    return texts, memories


def _may_merge(memories: list[Memory]) -> bool:
    found = [m.find() for m in memories]
    return not (any(m.locked for m in found) and any(m.stored for m in found))


def after_call(kind: Procedure, memories: dict[int, Memory]) -> Memory:
    """What the call did to the memory of its arguments; the memory of its result."""
    for place in kind.stores:
        memories[place].store()
    for group in kind.shares:
        places = sorted(group)
        for place in places[1:]:
            memories[places[0]].merge(memories[place])
    result = Memory()
    for place in sorted(kind.gives):
        result = memories[place].merge(result)
    return result
