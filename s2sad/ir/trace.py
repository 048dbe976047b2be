"""The evaluation trace: structured, three-address, single-assignment.

An operation applies one primitive to *atoms* (values or constants) and defines new
values.  A value is defined once and remembers the user's variable name.  Control flow is
structured: `If`, `For` and `While` own blocks; `Yield`, `Break`, `Continue`, `Return`
and `Raise` end blocks.  A loop carries values explicitly (initial, per-iteration, yielded, result).

Buffers (arrays and lists that are stored into) are *references*: `setitem`, `append`,
`pop` and their like are effects in program order, and `analysis.buffers` says whether an
operation that reads a buffer sees a later store.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from s2sad.ir.types import UNKNOWN, Type, type_of_constant


@dataclass(frozen=True)
class Loc:
    """Where an operation comes from.  Lines count from 1, columns from 0.

    `text` is the source of the statement on one line (of a compound statement, its head);
    generated groups of lines carry it as their comment.
    """

    file: str
    line: int
    col: int = 0
    end_line: int = 0
    end_col: int = 0
    text: str = ""


class Value:
    """A value of the trace, defined exactly once.

    `name` is the user's variable (or the derivative's name, such as ``x_bar``); `None`
    marks a temporary that expression re-assembly may fold away.
    """

    __slots__ = ("inline", "name", "type")

    def __init__(self, name: str | None = None, type: Type = UNKNOWN) -> None:
        self.name = name
        self.type = type
        # Set by expression re-assembly: the back end prints the defining operation
        # in place of the (single) use.
        self.inline = False

    def __repr__(self) -> str:
        return f"<{self.name or '_'}:{self.type}>"


class Const:
    """A literal operand: int, float, bool, complex, str, None, Ellipsis, or a tuple of these."""

    __slots__ = ("value",)

    def __init__(self, value: object) -> None:
        self.value = value

    @property
    def type(self) -> Type:
        return type_of_constant(self.value)

    def __repr__(self) -> str:
        return repr(self.value)

    def __eq__(self, other: object) -> bool:
        # 1, 1.0 and True are different constants, and so are 0.0 and -0.0.
        return isinstance(other, Const) and repr(self.value) == repr(other.value)

    def __hash__(self) -> int:
        return hash(repr(self.value))


class Undefined:
    """The operand for a name that has no value on this path; prints as nothing."""

    __slots__ = ()
    type = UNKNOWN

    def __repr__(self) -> str:
        return "undefined"


UNDEF = Undefined()
Atom = Value | Const | Undefined


@dataclass(eq=False)
class Op:
    """Base of all operations.

    `origin` is ``primal``, ``tangent`` or ``adjoint``; ``repeated`` is what the reverse sweep computes once more."""

    loc: Loc | None = field(default=None, kw_only=True)
    origin: str = field(default="primal", kw_only=True)

    @property
    def exact(self) -> bool:
        """Whether algebra must leave it alone: its value, and what is decided by that, is right to the last bit only
        as it was written."""
        return self.origin in ("primal", "repeated")

    def operands(self) -> list[Atom]:
        """The atoms read directly (not those read inside nested blocks)."""
        return []

    def set_operands(self, atoms: list[Atom]) -> None:
        """Replace the atoms, in the order of `operands`."""
        assert not atoms

    def defined(self) -> list[Value]:
        """The values this operation defines in its own block."""
        return []

    def blocks(self) -> list[Block]:
        return []


@dataclass(eq=False)
class Apply(Op):
    """``results = prim(*args)``: one primitive of the rule table.

    `args` follow the primitive's signature, defaults filled in.  `attrs` are static facts
    that are no operands (``name`` of a global, for example).
    """

    prim: str
    args: list[Atom]
    results: list[Value] = field(default_factory=list)
    attrs: dict[str, Any] = field(default_factory=dict)

    def operands(self) -> list[Atom]:
        return self.args

    def set_operands(self, atoms: list[Atom]) -> None:
        self.args = atoms

    def defined(self) -> list[Value]:
        return self.results

    @property
    def result(self) -> Value:
        (value,) = self.results
        return value


@dataclass(eq=False)
class Call(Op):
    """``results = callee(*args)``: a user function of the same program, by its key."""

    callee: str
    args: list[Atom]
    results: list[Value] = field(default_factory=list)

    def operands(self) -> list[Atom]:
        return self.args

    def set_operands(self, atoms: list[Atom]) -> None:
        self.args = atoms

    def defined(self) -> list[Value]:
        return self.results


@dataclass(eq=False)
class Block:
    """A list of operations, the last of which is a terminator.  `params` are values defined at its head."""

    params: list[Value] = field(default_factory=list)
    ops: list[Op] = field(default_factory=list)

    @property
    def terminator(self) -> Terminator:
        last = self.ops[-1]
        assert isinstance(last, Terminator)
        return last

    @property
    def body(self) -> list[Op]:
        return self.ops[:-1]


@dataclass(eq=False)
class If(Op):
    """``results = cond ? then : orelse``; a branch that ends in an exit yields nothing."""

    cond: Atom
    then: Block
    orelse: Block
    results: list[Value] = field(default_factory=list)

    def operands(self) -> list[Atom]:
        return [self.cond]

    def set_operands(self, atoms: list[Atom]) -> None:
        (self.cond,) = atoms

    def defined(self) -> list[Value]:
        return self.results

    def blocks(self) -> list[Block]:
        return [self.then, self.orelse]


@dataclass(eq=False)
class With(If):
    """``with cond: then``.  To what follows it is a branch whose other side never goes on (`orelse` raises)."""


@dataclass(eq=False)
class Try(If):
    """``try: then``; `orelse` runs where an error of the classes `kinds` leaves `then`.

    To what follows it is a branch on a condition that nobody knows before.  `final` ends in `Resume`; it is no
    part of the merge.  Without handlers (`kinds` is empty) `orelse` raises the error again.
    """

    kinds: tuple[str, ...] = ()
    final: Block | None = None

    def blocks(self) -> list[Block]:
        return [self.then, self.orelse, *([] if self.final is None else [self.final])]


def plain_branch(op: Op) -> bool:
    """Whether an operation is an `If` proper: both sides are taken by its condition."""
    return isinstance(op, If) and not isinstance(op, (With, Try))


@dataclass(eq=False)
class Loop(Op):
    """What `For` and `While` share: carried values.

    `inits[k]` enters the first iteration as the k-th carried parameter of the body; the value that
    `Yield`, `Continue` or `Break` passes at position k enters the next one or leaves as `results[k]`.
    """

    inits: list[Atom]
    body: Block
    results: list[Value] = field(default_factory=list)

    @property
    def carried(self) -> list[Value]:
        """The body's parameters for the carried values (without an induction variable)."""
        return self.body.params[len(self.body.params) - len(self.inits):]

    def defined(self) -> list[Value]:
        return self.results


