"""Checks that a trace is well formed; runs between passes.

::

    function f(x: float)
        w0 = math.sin(<y not defined>)   <-- here
        return w0

    InternalError: broken trace after dce: <y> is used where it is not defined
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable

from s2sad.errors import InternalError
from s2sad.ir.printer import Printer
from s2sad.ir.signature import Signature
from s2sad.ir.trace import (
    Apply,
    Block,
    Break,
    Call,
    Const,
    Continue,
    For,
    Function,
    If,
    Loop,
    Op,
    Program,
    Raise,
    Resume,
    Return,
    Terminator,
    Undefined,
    Value,
    While,
    Yield,
)

Signatures = Callable[[str], Signature]
_CONTEXT = 10


def verify(trace: Function | Program, stage: str, signatures: Signatures | None = None) -> None:
    """Raise InternalError, with the trace around the fault, unless `trace` is well formed.

    `stage` says after which pass.  With `signatures` the arity of every primitive is checked too.
    """
    if isinstance(trace, Program):
        if trace.entry not in trace.functions:
            raise InternalError(f"broken trace after {stage}: no entry function {trace.entry!r}")
        for function in trace.functions.values():
            _Verifier(function, stage, signatures, trace).run()
    else:
        _Verifier(trace, stage, signatures, None).run()


class _Verifier:
    """Walks one function once; `visible` holds the values in scope."""

    def __init__(self, function: Function, stage: str, signatures: Signatures | None, program: Program | None) -> None:
        self.function = function
        self.stage = stage
        self.signatures = signatures
        self.program = program
        self.visible: set[Value] = set()
        self.defined: set[Value] = set()
        self.seen: set[int] = set()
        self.loops: list[Loop] = []

    def run(self) -> None:
        params = self.function.block.params
        if len(self.function.params) != len(params):
            self.fault(None, f"{len(self.function.params)} parameters described, {len(params)} values")
        self.block(self.function.block, None, (Return,), 1)

    def fault(self, op: Op | None, message: str) -> None:
        text = _excerpt(self.function, op)
        raise InternalError(f"broken trace after {self.stage}: {message}\n{text}",
                            loc=op.loc if op is not None else None, function=self.function.name)

    def define(self, values: Iterable[Value], op: Op | None) -> None:
        for value in values:
            if value in self.defined:
                self.fault(op, f"{value!r} is defined twice")
            self.defined.add(value)
            self.visible.add(value)

    def block(self, block: Block, owner: Op | None, ends: tuple[type[Op], ...], arity: int) -> None:
        """Check a block that may end in one of `ends` (a Yield with `arity` values)."""
        self.define(block.params, owner)
        if not block.ops or not isinstance(block.ops[-1], Terminator):
            self.fault(block.ops[-1] if block.ops else owner, "a block does not end in a terminator")
        for op in block.ops:
            self.op(op)
            if isinstance(op, Terminator) and op is not block.ops[-1]:
                self.fault(op, "a terminator in the middle of a block")
        last = block.ops[-1]
        if not isinstance(last, ends):
            self.fault(last, f"a block must not end in {type(last).__name__.lower()} here")
        if isinstance(last, Yield) and len(last.values) != arity:
            self.fault(last, f"{len(last.values)} values yielded, {arity} expected")
        self.visible.difference_update(block.params)
        for op in block.ops:
            self.visible.difference_update(op.defined())

    def op(self, op: Op) -> None:
        if id(op) in self.seen:
            self.fault(op, "an operation occurs twice")
        self.seen.add(id(op))
        for atom in op.operands():
            if isinstance(atom, Value):
                if atom not in self.visible:
                    self.fault(op, f"{atom!r} is used where it is not defined")
            elif not isinstance(atom, (Const, Undefined)):
                self.fault(op, f"{atom!r} is no operand")
        if isinstance(op, Terminator):
            self.terminator(op)
        elif isinstance(op, Apply):
            self.apply(op)
        elif isinstance(op, Call):
            self.call(op)
        elif isinstance(op, If):
            for branch in op.blocks():
                if branch.params:
                    self.fault(op, "a branch has parameters")
                self.block(branch, op, (Terminator,), len(op.results))
        elif isinstance(op, Loop):
            self.loop(op)
        self.define(op.defined(), op)

    def loop(self, op: Loop) -> None:
        count = len(op.inits)
        extra = 1 if isinstance(op, For) else 0
        if len(op.body.params) != count + extra:
            self.fault(op, f"{len(op.body.params)} body parameters for {count} carried values")
        if len(op.results) != count:
            self.fault(op, f"{len(op.results)} results for {count} carried values")
        if isinstance(op, While):
            if len(op.cond.params) != count:
                self.fault(op, f"{len(op.cond.params)} condition parameters for {count} carried values")
            self.block(op.cond, op, (Yield,), 1)
        self.loops.append(op)
        self.block(op.body, op, (Terminator,), count)
        self.loops.pop()

    def terminator(self, op: Terminator) -> None:
        if isinstance(op, Resume) and op.values:
            self.fault(op, "values passed on by a finally")
        if isinstance(op, Raise) and len(op.values) > 2:
            self.fault(op, f"{len(op.values)} values raised")
        if isinstance(op, Return) and len(op.values) != 1:
            self.fault(op, f"{len(op.values)} values returned, 1 expected")
        if isinstance(op, (Break, Continue)):
            if not self.loops:
                self.fault(op, f"{type(op).__name__.lower()} outside a loop")
            if len(op.values) != len(self.loops[-1].inits):
                self.fault(op, f"{len(op.values)} values passed on, {len(self.loops[-1].inits)} carried")

    def apply(self, op: Apply) -> None:
        if self.signatures is None:
            return
        try:
            signature = self.signatures(op.prim)
        except KeyError:
            self.fault(op, f"unknown primitive {op.prim!r}")
            return
        expected = len(signature.arguments)
        if len(op.args) < expected or (len(op.args) > expected and not signature.variadic):
            self.fault(op, f"{op.prim} has {len(op.args)} operands, {expected} expected")
        results = len(op.args) if signature.results < 0 else signature.results
        if len(op.results) != results:
            self.fault(op, f"{op.prim} has {len(op.results)} results, {results} expected")

    def call(self, op: Call) -> None:
        if self.program is None:
            return
        callee = self.program.functions.get(op.callee)
        if callee is None:
            self.fault(op, f"call of an unknown function {op.callee!r}")
        elif len(op.args) != len(callee.params):
            self.fault(op, f"{len(op.args)} arguments for the {len(callee.params)} parameters of {op.callee}")


class _LocatingPrinter(Printer):
    """Remembers on which line an operation was printed."""

    def __init__(self, fault: Op | None) -> None:
        super().__init__()
        self.fault = fault
        self.where: int | None = None

    def op(self, op: Op, depth: int) -> None:
        if op is self.fault and self.where is None:
            self.where = len(self.lines)
        super().op(op, depth)


def _excerpt(function: Function, op: Op | None) -> str:
    """The printed trace, cut to the lines around `op`."""
    printer = _LocatingPrinter(op)
    # A trace too broken to print: show what was printed.
    with contextlib.suppress(AttributeError, IndexError, ValueError):
        printer.function(function)
    lines = printer.lines
    if printer.where is None or printer.where >= len(lines):
        return "\n".join(lines[:2 * _CONTEXT])
    lines[printer.where] += "   <-- here"
    return "\n".join(lines[max(printer.where - _CONTEXT, 0):printer.where + _CONTEXT + 1])
