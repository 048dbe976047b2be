"""Jacobians: the directions of all inputs (or of all outputs) at the beginning, and what the sweep gives at the end.

===============  =====================================  ====================================
one input        begins with                            ends with
===============  =====================================  ====================================
vector, forward  ``x_dot = np.eye(x.size)``             ``y_dot.T``
array, forward   the same, reshaped                     ``np.moveaxis(y_dot, 0, -1)``, reshaped
reverse          ``y_bar = np.eye(y.size)``             ``x_bar``
===============  =====================================  ====================================

A Jacobian has the axes of the value, then those of the input.  Of several inputs, the directions of one follow those of
another, and the result is a tuple; of a value that is a tuple, the result is a tuple for each of its items.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from s2sad.errors import NotDifferentiableError, UnsupportedError
from s2sad.ir.builder import Builder
from s2sad.ir.trace import Apply, Atom, Block, Const, Function, Parameter, Program, Return, Value
from s2sad.ir.types import Dim, DimLike, Num, TupleType, Type
from s2sad.rules.row import Table
from s2sad.transform.directions.many import known_rank, length_named, narrow_dtype
from s2sad.transform.directions.states import State, States, Summary
from s2sad.transform.directions.vectorize import Vectorize


def columns(program: Program, table: Table, inputs: Sequence[int], single: bool) -> None:
    """Turn the entry, a tangent of which only the tangent is returned, into its Jacobian, in place."""
    _Forms(program, table).entry(_Columns, inputs, single)


def rows(program: Program, table: Table, inputs: Sequence[int], single: bool) -> None:
    """Turn the entry, a value and its adjoints, into its Jacobian, in place."""
    _Forms(program, table).entry(_Rows, inputs, single)


class _Forms:
    """The forms of a program's functions that carry all directions."""

    def __init__(self, program: Program, table: Table) -> None:
        self.program, self.table = program, table
        self.known: dict[tuple[str, tuple[State, ...]], Summary] = {}
        self.made: dict[tuple[str, tuple[State, ...]], str] = {}

    def summary(self, key: str, states: tuple[State, ...]) -> Summary:
        """Of a call; a recursive one is looked at until nothing new is found."""
        if (key, states) not in self.known:
            self.known[key, states] = Summary()
            while (found := self.states(key, states).summary) != self.known[key, states]:
                self.known[key, states] = found
        return self.known[key, states]

    def states(self, key: str, states: Sequence[State]) -> States:
        return States(self.program.functions[key], self.table, states, self.summary)

    def callee(self, key: str, states: tuple[State, ...]) -> str:
        """The key of a callee's form, which is made when it is first asked for."""
        if (key, states) not in self.made:
            name = f"{key}:{len(self.made)}"
            self.made[key, states] = name
            function = self.program.functions[key]
            form = _Callee(function, self.table, self.states(key, states), self.callee)
            made = form.run(self.summary(key, states).result)
            self.program.functions[name] = replace(made, key=name, name=f"{function.name}_each")
        return self.made[key, states]

    def entry(self, kind: type[_Columns | _Rows], inputs: Sequence[int], single: bool) -> None:
        function = self.program.main
        own = len(function.params) - (len(inputs) if kind is _Columns else 1)
        states = self.states(self.program.entry, [k >= own for k in range(len(function.params))])
        if any(k < own for k in states.summary.demands):
            raise UnsupportedError("an argument is stored into with derivatives, which vector mode does not follow",
                                   function=function.name, hint="work on a copy of it")
        form = kind(function, self.table, states, self.callee)
        self.program.functions[self.program.entry] = form.run(own, inputs, single)


class _Callee(Vectorize):
    """``g_each(*args, count)``."""

    def run(self, result: State) -> Function:
        self.result = result
        function = self.function
        count = Value("directions", Num("int", None, (), length_named()))
        self.count, self.length = count, length_named()
        block = Block([*map(self.new, function.values), count])
        self.block(function.block, block)
        params = [replace(p, annotation=None, default=None, keyword_only=False) for p in function.params]
        return replace(function, params=[*params, Parameter("directions")], block=block, returns=None)

    def returned(self, value: Atom, b: Builder) -> Atom:
        return self.coerced(value, self.result, b)


