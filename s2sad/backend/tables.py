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
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from html import escape

from s2sad.backend.figures import figure, plain
from s2sad.backend.interpret import interpret
from s2sad.backend.notation import Notation, Signatures
from s2sad.ir.trace import Apply, For, Function, If, Loop, Op, Value, While

TITLES = {"primal": "evaluation trace", "tangent": "tangent trace", "adjoint": "adjoint trace"}
_SEED_ENDINGS = {"_dot": "tangent", "_bar": "adjoint"}
_STORES = ("setitem", "accumulate_at", "iadd")


@dataclass(frozen=True)
class Row:
    """One executed statement: `variable` got `value` from `expression`.

    `table` is ``primal``, ``tangent`` or ``adjoint``; `iteration` pairs each enclosing loop (its
    index, ``#`` for `while`) with where it stands.
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
        return ", ".join(f"{name}{number}" if name == "#" else f"{name}={number}" for name, number in self.iteration)


class Recorder:
    """Collects rows while a trace is interpreted."""

    def __init__(self, function: Function, seeds: Collection[str] | None, signatures: Signatures | None) -> None:
        self.function = function
        self.notation = Notation(function, signatures)
        self.seeds = seeds
        self.rows: list[Row] = []
        self.values: dict[Value, object] = {}
        self.loops: dict[Op, tuple[Loop, ...]] = {}
        self.standing: dict[Loop, int] = {}
        self._enclose(function.block.ops, ())

    def _enclose(self, ops: Sequence[Op], loops: tuple[Loop, ...]) -> None:
        for op in ops:
            self.loops[op] = loops
            for block in op.blocks():
                # A condition stands before the iteration that it decides.
                own = isinstance(op, Loop) and block is op.body
                self._enclose(block.ops, (*loops, op) if own else loops)  # type: ignore[arg-type]

    def inputs(self, args: Sequence[object]) -> None:
        """The first rows: parameters and their values."""
        for parameter, value, argument in zip(self.function.params, self.function.values, args):
            self.values[value] = argument
            table = "primal"
            if self.seeds is None or parameter.name in self.seeds:
                table = _SEED_ENDINGS.get(parameter.name[-4:], "primal")
            self.rows.append(Row(table, parameter.name, parameter.name, _kept(argument), self.function.line))

    def __call__(self, op: Op, value: Value | None, result: object) -> None:
        """One event of the interpreter: `op` gave `value` the `result`."""
        if value is not None:
            self.values[value] = result
        if isinstance(op, For) and value is op.index:
            self.standing[op] = int(result)  # type: ignore[call-overload]
            self.add(op, self.notation.names[op.index], result)
        elif isinstance(op, While) and value is None:
            self.standing[op] = self.standing.get(op, 0) + 1
            self.add(op, "while", result)
            if not result:
                self.standing.pop(op)
        elif isinstance(op, If):
            self._branch(op, value, result)
        elif isinstance(op, Loop):
            self.standing.pop(op, None)
        elif value is not None:
            self._definition(op, value, result)
        elif isinstance(op, Apply):
            self._effect(op)

    def _definition(self, op: Op, value: Value, result: object) -> None:
        if isinstance(op, Apply) and op.prim == "global":
            name = str(op.attrs.get("name", "?"))
            self.add(op, name, result, name)
        elif not self.notation.folded(value):
            self.add(op, self.notation.names[value], result)

    def _branch(self, op: If, value: Value | None, result: object) -> None:
        """The decision; a merge has a row only where it is a value of its own."""
        if value is None:
            if not op.results or op.results[0].name is not None:
                self.add(op, "if", result)
        elif value.name is None and not self.notation.folded(value):
            position = op.results.index(value)
            block = op.then if self.truth(op) else op.orelse
            self.add(op, self.notation.names[value], result, self.notation.atom(block.ops[-1].operands()[position]))

    def truth(self, op: If) -> bool:
        return bool(self.values[op.cond]) if isinstance(op.cond, Value) else bool(getattr(op.cond, "value", True))

    def _effect(self, op: Apply) -> None:
        """Stores show what is in the cell afterwards; other effects have no value."""
        text = self.notation.expression(op)
        if op.prim in _STORES:
            target = self.notation.target(op)
            sign = " = " if op.prim == "setitem" else " += "
            right = text[len(target) + len(sign):]
            shown = right if op.prim == "setitem" else f"{target} + {right}"
            self.add(op, target, self._stored(op), shown)
        else:
            self.add(op, "", "", text)

    def _stored(self, op: Apply) -> object:
        base = self.value(op.args[0])
        if op.prim == "iadd":
            return base
        return base[self.value(op.args[1])]  # type: ignore[index]

    def value(self, atom: object) -> object:
        return self.values.get(atom) if isinstance(atom, Value) else getattr(atom, "value", None)

    def add(self, op: Op, variable: str, value: object, expression: str | None = None) -> None:
        around = [*self.loops[op], op] if isinstance(op, Loop) else self.loops[op]
        iteration = tuple((self.notation.names[loop.index] if isinstance(loop, For) else "#", self.standing[loop])
                          for loop in around if isinstance(loop, Loop) and loop in self.standing)
        text = self.notation.expression(op) if expression is None else expression
        self.rows.append(Row(op.origin, variable, text, _kept(value), op.loc.line if op.loc else 0, iteration))


def _kept(value: object) -> object:
    """A copy, for values that later statements may store into."""
    return value if isinstance(value, (int, float, complex, str, type(None))) else copy.deepcopy(value)


def rows_of(function: Function, args: Sequence[object], *, seeds: Collection[str] | None = None,
            signatures: Signatures | None = None) -> list[Row]:
    """Evaluate `function` at `args` and return a row for each executed statement, inputs first.

    `seeds` names the parameters that are tangents or adjoints; without it their endings decide.
    """
    recorder = Recorder(function, seeds, signatures)
    recorder.inputs(args)
    interpret(function, list(args), on_row=recorder)
    return recorder.rows


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
