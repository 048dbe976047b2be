"""The adjoint of control flow: blocks backwards, branches on the recalled condition, loops reversed.

A loop::

    for i in range(n) carrying y = x:            # forward
        y.1 = sin(y)
        yield y.1
    -> y.2

reverses, with the adjoint of the loop's result entering and that of its initial value leaving, into::

    for i in range(n - 1, -1, -1) carrying y_bar = y.2_bar:
        y = recall(y)
        y_bar.1 = mul(y_bar, cos(y))
        yield y_bar.1
    -> x_bar

Adjoints of values from outside the loop are carried too, as accumulators.
"""

from __future__ import annotations

from s2sad.ir.builder import Builder
from s2sad.ir.trace import (
    Apply,
    Atom,
    Block,
    Break,
    Call,
    Const,
    For,
    If,
    Loop,
    Op,
    Terminator,
    Value,
    While,
    Yield,
    walk,
)
from s2sad.ir.types import INT, UNKNOWN, ListType, TupleType
from s2sad.transform.adjoint.calls import reverse_call
from s2sad.transform.adjoint.operations import reverse_apply
from s2sad.transform.adjoint.regions import condition, reverse_certain
from s2sad.transform.adjoint.shadows import ORIGIN
from s2sad.transform.adjoint.state import Key, Scope, State, pop_adjoint
from s2sad.transform.exits import canonical_break


def reverse_block(state: State, source: Block, b: Builder, scope: Scope, seeds: list[Atom | None]) -> None:
    """Walk a block backwards.  `seeds[k]` is the adjoint of the k-th value that its terminator passes on.

    Passing a value on does not broadcast it, so a seed has its value's shape."""
    state.mirror[source] = b.block
    end = source.ops[-1]
    b.loc, b.origin = end.loc, "adjoint"
    for atom, seed in zip(end.operands(), seeds):
        if seed is not None:
            state.accumulate(atom, state.in_dtype(seed, atom, b, scope), b, scope, fitted=True)
    b.loc = None
    created = _create_shadows(state, source, b, scope)
    for op in reversed(source.ops[:-1]):
        b.loc, b.origin = op.loc, "adjoint"
        if op.origin == ORIGIN:
            continue
        if isinstance(op, Apply):
            reverse_apply(state, op, b, scope)
        elif isinstance(op, Call):
            reverse_call(state, op, b, scope)
        elif isinstance(op, If):
            if _is_exit_test(op):
                continue
            reverse_branch(state, op, b, scope)
        elif isinstance(op, Loop):
            reverse_loop(state, op, b, scope)
    for value in created:
        shadow = state.shadows.pop(value)
        if value in source.params:
            scope.adjoints[value] = shadow


def _is_exit_test(op: If) -> bool:
    return isinstance(op.then.ops[-1], Break)


def _create_shadows(state: State, source: Block, b: Builder, scope: Scope) -> list[Value]:
    """Shadows of the block's own buffers; what is known of their adjoints already is copied in."""
    created = []
    own = [*source.params, *(v for op in source.ops for v in op.defined())]
    for value in own:
        if not (state.active(value) and state.shadowed(value)) or state.linked(value) or value in state.shadows \
                or value in state.summed:
            continue
        if state.views_shadow(value):
            # What the block passes on of a view belongs to what it views.
            passed = scope.adjoints.pop(value, None)
            if passed is not None:
                b.effect("iadd", state.shadow(value, b, scope), passed)
            continue
        known = scope.adjoints.pop(value, None)
        name = state.bar_name(value)
        if known is not None and (not isinstance(value.type, ListType) or value in state.function.values):
            # What is known of an argument's adjoint is its seed, of the argument's length.
            shadow = b.apply("list_of" if isinstance(value.type, ListType) else "np.copy", known, name=name)
        else:
            zero = state.zero(value, b, scope)
            assert isinstance(zero, Value)
            zero.name = name
            shadow = zero
            if known is not None:
                state.add_items(shadow, Const(0), known, b)
        state.shadows[value] = shadow
        created.append(value)
    return created


