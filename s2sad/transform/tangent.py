"""Forward mode: every active value gets a tangent, computed just before or after it.

Before::                           After (wrt x)::

    w0 = math.sin(x)                   w0 = math.sin(x)
    y = mul(w0, k)                     w1 = math.cos(x)
    return y                           w0_dot = mul(x_dot, w1)
                                       y = mul(w0, k)
                                       y_dot = mul(w0_dot, k)
                                       return (y, y_dot)

The structure stays as it was, exits included: loops carry the tangents of what they carry, branches
yield the tangents of what they yield.  Buffers have tangent buffers, allocated, stored into, viewed and
popped side by side with them.
"""

from __future__ import annotations

from dataclasses import replace

from s2sad.analysis.activity import Activity
from s2sad.analysis.buffers import Buffers
from s2sad.analysis.memory import immutable
from s2sad.analysis.raising import divides, fails_otherwise
from s2sad.analysis.references import Effects
from s2sad.errors import NotDifferentiableError, S2SADError, UnsupportedError
from s2sad.ir.builder import Builder, Term
from s2sad.ir.trace import (
    UNDEF,
    Apply,
    Atom,
    Block,
    Call,
    Const,
    For,
    Function,
    If,
    Loop,
    Op,
    Parameter,
    Raise,
    Resume,
    Return,
    Terminator,
    Try,
    Undefined,
    Value,
    While,
    Yield,
)
from s2sad.ir.types import NONE, SLICE, ListType, Num, TupleType, may_carry_derivative
from s2sad.rules.row import Row, Table
from s2sad.transform.arguments import apart
from s2sad.transform.names import fresh_name, user_names
from s2sad.transform.shapes import same_shape, zero_of

# Stores whose last operand says where, and not what.
_POSITIONS = frozenset({"pop", "pop_at", "delitem"})


