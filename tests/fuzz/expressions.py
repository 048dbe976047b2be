"""Numbers: expressions of floats, conditions."""

from __future__ import annotations

from fuzz import arrays, calls
from fuzz.constructs import feature
from fuzz.kinds import FLOAT, Array, Dict, Kind, List, Record, Tuple
from fuzz.scope import Variable
from fuzz.subscripts import element
from fuzz.writer import Writer

feature("conditional expression", "max and min", "reduction", "boolean operators", "chained comparison",
        "integer arithmetic", "boolean value", "power", "NumPy of scalars", "walrus", "comprehension",
        "generator expression", "any and all", "string formatting", "mask")

CONSTANTS = ("0.5", "1.5", "2.0", "0.3", "-0.7", "1.1")
FUNCTIONS = ("sin", "cos", "tanh", "atan")


def atom(writer: Writer) -> str:
    """A number without operations, or nearly."""
    roll = writer.random.random()
    if roll < 0.12:
        return writer.choose(CONSTANTS)
    if roll < 0.2 and writer.ints():
        return count(writer)
    if roll < 0.5:
        array = writer.array()
        if array is not None:
            return element(writer, array)
    if roll < 0.68:
        found = item(writer, FLOAT)
        if found is not None:
            return found
    floats = writer.floats()
    return writer.random.choice(floats).name if floats else writer.choose(CONSTANTS)


def count(writer: Writer) -> str:
    """A number made of a counter."""
    i = writer.random.choice(writer.ints()).name
    if writer.allows("integer arithmetic", 0.5):
        return writer.choose([f"({i} // 2)", f"({i} % 3)", f"({i} * 2 - 1)", f"divmod({i}, 2)[1]", f"(-{i} // 2)",
                              f"int({i} * 0.7)", f"(1.0 / ({i} + 1))"])
    return writer.choose([i, f"({i} + 1.0)", f"0.3 * {i}"])


def item(writer: Writer, kind: Kind) -> str | None:
    """An item of a container that has that kind, as text."""
    variable = writer.pick(lambda v: isinstance(v.kind, (List, Tuple, Dict, Record)) and bool(places(writer, v, kind)))
    return writer.choose(places(writer, variable, kind)) if variable else None


def places(writer: Writer, variable: Variable, kind: Kind) -> list[str]:
    """Ways to read items of that kind out of a container."""
    held, name = variable.kind, variable.name
    if isinstance(held, List) and held.item == kind:
        found = [f"{name}[{k}]" for k in (*range(held.length), -1)]
        return found + [f"{name}[{v.name} % {held.length}]" for v in writer.ints()]
    if isinstance(held, Tuple):
        return [f"{name}[{k}]" for k, inner in enumerate(held.items) if inner == kind]
    if isinstance(held, Dict) and held.item == kind:
        return [f"{name}[{key!r}]" for key in held.keys]
    if isinstance(held, Record):
        return [f"{name}.{field}" for field, inner in held.fields if inner == kind]
    return []


def scalar(writer: Writer, depth: int = 2) -> str:
    """An expression of a float; bounded if its atoms are."""
    if depth == 0 or writer.chance(0.12):
        return atom(writer)
    roll = writer.random.random()
    if roll < 0.22:
        return f"({scalar(writer, depth - 1)} {writer.choose('+-')} {scalar(writer, depth - 1)})"
    if roll < 0.4:
        return f"{atom(writer)} * {factor(writer, depth - 1)}"
    if roll < 0.46:
        return f"{factor(writer, depth - 1)} / (1.5 + {atom(writer)} ** 2)"
    if roll < 0.62:
        name = writer.choose(FUNCTIONS)
        if writer.allows("NumPy of scalars", 0.15):
            name = writer.choose(["np.sin", "np.tanh", "np.cos", "np.arctan"])
        return f"{name}({scalar(writer, depth - 1)})"
    if roll < 0.68:
        return writer.choose([f"exp(-{atom(writer)} ** 2)", f"sqrt(1.2 + {atom(writer)} ** 2)", f"abs({atom(writer)})",
                              f"-{factor(writer, depth - 1)}", f"log(1.5 + {atom(writer)} ** 2)"])
    if roll < 0.71 and writer.allows("power"):
        return writer.choose([f"{factor(writer, 0)} ** 3", f"(1.2 + {atom(writer)} ** 2) ** {factor(writer, 0)}",
                              f"(1.1 + abs({atom(writer)})) ** 0.5"])
    if roll < 0.82:
        found = calls.call(writer, FLOAT, depth - 1)
        if found is not None:
            return found
    if roll < 0.9:
        found = reduction(writer, depth - 1)
        if found is not None:
            return found
    return special(writer, depth)