def reverse_branch(state: State, op: If, b: Builder, scope: Scope) -> None:
    """Both branches backwards, under the condition as it was; changed adjoints merge."""
    if reverse_certain(state, op, b, scope, reverse_block):
        return
    entering = [pop_adjoint(state, result, b, scope) for result in op.results]
    blocks, scopes = [], []
    for source in op.blocks():
        inner, block = scope.inner(), Block()
        reverse_block(state, source, b.at(block), inner, entering)
        blocks.append(block)
        scopes.append(inner)
    changed = [key for key in {**scopes[0].adjoints, **scopes[1].adjoints}
               if _outside(state, key, op)
               and any(s.adjoints.get(key) is not scope.adjoints.get(key) for s in scopes)]
    if not changed and not any(_effects(block) for block in blocks):
        return
    results: list[Value] = []
    for block, inner in zip(blocks, scopes):
        side_builder = b.at(block)
        values = [inner.adjoints[key] if key in inner.adjoints else state.zero(key, side_builder, inner)
                  for key in changed]
        block.ops.append(Yield(values, loc=op.loc, origin="adjoint"))
    for key in changed:
        results.append(_fresh_bar(state, key))
        scope.adjoints[key] = results[-1]
    cond = state.recall(condition(state, op), b, scope)
    b.append(If(cond, blocks[0], blocks[1], results))


# What the reverse sweep does to shadows.
_CHANGES = frozenset({"accumulate_at", "iadd", "setitem", "append", "pop", "insert", "pop_at", "reverse"})


def _effects(block: Block) -> bool:
    return any(isinstance(op, Apply) and op.prim in _CHANGES
               for op in walk(Block(ops=list(block.ops))))


def _outside(state: State, key: Key, op: Op) -> bool:
    """Whether a key's value is defined outside the blocks of `op`."""
    value = key[0] if isinstance(key, tuple) else key
    home = state.buffers.home.get(value)
    return not any(home is block or _nested(home, block) for block in op.blocks())


def _nested(home: Block | None, block: Block) -> bool:
    return any(home is inner or _nested(home, inner) for op in block.ops for inner in op.blocks())


def _fresh_bar(state: State, key: Key) -> Value:
    if isinstance(key, tuple):
        kind = key[0].type
        if isinstance(kind, TupleType):
            return Value(None, kind.items[key[1]])
        return Value(None, kind.item if isinstance(kind, ListType) else UNKNOWN)
    return Value(state.bar_name(key), key.type)


def reverse_loop(state: State, op: Loop, b: Builder, scope: Scope) -> None:
    """The reversed loop carries the adjoints of the carried values and of what the body reads from outside."""
    active = [k for k, (p, r) in enumerate(zip(op.carried, op.results))
              if (state.active(p) or state.active(r)) and not state.linked(p)]
    entering = [_entering(state, op.results[k], b, scope) for k in active]
    outer = _outer_keys(state, op)
    counted = _count(state, op)
    start, stop, step = _reversed_range(state, op, counted, b, scope)
    inits = [*entering, *(scope.adjoints[key] if key in scope.adjoints else state.zero(key, b, scope)
                          for key in outer)]
    params = [_fresh_bar(state, op.carried[k]) for k in active] + [_fresh_bar(state, key) for key in outer]
    index = Value(op.index.name if isinstance(op, For) else None, INT)
    body = Block([index, *params])
    inner = Scope(dict(zip(outer, params[len(active):])), dict(scope.recalled))
    inner_b = b.at(body)
    if isinstance(op, For):
        _mirror_index(op, index, counted, state, inner)
    seeds: list[Atom | None] = [None] * len(op.inits)
    for k, param in zip(active, params):
        seeds[k] = param
    reverse_block(state, op.body, inner_b, inner, seeds)
    leaving = [_leaving(state, op.carried[k], inner_b, inner) for k in active]
    leaving += [inner.adjoints[key] for key in outer]
    body.ops.append(Yield(leaving, loc=op.loc, origin="adjoint"))
    results = [_fresh_bar(state, op.carried[k]) for k in active] + [_fresh_bar(state, key) for key in outer]
    b.loc = op.loc
    b.append(For(list(inits), body, results, start, stop, step))
    for key, result in zip(outer, results[len(active):]):
        scope.adjoints[key] = result
    for k, result in zip(active, results):
        init = op.inits[k]
        result.name = state.bar_name(init) if isinstance(init, Value) else result.name
        state.accumulate(init, result, b, scope, fitted=True)


def _entering(state: State, result: Value, b: Builder, scope: Scope) -> Atom:
    known = pop_adjoint(state, result, b, scope)
    return state.zero(result, b, scope) if known is None else known


