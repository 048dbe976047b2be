"""The adjoint of what only lists can do: items moved, inserted, removed and cut out.

The shadow of a list has the list's length at every moment, so whatever changes the length is undone::

    l.insert(i, v)        v_bar += l_bar.pop(i)
    v = l.pop(i)          l_bar.insert(i, v_bar)
    l[a:b] = vs           vs_bar += l_bar[a:a + len(vs)];  l_bar[a:a + len(vs)] = [0.0] * (b - a)
    l.reverse()           l_bar.reverse()

Positions count from the end where they are negative, and Python clips what lies outside: what a position
comes to is found in the forward sweep, unless it is a literal.
"""

from __future__ import annotations

from s2sad.errors import UnsupportedError
from s2sad.ir.builder import Builder
from s2sad.ir.trace import Apply, Atom, Block, Const, For, Op, Value, Yield
from s2sad.ir.types import SLICE, ListType, Num, TupleType, Type
from s2sad.transform.adjoint.items import add_to_item
from s2sad.transform.adjoint.state import Scope, State, pop_adjoint


def shadow_of(state: State, op: Apply, b: Builder, scope: Scope) -> Value | None:
    """The shadow of the list that `op` changes; None where it carries no derivative."""
    target = op.args[0]
    assert isinstance(target, Value)
    if not (state.active(target) or state.active(state.buffers.root(target))):
        return None
    if refers(state, target):
        return None  # a list of shadows, which has changed with the primal's
    return state.shadow(target, b, scope)


def beside(state: State, op: Op, prim: str, *args: Atom) -> Value:
    """A value computed just before `op` in the forward sweep."""
    result = Value(None, state.table.infer(prim, args, {})[0])
    state.before.setdefault(op, []).append(Apply(prim, list(args), [result], loc=op.loc, origin="saving"))
    state.buffers.home[result] = state.homes[op]
    return result


def detached(g: Atom, b: Builder) -> Atom:
    """An adjoint in memory of its own: what is added to the list's item later must not reach others."""
    if isinstance(g.type, TupleType):
        return b.apply("tuple", *(detached(b.apply("getitem", g, k), b) for k in range(len(g.type.items))))
    if isinstance(g.type, ListType):
        return b.apply("list_of", g)
    return g if isinstance(g.type, Num) and g.type.is_scalar else b.apply("pos", g)


def length_at(state: State, op: Op, sequence: Atom, b: Builder, scope: Scope) -> Atom:
    """The length that a list had when `op` saw it."""
    known = _length(sequence)
    if known is not None:
        return known
    if state.buffers.mutated(sequence):
        return state.recall(beside(state, op, "len", sequence), b, scope)
    return b.apply("len", state.recall(sequence, b, scope))


# -- new lists --------------------------------------------------------------------------------


def refers(state: State, result: Value) -> bool:
    """Whether a list's shadow holds the shadows of its items, so that these have everything already."""
    return state.linked(result) and state.buffers.holds_linked(result)


def reverse_list_of(state: State, op: Apply, b: Builder, scope: Scope) -> None:
    """``list(x)`` and ``tuple(x)``: the items are those of `x`."""
    if refers(state, op.result):
        return
    g = pop_adjoint(state, op.result, b, scope)
    if g is not None:
        state.accumulate(op.args[0], g, b, scope)


def reverse_part(state: State, op: Apply, g: Atom, b: Builder, scope: Scope) -> None:
    """``p = l[a:b:c]``: each item of `p` goes back to where it came from."""
    source, index = op.args
    assert isinstance(source, Value)
    shadow = state.shadow(source, b, scope)
    places = b.apply("helper.places", b.apply("len", shadow), state.primal(op, index, b, scope))
    k = Value("k", Const(0).type)
    body = Block([k])
    inner = b.at(body)
    assert shadow is not None
    add_to_item(shadow, inner.apply("getitem", places, k), inner.apply("getitem", g, k), inner)
    inner.append(Yield([]))
    b.append(For([], body, [], Const(0), b.apply("len", g), Const(1)))


