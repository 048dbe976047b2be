"""Functions of the program: helpers, procedures that store into arguments, recursion, closures, lambdas."""

from __future__ import annotations

from fuzz import arrays, calls, expressions, results
from fuzz.constructs import feature, statement
from fuzz.kinds import FLOAT, INT, VECTOR, Array, Float, Kind, M, N, Procedure, annotation
from fuzz.scope import Memory, Scope, Variable
from fuzz.writer import Frame, Writer

feature("helper", "helper that stores", "recursion", "helper that gives a view", "function argument")

PURE: tuple[tuple[tuple[Kind, ...], Kind], ...] = (
    ((FLOAT,), FLOAT), ((FLOAT, FLOAT), FLOAT), ((FLOAT, INT), FLOAT), ((VECTOR,), FLOAT), ((VECTOR, FLOAT), VECTOR),
    ((Array((M,)), FLOAT), Array((M,))), ((Array((M, N)),), FLOAT), ((Array((M, N)), VECTOR), Array((M, N))))
STORING: tuple[tuple[tuple[Kind, ...], Kind | None], ...] = (
    ((VECTOR, FLOAT), None), ((VECTOR, VECTOR), None), ((VECTOR, VECTOR, FLOAT), FLOAT),
    ((Array((M, N)), VECTOR), None), ((VECTOR, VECTOR), VECTOR))


def helpers(writer: Writer) -> None:
    """Some functions before the main one; they are variables of its scope."""
    found: list[Variable] = []
    for _ in range(writer.random.choice([0, 0, 1, 1, 2])):
        kinds = ["helper", "helper that stores", "recursion", "helper that gives a view", "function argument"]
        weights = [3.0, 2.0, 1.0, 0.7, 0.5]
        kinds = [k for k in kinds if k not in writer.options.without]
        if not kinds:
            return
        name = writer.random.choices(kinds, weights[:len(kinds)])[0]
        write = {"helper": pure, "helper that stores": storing, "recursion": recursive,
                 "helper that gives a view": giving, "function argument": taking}[name]
        writer.note(name)
        found.append(write(writer, found))
    writer.frame.scope = Scope([*writer.scope.variables, *found])


def frame_of(writer: Writer, params: tuple[Kind, ...], result: Kind | None, known: list[Variable],
             stores: bool = False) -> tuple[Frame, list[Variable]]:
    """The frame of a function with those parameters; their memory is locked where they must not be stored into."""
    own = []
    for kind in params:
        name = writer.fresh({Float: "p", Array: "X"}.get(type(kind), "m"))
        own.append(Variable(name, kind, Memory(locked=not stores), fixed=not isinstance(kind, (Float, Array))))
    return Frame(result, Scope([*known, *own]), helper=True), own


def head(name: str, own: list[Variable], result: Kind | None, default: str | None = None) -> str:
    texts = [f"{v.name}: {annotation(v.kind)}" for v in own if not isinstance(v.kind, Procedure)]
    texts += [v.name for v in own if isinstance(v.kind, Procedure)]
    if default is not None:
        texts[-1] += f" = {default}"
    return f"def {name}({', '.join(texts)}):"


def body(writer: Writer, most: int = 4) -> None:
    """Statements of a helper, within a small budget of its own."""
    before, writer.budget = writer.budget, min(writer.budget, writer.random.randint(1, 5))
    spent = writer.budget
    writer.statements(most)
    writer.budget = before - (spent - max(writer.budget, 0)) // 2


def pure(writer: Writer, known: list[Variable]) -> Variable:
    """A function that stores into nothing of its caller."""
    params, result = writer.random.choice(PURE)
    name = writer.fresh("h")
    frame, own = frame_of(writer, params, result, known)
    with writer.function(frame):
        body(writer)
        results.last(writer)
    writer.module += ["", "", head(name, own, result), *frame.lines]
    return Variable(name, Procedure(params, result), fixed=True)


