"""Inner functions that rebind variables of the function around them: the variable goes in, and comes back.

Before::                                After::

    def bump(v):                            def bump(v, *, total):
        nonlocal total                          total = total + v
        total = total + v                       return (v * v, total)
        return v * v
    y = bump(x)                             y = (back := bump(x, total=total), total := back[1], back[0])[2]

The functions inside that call such a function rebind its variables too.  Used otherwise than by a call, such a
function would have to be an object; that is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gast

from s2sad.frontend.nodes import constant, integer, load, placed

_FUNCTIONS = (gast.FunctionDef, gast.Lambda)
Refuse = Callable[[Any, str, str], Exception]


def rebinds(body: list[Any]) -> bool:
    """Whether a function defined in these statements rebinds a variable of theirs."""
    return any(isinstance(n, gast.Nonlocal) for s in body for n in gast.walk(s))


def pass_in_and_out(body: list[Any], fresh: Callable[[str], str], refuse: Refuse) -> None:
    """Rewrite the functions defined in `body`, and their calls, in place."""
    defined = [n for s in body for n in gast.walk(s) if isinstance(n, gast.FunctionDef)]
    functions = {n.name: n for n in defined}
    names = _rebound(functions)
    changing = {name: rebound for name, rebound in names.items() if rebound}
    for function in defined:
        if functions[function.name] is not function and function.name in changing:
            raise refuse(function, f"two inner functions are called {function.name!r}, and one rebinds variables",
                         "give them different names")
    for name, function in functions.items():
        if name in changing:
            _give_back(function, changing[name])
    calls = _Calls(changing, fresh, refuse)
    body[:] = [calls.visit(s) for s in body]


def _rebound(functions: dict[str, Any]) -> dict[str, list[str]]:
    """The variables that each function rebinds, directly or by a call."""
    own = {name: dict.fromkeys(n for part in _own(f) if isinstance(part, gast.Nonlocal) for n in part.names)
           for name, f in functions.items()}
    called = {name: [part.func.id for part in _own(f) if isinstance(part, gast.Call)
                     and isinstance(part.func, gast.Name)] for name, f in functions.items()}
    bound = {name: {part.id for part in _own(f) if isinstance(part, gast.Name) and not isinstance(part.ctx, gast.Load)}
             for name, f in functions.items()}
    size = -1
    while size != sum(map(len, own.values())):
        size = sum(map(len, own.values()))
        for name in functions:
            for callee in called[name]:
                own[name].update((n, None) for n in own.get(callee, {}) if n not in bound[name] or n in own[name])
    return {name: list(found) for name, found in own.items()}


def _own(function: Any) -> list[Any]:
    """The nodes of a function without those of the functions in it."""
    found: list[Any] = []
    stack = list(function.body)
    while stack:
        node = stack.pop()
        found.append(node)
        if not isinstance(node, _FUNCTIONS):
            stack.extend(gast.iter_child_nodes(node))
    return found


def _give_back(function: Any, names: list[str]) -> None:
    """Parameters for the variables, and their values beside what is returned."""
    for name in names:
        parameter = gast.Name(id=name, ctx=gast.Param(), annotation=None, type_comment=None)
        function.args.kwonlyargs.append(placed(parameter, function))
        function.args.kw_defaults.append(None)
    for node in _own(function):
        if isinstance(node, gast.Return):
            value = node.value if node.value is not None else constant(None, node)
            node.value = _pair(value, names, node)
        for block in _blocks(node):
            block[:] = [s if not isinstance(s, gast.Nonlocal) else placed(gast.Pass(), s) for s in block]
    function.body = [s for s in function.body if not isinstance(s, gast.Nonlocal)]
    last = function.body[-1] if function.body else function
    if not isinstance(last, (gast.Return, gast.Raise)):
        function.body.append(placed(gast.Return(value=_pair(constant(None, last), names, last)), last))


def _blocks(node: Any) -> list[list[Any]]:
    return [block for field in ("body", "orelse", "finalbody") if isinstance(block := getattr(node, field, None), list)]


def _pair(value: Any, names: list[str], at: Any) -> Any:
    return placed(gast.Tuple(elts=[value, *(load(n, at) for n in names)], ctx=gast.Load()), at)


class _Calls(gast.NodeTransformer):  # type: ignore[misc]  # gast has no types
    """Rewrites the calls of functions that rebind variables."""

    def __init__(self, changing: dict[str, list[str]], fresh: Callable[[str], str], refuse: Refuse) -> None:
        self.changing = changing
        self.fresh = fresh
        self.refuse = refuse

    def visit_Name(self, node: Any) -> Any:
        if node.id in self.changing and isinstance(node.ctx, gast.Load):
            raise self.refuse(node, f"the inner function {node.id!r} rebinds variables and is used as a value",
                              "call it directly, or return the new values from it")
        return node

    def visit_Call(self, node: Any) -> Any:
        if not (isinstance(node.func, gast.Name) and node.func.id in self.changing):
            return self.generic_visit(node)
        names = self.changing[node.func.id]
        node.args = [self.visit(a) for a in node.args]
        node.keywords = [self.visit(k) for k in node.keywords]
        node.keywords += [placed(gast.keyword(arg=n, value=load(n, node)), node) for n in names]
        back = self.fresh("back")
        parts = [_bound(back, node, node)]
        parts += [_bound(n, _item(back, k + 1, node), node) for k, n in enumerate(names)]
        parts.append(_item(back, 0, node))
        whole = placed(gast.Tuple(elts=parts, ctx=gast.Load()), node)
        return placed(gast.Subscript(value=whole, slice=integer(len(parts) - 1, node), ctx=gast.Load()), node)


def _bound(name: str, value: Any, at: Any) -> Any:
    target = placed(gast.Name(id=name, ctx=gast.Store(), annotation=None, type_comment=None), at)
    return placed(gast.NamedExpr(target=target, value=value), at)


def _item(name: str, k: int, at: Any) -> Any:
    return placed(gast.Subscript(value=load(name, at), slice=integer(k, at), ctx=gast.Load()), at)
