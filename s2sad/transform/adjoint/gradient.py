"""Reverse mode of a whole function: forward sweep, reverse sweep, what is returned.

The modes differ in the seed and in what is returned only:

=================  ==========================  =======================================
mode               seed                        returns
=================  ==========================  =======================================
``grad``           1.0                         the adjoints of `wrt`
``value_and_grad`` 1.0                         ``value, adjoints``
``vjp``            a parameter (``y_bar``)     ``value, adjoints``
=================  ==========================  =======================================

Of a function that stores into arguments, the seed of ``vjp`` is a tuple: the result's (left out where it returns
nothing), then those of the arguments' contents on exit.  The adjoint of such an argument is that of what it held
on entry.

`forward_and_reverse` makes the pair of functions for a call that is not inlined.  The operations ``recall``
(a primal value, at the mirrored point) and ``own`` (memory of the result's own) are left
for `needed` and `optimize.ownership`.
"""

from __future__ import annotations

from dataclasses import replace

from s2sad.analysis.references import Effects
from s2sad.errors import NotDifferentiableError, UnsupportedError
from s2sad.ir.builder import Builder
from s2sad.ir.trace import Apply, Atom, Block, Const, Function, If, Op, Parameter, Return, Value, passed_on
from s2sad.ir.types import FLOAT, NONE, TUPLE, UNKNOWN, Atomic, ListType, Num, TupleType, Type
from s2sad.rules.row import Table
from s2sad.transform.adjoint.calls import has_seed
from s2sad.transform.adjoint.control import reverse_block
from s2sad.transform.adjoint.state import Scope, State
from s2sad.transform.arguments import apart
from s2sad.transform.names import fresh_name

# Arrays of these stay so, although a Python float may stand for a number of them.
NARROW = ("float32", "float16", "complex64")


