"""The trace as text, for people: `s2sad trace FILE:FUNC`, dumps between passes, goldens.

::

    function f(x: float, n: int) -> float
        for i in range(0, n, 1) carrying y = x:
            w0 = gt(y, 1.0)
            if w0:
                w1 = math.sin(y)
                y.1 = mul(w1, x)
                yield y.1
            else:
                y.2 = mul(y, y)
                yield y.2
            -> y.3
            yield y.3
        -> y.4
        return y.4

A value prints as the user's name, with ``.1``, ``.2`` … for its further definitions; temporaries are
``w0, w1, …`` in order of definition.
"""

from __future__ import annotations

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
    Program,
    Raise,
    Resume,
    Return,
    Try,
    Undefined,
    Value,
    While,
    With,
    Yield,
)

_INDENT = "    "
_TERMINATORS = {Yield: "yield", Break: "break", Continue: "continue", Return: "return", Raise: "raise",
                Resume: "resume"}


class Printer:
    """Prints one function; numbers values in the order in which they are defined."""

    def __init__(self, types: bool = False) -> None:
        self.types = types
        self.names: dict[Value, str] = {}
        self.count: dict[str, int] = {}
        self.temporaries = 0
        self.lines: list[str] = []

    def define(self, value: Value) -> str:
        if value.name is None:
            text = f"w{self.temporaries}"
            self.temporaries += 1
        else:
            number = self.count.get(value.name, 0)
            self.count[value.name] = number + 1
            text = value.name if number == 0 else f"{value.name}.{number}"
        self.names[value] = text
        return text

    def defined(self, values: list[Value]) -> str:
        return ", ".join(self.define(v) + (f": {v.type}" if self.types else "") for v in values)

    def atom(self, atom: Atom) -> str:
        if isinstance(atom, Const):
            return "..." if atom.value is Ellipsis else repr(atom.value)
        if isinstance(atom, Undefined):
            return "undefined"
        # A dangling use prints, so that a broken trace can be looked at.
        return self.names.get(atom) or f"<{atom.name or '_'} not defined>"

    def atoms(self, atoms: list[Atom]) -> str:
        return ", ".join(map(self.atom, atoms))

    def line(self, depth: int, text: str) -> None:
        self.lines.append(_INDENT * depth + text)

    def function(self, function: Function) -> str:
        heads = [f"{self.define(v)}: {v.type}" for v in function.values]
        self.line(0, f"function {function.name}({', '.join(heads)})")
        self.block(function.block, 1)
        return "\n".join(self.lines) + "\n"

    def block(self, block: Block, depth: int) -> None:
        for op in block.ops:
            self.op(op, depth)

    def op(self, op: Op, depth: int) -> None:
        if isinstance(op, (Apply, Call)):
            self.simple(op, depth)
        elif isinstance(op, (With, Try)):
            self.region(op, depth)
        elif isinstance(op, If):
            self.line(depth, f"if {self.atom(op.cond)}:")
            self.block(op.then, depth + 1)
            self.line(depth, "else:")
            self.block(op.orelse, depth + 1)
            self.results(op.results, depth)
        elif isinstance(op, For):
            header = f"range({self.atoms([op.start, op.stop, op.step])})"
            inits = self.atoms(op.inits).split(", ") if op.inits else []
            index = self.define(op.index)
            self.line(depth, f"for {index} in {header}{self.carrying(op.carried, inits)}:")
            self.block(op.body, depth + 1)
            self.results(op.results, depth)
        elif isinstance(op, While):
            inits = self.atoms(op.inits).split(", ") if op.inits else []
            self.line(depth, f"while{self.carrying(op.cond.params, inits)}:")
            self.block(op.cond, depth + 1)
            self.line(depth, f"do{self.carrying(op.carried, [])}:")
            self.block(op.body, depth + 1)
            self.results(op.results, depth)
        else:
            values = self.atoms(op.operands())
            self.line(depth, f"{_TERMINATORS[type(op)]} {values}".rstrip())  # type: ignore[index]

    def region(self, op: With | Try, depth: int) -> None:
        self.line(depth, f"with {self.atom(op.cond)}:" if isinstance(op, With) else "try:")
        self.block(op.then, depth + 1)
        if isinstance(op, Try) and op.kinds:
            self.line(depth, f"except {', '.join(op.kinds)}:")
            self.block(op.orelse, depth + 1)
        if isinstance(op, Try) and op.final is not None:
            self.line(depth, "finally:")
            self.block(op.final, depth + 1)
        self.results(op.results, depth)

    def simple(self, op: Apply | Call, depth: int) -> None:
        shown = op.attrs.items() if isinstance(op, Apply) else ()
        attrs = "".join(f", {k}={v!r}" for k, v in shown if not k.startswith("_"))
        head = op.prim if isinstance(op, Apply) else f"call {op.callee}"
        text = f"{head}({(self.atoms(op.args) + attrs).removeprefix(', ')})"
        results = self.defined(op.defined())
        self.line(depth, f"{results} = {text}" if results else text)

    def carrying(self, params: list[Value], inits: list[str]) -> str:
        names = [self.define(v) for v in params]
        if not names:
            return ""
        if not inits:
            return " with " + ", ".join(names)
        return " carrying " + ", ".join(f"{n} = {i}" for n, i in zip(names, inits))

    def results(self, values: list[Value], depth: int) -> None:
        if values:
            self.line(depth, f"-> {self.defined(values)}")


def print_function(function: Function, types: bool = False) -> str:
    """The text of one function's trace."""
    return Printer(types).function(function)


def print_program(program: Program, types: bool = False) -> str:
    """The text of every function of a program, the entry first."""
    keys = [program.entry, *(k for k in program.functions if k != program.entry)]
    return "\n".join(print_function(program.functions[k], types) for k in keys)
