"""Several names for one memory: aliases, views, swaps, references that depend on the path."""

from __future__ import annotations

from fuzz import arrays, expressions
from fuzz.constructs import statement
from fuzz.kinds import FLOAT, INT, Array, M, N
from fuzz.scope import Variable
from fuzz.stores import element_store, shape_of, slice_store
from fuzz.subscripts import element, subscript
from fuzz.writer import Writer


@statement("alias", 1.2)
def alias(writer: Writer) -> bool:
    """A second name."""
    array = writer.array()
    if array is None:
        return False
    other = writer.array(shape_of(array))
    if other is not None and other is not array and not other.fixed and writer.chance(0.3):
        if not writer.rebound(other, array.memory):
            return False
        writer.emit(f"{other.name} = {array.name}")
        return True
    writer.emit(f"{writer.define('B', array.kind, array.memory).name} = {array.name}")
    return True


@statement("view", 2)
def view(writer: Writer) -> bool:
    """A slice, a row, a column: a view by subscript."""
    array = writer.array()
    if array is None:
        return False
    place = subscript(writer, shape_of(array), fancy=False)
    writer.emit(f"{writer.define('V', Array(place.shape), array.memory).name} = {array.name}[{place.text}]")
    return True


@statement("view stored into", 1.2)
def stored_view(writer: Writer) -> bool:
    """A view that is stored into at once, or whose array is."""
    array = writer.array(store=True)
    if array is None:
        return False
    place = subscript(writer, shape_of(array), fancy=False)
    array.memory.store()
    variable = writer.define("V", Array(place.shape), array.memory)
    writer.emit(f"{variable.name} = {array.name}[{place.text}]")
    known = variable if writer.chance(0.6) else array
    writer.emit(f"{element(writer, known)} {writer.choose(['=', '=', '+='])} {expressions.bounded(writer, 1)}")
    return True