def storing(writer: Writer, known: list[Variable]) -> Variable:
    """A function that stores into its arguments, and returns nothing, a number or an argument."""
    params, result = writer.random.choice(STORING)
    name = writer.fresh("store")
    frame, own = frame_of(writer, params, None if isinstance(result, Array) else result, known, stores=True)
    arrays_of = [v for v in own if isinstance(v.kind, Array)]
    memories = [v.memory for v in own]
    if len(arrays_of) > 1 and writer.chance(0.5):
        arrays_of[1].memory.locked = True  # an input, beside an output
    with writer.function(frame):
        first = arrays_of[0]
        first.memory.store()
        assert isinstance(first.kind, Array)
        if writer.chance(0.3):
            writer.emit(f"{first.name}[...] = {arrays.bounded(writer, first.kind.shape)}")
        else:
            place = writer.choose(["0", "-1", "1:", ":-1", "::-1"])
            writer.emit(f"{first.name}[{place}] *= {expressions.factor(writer, 1)} * 0.7")
        body(writer)
        results.last(writer)
    gives: frozenset[int] = frozenset()
    if isinstance(result, Array):
        frame.lines.append(f"    return {first.name}")
        gives = _members(memories, memories[params.index(result)])
        # The name may have been assigned another argument meanwhile: anything of the same memory.
        gives = gives | _members(memories, first.memory)
    stores = frozenset(k for k, m in enumerate(memories) if m.find().stored)
    groups = {id(m.find()): _members(memories, m) for m in memories}
    shares = tuple(g for g in groups.values() if len(g) > 1)
    writer.module += ["", "", head(name, own, result), *frame.lines]
    return Variable(name, Procedure(params, result, stores, shares, gives), fixed=True)


def _members(memories: list[Memory], memory: Memory) -> frozenset[int]:
    return frozenset(k for k, m in enumerate(memories) if m.find() is memory.find())


def recursive(writer: Writer, known: list[Variable]) -> Variable:
    """A function that calls itself."""
    params: tuple[Kind, ...] = writer.random.choice([(FLOAT, INT), (FLOAT, FLOAT, INT), (VECTOR, INT)])
    name = writer.fresh("r")
    frame, own = frame_of(writer, params, FLOAT, known)
    depth = own[-1].name
    frame.scope.remove(own[-1])
    with writer.function(frame):
        writer.emit(f"if {depth} <= 0:")
        with writer.block():
            writer.emit(results.result(writer))
        body(writer, 2)
        again = [arrays.bounded(writer, (N,)) if isinstance(kind, Array) else expressions.bounded(writer, 1)
                 for kind in params[:-1]]
        writer.emit(f"return sin({name}({', '.join(again)}, {depth} - 1)) * {expressions.factor(writer, 1)}")
    writer.module += ["", "", head(name, own, FLOAT, "2"), *frame.lines]
    return Variable(name, Procedure(params, FLOAT), fixed=True)


def giving(writer: Writer, known: list[Variable]) -> Variable:
    """A function whose result is its argument, or a view of it, perhaps depending on the path."""
    name, x = writer.fresh("view"), writer.fresh("X")
    text = writer.choose([x, f"{x}[::-1]", f"{x}.reshape(-1)", f"{x} if {x}[0] > 0.2 else {x}[::-1]",
                          f"{x} if {x}[0] > 0.2 else {x} * 0.5"])
    writer.module += ["", "", f"def {name}({x}):", f"    return {text}"]
    return Variable(name, Procedure((VECTOR,), VECTOR, gives=frozenset([0])), fixed=True)


def taking(writer: Writer, known: list[Variable]) -> Variable:
    """A function that takes a function."""
    name, u, function = writer.fresh("apply"), writer.fresh("p"), writer.fresh("fn")
    text = writer.choose([f"{function}({u}) * 0.7", f"{function}({function}({u}))", f"{function}({u}) + {u} * {u}"])
    writer.module += ["", "", f"def {name}({u}: float, {function}):", f"    return {text}"]
    return Variable(name, Procedure((FLOAT, Procedure((FLOAT,), FLOAT)), FLOAT), fixed=True)


