"""A list comprehension that assigns is written out as its loop, before the statement that it stands in.

Before::                                    After::

    ys = [y := y * v for v in xs if v > 0]      made = []
                                                for v2 in xs:
                                                    if v2 > 0:
                                                        made.append(y := y * v2)
                                                ys = made

    if any((hit := v) > 1 for v in xs):         found = False
        return hit                              for v2 in xs:
                                                    if (hit := v2) > 1:
                                                        found = True
                                                        break
                                                if found:
                                                    return hit

That is the same where nothing that is evaluated before it in its statement has an effect or sees the names that it
assigns.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import gast

from s2sad.frontend.nodes import assignment, constant, load, negated, placed, written

# Functions that take all elements at once, so that a generator is as good as a list.
_WHOLE = ("sum", "min", "max", "list", "tuple", "sorted")


def written_out(node: Any, fresh: Callable[[str], str]) -> list[Any]:
    """The statements to put before `node`, in which a name takes the place of the comprehension."""
    searching = _searched(node, fresh)
    if searching or isinstance(node, gast.If):
        return searching
    found = _leading(node.value)
    if found is None:
        return []
    holder, comprehension = found
    name = fresh("made")

    def append(element: Any) -> list[Any]:
        method = placed(gast.Attribute(value=load(name, comprehension), attr="append", ctx=gast.Load()), comprehension)
        call = placed(gast.Call(func=method, args=[element], keywords=[]), comprehension)
        return [placed(gast.Expr(value=call), comprehension)]

    before = [assignment(name, placed(gast.List(elts=[], ctx=gast.Load()), comprehension), comprehension,
                         f"{name} = []"), _loop(comprehension, append, fresh)]
    made = load(name, comprehension)
    if holder is None:
        node.value = made
    else:
        holder.args[0] = made
    return before


def _searched(node: Any, fresh: Callable[[str], str]) -> list[Any]:
    """``any`` and ``all`` of a generator as a loop that stops, where they are all that the statement evaluates."""
    holder, field = node, "test" if isinstance(node, gast.If) else "value"
    value = getattr(holder, field)
    if isinstance(value, gast.UnaryOp) and isinstance(value.op, gast.Not):
        holder, field, value = value, "operand", value.operand
    if not (isinstance(value, gast.Call) and isinstance(value.func, gast.Name) and value.func.id in ("any", "all")
            and len(value.args) == 1 and isinstance(value.args[0], gast.GeneratorExp)
            and len(value.args[0].generators) == 1):
        return []
    stops, generator = value.func.id == "any", value.args[0]
    name = fresh("found" if stops else "holds")

    def stop(element: Any) -> list[Any]:
        leave = [assignment(name, constant(stops, generator), generator, f"{name} = {stops}"),
                 written(placed(gast.Break(), generator), "break")]
        test = element if stops else negated(element, generator)
        return [placed(gast.If(test=test, body=leave, orelse=[]), generator)]

    before = [assignment(name, constant(not stops, generator), generator, f"{name} = {not stops}"),
              _loop(generator, stop, fresh)]
    setattr(holder, field, load(name, value))
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


def _loop(node: Any, finish: Callable[[Any], list[Any]], fresh: Callable[[str], str]) -> Any:
    """The loops of a comprehension, with what `finish` makes of an element in the innermost one."""
    node = copy.deepcopy(node)
    targets = {n.id: fresh(n.id) for g in node.generators for n in gast.walk(g.target) if isinstance(n, gast.Name)}
    first = node.generators[0].iter
    for part in [node.elt, *(p for g in node.generators for p in (g.target, *g.ifs)),
                 *(g.iter for g in node.generators[1:])]:
        for inner in gast.walk(part):
            if isinstance(inner, gast.Name) and inner.id in targets:
                inner.id = targets[inner.id]
    node.generators[0].iter = first
    body = finish(node.elt)
    for generator in reversed(node.generators):
        for test in reversed(generator.ifs):
            body = [placed(gast.If(test=test, body=body, orelse=[]), node)]
        body = [placed(gast.For(target=generator.target, iter=generator.iter, body=body, orelse=[],
                                type_comment=None), node)]
    return body[0]
