"""The adjoint of single operations: rules, subscripts, tuples, stores.

A store reverses to take, clear, add: ``A[i] = t`` gives ``g = A_bar[i]`` (a copy unless it is a scalar),
``A_bar[i] = 0.0`` and ``t_bar += g``; where indices may repeat, only the last writer gets it.  Reading ``y = A[i]``
gives ``A_bar[i] += y_bar``, where repeated indices accumulate.
"""

from __future__ import annotations

from collections.abc import Callable

from s2sad.analysis.references import may_repeat
from s2sad.errors import S2SADError, UnsupportedError
from s2sad.ir.builder import Builder, Term
from s2sad.ir.trace import Apply, Atom, Const, Op, Value
from s2sad.ir.types import SLICE, TUPLE, ListType, Num, TupleType, Type
from s2sad.rules.row import Row
from s2sad.transform.adjoint import lists
from s2sad.transform.adjoint.items import add_to_item
from s2sad.transform.adjoint.state import Scope, State, pop_adjoint
from s2sad.transform.tangent import check_operands, same_formula, scaled


def reverse_apply(state: State, op: Apply, b: Builder, scope: Scope) -> None:
    """Emit the adjoint statements of one primitive application."""
    try:
        _reverse(state, op, b, scope)
    except S2SADError as error:
        raise error.placed(op.loc, state.function.name) from None


def _reverse(state: State, op: Apply, b: Builder, scope: Scope) -> None:
    row = state.table[op.prim]
    if op.prim in _STORES:
        return _STORES[op.prim](state, op, b, scope)
    if not op.results or not row.differentiable or not any(state.active(r) for r in op.results):
        return None
    if state.views_shadow(op.result) and state.shadowed(op.result):
        return _reverse_view(state, op, b, scope)
    if op.prim in _STRUCTURAL:
        return _STRUCTURAL[op.prim](state, op, b, scope)
    if row.kind == "structural":
        raise UnsupportedError(f"{op.prim} of an active value", loc=op.loc, function=state.function.name,
                               hint="use operators and NumPy functions")
    g = pop_adjoint(state, op.result, b, scope)
    if g is not None and op.prim == "sum" and op.args[0] in state.summed:
        state.uniform[op.args[0]] = g  # type: ignore[index]
        state.accumulate(op.args[1], g, b, scope)
    elif g is not None:
        _apply_rule(state, op, row, g, b, scope)
    return None


def _reverse_view(state: State, op: Apply, b: Builder, scope: Scope) -> None:
    """The shadow of a view is a view of the source's: what was added there is here already, unless it was a copy."""
    source = state.buffers.viewed(op.result)
    if source is not None and state.linked(op.result) and not state.buffers.is_view(op.result):
        b.effect("helper.return_copy", state.shadow(source, b, scope), state.shadow(op.result, b, scope))


def _apply_rule(state: State, op: Apply, row: Row, g: Atom, b: Builder, scope: Scope) -> None:
    check_operands(op, row)
    formulas = row.formulas(b, state.table)
    operands = _Operands(state, op, b, scope)
    # What takes over the adjoint's name comes last, for it overwrites what the others still read.
    name = g.name if isinstance(g, Value) else None
    positions: dict[Value, list[int]] = {}
    for k, atom in enumerate(op.args):
        if isinstance(atom, Value) and state.active(atom):
            positions.setdefault(atom, []).append(k)
    for atom in sorted(positions, key=lambda v: state.bar_name(v) == name is not None):
        _contribute(state, row, op, atom, positions[atom], Term(b, g), operands, formulas, b, scope)


def _contribute(state: State, row: Row, op: Apply, atom: Value, positions: list[int], g: Term, operands: _Operands,
                formulas: object, b: Builder, scope: Scope) -> None:
    """Add what an operand contributes at each of its positions; equal contributions of ``x * x`` are one, doubled."""
    found: list[tuple[Atom, list[Op]]] = []
    begin = len(b.block.ops)
    for k in positions:
        first = len(b.block.ops)
        contribution = _contribution(row, k, g, operands, formulas)
        if contribution is None:
            continue
        made = [o for o in b.block.ops[first:] if not (isinstance(o, Apply) and o.prim == "recall")]
        if found and same_formula(found[-1][1], made):
            b.block.ops[first:] = [o for o in b.block.ops[first:] if o not in made]
            found[-1] = b.apply("mul", found[-1][0], 2.0), made
        else:
            found.append((contribution.atom, made))
    state.forget_contents(b, begin, scope)
    for value, _ in found:
        state.accumulate(atom, value, b, scope, _alone(state, row, op, atom))


def _alone(state: State, row: Row, op: Apply, atom: Value) -> bool:
    """Whether the result of an elementwise operation has the operand's shape, since it has no other array operand."""
    if row.kind != "elementwise" or atom in state.wrt or state.deferred(op.result):
        return False
    return all(a is atom or (isinstance(a.type, Num) and a.type.is_scalar) for a in op.args)