def _leaving(state: State, param: Value, b: Builder, scope: Scope) -> Atom:
    known = pop_adjoint(state, param, b, scope)
    return state.zero(param, b, scope) if known is None else known


def _outer_keys(state: State, op: Loop) -> list[Key]:
    """What the body reads from outside and may contribute to, in order of first use."""
    inside = {op.body} | {block for inner in walk(op.body) for block in inner.blocks()}
    keys: dict[Key, None] = {}
    for inner in walk(op.body):
        for atom in inner.operands():
            if not isinstance(atom, Value) or not state.active(atom) or state.buffers.home[atom] in inside:
                continue
            if state.by_item(atom):
                for k in _item_positions(state, inner, atom):
                    keys[(atom, k)] = None
            elif not state.shadowed(atom):
                keys[atom] = None
    return list(keys)


def _item_positions(state: State, op: Op, atom: Value) -> list[int]:
    if isinstance(op, Apply) and op.prim == "getitem" and isinstance(op.args[1], Const):
        position = op.args[1].value
        if isinstance(position, int) and position >= 0:
            return [position]
    maker = state.buffers.definition.get(atom)
    if isinstance(atom.type, TupleType):
        return list(range(len(atom.type.items)))
    return list(range(len(maker.args))) if isinstance(maker, Apply) else []


# -- the range of a reversed loop -----------------------------------------------------------


def _count(state: State, op: Loop) -> Value | None:
    """The number of iterations begun, where no range tells: counted in the forward sweep."""
    if isinstance(op, For) and canonical_break(op.body) is None:
        return None
    param, result, following = (Value("count", INT) for _ in range(3))
    home = state.homes[op]
    op.inits = [*op.inits, Const(0)]
    op.body.params.append(param)
    if isinstance(op, While):
        op.cond.params.append(Value("count", INT))
    op.results.append(result)
    op.body.ops.insert(0, Apply("add", [param, Const(1)], [following], loc=op.loc, origin="saving"))
    for end in _ends(op.body):
        end.values = [*end.values, following]
    for value, where in ((param, op.body), (following, op.body), (result, home)):
        state.buffers.home[value] = where
    state.homes[op.body.ops[0]] = op.body
    return result


def _ends(body: Block) -> list[Terminator]:
    test = canonical_break(body)
    ends = [body.terminator]
    return ends if test is None else [test.then.terminator, *ends]


def _reversed_range(state: State, op: Loop, counted: Value | None, b: Builder,
                    scope: Scope) -> tuple[Atom, Atom, Atom]:
    """start, stop and step that visit the iterations backwards."""
    if counted is not None:
        return b.apply("sub", state.recall(counted, b, scope), 1), Const(-1), Const(-1)
    assert isinstance(op, For)
    start, stop, step = (state.recall(a, b, scope) for a in (op.start, op.stop, op.step))
    if not isinstance(step, Const) or not isinstance(step.value, int):
        return _any_step(start, stop, step, b)
    size = step.value
    sign = 1 if size > 0 else -1
    last: Atom = b.apply("sub", stop, sign) if sign > 0 else b.apply("add", stop, 1)
    if abs(size) > 1:
        span = b.apply("sub", last, start) if sign > 0 else b.apply("sub", start, last)
        left = b.apply("mod", span, abs(size))
        last = b.apply("sub", last, left) if sign > 0 else b.apply("add", last, left)
    end = b.apply("sub", start, 1) if sign > 0 else b.apply("add", start, 1)
    return last, end, Const(-size)


def _any_step(start: Atom, stop: Atom, step: Atom, b: Builder) -> tuple[Atom, Atom, Atom]:
    """A step known at run time only: start + (trips - 1) * step, with trips = -((start - stop) // step)."""
    back = b.apply("add", b.apply("floordiv", b.apply("sub", start, stop), step), 1)
    last = b.apply("sub", start, b.apply("mul", back, step))
    return last, b.apply("sub", start, step), b.apply("neg", step)


def _mirror_index(op: For, index: Value, counted: Value | None, state: State, scope: Scope) -> None:
    """Let the primal loop's index be recalled in the reversed loop: it is that loop's index, or follows from it."""
    state.index_of[op.index] = index
    if counted is None or (op.start == Const(0) and op.step == Const(1)):
        scope.recalled[op.index] = index
    else:
        index.name = None
        state.progression[op.index] = (op.start, op.step)