class _Jacobian(Vectorize):
    """What both directions of a Jacobian share."""

    def run(self, own: int, inputs: Sequence[int], single: bool) -> Function:
        function = self.function
        self.own, self.single = own, single
        self.inputs = [function.values[k] for k in inputs]
        self.directions = function.values[own:]
        block = Block([self.new(v) for v in function.values[:own]])
        self.prepare(block)
        self.block(function.block, block)
        return replace(function, params=function.params[:own], block=block)

    def prepare(self, block: Block) -> None:
        raise NotImplementedError

    def identity(self, b: Builder, like: Atom, name: str | None) -> Atom:
        """All directions of one array."""
        eye = b.apply("np.eye", self.count, **narrow_dtype(like))
        if known_rank(like) == 1:
            eye.name = name
            return eye
        return b.apply("np.reshape", eye, self.many(b).shape_like(like), name=name)

    def begin_with(self, b: Builder, like: Atom) -> None:
        """There are as many directions as an array has items."""
        self.count = b.apply("size", like)
        shape = like.type.shape if isinstance(like.type, Num) else None
        length: DimLike = shape[0] if shape is not None and len(shape) == 1 else None
        self.length = length if isinstance(length, (int, Dim)) else length_named()
        self.count.type = Num("int", None, (), self.length)

    def own_memory(self, made: Atom, b: Builder) -> Atom:
        return b.apply("own", made) if isinstance(made, Value) else made


class _Columns(_Jacobian):
    """Forward: a column of the Jacobian for each direction of the inputs."""

    def prepare(self, block: Block) -> None:
        b = self.builder(block)
        for value in self.inputs:
            if not isinstance(value.type, Num) and type(value.type) is not Type:
                raise NotDifferentiableError(f"{value.name!r} is {value.type}; a Jacobian is by numbers and arrays",
                                             function=self.function.name, hint="pass an array, or use jvp")
        news = [self.atom(v) for v in self.inputs]
        self.sizes: list[Atom] = []
        if len(news) == 1:
            self.begin_with(b, news[0])
            self.mapping[self.directions[0]] = self.identity(b, news[0], self.directions[0].name)
            return
        self.starts: list[Atom] = []
        total: Atom = Const(0)
        for atom in news:
            size: Atom = Const(1) if known_rank(atom) == 0 else b.apply("size", atom)
            self.starts.append(total)
            self.sizes.append(size)
            total = _plus(total, size, b)
        self.count, self.length = total, total.value if isinstance(total, Const) else length_named()  # type: ignore[assignment]
        self.ends = [*self.starts[1:], total]
        for dot, atom, start, size in zip(self.directions, news, self.starts, self.sizes):
            self.mapping[dot] = self._block_of_identity(b, dot, atom, start, size)

    def _block_of_identity(self, b: Builder, dot: Value, like: Atom, start: Atom, size: Atom) -> Atom:
        if known_rank(like) == 0:
            one = b.apply("np.zeros", self.count, name=dot.name)
            b.effect("setitem", one, start, 1.0)
            return one
        offset = Const(0) if start == Const(0) else Const(-start.value) if isinstance(start, Const) and isinstance(
            start.value, int) else b.apply("neg", start)
        block = b.apply("np.eye", self.count, size, offset, **narrow_dtype(like))
        if known_rank(like) > 1:
            block = b.apply("np.reshape", block, self.many(b).shape_like(like))
        block.name = dot.name
        return block

    def returned(self, value: Atom, b: Builder) -> Atom:
        if isinstance(value.type, TupleType):
            state = self.states.of(value)
            whole = self.coerced(value, (True,) * len(value.type.items), b) if state is not True else self.atom(value)
            items = [self.own_memory(b.apply("getitem", whole, k), b) for k in range(len(value.type.items))]
            return b.apply("tuple", *(self._jacobians(i, t, b) for i, t in zip(items, value.type.items)))
        return self._jacobians(self.own_memory(self.coerced(value, True, b), b), value.type, b)

    def _jacobians(self, dot: Atom, kind: object, b: Builder) -> Atom:
        if isinstance(kind, TupleType):
            items = [b.apply("getitem", dot, k) for k in range(len(kind.items))]
            return b.apply("tuple", *(self._jacobians(i, t, b) for i, t in zip(items, kind.items)))
        if not isinstance(kind, Num):
            raise NotDifferentiableError("the value is neither a number nor an array, nor a tuple of these",
                                         function=self.function.name, hint="return an array: np.array(...)")
        if len(self.inputs) == 1:
            made = self._jacobian(dot, kind, self.inputs[0], b)
            return made if self.single else b.apply("tuple", made)
        return b.apply("tuple", *(self._part(dot, kind, k, b) for k in range(len(self.inputs))))

    def _part(self, dot: Atom, kind: Num, k: int, b: Builder) -> Atom:
        value = self.inputs[k]
        if known_rank(value) == 0:
            made: Atom = b.apply("getitem", dot, self.starts[k])
            plain = kind.is_scalar and kind.dtype is None and kind.kind == "float"
            return b.apply("float", made) if plain else made
        part = b.apply("slice", self.starts[k], self.ends[k], None)
        return self._jacobian(b.apply("getitem", dot, part), kind, value, b)

    def _jacobian(self, dot: Atom, kind: Num, value: Value, b: Builder) -> Atom:
        """Directions first to the value's axes first, then the input's."""
        made = dot
        rank = known_rank(value)
        if kind.rank != 0:
            made = b.apply("np.transpose", dot) if kind.rank == 1 else b.apply("np.moveaxis", dot, 0, -1)
        if rank != 1:
            if kind.rank == 0:
                shape: Atom = b.apply("shape", self.atom(value))
            else:
                rest = b.apply("getitem", b.apply("shape", dot), b.apply("slice", 1, None, None))
                shape = b.apply("concat", rest, b.apply("shape", self.atom(value)))
            made = b.apply("np.reshape", made, shape)
        return made