@dataclass(eq=False)
class For(Loop):
    """``for index in range(start, stop, step)``; the body's first parameter is the index."""

    start: Atom = field(default_factory=lambda: Const(0))
    stop: Atom = field(default_factory=lambda: Const(0))
    step: Atom = field(default_factory=lambda: Const(1))

    @property
    def index(self) -> Value:
        return self.body.params[0]

    def operands(self) -> list[Atom]:
        return [self.start, self.stop, self.step, *self.inits]

    def set_operands(self, atoms: list[Atom]) -> None:
        self.start, self.stop, self.step, *inits = atoms
        self.inits = inits

    def blocks(self) -> list[Block]:
        return [self.body]


@dataclass(eq=False)
class While(Loop):
    """``while cond: body``.  `cond` is a block over the carried values that yields one truth value."""

    cond: Block = field(default_factory=Block)

    def operands(self) -> list[Atom]:
        return self.inits

    def set_operands(self, atoms: list[Atom]) -> None:
        self.inits = atoms

    def blocks(self) -> list[Block]:
        return [self.cond, self.body]


@dataclass(eq=False)
class Terminator(Op):
    """Ends a block and passes `values` on."""

    values: list[Atom] = field(default_factory=list)

    def operands(self) -> list[Atom]:
        return self.values

    def set_operands(self, atoms: list[Atom]) -> None:
        self.values = atoms


@dataclass(eq=False)
class Yield(Terminator):
    """The normal end of a branch, loop body or condition."""


@dataclass(eq=False)
class Break(Terminator):
    """Leaves the innermost loop with these carried values."""


@dataclass(eq=False)
class Continue(Terminator):
    """Goes to the next iteration of the innermost loop with these carried values."""