def reverse_list_repeat(state: State, op: Apply, b: Builder, scope: Scope) -> None:
    """``[item] * n``: each copy contributes."""
    item = op.args[0]
    if refers(state, op.result):
        return
    shadow = pop_adjoint(state, op.result, b, scope)
    if shadow is None or not state.active(item):
        return
    assert isinstance(item, Value)
    if not isinstance(item.type, (TupleType, ListType)):
        state.accumulate(item, b.apply("sum", shadow), b, scope)
        return
    total = b.apply("list", state.zero(item, b, scope))
    k = Value("k", Const(0).type)
    inner = b.at(Block([k]))
    add_to_item(total, Const(0), inner.apply("getitem", shadow, k), inner)
    inner.append(Yield([]))
    b.append(For([], inner.block, [], Const(0), b.apply("len", shadow), Const(1)))
    state.accumulate(item, b.apply("getitem", total, 0), b, scope)


def reverse_repeat(state: State, op: Apply, b: Builder, scope: Scope) -> None:
    """``l * n``: each copy contributes."""
    if refers(state, op.result):
        return
    g = pop_adjoint(state, op.result, b, scope)
    source = op.args[0]
    if g is None or not isinstance(source, Value):
        return
    length = length_at(state, op, source, b, scope)
    first = b.apply("getitem", g, b.apply("slice", None, length, None))
    numbers = isinstance(g.type, ListType) and isinstance(g.type.item, Num) and g.type.item.is_scalar
    # What may be arrays is added up in arrays of its own.
    total = b.apply("list_of", first) if numbers else b.apply("helper.zeros_like", first)
    copies, k = Value("copy", Const(0).type), Value("k", Const(0).type)
    outer, body = Block([copies]), Block([k])
    middle, inner = b.at(outer), b.at(body)
    place = inner.apply("add", inner.apply("mul", copies, length), k)
    add_to_item(total, k, inner.apply("getitem", g, place), inner)
    inner.append(Yield([]))
    middle.append(For([], body, [], Const(0), length, Const(1)))
    middle.append(Yield([]))
    count = state.primal(op, op.args[1], b, scope)
    b.append(For([], outer, [], Const(int(numbers)), count, Const(1)))
    state.accumulate(source, total, b, scope)


def reverse_any_item(state: State, op: Apply, g: Atom, b: Builder, scope: Scope) -> None:
    """``t[k]`` of a tuple, whose items have adjoints of their own: the one that `k` names gets it."""
    source, index = op.args
    assert isinstance(source, Value)
    count = len(source.type.items) if isinstance(source.type, TupleType) else 0
    scalar = isinstance(g.type, Num) and g.type.is_scalar
    if not count or not scalar or not (isinstance(index.type, Num) and index.type.is_scalar):
        raise UnsupportedError("a tuple of active values with a variable index", loc=op.loc,
                               function=state.function.name, hint="use a list or an array")
    place = b.apply("mod", state.primal(op, index, b, scope), count)
    for k in range(count):
        state.accumulate_key((source, k), b.apply("select", b.apply("eq", place, k), g, 0.0), b, scope)


# -- one item in, one item out ------------------------------------------------------------------


def reverse_insert(state: State, op: Apply, b: Builder, scope: Scope) -> None:
    shadow = shadow_of(state, op, b, scope)
    if shadow is None:
        return
    last = b.apply("sub", b.apply("len", shadow), 1)
    place = _clipped(op.args[1], state.primal(op, op.args[1], b, scope), last, b)
    g = b.apply("pop", shadow) if place is None else b.apply("pop_at", shadow, place)
    state.accumulate(op.args[2], g, b, scope)


def _clipped(given: Atom, index: Atom, length: Value, b: Builder) -> Atom | None:
    """Where ``insert(index, v)`` puts `v` in a list of `length` items; None: at the end."""
    if isinstance(given, Const) and isinstance(given.value, int):
        if given.value == 0:
            return Const(0)
        if given.value > 0:
            return b.apply("min", given, length)
        return b.apply("max", b.apply("add", length, given), 0)
    negative = b.apply("max", b.apply("add", index, length), 0)
    return b.apply("select", b.apply("ge", index, 0), b.apply("min", index, length), negative)


def reverse_pop_at(state: State, op: Apply, b: Builder, scope: Scope) -> None:
    shadow = shadow_of(state, op, b, scope)
    if shadow is None:
        return
    g = pop_adjoint(state, op.result, b, scope)
    if g is None:
        g = state.zero(op.result, b, scope)
    else:
        g = detached(g, b)
    _put_back(state, op, shadow, g, b, scope)