class _Rows(_Jacobian):
    """Reverse: a row of the Jacobian for each direction of the value, whose shape the forward sweep has found."""

    def prepare(self, block: Block) -> None:
        end = self.function.block.ops[-1]
        assert isinstance(end, Return)
        pair = next(op for op in self.function.block.ops if isinstance(op, Apply) and end.values[0] in op.results)
        self.value = pair.args[0]
        self.bars = pair.args[1]
        if not isinstance(self.value.type, Num):
            raise NotDifferentiableError("the value is no array, whose Jacobian reverse mode could give",
                                         function=self.function.name, hint='return an array, or use mode="forward"')
        self.begins = next(op for op in self.function.block.ops if isinstance(op, Apply) and op.prim == "comment")

    def begin(self, b: Builder) -> None:
        value = self.atom(self.value)
        known_rank(value)
        self.begin_with(b, value)
        (seed,) = self.directions
        self.mapping[seed] = self.identity(b, value, seed.name)

    def returned(self, value: Atom, b: Builder) -> Atom:
        made = next((op for op in self.function.block.ops if isinstance(op, Apply) and self.bars in op.results), None)
        bars = made.args if made is not None and made.prim == "tuple" and not self.single else [self.bars]
        found = [self._jacobian(bar, value, b) for bar, value in zip(bars, self.inputs)]
        return found[0] if self.single else b.apply("tuple", *found)

    def _jacobian(self, bar: Atom, value: Value, b: Builder) -> Atom:
        made = self.coerced(bar, True, b)
        if not self.states.many(bar):
            made = self.own_memory(made, b)
        y = self.atom(self.value)
        if known_rank(y) != 1:
            shape: Atom = b.apply("shape", y)
            if known_rank(value) != 0:
                shape = b.apply("concat", shape, b.apply("shape", self.atom(value)))
            made = b.apply("np.reshape", made, shape)
        return made


def _plus(a: Atom, c: Atom, b: Builder) -> Atom:
    if isinstance(a, Const) and isinstance(a.value, int):
        if a.value == 0:
            return c
        if isinstance(c, Const) and isinstance(c.value, int):
            return Const(a.value + c.value)
    return b.apply("add", a, c)