class _Recalled(Term):
    """An operand of a rule, recalled (and copied, if its buffer changes later) when a formula first uses it."""

    __slots__ = ("_atom", "_given", "_make")

    def __init__(self, builder: Builder, given: Atom, make: Callable[[], Atom]) -> None:
        self.builder = builder
        self._given, self._make = given, make
        self._atom: Atom | None = None

    @property
    def atom(self) -> Atom:  # type: ignore[override]
        if self._atom is None:
            self._atom = self._make()
        return self._atom

    @property
    def type(self) -> Type:
        return self._given.type


class _Operands:
    """The result and the operands of a primitive, as the terms of its rule."""

    def __init__(self, state: State, op: Apply, b: Builder, scope: Scope) -> None:
        def term(atom: Atom) -> Term:
            return _Recalled(b, atom, lambda: state.primal(op, atom, b, scope))

        self.y = term(op.result)
        self.terms = [term(a) for a in op.args]


def _contribution(row: Row, k: int, g: Term, operands: _Operands, formulas: object) -> Term | None:
    y, terms = operands.y, operands.terms
    if row.kind == "elementwise":
        if k in row.partials:
            return scaled(g, row.partials[k](formulas, y, *terms))
        return scaled(g, row.partials[-1](formulas, y, *terms, k=k)) if -1 in row.partials else None
    if k in row.vjp:
        return row.vjp[k](formulas, g, y, *terms)
    return row.vjp[-1](formulas, g, y, *terms, k=k) if -1 in row.vjp else None


# -- structural ---------------------------------------------------------------------------


def _reverse_items(state: State, op: Apply, b: Builder, scope: Scope) -> None:
    """``(a, b)``: each item gets what was kept for it."""
    if state.linked(op.result) and (isinstance(op.result.type, TupleType) or state.buffers.holds_linked(op.result)):
        return
    if not state.by_item(op.result):
        shadow = pop_adjoint(state, op.result, b, scope)
        if shadow is not None:
            for k, atom in enumerate(op.args):
                if state.active(atom):
                    state.accumulate(atom, b.apply("getitem", shadow, k), b, scope)
        return
    for k, atom in enumerate(op.args):
        g = scope.adjoints.pop((op.result, k), None)
        if g is not None:
            state.accumulate(atom, g, b, scope)


def _reverse_getitem(state: State, op: Apply, b: Builder, scope: Scope) -> None:
    source, index = op.args
    assert isinstance(source, Value)
    part = isinstance(source.type, ListType) and index.type == SLICE
    if state.linked(op.result) and not (part and not state.buffers.holds_linked(op.result)):
        return
    if source.type == TUPLE:
        raise UnsupportedError("an item of a tuple of unknown length", loc=op.loc, function=state.function.name,
                               hint="annotate it, as in tuple[float, float]")
    g = pop_adjoint(state, op.result, b, scope)
    if g is None:
        return
    if state.by_item(source):
        if not isinstance(index, Const) or not isinstance(index.value, int):
            return lists.reverse_any_item(state, op, g, b, scope)
        position = index.value
        if position < 0 and isinstance(source.type, TupleType):
            position += len(source.type.items)
        elif position < 0 and isinstance(source.type, ListType) and source.type.length is not None:
            position += source.type.length
        state.accumulate_key((source, position), g, b, scope)
        return
    shadow = state.shadow(source, b, scope)
    if part:
        return _add_to_part(state, op, g, b, scope)
    assert shadow is not None
    add_to_item(shadow, state.primal(op, index, b, scope), g, b)


def _add_to_part(state: State, op: Apply, g: Atom, b: Builder, scope: Scope) -> None:
    """Part of a list: Python's ``+=`` on a slice of a list would insert, so item by item."""
    source, index = op.args
    assert isinstance(source, Value)
    made = state.buffers.definition.get(index) if isinstance(index, Value) else None
    first = made.args[0] if isinstance(made, Apply) else None
    counts = isinstance(first, Value) and _is_length(state, first)
    literal = isinstance(first, Const) and (first.value is None or (isinstance(first.value, int) and first.value >= 0))
    if not isinstance(made, Apply) or made.args[2] != Const(None) or not (counts or literal):
        return lists.reverse_part(state, op, g, b, scope)
    assert first is not None
    offset = Const(0) if first == Const(None) else state.primal(op, first, b, scope)
    shadow = state.shadow(source, b, scope)
    assert shadow is not None
    state.add_items(shadow, offset, g, b)


def _is_length(state: State, value: Value) -> bool:
    op = state.buffers.definition.get(value)
    return isinstance(op, Apply) and op.prim == "len"


def _reverse_select(state: State, op: Apply, b: Builder, scope: Scope) -> None:
    g = pop_adjoint(state, op.result, b, scope)
    if g is None:
        return
    cond = state.primal(op, op.args[0], b, scope)
    state.accumulate(op.args[1], b.apply("select", cond, g, 0.0), b, scope)
    state.accumulate(op.args[2], b.apply("select", cond, 0.0, g), b, scope)


