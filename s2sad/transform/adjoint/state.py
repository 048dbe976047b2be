"""What the reverse sweep keeps while it walks a trace backwards: adjoints, shadows, recalled values.

An adjoint belongs to a *key*: a value, or one item ``(value, k)`` of a tuple or list literal.  The first
contribution to a key is its adjoint, further ones are added (`State.accumulate`).  Values that are indexed
or stored into have a *shadow* instead, a buffer of their shape which contributions are added to in place.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from s2sad.analysis.activity import Activity
from s2sad.analysis.buffers import Buffers
from s2sad.analysis.references import PLACE_READS, SHAPE_READS, Effects, is_basic_index
from s2sad.errors import TypingError, UnsupportedError
from s2sad.ir.builder import Builder
from s2sad.ir.trace import (
    Apply,
    Atom,
    Block,
    Const,
    For,
    Function,
    Loop,
    Op,
    Value,
    Yield,
    walk,
)
from s2sad.ir.types import ListType, Num, TupleType, Type, may_carry_derivative
from s2sad.rules.row import Table
from s2sad.transform.adjoint.items import add_to_item, total
from s2sad.transform.adjoint.shadows import ForwardShadows
from s2sad.transform.adjoint.summed import summed_lists
from s2sad.transform.names import fresh_name, user_names
from s2sad.transform.optional import refuse_optional
from s2sad.transform.shapes import fit, zero_of
from s2sad.transform.tuples import maybe_unset

Key = Value | tuple[Value, int]


@dataclass(frozen=True)
class CallRequest:
    """A callee with the positions of its active arguments, and of those (-1: the result) that change after the call."""

    callee: str
    active: tuple[int, ...]
    changing: tuple[int, ...] = ()


@dataclass
class Scope:
    """The adjoints known at one point of the reverse sweep, and what was recalled there."""

    adjoints: dict[Key, Atom] = field(default_factory=dict)
    recalled: dict[Value, Value] = field(default_factory=dict)

    def inner(self) -> Scope:
        return Scope(dict(self.adjoints), dict(self.recalled))


class State:
    """Shared by the parts of the adjoint transform."""

    def __init__(self, function: Function, table: Table, wrt: list[int], style: str, effects: Effects,
                 outputs: bool = False, changing: tuple[int, ...] = ()) -> None:
        self.function = function
        self.table = table
        self.effects = effects
        self.changing = changing
        self.buffers = Buffers(function, table, effects, changing=changing)
        self.wrt = [function.values[k] for k in wrt]
        self.written = [v for v in self.buffers.written_arguments() if may_carry_derivative(v.type)]
        self.activity = Activity(function, table, self.wrt, self.buffers, self.written if outputs else ())
        self.activity.refuse_complex(function)
        refuse_optional(function, self.activity.active)
        self.taken = user_names(function)
        # primal buffers -> shadows that were made beside them in the forward sweep
        self.forward = self._forward_shadows()
        self.style = style
        self.shadows: dict[Value, Value] = {}
        # forward block -> the block of the reverse sweep that mirrors it
        self.mirror: dict[Block, Block] = {}
        # index of a loop in the forward sweep -> the value that stands for it in the mirrored iteration
        self.index_of: dict[Value, Value] = {}
        # where that counts iterations: start and step of the primal loop
        self.progression: dict[Value, tuple[Atom, Atom]] = {}
        # operations to insert into the forward sweep: before or after an operation
        self.before: dict[Op, list[Op]] = {}
        self.after: dict[Op, list[Op]] = {}
        # what calls need -> keys of the callee's forward and reverse functions
        self.requests: dict[CallRequest, tuple[str, str]] = {}
        self.recalled_from: dict[Value, Value] = {}
        # copies of buffers made for the reverse sweep -> the buffers
        self.copied: dict[Value, Value] = {}
        self.indexed = self._find_indexed()
        self.summed = summed_lists(self.buffers, self.active)
        # the adjoint of every item of such a list, once it is known
        self.uniform: dict[Value, Atom] = {}
        self.maybe_unset = maybe_unset(function)

    def _forward_shadows(self) -> dict[Value, Value]:
        shadows = ForwardShadows(self.function, self.table, self.buffers, self.activity, self.bar_name)
        if shadows.run():
            self.buffers = Buffers(self.function, self.table, self.effects, check=False, changing=self.changing)
        return shadows.of

    # -- facts ----------------------------------------------------------------------------

    def active(self, atom: Atom) -> bool:
        return self.activity.active(atom)

    def _find_indexed(self) -> set[Value]:
        """Active values that are read by index: their adjoints are shadows."""
        found: set[Value] = set()
        for op in walk(self.function.block):
            if isinstance(op, Apply) and op.prim == "getitem" and self.active(op.result):
                source = op.args[0]
                if isinstance(source.type, Num) and source.type.is_scalar:
                    raise TypingError("what is indexed here must be a number elsewhere", loc=op.loc,
                                      function=self.function.name, hint="annotate it, or give a signature")
                if isinstance(source, Value) and not self.by_item(source, op.args[1]):
                    found.add(source)
        return found

    def by_item(self, value: Value, index: Atom | None = None) -> bool:
        """Whether the adjoint of a tuple or list literal is kept item by item."""
        if self.linked(value):
            return False
        if isinstance(value.type, TupleType):
            return index is None or isinstance(index, Const)
        op = self.buffers.definition.get(value)
        literal = isinstance(op, Apply) and op.prim == "list" and not self.buffers.mutated(value)
        if index is not None:
            return literal and isinstance(index, Const)
        return literal and value not in self.indexed

    def shadowed(self, value: Value) -> bool:
        """Whether contributions to the adjoint of `value` go into a buffer."""
        if isinstance(value.type, Num) and value.type.is_scalar:
            return False
        if self.linked(value):
            return True
        if self.by_item(value):
            return False
        if isinstance(value.type, ListType) or value in self.indexed or value in self.buffers.stores:
            return True
        if self.buffers.handed_on(value):
            return True
        return self.views_shadow(value)

    def linked(self, value: Atom) -> bool:
        """Whether the shadow of `value` was made in the forward sweep."""
        return isinstance(value, Value) and value in self.forward

    def views_shadow(self, value: Value) -> bool:
        """Whether the shadow of `value` is a view of the shadow of what it views."""
        source = self.buffers.viewed(value)
        if source is None:
            return False
        if self.linked(value):
            return True
        op = self.buffers.definition[value]
        assert isinstance(op, Apply)
        mutated = self.buffers.mutated(value)
        basic = op.prim == "getitem" and is_basic_index(op.args[1].type) is True
        if basic and value in self.indexed:
            return True
        if not mutated or self.buffers.settled(value):
            return False
        if (basic or op.prim != "getitem") and self.buffers.is_view(value) and isinstance(value.type, Num) \
                and value.type.is_stored:
            return True
        if self.buffers.changed_after(op, value):
            shown = value.name or "this value"
            raise UnsupportedError(
                f"{shown} may be a view of an array that is stored into later", loc=op.loc, function=self.function.name,
                hint="annotate the types or give a signature, or make it a copy with .copy()")
        return False

    # -- adjoints -------------------------------------------------------------------------

    def bar_name(self, value: Value) -> str | None:
        """``x_bar``, or ``x_bar2`` where the user has an ``x_bar`` of their own."""
        return None if value.name is None else fresh_name(value.name + "_bar", self.taken)

    def accumulate(self, atom: Atom, contribution: Atom, b: Builder, scope: Scope, fitted: bool = False) -> None:
        """Add a contribution to the adjoint of an operand; `fitted` says that it has the operand's shape."""
        if not isinstance(atom, Value) or not self.active(atom):
            return
        if self.by_item(atom):
            return self._accumulate_items(atom, contribution, b, scope)
        if isinstance(atom.type, ListType):
            return self._accumulate_list(atom, contribution, b, scope)
        if isinstance(contribution.type, ListType):
            contribution = self._as_array(contribution, atom, b, scope)
        if not fitted and not self.deferred(atom):
            contribution = self._fit(contribution, atom, b, scope)
        if not self._into_shadow(atom, contribution, b, scope):
            self.accumulate_key(atom, contribution, b, scope)

    def in_dtype(self, seed: Atom, atom: Atom, b: Builder, scope: Scope) -> Atom:
        """The adjoint of a merge for what enters it: paths of other dtypes may meet there."""
        kind = atom.type
        if not isinstance(atom, Value) or not isinstance(kind, Num) or kind.dtype in (None, "float64"):
            return seed
        if not self.active(atom) or (isinstance(seed.type, Num) and seed.type.dtype == kind.dtype):
            return seed
        return b.apply("helper.unbroadcast", seed, self.shape_of(atom, b, scope))

    def deferred(self, atom: Value) -> bool:
        """Whether broadcasting can be undone further down: the only contribution to an elementwise result.

        Its own rule multiplies by what is constant along the axes that were added, so summing later is the same."""
        op = self.buffers.definition.get(atom)
        if not isinstance(op, Apply) or self.table[op.prim].kind != "elementwise" or self.shadowed(atom):
            return False
        known = isinstance(atom.type, Num) and atom.type.shape is not None and None not in atom.type.shape
        return not known and atom.name is None and len(self.buffers.uses.get(atom, ())) == 1

    def _into_shadow(self, atom: Value, contribution: Atom, b: Builder, scope: Scope) -> bool:
        """Add to the shadow of a value, or to the part of another's shadow that it views."""
        if not self.shadowed(atom):
            return False
        if atom in self.shadows:
            b.effect("iadd", self.shadows[atom], contribution)
            return True
        if not self.linked(atom) and not self.views_shadow(atom):
            return False
        op = self.buffers.definition.get(atom)
        if isinstance(op, Apply) and op.prim == "getitem" and self.buffers.viewed(atom) is not None:
            source = self.shadow(self._source(op), b, scope)
            if source is not None:
                b.effect("accumulate_at", source, self.primal(op, op.args[1], b, scope), contribution)
            return source is not None
        shadow = self.shadow(atom, b, scope)
        if shadow is not None:
            b.effect("iadd", shadow, contribution)
        return shadow is not None

    def _source(self, op: Apply) -> Value:
        """What a view is a view of."""
        position = self.buffers.signature(op).view_of
        source = op.args[position or 0]
        assert isinstance(source, Value)
        return source

    def _fit(self, contribution: Atom, atom: Value, b: Builder, scope: Scope) -> Atom:
        apart = Block()
        fitted = fit(b.at(apart), contribution, atom)
        for op in apart.ops:
            # Only the shape of `atom` is read: what stands for it in the reverse sweep comes first.
            op.set_operands([self.shape_of(a, b, scope) if a is atom else a for a in op.operands()])
            b.block.ops.append(op)
        return fitted

    def shape_of(self, value: Value, b: Builder, scope: Scope) -> Atom:
        """A primal value for its shape only: its contents need not be the right version, so a slice is sliced anew."""
        op = self.buffers.definition.get(value)
        if isinstance(op, Loop) and isinstance(value.type, Num) and value.type.shape and None not in value.type.shape:
            first = op.inits[op.results.index(value)] if value in op.results[:len(op.inits)] else None
            if isinstance(first, Value) and isinstance(first.type, Num) and first.type.shape == value.type.shape:
                return self.shape_of(first, b, scope)  # of the same shape, without running the loop
        if isinstance(op, Apply) and op.prim == "getitem" and isinstance(op.args[0], Value) \
                and self.buffers.home[value] is not self.function.block \
                and isinstance(op.args[0].type, Num) and is_basic_index(op.args[1].type) is True:
            return b.apply("getitem", self.shape_of(op.args[0], b, scope), self.primal(op, op.args[1], b, scope))
        return self.recall(value, b, scope)

    def accumulate_key(self, key: Key, contribution: Atom, b: Builder, scope: Scope) -> None:
        name = self.bar_name(key) if isinstance(key, Value) else None
        known = scope.adjoints.get(key)
        if known is not None and isinstance(known.type, ListType):
            raise UnsupportedError("a list in a tuple that is used twice", loc=b.loc,
                                   function=self.function.name, hint="return the list by itself")
        if known is not None:
            scope.adjoints[key] = total(known, contribution, known.type, b, name)
        elif self.style == "trace" and name and not self._nameless(contribution):
            scope.adjoints[key] = b.apply("assign", contribution, name=name)
        else:
            if isinstance(contribution, Value) and contribution.name is None and contribution not in self.buffers.home:
                contribution.name = name
            scope.adjoints[key] = contribution

    def _nameless(self, atom: Atom) -> bool:
        return isinstance(atom, Value) and atom.name is None

    def _accumulate_items(self, atom: Value, contribution: Atom, b: Builder, scope: Scope) -> None:
        """A contribution to a whole tuple or list literal goes to its items."""
        op = self.buffers.definition.get(atom)
        items = op.args if isinstance(op, Apply) and op.prim in ("tuple", "list") else None
        count = len(items) if items is not None else len(atom.type.items) if isinstance(atom.type, TupleType) else 0
        given = self.items_of(contribution, b)
        get = "helper.item" if atom in self.maybe_unset else "getitem"
        for k in range(count):
            if items is None or self.active(items[k]):
                item = given[k] if given is not None else b.apply(get, contribution, k)
                held = items[k] if items is not None else None
                if isinstance(held, Value) and self.buffers.mutated(held) and not isinstance(held.type, TupleType):
                    # The list refers to a buffer: to what it holds here, not when the list was made.
                    self.accumulate(held, item, b, scope)
                else:
                    self.accumulate_key((atom, k), item, b, scope)

    def items_of(self, contribution: Atom, b: Builder) -> list[Atom] | None:
        """The items of a contribution that was just built as a tuple or list."""
        for op in reversed(b.block.ops):
            if isinstance(op, Apply) and contribution in op.results:
                return op.args if op.prim in ("tuple", "list") else None
        return None

    def _accumulate_list(self, atom: Value, contribution: Atom, b: Builder, scope: Scope) -> None:
        """Add item by item to the shadow of a list of unknown length (kept until there is one)."""
        shadow = self.shadow(atom, b, scope)
        if shadow is None:
            return self.accumulate_key(atom, contribution, b, scope)
        self.add_items(shadow, Const(0), contribution, b)

    def _as_array(self, contribution: Atom, atom: Value, b: Builder, scope: Scope) -> Atom:
        """A contribution made for a list, to something that may be an array."""
        made = b.block.ops[-1] if b.block.ops else None
        if isinstance(made, Apply) and made.prim == "list_repeat" and contribution in made.results:
            return b.apply("np.broadcast_to", made.args[0], b.apply("shape", self.shape_of(atom, b, scope)))
        return b.apply("np.array", contribution)

    def add_items(self, shadow: Value, offset: Atom, contribution: Atom, b: Builder) -> None:
        """``for k in range(len(contribution)): shadow[offset + k] += contribution[k]``."""
        if isinstance(contribution.type, TupleType):
            for k in range(len(contribution.type.items)):
                position: Atom = Const(k) if offset == Const(0) else b.apply("add", offset, k)
                add_to_item(shadow, position, b.apply("getitem", contribution, k), b)
            return
        # Just built as ``[g] * n`` (and not filled meanwhile, as a shadow is).
        made = b.block.ops[-1] if b.block.ops and contribution in b.block.ops[-1].defined() else None
        same = made.args[0] if isinstance(made, Apply) and made.prim == "list_repeat" else None
        length = made.args[1] if isinstance(made, Apply) and same is not None else b.apply("len", contribution)
        index = Value("k", Const(0).type)
        body = Block([index])
        inner = b.at(body)
        item = inner.apply("getitem", contribution, index) if same is None else same
        place: Atom = index if offset == Const(0) else inner.apply("add", offset, index)
        add_to_item(shadow, place, item, inner)
        inner.append(Yield([]))
        b.append(For([], body, [], Const(0), length, Const(1)))

    # -- shadows --------------------------------------------------------------------------

    def shadow(self, value: Value, b: Builder, scope: Scope) -> Value | None:
        """The shadow of a value: its own, or a view of another's."""
        if self.linked(value):
            made = self.recall(self.forward[value], b, scope)
            assert isinstance(made, Value)
            return made
        own = self.shadows.get(value)
        if own is not None or not self.views_shadow(value):
            return own
        op = self.buffers.definition[value]
        assert isinstance(op, Apply)
        position = self.buffers.signature(op).view_of
        source = self.shadow(self._source(op), b, scope)
        if source is None:
            return None
        places = PLACE_READS.get(op.prim, ())
        view = b.apply(op.prim, *(source if k == position else self.recall(a, b, scope) if k in places
                                  else self.primal(op, a, b, scope) for k, a in enumerate(op.args)))
        assert isinstance(view, Value)
        return view

    def forget_contents(self, b: Builder, first: int, scope: Scope) -> None:
        """Let what was built since `first` ask buffers themselves, not copies of them, for their shapes."""
        if not self.copied:
            return
        ops = b.block.ops[first:]
        del b.block.ops[first:]
        for op in ops:
            if isinstance(op, Apply):
                for k in SHAPE_READS.get(op.prim, ()):
                    source = self.recalled_from.get(op.args[k], op.args[k])  # type: ignore[arg-type]
                    if isinstance(source, Value) and source in self.copied:
                        op.args[k] = self.recall(self.copied[source], b, scope)
            b.block.ops.append(op)

    # -- primal values in the reverse sweep -----------------------------------------------

    def recall(self, atom: Atom, b: Builder, scope: Scope) -> Atom:
        """The primal value at the mirrored point; how it gets there is decided later (`needed`)."""
        if not isinstance(atom, Value) or self.buffers.home.get(atom) in (None, self.function.block):
            return atom
        if atom not in scope.recalled:
            result = b.apply("recall", atom, name=atom.name)
            result.type = atom.type
            self.recalled_from[result] = atom
            scope.recalled[atom] = result
        return scope.recalled[atom]

    def primal(self, op: Op, atom: Atom, b: Builder, scope: Scope) -> Atom:
        """The contents of an operand (or result) of `op` as `op` saw them."""
        if isinstance(atom, Value) and self.buffers.changed_after(op, atom) \
                and not (isinstance(atom.type, Num) and atom.type.is_scalar) and not self._only_shape(op, atom):
            atom = self._snapshot(op, atom)
        return self.recall(atom, b, scope)

    def _only_shape(self, op: Op, atom: Value) -> bool:
        """The adjoint of what is linear needs no contents of what it is linear in."""
        row = self.table[op.prim] if isinstance(op, Apply) else None
        if row is None or row.kind != "linear" or atom in op.defined():
            return False
        return all(-1 in row.active or k in row.active for k, a in enumerate(op.operands()) if a is atom)

    def _snapshot(self, op: Op, atom: Value) -> Value:
        """A copy of a buffer that is overwritten later, taken beside `op` in the forward sweep."""
        if isinstance(atom.type, ListType):
            raise UnsupportedError("the derivative needs a list as it was before it is changed",
                                   loc=op.loc, function=self.function.name, hint="copy the list before it is changed")
        place = self.after if atom in op.defined() else self.before
        for known in place.get(op, ()):
            if atom in known.operands():
                return known.defined()[0]
        copy = Value(None, atom.type)
        self.copied[copy] = atom
        place.setdefault(op, []).append(Apply("np.copy", [atom], [copy], loc=op.loc))
        self.buffers.home[copy] = self._home_of(op)
        return copy

    def _home_of(self, op: Op) -> Block:
        return self.homes[op]

    @property
    def homes(self) -> dict[Op, Block]:
        """The block of each operation of the forward sweep."""
        if not hasattr(self, "_homes"):
            self._homes: dict[Op, Block] = {}
            stack = [self.function.block]
            while stack:
                block = stack.pop()
                for op in block.ops:
                    self._homes[op] = block
                    stack += op.blocks()
        return self._homes

    def zero(self, key: Key, b: Builder, scope: Scope) -> Atom:
        """A zero adjoint for a key that got no contribution."""
        if isinstance(key, tuple):
            kind: Type = key[0].type
            item = kind.items[key[1]] if isinstance(kind, TupleType) else \
                kind.item if isinstance(kind, ListType) else kind
            if isinstance(item, Num) and item.is_scalar:
                return Const(0.0)
            whole = self.shape_of(key[0], b, scope)
            made = self.buffers.definition.get(key[0])
            here = isinstance(made, Apply) and made.prim in ("tuple", "list")
            # What was saved on another path may be None in place of a tuple.
            return zero_of(b, b.apply("getitem" if here else "helper.item", whole, key[1]))
        if isinstance(key.type, Num) and key.type.is_scalar:
            return Const(0.0)
        if key in self.maybe_unset:
            return b.apply("helper.zeros_like", self.shape_of(key, b, scope))
        zeros = zero_of(b, self.shape_of(key, b, scope))
        if isinstance(key.type, ListType) and self._is_tuple(key):
            return b.apply("list_of", zeros)  # its shadow is added to by item
        return zeros

    def _is_tuple(self, value: Atom) -> bool:
        """Whether a value with the type of a list is a tuple of any length."""
        maker = self.buffers.definition.get(value) if isinstance(value, Value) else None
        if isinstance(maker, Apply) and maker.prim in ("getitem", "concat", "repeat"):
            return self._is_tuple(maker.args[0]) and isinstance(maker.args[0].type, ListType)
        return isinstance(maker, Apply) and maker.prim == "tuple_of"


def pop_adjoint(state: State, value: Value, b: Builder, scope: Scope) -> Atom | None:
    """The complete adjoint of a value at its definition, None where nothing was contributed."""
    if state.linked(value):
        made = state.buffers.definition.get(value)
        allocated = isinstance(made, Apply) and state.buffers.viewed(value) is None
        return state.shadow(value, b, scope) if allocated and not state.buffers.is_item(value) else None
    if value in state.shadows:
        return state.shadows[value]
    if isinstance(value.type, TupleType) and state.active(value):
        items = [scope.adjoints.pop((value, k), None) for k in range(len(value.type.items))]
        if all(item is None for item in items):
            return None
        return b.apply("tuple", *(state.zero((value, k), b, scope) if g is None else g for k, g in enumerate(items)))
    return scope.adjoints.pop(value, None)