class Gradient:
    """Builds the adjoint of one structured, typed function, which is consumed."""

    def __init__(self, function: Function, table: Table, wrt: list[int], effects: Effects, style: str = "compact",
                 single: bool = False, outputs: bool = False, changing: tuple[int, ...] = ()) -> None:
        self.function = function
        self.table = table
        self.positions = wrt
        self.single = single
        self.state = State(function, table, wrt, style, effects, outputs, changing)
        end = function.block.ops[-1]
        assert isinstance(end, Return)
        self.value = end.values[0]

    # -- whole functions --------------------------------------------------------------------

    def run(self, mode: str) -> Function:
        """The derivative function of a mode."""
        function, scope = self.function, Scope()
        params, values = list(function.params), list(function.values)
        if not self._nothing and Const(None) in self._passed():
            raise NotDifferentiableError(
                f"{function.name!r} returns nothing on one of its paths", loc=function.block.ops[-1].loc,
                function=function.name, hint="return a value on every path")
        reverse = Block()
        b = Builder(reverse, self.table.infer, self.table.signature)
        seed: Atom = Const(1.0)
        if mode == "vjp":
            seed = self._seed_parameter(params, values)
        else:
            self._check_scalar()
        reverse_block(self.state, function.block, b, scope, self._seeds(seed, b, scope) if mode == "vjp" else [seed])
        b.loc, b.origin = None, "adjoint"
        bars = [self._finished(v, b, scope) for v in self.state.wrt]
        result: Atom = bars[0] if self.single else b.apply("tuple", *bars)
        if mode != "grad":
            result = b.apply("tuple", self.value, result)
        block = function.block
        if mode != "vjp" and not self._nothing and not (isinstance(self.value.type, Num) and self.value.type.is_scalar):
            # Not known to be a number: the generated function checks it.
            check = Apply("helper.require_scalar", [self.value, Const(f"the value of {function.name}")], origin="guard")
            reverse.ops.insert(0, check)
        heading = Apply("comment", [], attrs={"text": "reverse sweep"}, origin="adjoint")
        block.ops = [*self._guards(seed), *self._forward_ops(), heading, *reverse.ops, Return([result])]
        block.params = values
        mirror = self.state.mirror  # of what a `try` without handlers guards, too
        mirror.update({source: block for source, mirrored in mirror.items() if mirrored is reverse})
        mirror[block] = block
        return replace(function, params=params, written=self._written_names())

    def _written_names(self) -> tuple[str, ...]:
        return tuple(str(v.name) for v in self.state.written)

    def forward_and_reverse(self, names: tuple[str, str]) -> tuple[Function, Function]:
        """``f_forward(*args) -> (value, saved)`` and ``f_reverse(seed, saved, *shadows) -> adjoints``.

        There is a shadow for each active argument that is stored into, and an adjoint for each other one.  The
        reverse function's body is left in terms of the forward one's values; `needed` packs what it uses into `saved`.
        """
        function, scope, state = self.function, Scope(), self.state
        seeds = [Value(self._result_bar(), self.value.type)] if has_seed(self.value) else []
        saved = Value("saved", TUPLE)
        written = [v for v in state.wrt if v in state.written]
        for value in written:
            if state.linked(value):
                raise UnsupportedError(f"{value.name!r} is stored into under several names in {function.name!r}",
                                       loc=state.buffers.stores[state.buffers.root(value)][0].loc,
                                       function=function.name, hint=f"work on a copy of {value.name}, or return it")
            state.shadows[value] = Value(state.bar_name(value), value.type)
        shadows = [state.shadows[v] for v in written]
        reverse = Block([*seeds, saved, *shadows])
        b = Builder(reverse, self.table.infer, self.table.signature)
        reverse_block(state, function.block, b, scope, [*seeds] or [None])
        b.loc, b.origin = None, "adjoint"
        bars = [self._finished(v, b, scope) for v in state.wrt if v not in written]
        b.append(Return([b.apply("tuple", *bars)]))
        self.state.mirror[function.block] = reverse
        function.block.ops = [*self._forward_ops(), Return([self.value])]
        params = [replace(p, annotation=None, default=None, keyword_only=False) for p in function.params]
        forward = replace(function, key=names[0], params=params, doc=None)
        back = replace(function, key=names[1], params=[Parameter(v.name or "y_bar") for v in reverse.params],
                       block=reverse, doc=None)
        return forward, back

    @property
    def _nothing(self) -> bool:
        """Whether the function is a procedure, whose results are what it writes."""
        return self.value.type == NONE

    def _seeds(self, seed: Atom, b: Builder, scope: Scope) -> list[Atom | None]:
        """The result's seed; those of written arguments are put where the sweep finds them."""
        if not self.state.written:
            return [seed]
        b.origin = "adjoint"
        first = 0 if self._nothing else 1
        for k, value in enumerate(self.state.written):
            bar = b.apply("getitem", seed, k + first)
            if self.state.linked(value) and isinstance(value.type, ListType):
                self.state.add_items(self.state.forward[value], Const(0), bar, b)
            elif self.state.linked(value):
                b.effect("iadd", self.state.forward[value], bar)
            elif self.state.active(value):
                scope.adjoints[value] = bar
        return [None] if self._nothing else [b.apply("getitem", seed, 0, name=self._result_bar())]

    # -- parts ------------------------------------------------------------------------------

    def _forward_ops(self) -> list[Op]:
        """The forward sweep without its return, snapshots inserted."""
        for block in {self.function.block, *self.state.homes.values()}:
            ops: list[Op] = []
            for op in block.ops:
                ops += [*self.state.before.get(op, ()), op, *self.state.after.get(op, ())]
            block.ops = ops
        return self.function.block.ops[:-1]

    def _guards(self, seed: Atom) -> list[Op]:
        """Parameters of unknown type that are indexed must be arrays: the adjoint of a list is no array."""
        arrays = [Apply("helper.require_array", [v, Const(v.name)], origin="guard") for v in self.state.wrt
                  if v.type == UNKNOWN and self.state.shadowed(v)]
        seeds = seed if isinstance(seed, Value) else None
        return [*arrays, *apart(self.function, self.state.buffers.written_arguments(), seeds)]

    def _passed(self) -> list[Atom]:
        """What the paths of the function return."""
        seen: dict[Atom, None] = {}
        pending: list[Atom] = [self.value]
        while pending:
            atom = pending.pop()
            op = self.state.buffers.definition.get(atom) if isinstance(atom, Value) else None
            if isinstance(op, If) and atom not in seen:
                pending += passed_on(op, op.results.index(atom))  # type: ignore[arg-type]
            seen[atom] = None
        return list(seen)

    def _check_scalar(self) -> None:
        kind = self.value.type
        name = self.function.name
        what = None
        if isinstance(kind, Num) and kind.is_array:
            what = f"an array ({kind})"
        elif any(isinstance(a.type, Num) and a.type.is_array for a in self._passed()):
            what = "an array on one of its paths"
        elif isinstance(kind, TupleType):
            what = "a tuple"
        elif isinstance(kind, ListType):
            what = "a list"
        elif kind == NONE:
            what = "nothing"
        elif isinstance(kind, Atomic):
            what = f"a {kind.name}"
        if what is not None:
            end = self.function.block.ops[-1]
            raise NotDifferentiableError(
                f"{name!r} returns {what}: only a scalar has a gradient", loc=end.loc, function=name,
                hint="return a number" if kind == NONE or isinstance(kind, Atomic) else
                "use vjp with a seed of the value's shape, or jacobian")

    def _seed_name(self, taken: list[str]) -> str:
        return fresh_name("seeds" if self.state.written else self._result_bar(), self.state.taken | set(taken))

    def _result_bar(self) -> str:
        name = self.value.name if isinstance(self.value, Value) else None
        seed = (name or "y") + "_bar"
        # A parameter y has an adjoint of that name.
        bars = {self.state.bar_name(v) for v in [*self.state.wrt, *self.state.written]}
        return "result_bar" if name is None and seed in bars else seed

    @property
    def seed_type(self) -> Type:
        """What a seed is: like the result, with the written arguments behind it where there are any."""
        if not self.state.written:
            return self.value.type
        own = [] if self._nothing else [self.value.type]
        return TupleType((*own, *(v.type for v in self.state.written)))

    def _seed_parameter(self, params: list[Parameter], values: list[Value]) -> Value:
        """The parameter for the seed: 1.0 by default where the value is proved scalar."""
        kind = self.seed_type
        seed = Value(self._seed_name([p.name for p in params]), kind)
        scalar = isinstance(kind, Num) and kind.is_scalar
        default = Const(1.0) if scalar else None
        optional = any(p.default is not None or p.keyword_only for p in params)
        annotation = "float" if kind == FLOAT and any(p.annotation for p in params) else None
        params.append(Parameter(seed.name or "y_bar", annotation, default,
                                keyword_only=(optional and default is None) or any(p.keyword_only for p in params)))
        values.append(seed)
        return seed

    def _finished(self, value: Value, b: Builder, scope: Scope) -> Atom:
        """The adjoint of a `wrt` parameter as it is returned: its type, in memory of its own."""
        state = self.state
        kind = value.type
        if isinstance(kind, TupleType):
            items = [scope.adjoints.get((value, k)) or state.zero((value, k), b, scope) for k in range(len(kind.items))]
            return b.apply("tuple", *items)
        bar = state.forward[value] if state.linked(value) else scope.adjoints.get(value)
        if bar is None:
            bar = state.zero(value, b, scope)
        if isinstance(kind, Num) and kind.is_scalar and kind.dtype is None and kind.kind in ("float", "int"):
            return self._python_float(bar, b, value)
        if isinstance(kind, Num) and kind.dtype and isinstance(bar.type, Num) and bar.type.dtype != kind.dtype:
            bar = b.apply("helper.unbroadcast", bar, value) if bar.type.dtype is None or kind.is_scalar else \
                b.apply("np.astype", bar, Const(kind.dtype))
        elif isinstance(kind, Num) and kind.dtype in NARROW and kind.is_array:
            # A Python float may stand for a narrow one: a seed that is left out, a zero.
            bar = b.apply("np.astype", bar, Const(kind.dtype))
        if isinstance(kind, Num) and kind.is_scalar and kind.dtype is None and kind.kind is not None:
            return bar
        return b.apply("own", bar, name=state.bar_name(value))

    def _python_float(self, bar: Atom, b: Builder, value: Value) -> Atom:
        """A Python float for a Python float, where arithmetic made a NumPy scalar of it."""
        kind = bar.type
        if isinstance(bar, Const) and isinstance(bar.value, float):
            return bar
        plain = isinstance(kind, Num) and kind.is_scalar and kind.dtype is None and kind.kind == "float"
        if plain and not self._narrow():
            return bar
        return b.apply("float", bar)

    def _narrow(self) -> bool:
        """Whether there are float32 numbers, which merge with Python floats to what no type tells."""
        return any(isinstance(v.type, Num) and v.type.dtype in NARROW
                   for v in self.state.buffers.home)