@statement("reshaped view", 1.2)
def reshaped(writer: Writer) -> bool:
    """reshape, ravel, T and the like: views, or copies, as NumPy decides when it runs."""
    array = writer.array()
    if array is None:
        return False
    shape, name = shape_of(array), array.name
    size = int(arrays_size(shape))
    flat = (size,)
    options: list[tuple[str, tuple[int, ...]]] = [(f"{name}.ravel()", flat), (f"{name}.reshape(-1)", flat),
                                                  (f"np.ravel({name})", flat), (f"{name}.T", shape[::-1])]
    if len(shape) == 2:
        options += [(f"{name}.T", shape[::-1]), (f"np.transpose({name})", shape[::-1]),
                    (f"np.swapaxes({name}, 0, 1)", shape[::-1]), (f"{name}.T.reshape(-1)", flat),
                    (f"{name}.reshape({shape[1]}, {shape[0]})", shape[::-1]), (f"{name}.T.ravel()", flat)]
    elif size % 2 == 0:
        half = (2, size // 2)
        options += [(f"{name}.reshape(2, {half[1]})", half), (f"np.reshape({name}, (2, -1))", half)]
    text, found = writer.random.choice(options)
    variable = writer.define("V", Array(found), array.memory)
    writer.emit(f"{variable.name} = {text}")
    if variable.may_store and writer.chance(0.6):
        array.memory.store()
        known = variable if writer.chance(0.7) else array
        writer.emit(f"{element(writer, known)} {writer.choose(['=', '+=', '*='])} {expressions.bounded(writer, 1)}")
        if writer.chance(0.5):
            name = writer.define("v", FLOAT).name
            writer.emit(f"{name} = {element(writer, array)} * {element(writer, variable)}")
    return True


def arrays_size(shape: tuple[int, ...]) -> int:
    size = 1
    for n in shape:
        size *= n
    return size


@statement("conditional alias", 1)
def conditional(writer: Writer) -> bool:
    """One of two arrays, and a store through the name."""
    array = writer.array()
    if array is None:
        return False
    other = writer.pick(lambda v: v.kind == array.kind and v is not array)
    if other is None or not array.memory.may_merge(other.memory):
        return False
    test = expressions.condition(writer)
    memory = array.memory.merge(other.memory)
    if writer.chance(0.4):
        variable = writer.define("C", array.kind, memory)
        writer.emit(f"{variable.name} = {array.name} if {test} else {other.name}")
    else:
        variable = Variable(writer.fresh("C"), array.kind, memory)
        writer.emit(f"if {test}:")
        with writer.block():
            writer.emit(f"{variable.name} = {array.name}")
        writer.emit("else:")
        with writer.block():
            writer.emit(f"{variable.name} = {other.name}{writer.choose(['', '', '[::-1]'])}")
        writer.scope.add(variable)
    if memory.may_store():
        memory.store()
        writer.emit(f"{element(writer, variable)} {writer.choose(['=', '+=', '*='])} {expressions.bounded(writer, 1)}")
    return True


@statement("swap", 0.8)
def swap(writer: Writer) -> bool:
    """Two arrays, or three, change names."""
    found = _several(writer)
    if len(found) < 2:
        return False
    memory = found[0].memory
    for variable in found[1:]:
        if not memory.may_merge(variable.memory):
            return False
        memory = memory.merge(variable.memory)
    names = [v.name for v in found]
    writer.emit(f"{', '.join(names)} = {', '.join(names[1:] + names[:1])}")
    return True


def _several(writer: Writer) -> list[Variable]:
    """Two or three arrays of one shape that may be assigned."""
    first = writer.array()
    if first is None:
        return []
    others = writer.scope.having(lambda v: v.kind == first.kind and v is not first and not v.fixed)
    writer.random.shuffle(others)
    return [] if first.fixed else [first, *others[:2 if writer.chance(0.2) else 1]]


@statement("ping-pong", 1.2, nests=True)
def ping_pong(writer: Writer) -> bool:
    """Two buffers that change roles in a time loop."""
    if not writer.at_top:
        return False
    shape = writer.random.choice([(N,), (M, N)])
    a, b = Variable(writer.fresh("P"), Array(shape)), Variable(writer.fresh("P"), Array(shape))
    writer.emit(f"{a.name} = {arrays.fresh(writer, shape)}")
    writer.emit(f"{b.name} = {arrays.fresh(writer, shape)}")
    memory = a.memory.merge(b.memory)
    memory.store()
    writer.scope.add(a)
    writer.scope.add(b)
    counters = [v.name for v in writer.ints()]
    i = writer.fresh("i")
    writer.emit(f"for {i} in range({writer.choose(['3', '2', *counters])}):")
    with writer.block("for"):
        writer.scope.add(Variable(i, INT, fixed=True))
        writer.emit(_stencil(writer, a.name, b.name))
        if writer.chance(0.5):
            writer.statements(2)
        swaps = [f"{a.name}, {b.name} = {b.name}, {a.name}"]
        if writer.chance(0.2):
            keep = writer.fresh("T")
            swaps = [f"{keep} = {a.name}", f"{a.name} = {b.name}", f"{b.name} = {keep}"]
        if writer.chance(0.2):
            writer.emit(f"if {expressions.condition(writer)}:")
            with writer.block():
                for line in swaps:
                    writer.emit(line)
        else:
            for line in swaps:
                writer.emit(line)
        if writer.chance(0.2):
            writer.emit(f"if {expressions.condition(writer)}:")
            with writer.block():
                writer.note("break")
                writer.emit("break")
    return True


def _stencil(writer: Writer, old: str, new: str) -> str:
    c = expressions.atom(writer)
    return writer.choose([
        f"{new}[1:-1] = {old}[1:-1] + 0.2 * sin({c}) * ({old}[2:] - 2.0 * {old}[1:-1] + {old}[:-2])",
        f"{new}[1:] = 0.7 * {old}[:-1] + 0.2 * {old}[1:]", f"{new}[:-1] = np.sin({old}[1:]) * cos({c})",
        f"{new}[0] = np.tanh({old}[-1]) * 0.9", f"{new}[...] = np.cos({old}) * {old}[0]"])


@statement("references in turn", 0.8, nests=True)
def previous(writer: Writer) -> bool:
    """``prev = cur`` in a loop that allocates, with an older reference kept."""
    if not writer.at_top:
        return False
    text = arrays.fresh(writer, (N,))
    array = writer.define("prev", Array((N,)))
    writer.emit(f"{array.name} = {text}")
    array.memory.store()
    i, cur = writer.fresh("i"), Variable(writer.fresh("cur"), Array((N,)), array.memory)
    writer.emit(f"for {i} in range({writer.choose(['3', '2', *(v.name for v in writer.ints())])}):")
    with writer.block("for"):
        writer.scope.add(Variable(i, INT, fixed=True))
        writer.emit(f"{cur.name} = {writer.choose([f'np.zeros({N})', array.name + ' * 0.9', array.name + '.copy()'])}")
        writer.scope.add(cur)
        writer.emit(f"{element(writer, cur)} = {array.name}[{writer.choose('0123')}] * cos({expressions.atom(writer)})")
        (element_store if writer.chance(0.5) else slice_store)(writer)
        if writer.chance(0.3):
            writer.emit(f"{element(writer, array)} = {expressions.bounded(writer, 1)}")
        writer.emit(f"{array.name} = {cur.name}")
    return True


@statement("states of a time loop", 0.8, nests=True)
def states(writer: Writer) -> bool:
    """``states[t + 1] = step(states[t])``."""
    if not writer.at_top:
        return False
    name, t = writer.define("S", Array((N, M))).name, writer.fresh("i")
    variable = writer.scope.variables[-1]
    variable.memory.store()
    writer.emit(f"{name} = np.zeros(({N}, {M}))")
    writer.emit(f"{name}[0] = {arrays.array(writer, (M,))}")
    writer.emit(f"for {t} in range({N - 1}):")
    with writer.block("for"):
        writer.scope.add(Variable(t, INT, fixed=True))
        step = writer.choose([f"np.tanh({name}[{t}]) + 0.1 * {expressions.atom(writer)}",
                              f"{name}[{t}] + 0.2 * np.sin({arrays.leaf(writer, (M,))})"])
        writer.emit(f"{name}[{t} + 1] = {step}")
        if writer.chance(0.3):
            writer.statements(2)
    return True