class Tangent:
    """Builds the tangent of one function; the function given is consumed."""

    def __init__(self, function: Function, table: Table, wrt: list[int], effects: Effects,
                 style: str = "compact", one: bool = False, outputs: bool = True) -> None:
        """With `one`, the direction is 1.0 and no parameter; `outputs`: tangents of written arguments are results."""
        self.one, self.outputs = one, outputs
        self.function = function
        self.table = table
        self.primal_first = style == "trace"
        self.effects = effects
        self.buffers = Buffers(function, table, effects)
        self.wrt = [function.values[k] for k in wrt]
        self.written = [v for v in self.buffers.written_arguments() if may_carry_derivative(v.type)]
        self.activity = Activity(function, table, self.wrt, self.buffers, self.written)
        self.activity.refuse_complex(function)
        self.dots: dict[Value, Atom] = {}
        # Buffers of which there are views or copies, as their layout decides.
        self.laid_out = {self.buffers.root(v) for v in self.buffers.home if self.buffers.by_layout(v)}
        self.taken = user_names(function)
        # Positions of the active values that the innermost region yields, and that leaving the loop passes.
        self.yields: list[list[int]] = []
        self.leaves: list[list[int]] = []
        self.guarded = 0
        self.pending: list[Op] = []
        # (callee, active argument positions) -> key of its tangent function, filled by the driver
        self.requests: dict[tuple[str, tuple[int, ...]], str] = {}

    def run(self) -> Function:
        """``f_jvp(*args, *tangents) -> (value, tangent)``.

        Of a function that stores into arguments, the tangent is a tuple: the result's (left out where it returns
        nothing), then those of the arguments' contents on exit.  The tangents given are not written to."""
        self.entry = True
        function = self._run()
        function.block.ops[:0] = apart(self.function, self.buffers.written_arguments())
        return replace(function, written=tuple(str(v.name) for v in self.written))

    def run_callee(self, handled: bool) -> Function:
        """As `run`, for a function that is called by a tangent: it stores into the tangents of what it stores into.

        With `handled`, a caller may go on after an error in it."""
        self.entry = False
        self.guarded += handled
        return replace(self._run(), guarded=handled)

    def _run(self) -> Function:
        function = self.function
        params, values = list(function.params), list(function.values)
        for value in self.wrt:
            if self.one:
                self.dots[value] = Const(1.0)
                continue
            dot = Value(self.dot_name(value), value.type)
            self.dots[value] = dot
            parameter = params[function.values.index(value)]
            params.append(Parameter(dot.name or "x_dot", parameter.annotation))
            values.append(dot)
        # Tangents follow parameters with defaults: as keywords they need none, by position they come last.
        if any(p.default is not None or p.keyword_only for p in params):
            first = len(function.params)
            params = [*params[:first], *(replace(p, keyword_only=True) for p in params[first:])]
        block = Block(values)
        b = Builder(block, self.table.infer, self.table.signature)
        b.origin = "tangent"
        for value in self.written if self.entry else ():
            if self.activity.active(value):
                given = self.dots.get(value)
                own = zero_of(b, value) if given is None else \
                    self.lay_out(value, given, b) if value in self.laid_out else \
                    b.apply("list_of" if isinstance(value.type, ListType) else "np.copy", given)
                self.dots[value] = named(own, self.dot_name(value))
        self.block(function.block, b)
        return replace(function, params=params, block=block)

    # -- blocks -------------------------------------------------------------------------

    def block(self, source: Block, b: Builder) -> None:
        for op in source.ops:
            self.flush(op, b)
            b.loc, b.origin = op.loc, "tangent"
            if isinstance(op, Apply):
                self.apply(op, b)
            elif isinstance(op, Call):
                self.call(op, b)
            elif isinstance(op, If):
                self.branch(op, b)
            elif isinstance(op, Loop):
                self.loop(op, b)
            else:
                assert isinstance(op, Terminator)
                self.terminator(op, b)

    def flush(self, op: Op, b: Builder) -> None:
        """Where the tangents of a statement come behind all of it: it fails as it does without them."""
        last = self.pending[-1] if self.pending else None
        same = last is not None and isinstance(op, Apply) and op.loc is not None and last.loc is not None and (
            (op.loc.line, op.loc.text) == (last.loc.line, last.loc.text))
        effect = isinstance(op, Apply) and not self.table.signature(op.prim).pure
        if not same or effect:
            b.block.ops += self.pending
            self.pending = []

    def keep(self, op: Op, b: Builder) -> None:
        """The primal operation itself."""
        b.block.ops.append(op)

    def dot(self, atom: Atom, b: Builder) -> Atom:
        """The tangent of an atom, a zero where it has none."""
        if isinstance(atom, Undefined):
            return UNDEF
        known = self.dots.get(atom) if isinstance(atom, Value) else None
        return known if known is not None else zero_of(b, atom)

    def terminator(self, op: Terminator, b: Builder) -> None:
        if isinstance(op, Return):
            (value,) = op.values
            if isinstance(value, Undefined):
                return self.keep(op, b)  # behind an endless loop: never reached
            pair = b.apply("tuple", value, self.tangents_out(value, b))
            op.values = [pair]
        elif not isinstance(op, (Raise, Resume)):
            wanted = (self.yields if isinstance(op, Yield) else self.leaves)[-1]
            op.values = [*op.values, *(self.dot(op.values[k], b) for k in wanted)]
        self.keep(op, b)

    def tangents_out(self, value: Atom, b: Builder) -> Atom:
        """The tangent of the result, and of what was written into arguments."""
        own = [] if value.type == NONE else [self.result_dot(value, b)]
        if not self.entry:
            return own[0] if own else Const(None)
        if not self.written or not self.outputs:
            return self.result_dot(value, b)
        return b.apply("tuple", *own, *(self.dot(v, b) for v in self.written))

    def result_dot(self, value: Atom, b: Builder) -> Atom:
        if isinstance(value.type, TupleType):
            op = self.buffers.definition.get(value) if isinstance(value, Value) else None
            if isinstance(op, Apply) and op.prim == "tuple":
                return b.apply("tuple", *(self.result_dot(a, b) for a in op.args))
        return self.dot(value, b)

    def branch(self, op: If, b: Builder) -> None:
        active = [k for k, r in enumerate(op.results) if self.activity.active(r)]
        then, orelse = Block(), Block()
        for source, target in ((op.then, then), (op.orelse, orelse)):
            self.yields.append(active)
            # What a `try` guards fails as it does without tangents.
            inside = isinstance(op, Try) and source is op.then
            self.guarded += inside
            self.block(source, b.at(target))
            self.guarded -= inside
            self.yields.pop()
        dots = [self.named_dot(op.results[k]) for k in active]
        done = replace(op, then=then, orelse=orelse, results=[*op.results, *dots])
        if isinstance(op, Try) and op.final is not None and isinstance(done, Try):
            done.final = Block()
            self.block(op.final, b.at(done.final))
        self.keep(done, b)

    def named_dot(self, value: Value) -> Value:
        dot = Value(self.dot_name(value), value.type)
        self.dots[value] = dot
        return dot

    def loop(self, op: Loop, b: Builder) -> None:
        active = [k for k, (p, r) in enumerate(zip(op.carried, op.results))
                  if self.activity.active(p) or self.activity.active(r)]
        inits = [*op.inits, *(self.dot(op.inits[k], b) for k in active)]
        carried = op.carried
        body = Block([*op.body.params, *(self.named_dot(carried[k]) for k in active)])
        self.yields.append(active)
        self.leaves.append(active)
        self.block(op.body, b.at(body))
        self.leaves.pop()
        self.yields.pop()
        results = [*op.results, *(self.named_dot(op.results[k]) for k in active)]
        if isinstance(op, While):
            extra = [Value(self.dot_name(carried[k]), carried[k].type) for k in active]
            op.cond.params = [*op.cond.params, *extra]
        assert isinstance(op, (For, While))
        self.keep(replace(op, inits=inits, body=body, results=results), b)

    # -- operations -----------------------------------------------------------------------

    def call(self, op: Call, b: Builder) -> None:
        if not any(self.activity.active(v) for v in [*op.results, *self.buffers.written(op)]):
            return self.keep(op, b)
        active = tuple(k for k, a in enumerate(op.args) if self.activity.active(a))
        key = self.requests.setdefault((op.callee, active), f"{op.callee}:jvp:{','.join(map(str, active))}")
        pair = Value(None, TupleType((op.results[0].type, op.results[0].type)))
        self.effects[key] = self.effects[op.callee]
        b.append(Call(key, [*op.args, *(self.dot(op.args[k], b) for k in active)], [pair]))
        b.append(Apply("getitem", [pair, Const(0)], op.results))
        self.dots[op.results[0]] = b.apply("getitem", pair, 1, name=self.dot_name(op.results[0]))

    def apply(self, op: Apply, b: Builder) -> None:
        try:
            self.application(op, b)
        except S2SADError as error:
            raise error.placed(op.loc, self.function.name) from None

    def application(self, op: Apply, b: Builder) -> None:
        row = self.table[op.prim]
        target = row.signature.mutates
        if target is not None:
            return self.store(op, target, b)
        if not op.results or not any(self.activity.active(r) for r in op.results):
            return self.keep(op, b)
        if not row.differentiable:
            self.keep(op, b)
            if self.buffers.mutated(op.result) or self.buffers.holds_linked(op.result):
                # Nothing varies yet, but something that does will be stored.
                self.dots[op.result] = named(zero_of(b, op.result), self.dot_name(op.result))
            return None
        apart = Block()
        inner = b.at(apart)
        dot = self.view(op, inner) if self.buffers.by_layout(op.result) else \
            self.structural(op, inner) if row.kind == "structural" else self.formula(op, row, inner)
        number = isinstance(op.result.type, Num) and op.result.type.is_scalar
        allocated = not number and self.buffers.viewed(op.result) is None and not self.buffers.is_item(op.result)
        if op.result in self.laid_out:
            dot = self.lay_out(op.result, dot, inner)
        elif allocated and not immutable(op.result.type) and not self.owned(dot, apart) and (
                self.buffers.mutated(op.result) or self.overwritten(op)):
            dot = inner.apply("list_of" if isinstance(op.result.type, ListType) else "np.copy", dot)
        self.dots[op.result] = named(dot, self.dot_name(op.result))
        # The tangent comes first where it can: the primal statement may overwrite what it reads.
        uses_result = any(op.result in inside.operands() for inside in apart.ops)
        if self.guarded or self.pending or self.fails_before(op, apart.ops):
            self.keep(op, b)
            self.pending += apart.ops
        elif self.primal_first or uses_result or not op.result.name:
            self.keep(op, b)
            b.block.ops += apart.ops
        else:
            b.block.ops += apart.ops
            self.keep(op, b)

    def fails_before(self, op: Apply, made: list[Op]) -> bool:
        """Whether the tangent may raise another error than the operation, where that fails."""
        definition: dict[Value, Op] = {v: inner for inner in made for v in inner.defined()}
        return fails_otherwise(op) and any(divides(inner, self.table, definition) for inner in made)

    def view(self, op: Apply, b: Builder) -> Atom:
        """The tangent of what is a view or a copy, as NumPy decided."""
        source = self.buffers.viewed(op.result)
        assert source is not None
        return b.apply("helper.tangent_view", self.dot(source, b), source, op.result)

    def overwritten(self, op: Apply) -> bool:
        """Whether an operand is stored into later: then its tangent is not the result's, though it has its value."""
        return any(self.buffers.changed_after(op, a) and not (isinstance(a.type, Num) and a.type.is_scalar)
                   for a in op.args if self.activity.active(a))

    def lay_out(self, value: Value, dot: Atom, b: Builder) -> Atom:
        """A tangent in memory that is laid out as the primal, so that the same views can be taken of it."""
        own = b.apply("np.zeros_like", value)
        b.effect("setitem", own, Const(Ellipsis), dot)
        return own

    def dot_name(self, value: Value) -> str | None:
        """``x_dot``, or ``x_dot2`` where the user has an ``x_dot`` of their own."""
        return None if value.name is None else fresh_name(value.name + "_dot", self.taken)

    def owned(self, dot: Atom, made: Block) -> bool:
        """Whether a tangent is fresh memory: a tangent buffer must not be another value's tangent too."""
        for op in made.ops:
            if dot in op.defined() and isinstance(op, Apply):
                signature = self.table.signature(op.prim)
                part = op.prim == "getitem" and isinstance(op.args[0].type, ListType) and op.args[1].type == SLICE
                return part or (signature.fresh and signature.view_of is None)
        return False

    def store(self, op: Apply, target: int, b: Builder) -> None:
        """Stores act on the tangent buffer first, in the same way, and fail in the same way; but for zeros, which fit
        anywhere."""
        buffer = op.args[target]
        assert isinstance(buffer, Value)
        late = bool(self.guarded) and not self.activity.active(op.args[-1])
        if late:
            self.keep(op, b)
        if self.activity.active(buffer) or self.activity.active(self.buffers.root(buffer)):
            args = [self.buffer_dot(buffer, b)]
            for k, atom in enumerate(op.args):
                if k == target:
                    continue
                is_value = k == len(op.args) - 1 and op.prim not in _POSITIONS
                args.append(self.dot(atom, b) if is_value else atom)
            if op.prim != "setitem" or args[1:] != [Const(Ellipsis), args[0]]:
                results = b.apply_all(op.prim, *args, attrs=op.attrs)
                for value, dot in zip(op.results, results):
                    self.dots[value] = named(dot, self.dot_name(value))
        if not late:
            self.keep(op, b)

    def buffer_dot(self, buffer: Value, b: Builder) -> Atom:
        dot = self.dots.get(buffer)
        if dot is None:
            raise UnsupportedError("a store into a buffer that has no tangent", loc=b.loc, function=self.function.name,
                                   hint="make a copy of the array before the store")
        return dot

    def structural(self, op: Apply, b: Builder) -> Atom:
        if op.prim in ("assign", "copy", "recall", "own"):
            return b.apply(op.prim, self.dot(op.args[0], b))
        if op.prim in ("list_of", "tuple_of"):
            return b.apply(op.prim, self.dot(op.args[0], b))
        if op.prim == "helper.shadow_view":
            return b.apply(op.prim, self.dot(op.args[0], b), *op.args[1:])
        if op.prim == "repeat":
            return b.apply("repeat", self.dot(op.args[0], b), op.args[1])
        if op.prim in ("tuple", "list"):
            return b.apply(op.prim, *(self.dot(a, b) for a in op.args))
        if op.prim == "getitem":
            return b.apply("getitem", self.dot(op.args[0], b), op.args[1])
        if op.prim == "select":
            return b.apply("select", op.args[0], self.dot(op.args[1], b), self.dot(op.args[2], b))
        if op.prim == "list_repeat":
            return b.apply("list_repeat", self.dot(op.args[0], b), op.args[1])
        if op.prim == "concat":
            return b.apply("concat", self.dot(op.args[0], b), self.dot(op.args[1], b))
        raise NotDifferentiableError(f"no tangent for {op.prim}", loc=op.loc, function=self.function.name,
                                     hint="use operators and NumPy functions")

    def formula(self, op: Apply, row: Row, b: Builder) -> Atom:
        """The sum of the contributions of the active operands, of the result's shape."""
        check_operands(op, row)
        formulas = row.formulas(b, self.table)
        y = Term(b, op.result)
        operands = [Term(b, a) for a in op.args]
        parts: list[tuple[Atom, Value, list[Op]]] = []
        if row.kind == "linear":
            moving = range(len(op.args)) if -1 in row.active else row.active
            dots = [self.dot(a, b) if k in moving else a for k, a in enumerate(op.args)]
            return self.shaped(b.apply(op.prim, *dots, attrs=op.attrs), op, b)
        for k, operand in enumerate(op.args):
            if not (isinstance(operand, Value) and operand in self.dots):
                continue
            first = len(b.block.ops)
            t = self.contribution(op, row, k, Term(b, self.dots[operand]), y, operands, formulas)
            if t is None:
                continue
            made = b.block.ops[first:]
            if parts and parts[-1][1] is operand and same_formula(parts[-1][2], made):
                del b.block.ops[first:]
                parts[-1] = b.apply("mul", parts[-1][0], 2.0), operand, made
            else:
                parts.append((t.atom, operand, made))
        if not parts:
            return zero_of(b, op.result)
        total = parts[0][0]
        for part, _, _ in parts[1:]:
            total = b.apply("add", total, part)
        return self.shaped(total, op, b)

    def contribution(self, op: Apply, row: Row, k: int, t: Term, y: Term, operands: list[Term],
                     formulas: object) -> Term | None:
        if row.kind == "elementwise":
            if k not in row.partials and -1 not in row.partials:
                return None
            partial = row.partials[k](formulas, y, *operands) if k in row.partials else \
                row.partials[-1](formulas, y, *operands, k=k)
            return scaled(t, partial)
        if row.kind == "bilinear":
            if k not in row.active and -1 not in row.active:
                return None
            args = [t.atom if j == k else a for j, a in enumerate(op.args)]
            return Term(t.builder, t.builder.apply(op.prim, *args, attrs=op.attrs))
        rule = row.jvp.get(k)
        if rule is not None:
            return rule(formulas, t, y, *operands)
        if -1 in row.jvp:
            return row.jvp[-1](formulas, t, y, *operands, k=k)
        return None

    def shaped(self, total: Atom, op: Apply, b: Builder) -> Atom:
        """A tangent that does not depend on an operand that broadcasts has too small a shape."""
        have, want = total.type, op.result.type
        if same_shape(have, want) or (isinstance(want, Num) and want.is_scalar):
            return total
        # An operand takes part in the shape of the tangent if it, or its own tangent, is part of the formula.
        taken: set[Atom] = {total, *(a for made in b.block.ops for a in made.operands())}
        here = [a in taken or (isinstance(a, Value) and self.dots.get(a) in taken) for a in self.numeric(op)]
        if op.result in taken or all(here):
            return total
        return b.apply("np.broadcast_to", total, b.apply("shape", op.result))

    def numeric(self, op: Apply) -> list[Atom]:
        """Operands that can broadcast against each other."""
        return [a for a in op.args if not (isinstance(a, Const) or (isinstance(a.type, Num) and a.type.is_scalar))]


