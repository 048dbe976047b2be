"""A list comprehension that assigns is written out as its loop, before the statement that it stands in.

Before::                                    After::

    ys = [y := y * v for v in xs if v > 0]      made = []
                                                for v2 in xs:
                                                    if v2 > 0:
                                                        made.append(y := y * v2)
                                                ys = made

That is the same where nothing that is evaluated before it in its statement has an effect or sees the names that it
assigns.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import gast

from s2sad.frontend.nodes import assignment, load, placed

# Functions that take all elements at once, so that a generator is as good as a list.
_WHOLE = ("sum", "min", "max", "list", "tuple", "sorted")


def written_out(node: Any, fresh: Callable[[str], str]) -> list[Any]:
    """The statements to put before `node`, in which a name takes the place of the comprehension."""
    found = _leading(node.value)
    if found is None:
        return []
    holder, comprehension = found
    name = fresh("made")
    before = [assignment(name, placed(gast.List(elts=[], ctx=gast.Load()), comprehension), comprehension,
                         f"{name} = []"), _loop(comprehension, name, fresh)]
    made = load(name, comprehension)
    if holder is None:
        node.value = made
    else:
        holder.args[0] = made
    return before


def _leading(value: Any) -> tuple[Any, Any] | None:
    """The comprehension that is evaluated first, and the call that it is the first argument of."""
    if isinstance(value, gast.ListComp):
        return None, value
    if isinstance(value, gast.Call) and value.args and isinstance(value.func, (gast.Name, gast.Attribute)):
        first = value.args[0]
        whole = isinstance(value.func, gast.Name) and value.func.id in _WHOLE
        if isinstance(first, gast.ListComp) or (whole and isinstance(first, gast.GeneratorExp)):
            return value, first
    return None


def _loop(node: Any, name: str, fresh: Callable[[str], str]) -> Any:
    node = copy.deepcopy(node)
    targets = {n.id: fresh(n.id) for g in node.generators for n in gast.walk(g.target) if isinstance(n, gast.Name)}
    first = node.generators[0].iter
    for part in [node.elt, *(p for g in node.generators for p in (g.target, *g.ifs)),
                 *(g.iter for g in node.generators[1:])]:
        for inner in gast.walk(part):
            if isinstance(inner, gast.Name) and inner.id in targets:
                inner.id = targets[inner.id]
    node.generators[0].iter = first
    method = placed(gast.Attribute(value=load(name, node), attr="append", ctx=gast.Load()), node)
    body = placed(gast.Expr(value=placed(gast.Call(func=method, args=[node.elt], keywords=[]), node)), node)
    for generator in reversed(node.generators):
        for test in reversed(generator.ifs):
            body = placed(gast.If(test=test, body=[body], orelse=[]), node)
        body = placed(gast.For(target=generator.target, iter=generator.iter, body=[body], orelse=[],
                               type_comment=None), node)
    return body