def _reverse_concat(state: State, op: Apply, b: Builder, scope: Scope) -> None:
    """Each list gets its part of the joined one's shadow."""
    if lists.refers(state, op.result):
        return
    shadow = pop_adjoint(state, op.result, b, scope)
    if shadow is None:
        return
    cut = lists.length_at(state, op, op.args[0], b, scope)
    for atom, part in zip(op.args, (b.apply("slice", None, cut, None), b.apply("slice", cut, None, None))):
        if state.active(atom):
            state.accumulate(atom, b.apply("getitem", shadow, part), b, scope)


def _reverse_assign(state: State, op: Apply, b: Builder, scope: Scope) -> None:
    g = pop_adjoint(state, op.result, b, scope)
    if g is not None:
        state.accumulate(op.args[0], g, b, scope)


# -- stores -------------------------------------------------------------------------------


def _reverse_setitem(state: State, op: Apply, b: Builder, scope: Scope) -> None:
    shadow = lists.shadow_of(state, op, b, scope)
    if shadow is None:
        return
    if isinstance(shadow.type, ListType) and op.args[1].type == SLICE:
        return lists.reverse_slice_store(state, op, shadow, b, scope)
    index = state.primal(op, op.args[1], b, scope)
    whole = index == Const(Ellipsis) and isinstance(shadow.type, Num) and shadow.type.is_array
    g = shadow if whole else b.apply("getitem", shadow, index)
    scalar = isinstance(g.type, Num) and g.type.is_scalar
    if state.active(op.args[2]) and not isinstance(shadow.type, ListType) and not scalar:
        if may_repeat(op.args[1].type):
            g = b.apply("np.where", b.apply("helper.last_writers", shadow, index), g, 0.0)
        else:
            g = b.apply("np.copy", g)
    cleared = b.apply("helper.zeros_like", g) if isinstance(shadow.type, ListType) and not scalar else Const(0.0)
    b.effect("setitem", shadow, index, cleared)
    state.accumulate(op.args[2], g, b, scope)


def _reverse_accumulate_at(state: State, op: Apply, b: Builder, scope: Scope) -> None:
    shadow = lists.shadow_of(state, op, b, scope)
    if shadow is not None and state.active(op.args[2]):
        index = state.primal(op, op.args[1], b, scope)
        g = b.apply("getitem", shadow, index)
        if not (isinstance(g.type, Num) and g.type.is_scalar):
            g = b.apply("np.copy", g)
        state.accumulate(op.args[2], g, b, scope)


def _reverse_iadd(state: State, op: Apply, b: Builder, scope: Scope) -> None:
    shadow = lists.shadow_of(state, op, b, scope)
    if shadow is not None and state.active(op.args[1]):
        state.accumulate(op.args[1], b.apply("np.copy", shadow), b, scope)


def _reverse_append(state: State, op: Apply, b: Builder, scope: Scope) -> None:
    if op.args[0] in state.summed:
        g = state.uniform.get(op.args[0])  # type: ignore[arg-type]
        if g is not None:
            state.accumulate(op.args[1], g, b, scope)
        return
    shadow = lists.shadow_of(state, op, b, scope)
    if shadow is not None:
        state.accumulate(op.args[1], b.apply("pop", shadow), b, scope)


def _reverse_pop(state: State, op: Apply, b: Builder, scope: Scope) -> None:
    shadow = lists.shadow_of(state, op, b, scope)
    if shadow is None:
        return
    g = pop_adjoint(state, op.result, b, scope)
    if g is None:
        g = state.zero(op.result, b, scope)
    else:
        g = lists.detached(g, b)
    b.effect("append", shadow, g)


_STRUCTURAL = {
    "tuple": _reverse_items,
    "list": _reverse_items,
    "getitem": _reverse_getitem,
    "select": _reverse_select,
    "concat": _reverse_concat,
    **lists.STRUCTURAL,
    "assign": _reverse_assign,
    "copy": _reverse_assign,
    "recall": _reverse_assign,
}
def _reverse_return_copy(state: State, op: Apply, b: Builder, scope: Scope) -> None:
    """``if part is a copy: bar += part`` is its own transpose."""
    shadow = lists.shadow_of(state, op, b, scope)
    part = op.args[1]
    if shadow is not None and state.active(part) and isinstance(part, Value):
        own = state.shadow(part, b, scope)
        if own is None:
            raise UnsupportedError("the adjoint of this view", loc=op.loc, function=state.function.name,
                                   hint="make it a copy with .copy()")
        b.effect("helper.return_copy", own, shadow)


_STORES = {
    "helper.return_copy": _reverse_return_copy,
    "setitem": _reverse_setitem,
    "accumulate_at": _reverse_accumulate_at,
    "iadd": _reverse_iadd,
    "append": _reverse_append,
    "pop": _reverse_pop,
    **lists.STORES,
}
