"""Activity: which values depend on the inputs and matter for the output.

A value is *varied* when it depends differentiably on a `wrt` parameter, *useful* when the result depends
differentiably on it, *active* when both.  Only active values get tangents or adjoints.

In ``w = x * k; i = int(x); r = w * a[i]`` with ``wrt = x``: `w` and `r` are active, `k` is useful only,
`i` is neither (an integer blocks activity).  Loops are solved by iteration to a fixed point.
A buffer is varied when anything varied is stored into it, under whatever name; what is written into an argument
(`outputs`) counts as a result.
"""

from __future__ import annotations

from collections.abc import Iterable

from s2sad.analysis.buffers import Buffers
from s2sad.errors import UnsupportedError
from s2sad.ir.trace import Apply, Atom, Block, Call, Function, If, Loop, Return, Value, loop_ends, passed_on, walk
from s2sad.ir.types import ListType, Num, may_carry_derivative
from s2sad.rules.row import Table


class Activity:
    """The active values of one function for given active parameters."""

    def __init__(self, function: Function, table: Table, wrt: Iterable[Value], buffers: Buffers,
                 outputs: Iterable[Value] = ()) -> None:
        self.table = table
        self.buffers = buffers
        self.varied: set[Value] = {name for v in wrt for name in self._shared_names(v)}
        self.useful: set[Value] = set()
        self._changed = True
        while self._changed:
            self._changed = False
            self._forward(function.block)
        self._use(outputs)
        self._changed = True
        while self._changed:
            self._changed = False
            self._backward(function.block)

    def active(self, atom: Atom) -> bool:
        if not isinstance(atom, Value):
            return False
        names = self._shared_names(atom)
        return may_carry_derivative(atom.type) and any(v in self.varied for v in names) \
            and any(v in self.useful for v in names)

    def _shared_names(self, value: Value) -> tuple[Value, ...]:
        """A value, and what stands for all that may be the same buffer, where that has several names."""
        name = self.buffers.aliases.of(value)
        return (value, name) if name in self.buffers.shared else (value,)

    def _names(self, value: Value) -> tuple[Value, ...]:
        """A value, its root, and what stands for all that may be the same buffer."""
        return (value, *self._shared_names(self.buffers.root(value)))

    def refuse_rebound(self, function: Function) -> None:
        """A variable of the module has no derivative: what varies may be put there, and not read from there."""
        read = {op.attrs["name"] for op in walk(function.block) if isinstance(op, Apply) and op.prim == "read_global"}
        for op in walk(function.block):
            if isinstance(op, Apply) and op.prim == "store_global" and op.attrs["name"] in read \
                    and op.args[0] in self.varied:
                raise UnsupportedError(
                    f"{op.attrs['name']!r}, a variable of the module that is also read, gets a value that depends on "
                    "the inputs", loc=op.loc, function=function.name, hint="use a variable of the function")

    def refuse_complex(self, function: Function) -> None:
        """Complex numbers are refused: the adjoint there is that of the real inner product, not done yet."""
        self.refuse_rebound(function)
        for op in walk(function.block):
            for value in op.defined():
                if self.active(value) and isinstance(value.type, Num) and value.type.kind == "complex":
                    raise UnsupportedError("complex numbers are not supported", loc=op.loc, function=function.name,
                                           hint="write real and imaginary parts as numbers of their own")

    # -- varied ---------------------------------------------------------------------------

    def _vary(self, target: Value, sources: Iterable[Atom]) -> None:
        targets = [v for v in self._shared_names(target) if v not in self.varied]
        if not targets or not may_carry_derivative(target.type):
            return
        if any(isinstance(s, Value) and any(v in self.varied for v in self._shared_names(s)) for s in sources):
            self.varied.update(targets)
            self._changed = True

    def _forward(self, block: Block) -> None:
        for op in block.ops:
            if isinstance(op, Apply):
                self._forward_apply(op)
            elif isinstance(op, Call):
                for result in [*op.results, *map(self._root, self.buffers.written(op))]:
                    self._vary(result, [*op.args, *(self._root(a) for a in op.args if isinstance(a, Value))])
            elif isinstance(op, If):
                for inner in op.blocks():
                    self._forward(inner)
                for k, result in enumerate(op.results):
                    self._vary(result, passed_on(op, k))
            elif isinstance(op, Loop):
                self._forward_loop(op)

    def _forward_loop(self, op: Loop) -> None:
        ends = [end.operands() for end in loop_ends(op)]
        before = None
        while before != len(self.varied):
            before = len(self.varied)
            for k, param in enumerate(op.carried):
                self._vary(param, [op.inits[k], *(end[k] for end in ends)])
            self._forward(op.body)
        for k, result in enumerate(op.results):
            self._vary(result, [op.carried[k], op.inits[k], *(end[k] for end in ends)])

    def _forward_apply(self, op: Apply) -> None:
        row = self.table[op.prim]
        if not row.differentiable:
            return
        target = row.signature.mutates
        if target is not None:
            stored = [a for k, a in enumerate(op.args) if k != target]
            self._vary(self._root(op.args[target]), stored)
            for result in op.results:
                self._vary(result, [op.args[target], self._root(op.args[target])])
            self._vary_holder(op)
            return
        sources = [*op.args, *(self._root(a) for a in op.args if isinstance(a, Value))]
        for result in op.results:
            self._vary(result, sources)
        self._vary_holder(op)

    def _vary_holder(self, op: Apply) -> None:
        """A list varies with what is in it: something may be stored into an item after it was taken out."""
        if op.prim in ("getitem", "pop", "pop_at") and isinstance(op.args[0].type, ListType):
            self._vary(self._root(op.args[0]), op.results)

    def _root(self, atom: Atom) -> Value:
        assert isinstance(atom, Value)
        return self.buffers.root(atom)

    # -- useful ---------------------------------------------------------------------------

    def _use(self, atoms: Iterable[Atom]) -> None:
        for atom in atoms:
            if isinstance(atom, Value):
                for value in self._names(atom):
                    if value not in self.useful and may_carry_derivative(value.type):
                        self.useful.add(value)
                        self._changed = True

    def _any_useful(self, values: Iterable[Atom]) -> bool:
        return any(isinstance(v, Value) and any(n in self.useful for n in self._shared_names(v)) for v in values)

    def _backward(self, block: Block) -> None:
        for op in reversed(block.ops):
            if isinstance(op, Return):
                self._use(op.values)
            elif isinstance(op, Apply):
                self._backward_apply(op)
            elif isinstance(op, Call):
                if self._any_useful([*op.results, *map(self._root, self.buffers.written(op))]):
                    self._use(op.args)
            elif isinstance(op, If):
                for k, result in enumerate(op.results):
                    if result in self.useful:
                        self._use(passed_on(op, k))
                for inner in reversed(op.blocks()):
                    self._backward(inner)
            elif isinstance(op, Loop):
                self._backward_loop(op)

    def _backward_loop(self, op: Loop) -> None:
        ends = [end.operands() for end in loop_ends(op)]
        before = None
        while before != len(self.useful):
            before = len(self.useful)
            for k, (param, result) in enumerate(zip(op.carried, op.results)):
                if param in self.useful or result in self.useful:
                    self._use([param, op.inits[k], *(end[k] for end in ends)])
            self._backward(op.body)

    def _backward_apply(self, op: Apply) -> None:
        row = self.table[op.prim]
        if not row.differentiable:
            return
        target = row.signature.mutates
        if target is not None:
            if self._any_useful([op.args[target], self._root(op.args[target])]) or self._any_useful(op.results):
                self._use(op.args)
        elif self._any_useful(op.results):
            self._use(op.args)
