"""A traced function as a gast function definition.

::

    function f(x: float)              def f(x: float) -> float:
        w0 = math.sin(x)      ->          return sin(x) * x
        w1 = mul(w0, x)
        return w1
"""

from __future__ import annotations

import gast

from s2sad.backend import nodes
from s2sad.backend.comments import annotate
from s2sad.backend.context import Context
from s2sad.backend.names import Names
from s2sad.backend.nodes import Node
from s2sad.backend.statements import Statements
from s2sad.ir.trace import Apply, Function, Parameter, walk


def function_node(function: Function, context: Context, trailing: bool = False, doc: str | None = None) -> Node:
    """The definition of one function; `doc` replaces its docstring."""
    names = Names(function, context.reserved)
    body = _finished(Statements(names, context).block(function.block))
    body = annotate(body, trailing)
    rebound = {str(op.attrs["name"]) for op in walk(function.block)
               if isinstance(op, Apply) and op.prim == "store_global"}
    if rebound:
        body = [gast.Global(names=sorted(rebound)), *body]
    doc = doc if doc is not None else function.doc
    if doc:
        body = [nodes.expression(nodes.literal(doc)), *body]
    returns = _annotation(function.returns)
    definition = gast.FunctionDef(
        name=function.name, args=_arguments(function.params), body=body or [gast.Pass()], decorator_list=[],
        returns=returns, type_comment=None, type_params=[])
    return definition


def _finished(body: list[Node]) -> list[Node]:
    """Without a bare `return` at the end; ``return None`` where other paths return a value."""
    if body and isinstance(body[-1], gast.Return) and body[-1].value is None:
        rest = body[:-1]
        if not any(r.value is not None for r in _returns(rest)):
            return rest or [gast.Pass()]
    found = _returns(body)
    if any(r.value is not None for r in found):
        for statement in found:
            if statement.value is None:
                statement.value = nodes.literal(None)
    return body


def _returns(body: list[Node]) -> list[Node]:
    found: list[Node] = []
    for statement in body:
        if isinstance(statement, gast.Return):
            found.append(statement)
        else:
            found += [r for inner in nodes.inner_lists(statement) for r in _returns(inner)]
    return found


def _annotation(text: str | None) -> Node | None:
    return None if not text else gast.parse(text, mode="eval").body


def _arguments(params: list[Parameter]) -> Node:
    def argument(param: Parameter) -> Node:
        return gast.Name(id=param.name, ctx=gast.Param(), annotation=_annotation(param.annotation), type_comment=None)

    plain = [p for p in params if not p.keyword_only]
    keyword = [p for p in params if p.keyword_only]
    # A default cannot be followed by a parameter without one.
    first = next((k for k in range(len(plain)) if all(p.default is not None for p in plain[k:])), len(plain))
    return gast.arguments(
        args=[argument(p) for p in plain], posonlyargs=[], vararg=None, kwonlyargs=[argument(p) for p in keyword],
        kw_defaults=[None if p.default is None else nodes.literal(p.default.value) for p in keyword], kwarg=None,
        defaults=[nodes.literal(p.default.value) for p in plain[first:] if p.default is not None])
