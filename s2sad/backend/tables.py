"""Evaluation tables: one row per executed statement, as in Griewank and Walther.

::

    variable  expression  value
    a         a           2
    b         b           5
    w0        sin(a)      0.909297
    w1        b * w0      4.546487
    w2        b ** 2      25
    r         w1 + w2     29.546487

A derivative's trace gives a table per sweep: the primal rows, then those of the tangents or adjoints.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from s2sad.backend.figures import figure, plain
from s2sad.backend.interpret import interpret
from s2sad.backend.notation import Notation, Signatures, temporary
from s2sad.ir.trace import Apply, Atom, Call, For, Function, If, Loop, Op, Program, Value, While, Yield

TITLES = {"primal": "evaluation trace", "tangent": "tangent trace", "adjoint": "adjoint trace"}
_SEED_ENDINGS = {"_dot": "tangent", "_bar": "adjoint"}
_STORES = ("setitem", "accumulate_at", "iadd")


@dataclass(frozen=True)
class Row:
    """One executed statement: `variable` got `value` from `expression`.

    `table` is ``primal``, ``tangent`` or ``adjoint``; `iteration` pairs each enclosing loop (its
    index, ``#`` for `while`) with where it stands, and each enclosing call with its depth of recursion.
    """

    table: str
    variable: str
    expression: str
    value: object
    line: int = 0
    iteration: tuple[tuple[str, int], ...] = ()

    @property
    def when(self) -> str:
        """The iteration as text: ``i=2, j=0``."""
        return ", ".join(_standing(name, number) for name, number in self.iteration)


def _standing(name: str, number: int) -> str:
    if name.endswith("()"):
        return name if number == 1 else f"{name}#{number}"
    return f"{name}{number}" if name == "#" else f"{name}={number}"


class _Frame:
    """One activation of a function: its notation, and where its loops stand."""

    def __init__(self, function: Function, signatures: Signatures | None, caller: _Frame | None = None) -> None:
        self.function = function
        self.notation = Notation(function, signatures, fold_conditions=True)
        self.caller = caller
        self.depth = 1 + sum(frame.function is function for frame in caller.stack()) if caller else 1
        self.loops: dict[Op, tuple[Loop, ...]] = {}
        self.standing: dict[Loop, int] = {}
        self._enclose(function.block.ops, ())

    def _enclose(self, ops: Sequence[Op], loops: tuple[Loop, ...]) -> None:
        for op in ops:
            self.loops[op] = loops
            for block in op.blocks():
                # A condition stands before the iteration that it decides.
                own = (op,) if isinstance(op, Loop) and block is op.body else ()
                self._enclose(block.ops, (*loops, *own))

    def stack(self) -> list[_Frame]:
        """The callers, from the outermost, and this frame."""
        return [*(self.caller.stack() if self.caller else []), self]

    def iteration(self, op: Op) -> tuple[tuple[str, int], ...]:
        around = [*self.loops[op], op] if isinstance(op, Loop) else self.loops[op]
        return tuple((self.notation.names[loop.index] if isinstance(loop, For) else "#", self.standing[loop])
                     for loop in around if loop in self.standing)


class Recorder:
    """Collects rows, and the last value of each name as it was then, while a trace is interpreted."""

    def __init__(self, program: Program, seeds: Collection[str], signatures: Signatures | None) -> None:
        self.program = program
        self.signatures = signatures
        self.seeds = seeds
        self.rows: list[Row] = []
        self.live: dict[Value, object] = {}
        self.values: dict[Value, object] = {}
        self.result: Any = None
        self.frame = _Frame(program.main, signatures)
        # What stands before the iteration of the current function: the calls that led to it.
        self.calls: tuple[tuple[str, int], ...] = ()

    def inputs(self, args: Sequence[object], expressions: Sequence[str] | None = None, origin: str = "primal") -> None:
        """The first rows of a function: parameters and their values."""
        function = self.frame.function
        for k, (parameter, value, argument) in enumerate(zip(function.params, function.values, args)):
            self.live[value] = argument
            self.values[value] = _kept(argument)
            seed = expressions is None and parameter.name in self.seeds
            table = _SEED_ENDINGS.get(parameter.name[-4:], origin) if seed else origin
            text = expressions[k] if expressions else parameter.name
            self.rows.append(Row(table, parameter.name, text, _kept(argument), function.line, self.calls))

    def __call__(self, op: Op, value: Value | None, result: object) -> None:
        """One event of the interpreter: `op` gave `value` the `result`."""
        if value is not None:
            self.live[value] = result
            self.values[value] = _kept(result)
        if isinstance(op, Call) and value is None:
            self._call(op, result)
        elif isinstance(op, Loop):
            self._loop(op, value, result)
        elif isinstance(op, If):
            self._branch(op, value, result)
        elif value is not None:
            self._definition(op, value, result)
        elif isinstance(op, Apply) and op.prim != "comment":
            self._effect(op)

    def _call(self, op: Call, result: Any) -> None:
        """Enter the function called with arguments `result`, or come back from it."""
        if result is not None:
            callee = _Frame(self.program.functions[op.callee], self.signatures, self.frame)
            expressions = [self.frame.notation.atom(argument) for argument in op.args]
            self.calls = (*self.calls, *self.frame.iteration(op), (f"{callee.function.name}()", callee.depth))
            self.frame = callee
            self.inputs(result, expressions, op.origin)
        elif self.frame.caller is not None:
            self.frame = self.frame.caller
            self.calls = self.calls[:len(self.calls) - 1 - len(self.frame.iteration(op))]

    def _loop(self, op: Loop, value: Value | None, result: Any) -> None:
        standing = self.frame.standing
        if value is None and result is None:
            standing.pop(op, None)
        elif isinstance(op, For) and value is op.index:
            standing[op] = result
            self.add(op, self.frame.notation.names[op.index], result)
        elif isinstance(op, While) and value is None:
            standing[op] = standing.get(op, 0) + 1
            self.add(op, "while", result)

    def _definition(self, op: Op, value: Value, result: object) -> None:
        if isinstance(op, Apply) and op.prim == "global":
            name = str(op.attrs.get("name", "?"))
            self.add(op, name, result, name)
        elif not self.frame.notation.folded(value):
            name, text = self.frame.notation.names[value], self.frame.notation.expression(op)
            if name != text:
                self.add(op, name, result, text)

    def _branch(self, op: If, value: Value | None, result: Any) -> None:
        """The decision; a merge has a row only where it gives a value another name."""
        notation = self.frame.notation
        if value is None:
            if not op.results or not temporary(op.results[0]):
                self.add(op, "if", result)
        elif not notation.folded(value):
            position = op.results.index(value)
            name = notation.names[value]
            known = {notation.atom(block.ops[-1].values[position]) for block in op.blocks()
                     if isinstance(block.ops[-1], Yield)}
            if temporary(value) or known != {name}:
                self.add(op, name, result, notation.choice(op, position))

    def _effect(self, op: Apply) -> None:
        """Stores show what is in the cell afterwards; other effects have no value."""
        notation = self.frame.notation
        text = notation.expression(op)
        if op.prim in _STORES:
            target = notation.target(op)
            sign = " = " if op.prim == "setitem" else " += "
            right = text[len(target) + len(sign):]
            shown = right if op.prim == "setitem" else f"{target} + {right}"
            self.add(op, target, self._stored(op), shown)
        else:
            self.add(op, "", "", text)

    def _stored(self, op: Apply) -> object:
        base: Any = self.value(op.args[0])
        return base if op.prim == "iadd" else base[self.value(op.args[1])]

    def value(self, atom: Atom) -> object:
        return self.live.get(atom) if isinstance(atom, Value) else getattr(atom, "value", None)

    def add(self, op: Op, variable: str, value: object, expression: str | None = None) -> None:
        text = self.frame.notation.expression(op) if expression is None else expression
        iteration = (*self.calls, *self.frame.iteration(op))
        self.rows.append(Row(op.origin, variable, text, _kept(value), op.loc.line if op.loc else 0, iteration))


def _kept(value: object) -> object:
    """A copy, for values that later statements may store into."""
    if hasattr(value, "__enter__"):
        return type(value).__name__  # a context has nothing to show, nor can it always be copied
    return value if isinstance(value, (int, float, complex, str, type(None))) else copy.deepcopy(value)


def record(trace: Program | Function, args: Sequence[object], *, seeds: Collection[str] = (),
           signatures: Signatures | None = None, globals: Mapping[str, object] | None = None) -> Recorder:
    """Evaluate a trace at `args`; the recorder has `rows`, the `result`, and the last `values` for a graph."""
    program = trace if isinstance(trace, Program) else Program(trace.key, {trace.key: trace})
    recorder = Recorder(program, seeds, signatures)
    recorder.inputs(args)
    recorder.result = interpret(program, list(args), signatures=signatures, globals=globals, observe=recorder)
    return recorder


def rows_of(trace: Program | Function, args: Sequence[object], *, seeds: Collection[str] = (),
            signatures: Signatures | None = None, globals: Mapping[str, object] | None = None) -> list[Row]:
    """Evaluate a trace at `args` and return a row for each executed statement, inputs first.

    `seeds` names the parameters that are tangents or adjoints.
    """
    return record(trace, args, seeds=seeds, signatures=signatures, globals=globals).rows


# -- rendering -------------------------------------------------------------------------------------------


def tables_of(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """The rows by table, in the order primal, tangent, adjoint; empty tables are left out."""
    found = {name: [row for row in rows if row.table == name] for name in TITLES}
    return {name: part for name, part in found.items() if part}


def cells(rows: Sequence[Row]) -> tuple[list[str], list[list[str]]]:
    """Heads and cell texts of one table; the iteration has a column where there are loops."""
    heads = ["variable", "expression", "value"]
    body = [[row.variable, row.expression, figure(row.value) if row.variable else ""] for row in rows]
    if any(row.iteration for row in rows):
        heads.insert(0, "iteration")
        body = [[row.when, *texts] for row, texts in zip(rows, body)]
    return heads, body


def render(rows: Sequence[Row], format: str = "table") -> str:
    """The tables as text (``table``), a page (``html``) or data (``json``)."""
    if format == "json":
        return _json(rows)
    if format == "html":
        return _html(rows)
    if format == "table":
        return "\n".join(_text(TITLES[name], part) for name, part in tables_of(rows).items())
    raise ValueError(f"unknown format {format!r}: use 'table', 'html' or 'json'")


def _text(title: str, rows: Sequence[Row]) -> str:
    heads, body = cells(rows)
    widths = [max(len(line[k]) for line in [heads, *body]) for k in range(len(heads))]
    lines = [heads, ["-" * width for width in widths], *body]
    texts = ["  ".join(text.ljust(width) for text, width in zip(line, widths)).rstrip() for line in lines]
    return "\n".join([title, *texts]) + "\n"


def _json(rows: Sequence[Row]) -> str:
    def entry(row: Row) -> dict[str, object]:
        return {"variable": row.variable, "expression": row.expression, "value": plain(row.value),
                "text": figure(row.value), "line": row.line, "iteration": [list(pair) for pair in row.iteration]}

    tables = {name: [entry(row) for row in part] for name, part in tables_of(rows).items()}
    return json.dumps({"generator": "s2sad", **tables}, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="generator" content="s2sad">
<title>Evaluation trace</title>
<style>
:root { color-scheme: light dark; }
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem; display: flex; flex-wrap: wrap; gap: 2.5rem;
       align-items: flex-start; }
table { border-collapse: collapse; }
caption { text-align: left; font-weight: 600; padding: 0 0 .5rem .75rem; }
th, td { padding: .25rem .75rem; text-align: left; border-bottom: 1px solid #8884; white-space: nowrap; }
th { font-weight: 500; opacity: .7; border-bottom-width: 2px; }
td { font-family: ui-monospace, monospace; font-size: .92em; }
td:last-child { font-variant-numeric: tabular-nums; }
</style>
</head>
<body>
%s
</body>
</html>
"""


def _html(rows: Sequence[Row]) -> str:
    tables = []
    for name, part in tables_of(rows).items():
        heads, body = cells(part)
        lines = [f"<table>\n<caption>{TITLES[name]}</caption>",
                 "<tr>" + "".join(f"<th>{escape(head)}</th>" for head in heads) + "</tr>"]
        lines += ["<tr>" + "".join(f"<td>{escape(text)}</td>" for text in line) + "</tr>" for line in body]
        tables.append("\n".join([*lines, "</table>"]))
    return _PAGE % "\n".join(tables)