def factor(writer: Writer, depth: int) -> str:
    return f"({scalar(writer, depth)})" if depth else f"({atom(writer)})"


def special(writer: Writer, depth: int) -> str:
    """The rarer forms of an expression."""
    if writer.allows("conditional expression", 0.3):
        return f"({scalar(writer, depth - 1)} if {condition(writer)} else {scalar(writer, depth - 1)})"
    if writer.allows("max and min", 0.2):
        rest = f", {atom(writer)}" if writer.chance(0.3) else ""
        return f"{writer.choose(['max', 'min'])}({atom(writer)}, {scalar(writer, depth - 1)}{rest})"
    if writer.allows("boolean value", 0.06):
        return f"({condition(writer, 0)}) * {factor(writer, 0)}"
    if writer.frame.may_return and writer.allows("walrus", 0.12):
        name = writer.fresh("w")
        return f"({name} := {scalar(writer, depth - 1)}) * {writer.choose([name, 'cos(' + name + ')'])}"
    return over_items(writer) or scalar(writer, depth - 1)


def over_items(writer: Writer) -> str | None:
    """A number made of all items of a list or array."""
    source = writer.pick(lambda v: isinstance(v.kind, List) and v.kind.item == FLOAT) or writer.array(rank=1)
    if source is None:
        return None
    name, e = source.name, writer.fresh("e")
    if writer.allows("generator expression", 0.3):
        test = f" if {e} > {writer.choose(CONSTANTS)}" if writer.chance(0.3) else ""
        return f"sum({writer.choose([e, f'sin({e})', f'{e} * {atom(writer)}'])} for {e} in {name}{test})"
    if writer.allows("comprehension", 0.3):
        return f"sum([{writer.choose([f'{e} * {e}', f'cos({e})', f'{e} * {atom(writer)}'])} for {e} in {name}])"
    return f"{writer.choose(['sum', 'max', 'min'])}({name})" if writer.chance(0.3) else None


def reduction(writer: Writer, depth: int) -> str | None:
    """A number made of a whole array."""
    array = writer.array()
    if array is None or not writer.allows("reduction"):
        return None
    assert isinstance(array.kind, Array)
    shape = array.kind.shape
    text = arrays.array(writer, shape, depth)
    if writer.allows("mask", 0.1):
        return f"{array.name}[{array.name} > {writer.choose(CONSTANTS)}].sum()"
    if len(shape) == 1 and writer.chance(0.3):
        other = arrays.array(writer, shape, depth)
        return writer.choose([f"np.dot({text}, {other})", f"({text} @ {other})", f"np.sum({text} * {other})"])
    function = writer.choose(["np.sum", "np.mean", "np.sum", "np.max", "np.min", "np.prod", "np.var", "np.linalg.norm"])
    if function == "np.prod":
        return f"np.prod(np.cos({text}))"
    if function == "np.linalg.norm":
        return f"np.linalg.norm({text} + 0.3)"
    return f"{function}({text})"


def bounded(writer: Writer, depth: int = 2) -> str:
    """An expression of a float that stays small whatever its atoms are."""
    return f"{writer.choose(['sin', 'tanh', 'cos', 'atan'])}({scalar(writer, depth)})"


def condition(writer: Writer, depth: int = 1) -> str:
    """A test that is nowhere near a change of mind, most likely."""
    roll = writer.random.random()
    if roll < 0.25 and writer.ints():
        i = writer.random.choice(writer.ints()).name
        return f"{i} % {writer.choose('23')} == {writer.choose('01')}"
    if roll < 0.4 and writer.allows("boolean operators"):
        return writer.choose([f"{atom(writer)} > {atom(writer)} and {atom(writer)} < 1.7",
                              f"not {atom(writer)} > 0.4 or {atom(writer)} < -0.5"])
    if roll < 0.5 and writer.allows("chained comparison"):
        return f"-0.8 < {atom(writer)} < {writer.choose(['0.6', '1.1', '2.3'])}"
    if roll < 0.55 and writer.allows("any and all"):
        array = writer.array(rank=1)
        if array is not None:
            return writer.choose([f"any(e > 0.7 for e in {array.name})", f"np.all({array.name} < 1.3)",
                                  f"np.any({array.name} > 0.9)"])
    operator = writer.choose(["<", ">", "<=", ">="])
    return f"{scalar(writer, depth)} {operator} {writer.choose(['0.4', '0.9', '-0.3', '1.3'])}"