@statement("call that stores", 2.5)
def storing_call(writer: Writer) -> bool:
    """A call of a procedure; of a function that gives an argument back."""
    fitting = [v for v in calls.functions(writer) if isinstance(v.kind, Procedure) and (v.kind.stores or v.kind.gives)]
    if not fitting:
        return False
    function = writer.random.choice(fitting)
    kind = function.kind
    assert isinstance(kind, Procedure)
    made = calls.stored_arguments(writer, kind)
    if made is None:
        return False
    texts, memories = made
    memory = calls.after_call(kind, memories)
    text = f"{function.name}({', '.join(texts)})"
    if kind.result is None:
        writer.emit(text)
    else:
        prefix = "v" if isinstance(kind.result, Float) else "B"
        writer.emit(f"{writer.define(prefix, kind.result, memory).name} = {text}")
    return True


@statement("overlapping arguments", 0.8)
def overlapping(writer: Writer) -> bool:
    """A call with two parts of one array, one of which is stored into."""
    fitting = [v for v in calls.functions(writer) if isinstance(v.kind, Procedure) and v.kind.stores
               and sum(k == VECTOR for k in v.kind.params) == 2 and not v.kind.gives]
    array = writer.array(rank=2, store=True)
    if not fitting or array is None:
        return False
    assert isinstance(array.kind, Array)
    if array.kind.shape[1] != N:
        return False
    kind = fitting[0].kind
    assert isinstance(kind, Procedure)
    array.memory.store()
    rows = [writer.choose(["0", "1", "-1"]) for _ in range(2)]
    texts = [f"{array.name}[{rows.pop()}]" if k == VECTOR else calls.argument(writer, k, 1) for k in kind.params]
    text = f"{fitting[0].name}({', '.join(texts)})"
    writer.emit(text if kind.result is None else f"{writer.define('v', kind.result).name} = {text}")
    return True


@statement("inner function", 0.9, nests=True)
def closure(writer: Writer) -> bool:
    """A function within the function that reads its variables, and perhaps stores into its arrays."""
    if writer.frame.helper and writer.frame.indent > 2:
        return False
    name, p = writer.fresh("inner"), writer.fresh("p")
    known = [Variable(v.name, v.kind, v.memory, fixed=True) for v in writer.scope]
    frame = Frame(FLOAT, Scope([*known, Variable(p, FLOAT)]), indent=writer.frame.indent + 1, helper=True)
    writer.emit(f"def {name}({p}):")
    with writer.function(frame):
        body(writer, 2)
        writer.emit(f"return {expressions.scalar(writer)}")
    writer.frame.lines += frame.lines
    writer.scope.add(Variable(name, Procedure((FLOAT,), FLOAT), fixed=True))
    return True


@statement("nonlocal name", 0.4)
def nonlocal_name(writer: Writer) -> bool:
    """An inner function that assigns a variable of the outer one."""
    known = writer.floats(assignable=True)
    if not known or not writer.at_top or writer.frame.helper:
        return False
    name, variable = writer.fresh("inner"), writer.random.choice(known).name
    for line in (f"def {name}(u):", f"    nonlocal {variable}", f"    {variable} = {variable} * cos(u)",
                 f"    return {variable} + u"):
        writer.emit(line)
    text = f"{name}({expressions.scalar(writer, 1)})"
    writer.emit(f"{writer.define('v', FLOAT).name} = {text}")
    return True


@statement("lambda", 0.7)
def named_lambda(writer: Writer) -> bool:
    name = writer.fresh("g")
    writer.emit(f"{name} = lambda u: {writer.choose(['sin(u)', 'u * u', 'u'])} * {expressions.factor(writer, 1)}")
    writer.scope.add(Variable(name, Procedure((FLOAT,), FLOAT), fixed=True))
    return True


@statement("partial", 0.3)
def partial(writer: Writer) -> bool:
    """functools.partial of a function of two numbers."""
    two = [v.name for v in calls.functions(writer) if v.kind == Procedure((FLOAT, FLOAT), FLOAT)]
    if not two:
        return False
    writer.imports.add("from functools import partial")
    name = writer.fresh("g")
    writer.emit(f"{name} = partial({writer.choose(two)}, {expressions.atom(writer)})")
    writer.scope.add(Variable(name, Procedure((FLOAT,), FLOAT), fixed=True))
    return True