def check_operands(op: Apply, row: Row) -> None:
    """Refuse tuples and lists where NumPy would make arrays of them: their derivative would have to be one again."""
    for atom in op.args:
        if row.kind == "elementwise" and isinstance(atom.type, (TupleType, ListType)):
            raise UnsupportedError(f"{op.prim} of a {'tuple' if isinstance(atom.type, TupleType) else 'list'}",
                                   hint="make it an array first, with np.array(...)")


def same_formula(first: list[Op], second: list[Op]) -> bool:
    """Whether two formulas are one application each, with the same operands: ``x * x`` contributes twice the same."""
    if len(first) != 1 or len(second) != 1:
        return False
    a, b = first[0], second[0]
    return isinstance(a, Apply) and isinstance(b, Apply) and a.prim == b.prim and a.args == b.args


def scaled(t: Term, partial: Term | None) -> Term:
    """``t * partial``, where None stands for 1; a partial of -1 negates."""
    if partial is None:
        return t
    if isinstance(partial, (int, float)):
        return t if partial == 1 else -t if partial == -1 else t * float(partial)
    if isinstance(partial.atom, Const) and partial.atom.value in (1, -1):
        return t if partial.atom.value == 1 else -t
    last = t.builder.block.ops[-1] if t.builder.block.ops else None
    if isinstance(last, Apply) and last.prim == "mul" and last.results == [partial.atom]:
        # t * (a * b) reads better, and costs less, as t * a * b.
        t.builder.block.ops.pop()
        return t * Term(t.builder, last.args[0]) * Term(t.builder, last.args[1])
    return t * partial


def named(atom: Atom, name: str | None) -> Atom:
    """Give a nameless value its derivative's name."""
    if isinstance(atom, Value) and atom.name is None:
        atom.name = name
    return atom
