"""Statements that abbreviate others are written out before lowering: `else` of loops, `match`, `:=` in a loop's head.

Before::                                After::

    for i in range(n):                      broke = False
        if y > 2.0:                         for i in range(n):
            break                               if y > 2.0:
        y = y * x                                   broke = True
    else:                                           break
        y = y + 1.0                             y = y * x
                                            if not broke:
                                                y = y + 1.0

    while (r := f(x)) > tol:                while True:
        x = x - r                               if not (r := f(x)) > tol:
                                                    break
                                                x = x - r

`match` is in `patterns`, a `try` in parts in `interrupted`, `nonlocal` in `nonlocals`, ``:=`` in a comprehension in
`spelled`.  What is written out keeps the place of what it comes from.
"""

from __future__ import annotations

import copy
from typing import Any

import gast

from s2sad.frontend.interrupted import loads, split
from s2sad.frontend.nodes import assignment, branch, constant, load, negated, placed, written
from s2sad.frontend.nonlocals import pass_in_and_out, rebinds
from s2sad.frontend.patterns import Unwritten, chain
from s2sad.frontend.spelled import written_out

_LOOPS = (gast.For, gast.While)
_COMPREHENSIONS = (gast.ListComp, gast.SetComp, gast.DictComp, gast.GeneratorExp)
_FUNCTIONS = (gast.FunctionDef, gast.AsyncFunctionDef, gast.Lambda, gast.ClassDef)


def desugar(body: list[Any], parts: bool = False) -> list[Any]:
    """The statements of a function without the constructs above; the given ones stay as they are.

    `parts` says that each `try` is cut in parts where somebody may read what an error in its middle leaves behind."""
    nodes = [n for statement in body for n in gast.walk(statement)]
    if not any(_abbreviates(n, parts) for n in nodes):
        return body
    writer = _Writer(nodes, parts)
    body = copy.deepcopy(body)
    if rebinds(body):
        pass_in_and_out(body, writer.names.fresh, Unwritten)
    return writer.statements(body)


def _abbreviates(node: Any, parts: bool) -> bool:
    if isinstance(node, gast.While) and _assigns(node.test):
        return True
    if isinstance(node, _COMPREHENSIONS) and _assigns(node):
        return True
    if isinstance(node, (*_LOOPS, gast.Try)) and node.orelse:
        return True
    if isinstance(node, gast.Try) and node.handlers and len(node.body) > 1 and parts:
        return True
    return isinstance(node, (gast.Match, gast.Nonlocal))


def _assigns(expression: Any) -> bool:
    return any(isinstance(n, gast.NamedExpr) for n in gast.walk(expression))


class Names:
    """Names that the user's function does not use."""

    def __init__(self, nodes: list[Any]) -> None:
        self.taken: set[str] = set()
        for node in nodes:
            for attribute in ("id", "name", "rest", "attr"):
                name = getattr(node, attribute, None)
                if isinstance(name, str):
                    self.taken.add(name)

    def fresh(self, name: str) -> str:
        number, unique = 2, name
        while unique in self.taken:
            unique, number = f"{name}{number}", number + 1
        self.taken.add(unique)
        return unique


class _Writer:
    """Writes statements out, innermost first."""

    def __init__(self, nodes: list[Any], parts: bool) -> None:
        self.names = Names(nodes)
        self.loads = loads(nodes)
        self.parts = parts
        self.loops = 0

    def statements(self, body: list[Any]) -> list[Any]:
        return [new for node in body for new in self.statement(node)]

    def statement(self, node: Any) -> list[Any]:
        self.loops += isinstance(node, _LOOPS)
        for field in ("body", "orelse", "finalbody"):
            inner = getattr(node, field, None)
            if isinstance(inner, list):
                setattr(node, field, self.statements(inner))
        self.loops -= isinstance(node, _LOOPS)
        for part in [*getattr(node, "handlers", ()), *getattr(node, "cases", ())]:
            part.body = self.statements(part.body)
        if isinstance(node, (gast.Assign, gast.Return, gast.Expr)) and node.value is not None and _assigns(node.value):
            before = written_out(node, self.names.fresh)
            if before:
                return [*self.statements(before), *self.statement(node)]
        if isinstance(node, gast.If) and _assigns(node.test):
            return [*self.statements(written_out(node, self.names.fresh)), node]
        if isinstance(node, gast.Match):
            return self.statements(chain(node, self.names.fresh))
        if isinstance(node, _LOOPS) and node.orelse:
            return self.completed(node)
        if isinstance(node, gast.Try) and node.orelse:
            return self.succeeded(node)
        if isinstance(node, gast.Try):
            return self.in_parts(node, [])
        if isinstance(node, gast.While) and _assigns(node.test):
            return [self.endless(node)]
        return [node]

    def completed(self, node: Any) -> list[Any]:
        """A loop with an `else`, which runs unless a `break` was taken."""
        orelse, node.orelse = node.orelse, []
        breaks = _breaks(node.body)
        if not breaks:
            return [*self.statement(node), *orelse]
        flag = self.names.fresh("broke")
        for block in breaks:
            block.insert(-1, assignment(flag, constant(True, block[-1]), block[-1], f"{flag} = True"))
        after = branch(negated(load(flag, node), node), orelse, [], orelse[0], f"if not {flag}:")
        return [assignment(flag, constant(False, node), node, f"{flag} = False"), *self.statement(node), after]

    def succeeded(self, node: Any) -> list[Any]:
        """A `try` with an `else`, which runs where the body raised nothing, and is not guarded itself."""
        orelse, node.orelse = node.orelse, []
        flag = self.names.fresh("succeeded")
        node.body.append(assignment(flag, constant(True, node), node, f"{flag} = True"))
        final, node.finalbody = node.finalbody, []
        tries = self.in_parts(node, orelse)
        body = [assignment(flag, constant(False, node), node, f"{flag} = False"), *tries,
                branch(load(flag, node), orelse, [], orelse[0], f"if {flag}:")]
        return [placed(gast.Try(body=body, handlers=[], orelse=[], finalbody=final), node)] if final else body

    def in_parts(self, node: Any, after: list[Any]) -> list[Any]:
        """A `try` whose progress is recorded, if that is wanted."""
        if not self.parts or not node.handlers or len(node.body) < 2:
            return [node]
        return split(node, self.loads, self.loops > 0, self.names.fresh, after)

    def endless(self, node: Any) -> Any:
        """A loop whose condition assigns: the condition becomes the first statement of its body."""
        leave = placed(gast.If(test=node.test, body=[placed(gast.Pass(), node)],
                               orelse=[written(placed(gast.Break(), node), "break")]), node)
        return placed(gast.While(test=constant(True, node), body=[leave, *node.body], orelse=[]), node)


def _breaks(body: list[Any]) -> list[list[Any]]:
    """The statement lists that end in a `break` of the loop whose body this is."""
    found: list[list[Any]] = []
    for position, node in enumerate(body):
        if isinstance(node, gast.Break):
            del body[position + 1:]
            return [*found, body]
        if isinstance(node, _FUNCTIONS):
            continue
        inner = ("orelse",) if isinstance(node, _LOOPS) else ("body", "orelse", "finalbody")
        for field in inner:
            block = getattr(node, field, None)
            if isinstance(block, list):
                found += _breaks(block)
        for part in [*getattr(node, "handlers", ()), *getattr(node, "cases", ())]:
            found += _breaks(part.body)
    return found
