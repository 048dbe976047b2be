"""Vector mode: one sweep carries all directions along a leading axis of whatever depends on them.

Before (forward mode)::                  After::

    function f_jvp(x, k, x_dot)              function f_jacobian(x, k)
        w0 = np.cos(x)                           n = size(x)
        w1 = mul(x_dot, w0)                      x_dot = np.eye(n)
        w2 = np.sum(w1)                          w0 = np.cos(x)
        return w2                                w1 = mul(x_dot, w0)
                                                 w2 = np.sum(w1, axis=1)
                                                 return w2

Structure, conditions and everything that no direction enters stay as they were.  Merges, lists and buffers that carry
directions on one path carry them on every path.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from s2sad.errors import InternalError, S2SADError, UnsupportedError
from s2sad.ir.builder import Builder
from s2sad.ir.rewrite import Mapping, clone_op, mapped
from s2sad.ir.trace import (
    Apply,
    Atom,
    Block,
    Break,
    Call,
    Const,
    Continue,
    For,
    Function,
    If,
    Op,
    Raise,
    Resume,
    Return,
    Terminator,
    Try,
    Value,
    While,
    Yield,
)
from s2sad.ir.types import DimLike, ListType, Num, TupleType, Type
from s2sad.rules.row import Table
from s2sad.rules.types import array_of
from s2sad.transform.directions.many import Many, narrow_dtype
from s2sad.transform.directions.rules import OF_LISTS, RULES, Case, NoRule, pointwise, stacked, subscript_of
from s2sad.transform.directions.states import LIKE, POSITIONS, SHAPES, State, States, any_of

_LINEAR = {"add", "sub", "neg", "pos", "np.add", "np.subtract", "np.negative", "np.positive"}
_PRODUCTS = {"mul", "np.multiply"}
_QUOTIENTS = {"truediv", "np.divide", "np.true_divide"}
# (callee, states of its arguments) -> the key of its form for all directions
Callee = Callable[[str, "tuple[State, ...]"], str]


class Vectorize:
    """Builds the form of one function that carries all directions.

    `returned` makes what is returned of what was; where `begins` stands, `begin` says how many directions there are."""

    def __init__(self, function: Function, table: Table, states: States, callee: Callee) -> None:
        self.function, self.table, self.states, self.callee = function, table, states, callee
        self.begins: Op | None = None
        self.mapping: Mapping = {}
        self.count: Atom = Const(None)
        self.length: DimLike = None
        # The states that the innermost region yields, and that leaving the innermost loop passes.
        self.yields: list[list[State]] = []
        self.leaves: list[list[State]] = []

    def builder(self, block: Block) -> Builder:
        b = Builder(block, self.table.infer, self.table.signature)
        b.origin = "tangent"
        return b

    def many(self, b: Builder) -> Many:
        if self.length is None and self.count == Const(None):
            raise UnsupportedError("directions are needed before their number is known", loc=b.loc,
                                   function=self.function.name, hint='use mode="forward"')
        return Many(b, self.count, self.length)

    # -- values -------------------------------------------------------------------------------

    def new(self, value: Value) -> Value:
        """The value that stands for one in the new function."""
        state = self.states.of(value)
        kind = Many(self.builder(Block()), self.count, self.length).type_of(value.type) if state is True else value.type
        made = Value(value.name, kind)
        made.inline = value.inline
        self.mapping[value] = made
        return made

    def atom(self, old: Atom) -> Atom:
        return mapped(old, self.mapping)

    def coerced(self, old: Atom, state: State, b: Builder) -> Atom:
        """What stands for an operand, with directions where they are wanted."""
        have, atom = self.states.of(old), self.atom(old)
        if have == state or not any_of(state):
            return atom
        kind = old.type
        if isinstance(kind, TupleType):
            wanted = state if isinstance(state, tuple) else (state,) * len(kind.items)
            had = have if isinstance(have, tuple) else (have,) * len(kind.items)
            items = [b.apply("getitem", atom, k) for k in range(len(kind.items))]
            return b.apply("tuple", *(i if w == h or not any_of(w) else self.many(b).filled(i, t)
                                      for i, t, w, h in zip(items, kind.items, wanted, had)))
        if have is not False:
            raise InternalError("a tuple of unknown items carries directions in part", loc=b.loc)
        if isinstance(kind, Num) and kind.kind in ("int", "bool") and not isinstance(old, Const):
            return atom
        return self.many(b).filled(atom, kind)

    # -- blocks -------------------------------------------------------------------------------

    def block(self, source: Block, target: Block) -> None:
        b = self.builder(target)
        for op in source.ops:
            b.loc, b.origin = op.loc, op.origin
            try:
                self.op(op, b)
                if op is self.begins:
                    self.begin(b)
            except S2SADError as error:
                raise error.placed(op.loc, self.function.name) from None

    def op(self, op: Op, b: Builder) -> None:
        if isinstance(op, Apply):
            self.apply(op, b)
        elif isinstance(op, Call):
            self.call(op, b)
        elif isinstance(op, If):
            self.branch(op, b)
        elif isinstance(op, (For, While)):
            self.loop(op, b)
        else:
            assert isinstance(op, Terminator)
            self.terminator(op, b)

    def append(self, op: Op, b: Builder) -> None:
        origin = op.origin
        b.append(op)
        op.origin = origin

    def terminator(self, op: Terminator, b: Builder) -> None:
        if isinstance(op, Return):
            values = [self.returned(op.values[0], b)]
        elif isinstance(op, (Raise, Resume)):
            values = [self.atom(v) for v in op.values]
        else:
            states = (self.leaves if isinstance(op, (Break, Continue)) else self.yields)[-1]
            values = [self.coerced(v, s, b) for v, s in zip(op.values, states)]
        self.append(replace(op, values=values), b)

    def begin(self, b: Builder) -> None:
        """Set `count` and `length`, and what the directions are."""
        raise NotImplementedError

    def returned(self, value: Atom, b: Builder) -> Atom:
        """What an exit returns."""
        raise NotImplementedError

    def branch(self, op: If, b: Builder) -> None:
        if self.states.many(op.cond):
            raise UnsupportedError("a condition depends on a tangent", loc=op.loc,
                                   hint="differentiate with jvp in each direction")
        cond = self.atom(op.cond)
        then, orelse = Block(), Block()
        for source, target in ((op.then, then), (op.orelse, orelse)):
            self.yields.append([self.states.of(r) for r in op.results])
            self.block(source, target)
            self.yields.pop()
        made = replace(op, cond=cond, then=then, orelse=orelse)
        if isinstance(op, Try) and op.final is not None:
            assert isinstance(made, Try)
            made.final = Block()
            self.block(op.final, made.final)
        made.results = [self.new(r) for r in op.results]
        self.append(made, b)

    def loop(self, op: For | While, b: Builder) -> None:
        states = [self.states.of(v) for v in op.carried]
        inits = [self.coerced(a, s, b) for a, s in zip(op.inits, states)]
        body = Block([self.new(v) for v in op.body.params])
        made = replace(op, inits=inits, body=body)
        if isinstance(op, For):
            assert isinstance(made, For)
            made.start, made.stop, made.step = (self.atom(a) for a in (op.start, op.stop, op.step))
        else:
            assert isinstance(made, While)
            made.cond = Block([self.new(v) for v in op.cond.params])
            self.yields.append([False])
            self.block(op.cond, made.cond)
            self.yields.pop()
        self.yields.append(states)
        self.leaves.append(states)
        self.block(op.body, body)
        self.leaves.pop()
        self.yields.pop()
        made.results = [self.new(r) for r in op.results]
        self.append(made, b)

    def call(self, op: Call, b: Builder) -> None:
        states = tuple(map(self.states.of, op.args))
        if not any(map(any_of, states)):
            return self.append(clone_op(op, self.mapping), b)
        demands = self.states.summaries(op.callee, states).demands
        wanted = tuple(True if k in demands else s for k, s in enumerate(states))
        args = [self.coerced(a, s, b) for a, s in zip(op.args, wanted)]
        key = self.callee(op.callee, wanted)
        result = self.new(op.results[0])
        self.append(Call(key, [*args, self.many(b).count], [result], loc=op.loc, origin=op.origin), b)
        return None

    # -- operations -----------------------------------------------------------------------------

    def apply(self, op: Apply, b: Builder) -> None:
        signature = self.table.signature(op.prim)
        flags = [self.states.many(a) for a in op.args]
        if signature.mutates is not None:
            return self.store(op, flags, signature.mutates, b)
        if not any(flags):
            return self.unchanged(op, b)
        if op.prim in SHAPES:
            return self.shape(op, b)
        if op.prim in LIKE and not isinstance(op.args[0].type, ListType):
            return self.like(op, b)
        if op.prim in ("tuple", "list", "exchange", "list_repeat", "comment") or (
                op.prim == "getitem" and (isinstance(op.args[0].type, (TupleType, ListType)) or isinstance(
                    self.states.of(op.args[0]), tuple))):
            return self.structure(op, b)
        args = [self.coerced(a, True, b) if f and self.states.of(a) is not True else self.atom(a)
                for a, f in zip(op.args, flags)]
        rule = self.rule(op, flags)
        try:
            if op.prim not in OF_LISTS:
                if not isinstance(op.result.type, Num) and type(op.result.type) is not Type:
                    raise NoRule
                op, args = self.arrays_of_lists(op, args, flags, b)
            made = rule(Case(op, args, flags, self.many(b)))
        except NoRule:
            made = self.apart(op, args, flags, b)
        self.name(op, made, b)
        return None

    def name(self, op: Apply, made: Atom, b: Builder) -> None:
        (result,) = op.results
        kind = result.type
        hazard = op.prim == "getitem" and isinstance(kind, Num) and kind.is_scalar and isinstance(made, Value)
        if hazard and self.states.find(op.args[0]) in self.states.memory:  # type: ignore[arg-type]
            # A number of an array is a copy; the numbers of all directions would be a view of what is stored into.
            made = b.apply("np.copy", made)
        if isinstance(made, Value) and made.name is None:
            made.name = result.name
        self.mapping[result] = made

    def arrays_of_lists(self, op: Apply, args: list[Atom], flags: list[bool], b: Builder) -> tuple[Apply, list[Atom]]:
        """What NumPy would make an array of is made one, with the directions first."""
        old, new = list(op.args), list(args)
        for k, atom in enumerate(op.args):
            if flags[k] and isinstance(atom.type, (ListType, TupleType)):
                whole = Apply("np.array", [atom, Const(None), Const(True)], [Value(None, array_of(atom.type))])
                new[k] = stacked(Case(whole, [args[k], Const(None), Const(True)], [True, False, False], self.many(b)))
                old[k] = whole.result
        return replace(op, args=old), new

    def rule(self, op: Apply, flags: list[bool]) -> Callable[[Case], Atom]:
        if op.prim in RULES:
            return RULES[op.prim]
        linear = op.prim in _LINEAR or (op.prim in _PRODUCTS and sum(flags) == 1) or (
            op.prim in _QUOTIENTS and flags == [True, False])
        if linear:
            return pointwise

        def none(case: Case) -> Atom:
            raise NoRule
        return none

    def unchanged(self, op: Apply, b: Builder) -> None:
        """What no direction enters; new memory that is stored into with directions gets them."""
        copy = clone_op(op, self.mapping)
        self.append(copy, b)
        for old in op.results:
            if not self.states.many(old):
                continue
            made = copy.results[op.results.index(old)]  # type: ignore[attr-defined]
            self.mapping[old] = self.widened(op, made, old, b)

    def widened(self, op: Apply, made: Value, old: Value, b: Builder) -> Atom:
        m = self.many(b)
        if isinstance(old.type, ListType):
            return made if op.prim == "list" and not op.args else self.wide_list(op, made, old, b)
        shape = b.block.ops.pop() if op.prim in ("np.zeros", "np.empty", "np.ones", *LIKE) else None
        if op.prim in ("np.zeros", "np.empty", "np.ones"):
            del shape
            wide = b.apply(op.prim, m.shape(self.atom(op.args[0])), *(self.atom(a) for a in op.args[1:]))
        elif op.prim in LIKE:
            source = self.atom(op.args[0])
            prim = "np.zeros" if op.prim in ("helper.zeros_like", "np.empty_like") else op.prim.replace("_like", "")
            wide = b.apply(prim, m.shape_like(source), **narrow_dtype(source))
        else:
            wide = m.filled(made, old.type, own=True)  # type: ignore[assignment]
        wide.name = old.name
        return wide

    def wide_list(self, op: Apply, made: Value, old: Value, b: Builder) -> Atom:
        """A list that is the same in every direction, before anything with directions is put into it."""
        if op.prim == "list":
            b.block.ops.pop()
            return b.apply("list", *(self.coerced(a, True, b) for a in op.args), name=old.name)
        if op.prim == "list_repeat":
            b.block.ops.pop()
            return b.apply("list_repeat", self.coerced(op.args[0], True, b), self.atom(op.args[1]), name=old.name)
        raise UnsupportedError("a list is filled with derivatives that vector mode does not follow", loc=op.loc,
                               hint="differentiate with jvp in each direction")

    def shape(self, op: Apply, b: Builder) -> None:
        """Of a value with directions, the shape of one."""
        source = self.atom(op.args[0])
        if isinstance(op.args[0].type, (ListType, TupleType)) or op.prim == "dtype":
            made = b.apply(op.prim, source)
        elif op.prim in ("shape", "np.shape"):
            rest = b.apply("slice", 1, None, None)
            made = b.apply("getitem", b.apply("shape", source), rest)
        elif op.prim == "len":
            made = b.apply("getitem", b.apply("shape", source), 1)
        elif op.prim in ("size", "np.size"):
            made = b.apply("floordiv", b.apply("size", source), self.many(b).count)
        else:
            made = b.apply("sub", b.apply(op.prim, source), 1)
        made.name = op.result.name
        self.mapping[op.result] = made

    def like(self, op: Apply, b: Builder) -> None:
        source = self.atom(op.args[0])
        if self.states.many(op.result):
            made = b.apply(op.prim, source, *(self.atom(a) for a in op.args[1:]))
        else:
            rest = b.apply("getitem", b.apply("shape", source), b.apply("slice", 1, None, None))
            made = b.apply("np.zeros", rest, **narrow_dtype(op.args[0]))
            if op.prim not in ("np.zeros_like", "helper.zeros_like"):
                raise NotImplementedError(op.prim)
        made.name = op.result.name
        self.mapping[op.result] = made

    def structure(self, op: Apply, b: Builder) -> None:
        """Containers hold what carries directions as they hold anything else."""
        if op.prim in ("list", "list_repeat"):
            items = op.args if op.prim == "list" else op.args[:1]
            args = [*(self.coerced(a, True, b) for a in items), *(self.atom(a) for a in op.args[len(items):])]
        else:
            args = [self.atom(a) for a in op.args]
        results = b.apply_all(op.prim, *args, attrs=op.attrs)
        for old, made in zip(op.results, results):
            made.name = old.name
            self.mapping[old] = made

    def store(self, op: Apply, flags: list[bool], target: int, b: Builder) -> None:
        holder = op.args[target]
        if not self.states.many(holder):
            copy = clone_op(op, self.mapping)
            return self.append(copy, b)
        if isinstance(holder.type, ListType):
            return self.list_store(op, b)
        if op.prim == "iadd":
            case = Case(op, [self.atom(a) for a in op.args], flags, self.many(b))
            value = self._aligned(case, 1, case.rank(0), flags[1])
            return b.effect("iadd", case.args[0], value)
        if op.prim not in ("setitem", "accumulate_at"):
            raise UnsupportedError(f"{op.prim} on an array of derivatives, in vector mode", loc=op.loc,
                                   hint="differentiate with jvp in each direction")
        case = Case(op, [self.atom(a) for a in op.args], flags, self.many(b))
        region = self.table.infer("getitem", op.args[:2], {})[0]
        if not isinstance(region, Num) or region.shape is None:
            if op.args[1] != Const(Ellipsis):
                raise UnsupportedError("a store at an index of unknown kind, in vector mode", loc=op.loc,
                                       hint="say the types with signature=")
            rank = case.rank(0)
        else:
            rank = len(region.shape)
        try:
            index = b.apply("tuple", *subscript_of(case))
        except NoRule:
            raise UnsupportedError("a store at several arrays of indices, in vector mode", loc=op.loc,
                                   hint="differentiate with jvp in each direction") from None
        return b.effect(op.prim, case.args[0], index, self._aligned(case, 2, rank, flags[2]))

    def _aligned(self, case: Case, k: int, wanted: int, many: bool) -> Atom:
        if not many:
            return case.args[k]
        if case.rank(k) > wanted:
            raise UnsupportedError("a store of more axes than there is room for, in vector mode", loc=case.op.loc,
                                   hint="index the value")
        return case.m.aligned(case.args[k], case.rank(k), wanted)

    def list_store(self, op: Apply, b: Builder) -> None:
        holder, *rest = op.args
        if op.prim == "accumulate_at":
            index = self.atom(rest[0])
            total = b.apply("add", b.apply("getitem", self.atom(holder), index), self.coerced(rest[1], True, b))
            return b.effect("setitem", self.atom(holder), index, total)
        args = [self.atom(a) for a in rest]
        if op.prim not in POSITIONS and rest and op.prim != "reverse":
            args[-1] = self.coerced(rest[-1], True, b)
        results = b.apply_all(op.prim, self.atom(holder), *args, attrs=op.attrs)
        for old, made in zip(op.results, results):
            made.name = old.name
            self.mapping[old] = made
        return None

    def apart(self, op: Apply, args: list[Atom], flags: list[bool], b: Builder) -> Atom:
        """``np.stack([op(x[k]) for k in range(count)])``, for what has no rule."""
        signature = self.table.signature(op.prim)
        kinds = [a.type for a, f in zip(op.args, flags) if f]
        if not signature.pure or not isinstance(op.result.type, Num) or any(
                not isinstance(k, Num) for k in kinds) or len(op.results) != 1:
            raise UnsupportedError(f"{op.prim} of derivatives has no form for all directions at once", loc=op.loc,
                                   hint="differentiate with jvp in each direction")
        m = self.many(b)
        found = b.apply("list")
        index = Value("k", Const(0).type)
        body = Block([index])
        inner = b.at(body)
        each = [inner.apply("getitem", a, index) if f else a for a, f in zip(args, flags)]
        for new, old in zip(each, op.args):
            if isinstance(new, Value) and new not in args:
                new.type = old.type
        one = inner.apply_all(op.prim, *each, attrs=op.attrs)[0]
        inner.effect("append", found, one)
        inner.append(Yield([]))
        found.type = ListType(op.result.type)
        b.append(For([], body, [], Const(0), m.count, Const(1)))
        made = b.apply("np.array", found)
        made.type = m.type_of(op.result.type)
        return made