@dataclass(eq=False)
class Return(Terminator):
    """Leaves the function with ``values[0]`` (a tuple value where it returns several)."""


@dataclass(eq=False)
class Raise(Terminator):
    """Raises ``values[0]`` (from ``values[1]``), or again what is being handled where there are none."""


@dataclass(eq=False)
class Resume(Terminator):
    """The end of a `finally`: what was under way goes on."""


@dataclass
class Parameter:
    """How a parameter is declared: what the signature of the emitted function needs."""

    name: str
    annotation: str | None = None
    default: Const | None = None
    keyword_only: bool = False


@dataclass(eq=False)
class Function:
    """A traced user function.

    `params[k]` describes ``block.params[k]``.  The first `captured` of them are variables of
    the enclosing function, which every call passes; they do not appear in the user's own signature.
    `source` is the function's text, dedented, and `module` the name of its module.  Of a derivative, `written` are the
    parameters whose contents on exit count as results of the primal.  With `guarded`, a caller may handle its errors.
    """

    key: str
    name: str
    params: list[Parameter]
    block: Block
    file: str = "<unknown>"
    line: int = 1
    doc: str | None = None
    returns: str | None = None
    captured: int = 0
    source: str = ""
    module: str = ""
    written: tuple[str, ...] = ()
    guarded: bool = False

    @property
    def values(self) -> list[Value]:
        """The parameter values."""
        return self.block.params


@dataclass(eq=False)
class Global:
    """A module-level or closure variable that the program reads.

    `name` is what the traces call it (unique in the program), `variable` its name in the user's `module`.
    `value` is its value when that is a literal (`literal`), and `read` gives the present value
    where the program came from a live function; `write` rebinds it, where the program does that.
    """

    name: str
    variable: str
    module: str
    literal: bool = False
    value: object = None
    read: Callable[[], object] | None = None
    write: Callable[[object], None] | None = None


@dataclass(eq=False)
class Program:
    """The entry function and every user function that it reaches, by key.

    `globals` are the variables it reads, by their names in the trace; `classes` are live classes whose methods
    were read for objects that are arguments of the entry, by parameter; `file` and `source_hash` (of all its
    functions' texts) are for the header of what is generated from it.
    """

    entry: str
    functions: dict[str, Function] = field(default_factory=dict)
    globals: dict[str, Global] = field(default_factory=dict)
    file: str = "<unknown>"
    source_hash: str = ""
    classes: dict[str, type] = field(default_factory=dict)

    @property
    def constants(self) -> dict[str, object]:
        """The literal values of the globals that have one."""
        return {name: g.value for name, g in self.globals.items() if g.literal}

    @property
    def main(self) -> Function:
        return self.functions[self.entry]


def walk(block: Block) -> Iterator[Op]:
    """Every operation of a block and of the blocks nested in it, in program order."""
    for op in block.ops:
        yield op
        for inner in op.blocks():
            yield from walk(inner)


def loop_ends(loop: Loop) -> list[Terminator]:
    """Every terminator that passes this loop's carried values on: its body's end, `break` and `continue`."""

    def leaving(ops: list[Op]) -> Iterator[Terminator]:
        for op in ops:
            if isinstance(op, (Break, Continue)):
                yield op
            elif isinstance(op, If):
                for block in op.blocks():
                    yield from leaving(block.ops)

    end = loop.body.ops[-1]
    own = [end] if isinstance(end, Yield) else []
    return [*leaving(loop.body.ops), *own]


def passed_on(op: If, k: int) -> list[Atom]:
    """What the branches that reach their end yield for result k."""
    return [block.ops[-1].operands()[k] for block in op.blocks() if isinstance(block.ops[-1], Yield)]


def merges(function: Function) -> list[tuple[list[Value], list[Atom]]]:
    """Each merge of the function: the values that it defines, and what flows into them."""
    flows: list[tuple[list[Value], list[Atom]]] = []
    for op in walk(function.block):
        if isinstance(op, If):
            flows += [([r], passed_on(op, k)) for k, r in enumerate(op.results)]
        elif isinstance(op, Loop):
            ends = [end.operands() for end in loop_ends(op)]
            heads = op.cond.params if isinstance(op, While) else op.carried
            flows += [([p, r, h], [op.inits[k], *(e[k] for e in ends)])
                      for k, (p, r, h) in enumerate(zip(op.carried, op.results, heads))]
    return flows