def _put_back(state: State, op: Apply, shadow: Value, g: Atom, b: Builder, scope: Scope) -> None:
    """An item for the one that ``pop(i)`` or ``del l[i]`` took away."""
    given = op.args[1]
    if given == Const(-1):
        b.effect("append", shadow, g)
        return
    index: Atom = state.primal(op, given, b, scope)
    literal = isinstance(given, Const) and isinstance(given.value, int)
    if not literal or given.value < 0:  # type: ignore[union-attr,operator]
        whole = b.apply("add", b.apply("len", shadow), 1)
        behind = b.apply("add", whole, index)
        index = behind if literal else b.apply("select", b.apply("ge", index, 0), index, behind)
    b.effect("insert", shadow, index, g)


def reverse_delitem(state: State, op: Apply, b: Builder, scope: Scope) -> None:
    shadow = shadow_of(state, op, b, scope)
    if shadow is None:
        return
    if op.args[1].type == SLICE:
        _undo_cut(state, op, shadow, None, b, scope)
        return
    item = shadow.type.item if isinstance(shadow.type, ListType) else Const(0.0).type
    if isinstance(item, Num) and item.is_scalar:
        g: Atom = Const(0.0)
    else:
        gone = beside(state, op, "getitem", op.args[0], op.args[1])
        g = b.apply("helper.zeros_like", state.recall(gone, b, scope))
    _put_back(state, op, shadow, g, b, scope)


def reverse_reverse(state: State, op: Apply, b: Builder, scope: Scope) -> None:
    shadow = shadow_of(state, op, b, scope)
    if shadow is not None:
        b.effect("reverse", shadow)


# -- slices -----------------------------------------------------------------------------------


def reverse_slice_store(state: State, op: Apply, shadow: Value, b: Builder, scope: Scope) -> None:
    """``l[a:b] = vs``, where the list may grow or shrink; ``l[a:b:c] = vs`` keeps its length."""
    _undo_cut(state, op, shadow, op.args[2], b, scope)


def _undo_cut(state: State, op: Apply, shadow: Value, given: Atom | None, b: Builder, scope: Scope) -> None:
    target, cut = op.args[0], op.args[1]
    made = state.buffers.definition.get(cut) if isinstance(cut, Value) else None
    if not isinstance(made, Apply) or made.prim != "slice":
        raise UnsupportedError("a slice of a list that is given as a value", loc=op.loc,
                               function=state.function.name, hint="write the bounds in the subscript")
    start, _, step = made.args
    gone = beside(state, op, "getitem", target, cut)
    empty = _zeros(state, op, gone, shadow.type, b, scope)
    if step not in (Const(None), Const(1)):
        if given is None:
            raise UnsupportedError("deleting every other item of a list", loc=op.loc, function=state.function.name,
                                   hint="build another list")
        part = state.primal(op, cut, b, scope)
        g = b.apply("getitem", shadow, part)
        b.effect("setitem", shadow, part, empty)
        state.accumulate(given, g, b, scope)
        return
    first: Atom = Const(0)
    if start not in (Const(None), Const(0)):
        before = beside(state, op, "slice", Const(None), start, Const(None))
        first = beside(state, op, "len", beside(state, op, "getitem", target, before))
        first = state.recall(first, b, scope)
    stop: Atom = first
    if given is not None:
        size = length_at(state, op, given, b, scope)
        stop = b.apply("add", first, size) if first != Const(0) else size
    part = b.apply("slice", first, stop, None)
    if given is not None and state.active(given):
        g = b.apply("getitem", shadow, part)
        b.effect("setitem", shadow, part, empty)
        state.accumulate(given, g, b, scope)
    else:
        b.effect("setitem", shadow, part, empty)


def _length(atom: Atom) -> Const | None:
    kind = atom.type
    if isinstance(kind, TupleType):
        return Const(len(kind.items))
    return Const(kind.length) if isinstance(kind, ListType) and kind.length is not None else None


def _zeros(state: State, op: Op, gone: Value, kind: Type, b: Builder, scope: Scope) -> Value:
    """A list of zeros for the items that were replaced."""
    item = kind.item if isinstance(kind, ListType) else kind
    if isinstance(item, Num) and item.is_scalar:
        return b.apply("list_repeat", 0.0, state.recall(beside(state, op, "len", gone), b, scope))
    return b.apply("helper.zeros_like", state.recall(gone, b, scope))


STRUCTURAL = {"list_of": reverse_list_of, "tuple_of": reverse_list_of, "repeat": reverse_repeat,
              "list_repeat": reverse_list_repeat}
STORES = {"insert": reverse_insert, "pop_at": reverse_pop_at, "delitem": reverse_delitem, "reverse": reverse_reverse}
