"""Which local names are still read after a statement, and at the head of each loop.

Decides what a loop carries and what the branches of an `If` merge::

    y = x                  # live at the loop's head: x, y, so y is carried ...
    for i in range(n):
        t = y * x          # ... and t, which no later iteration reads, is not
        y = t + 1.0
    return y
"""

from __future__ import annotations

from typing import Any

import gast

Names = frozenset[str]
NONE: Names = frozenset()
# Methods that change what they are called on.
MUTATORS = frozenset({"append", "extend", "insert", "pop", "remove", "clear", "update", "setdefault", "popitem", "sort",
                      "reverse", "fill", "put", "resize", "__setitem__", "__delitem__"})
_SCOPES = (gast.FunctionDef, gast.AsyncFunctionDef, gast.Lambda, gast.ClassDef)
COMPREHENSIONS = (gast.ListComp, gast.SetComp, gast.DictComp, gast.GeneratorExp)


def reads(node: Any) -> Names:
    """Every name read anywhere in a node (nested functions included)."""
    if node is None:
        return NONE
    return frozenset(n.id for n in gast.walk(node) if isinstance(n, gast.Name) and isinstance(n.ctx, gast.Load))


def stores(node: Any) -> list[str]:
    """The names that a node binds in its own function, in order of appearance."""
    found: dict[str, None] = {}
    stack = [node]
    while stack:
        current = stack.pop()
        if isinstance(current, gast.Name) and isinstance(current.ctx, (gast.Store, gast.Del)):
            found[current.id] = None
        elif isinstance(current, (gast.FunctionDef, gast.AsyncFunctionDef, gast.ClassDef)):
            found[current.name] = None
        elif isinstance(current, (gast.Import, gast.ImportFrom)):
            found.update(dict.fromkeys(a.asname or a.name.partition(".")[0] for a in current.names))
        if isinstance(current, COMPREHENSIONS):
            # Its own variables are its own; what ``:=`` binds in it is the function's.
            found.update(dict.fromkeys(n.target.id for n in gast.walk(current) if isinstance(n, gast.NamedExpr)))
        elif not isinstance(current, _SCOPES):
            children = list(gast.iter_child_nodes(current))
            # An assignment's value comes before its targets only in time, not in the text.
            stack.extend(reversed(children))
    return list(found)


def stored_in(statements: list[Any]) -> list[str]:
    """The names that a list of statements binds, in order."""
    return list(dict.fromkeys(name for s in statements for name in stores(s)))


def deleted_in(node: Any) -> Names:
    """The names that `del` may unbind in a statement."""
    deleted = [n for n in gast.walk(node) if isinstance(n, gast.Delete)]
    return frozenset(t.id for d in deleted for t in d.targets if isinstance(t, gast.Name))


def parameter_names(node: Any) -> list[str]:
    """The names of a function's parameters."""
    args = node.args
    named = [a.id for a in [*args.posonlyargs, *args.args, *args.kwonlyargs]]
    return named + [a.id for a in (args.vararg, args.kwarg) if a is not None]


def free_names(node: Any) -> Names:
    """The names that a function (or comprehension) reads but does not bind: its own and those of functions in it."""
    body = node.body if isinstance(node.body, list) else [node.body]
    bound = {*parameter_names(node), *stored_in(body)}
    found: set[str] = set()
    stack = list(body)
    while stack:
        current = stack.pop()
        if isinstance(current, (gast.FunctionDef, gast.Lambda)):
            found |= free_names(current)
            stack.extend([*current.args.defaults, *(d for d in current.args.kw_defaults if d is not None)])
            stack.extend(getattr(current, "decorator_list", []))
            continue
        if isinstance(current, gast.Name) and not isinstance(current.ctx, gast.Store):
            found.add(current.id)
        stack.extend(gast.iter_child_nodes(current))
    return frozenset(found - bound)


def changed_names(node: Any) -> Names:
    """The free names of a function that it rebinds or stores into."""
    found: set[str] = set()
    for inner in gast.walk(node):
        if isinstance(inner, gast.Nonlocal):
            found |= set(inner.names)
        target = None
        if isinstance(inner, (gast.Subscript, gast.Attribute)) and not isinstance(inner.ctx, gast.Load):
            target = inner.value
        elif isinstance(inner, gast.Call) and isinstance(inner.func, gast.Attribute) and inner.func.attr in MUTATORS:
            target = inner.func.value
        elif isinstance(inner, gast.AugAssign):
            target = inner.target
        if isinstance(target, gast.Name):
            found.add(target.id)
    return frozenset(found & (free_names(node) | {n for i in gast.walk(node) if isinstance(i, gast.Nonlocal)
                                                  for n in i.names}))


def fixed_dicts(body: list[Any]) -> dict[str, Any]:
    """The variables that are bound once, to a dict display, and whose keys nothing can change."""
    nodes = [n for s in body for n in gast.walk(s)]
    bound = [n.id for n in nodes if isinstance(n, gast.Name) and not isinstance(n.ctx, gast.Load)]
    displays = {n.targets[0].id: n.value for n in nodes if isinstance(n, gast.Assign) and isinstance(n.value, gast.Dict)
                and len(n.targets) == 1 and isinstance(n.targets[0], gast.Name)}
    reading = [n.value for n in nodes if isinstance(n, gast.keyword) and n.arg is None]
    reading += [n.value for n in nodes if isinstance(n, gast.Subscript) and isinstance(n.ctx, gast.Load)]
    methods = ("get", "items", "keys", "values")
    reading += [n.value for n in nodes if isinstance(n, gast.Attribute) and n.attr in methods]
    plain = set(map(id, reading))
    other = {n.id for n in nodes if isinstance(n, gast.Name) and isinstance(n.ctx, gast.Load) and id(n) not in plain}
    return {name: d for name, d in displays.items() if bound.count(name) == 1 and name not in other}


def called_names(node: Any) -> Names:
    """The names that are called in a function."""
    return frozenset(n.func.id for n in gast.walk(node) if isinstance(n, gast.Call) and isinstance(n.func, gast.Name))


def captured_names(body: list[Any]) -> Names:
    """The names that functions defined inside `body` read from around them."""
    nested = [n for s in body for n in gast.walk(s) if isinstance(n, (gast.FunctionDef, gast.Lambda))]
    return frozenset().union(*map(free_names, nested)) if nested else NONE


def exposed(node: Any) -> tuple[Names, Names]:
    """What an expression or statement reads from before, and what it binds on every path, in evaluation order."""
    if isinstance(node, gast.Name):
        return (frozenset({node.id}), NONE) if isinstance(node.ctx, gast.Load) else (NONE, NONE)
    if isinstance(node, gast.NamedExpr):
        found, bound = exposed(node.value)
        return found, bound | {node.target.id}
    if isinstance(node, (*_SCOPES, *COMPREHENSIONS)):
        return reads(node), NONE
    parts = list(gast.iter_child_nodes(node))
    certain = len(parts)
    if isinstance(node, gast.Assign):
        parts = [node.value, *node.targets]
    elif isinstance(node, gast.BoolOp):
        parts, certain = node.values, 1
    elif isinstance(node, gast.IfExp):
        parts, certain = [node.test, node.body, node.orelse], 1
    elif isinstance(node, gast.Compare):
        parts, certain = [node.left, *node.comparators], 2
    found, bound = NONE, NONE
    for k, part in enumerate(parts):
        inner, names = exposed(part)
        found |= inner - bound
        bound |= names if k < certain else NONE
    return found, bound


def assigns(node: Any) -> bool:
    """Whether ``:=`` occurs in a node."""
    return any(isinstance(n, gast.NamedExpr) for n in gast.walk(node))


def live_in(body: list[Any]) -> Names:
    """Names that some path through the statements reads before it binds them."""
    return Liveness([]).entering(body)


class Liveness:
    """Live names of one function body; `always` are names that count as read everywhere (captured ones)."""

    def __init__(self, body: list[Any], always: Names = NONE) -> None:
        self.always = always
        self._after: dict[Any, Names] = {}
        self._head: dict[Any, Names] = {}
        self._block(body, NONE, NONE, NONE)

    def after(self, statement: Any) -> Names:
        """Names that may be read after `statement`."""
        return self._after.get(statement, NONE) | self.always

    def head(self, loop: Any) -> Names:
        """Names that may be read at the head of `loop` or after it."""
        return self._head.get(loop, NONE) | self.always

    def entering(self, body: list[Any]) -> Names:
        """Names that are live at the head of a list of statements that nothing follows."""
        return self._block(body, NONE, NONE, NONE)

    def _block(self, statements: list[Any], out: Names, broken: Names, continued: Names) -> Names:
        for statement in reversed(statements):
            self._after[statement] = out
            out = self._step(statement, out, broken, continued)
        return out

    def _step(self, node: Any, out: Names, broken: Names, continued: Names) -> Names:
        if isinstance(node, gast.Return):
            return reads(node.value)
        if isinstance(node, gast.Raise):
            return reads(node)
        if isinstance(node, gast.Break):
            return broken
        if isinstance(node, gast.Continue):
            return continued
        if isinstance(node, gast.If):
            then = self._block(node.body, out, broken, continued)
            return self._expression(node.test, then | self._block(node.orelse, out, broken, continued))
        if isinstance(node, (gast.For, gast.While)):
            return self._loop(node, out)
        if isinstance(node, gast.With):
            body = self._block(node.body, out, broken, continued)
            return body.union(*(reads(item) for item in node.items))
        if isinstance(node, gast.Try):
            return self._try(node, out, broken, continued)
        if isinstance(node, gast.AugAssign):
            return out | reads(node) | frozenset(stores(node))
        if isinstance(node, gast.Delete):
            return out | frozenset(stores(node))
        if assigns(node):
            found, bound = exposed(node)
            targets = [t.id for t in getattr(node, "targets", ()) if isinstance(t, gast.Name)]
            return (out - bound - frozenset(targets)) | found
        return (out - frozenset(stores(node))) | reads(node)

    def _try(self, node: Any, out: Names, broken: Names, continued: Names) -> Names:
        """A handler may be entered from anywhere in the body, and a finally from anywhere."""
        final = self._block(node.finalbody, out, broken, continued)
        handled = final.union(*(self._block(h.body, final, broken, continued) for h in node.handlers))
        return handled | self._block(node.body, handled, broken, continued)

    def _expression(self, node: Any, out: Names) -> Names:
        if not assigns(node):
            return reads(node) | out
        found, bound = exposed(node)
        return found | (out - bound)

    def _loop(self, node: Any, out: Names) -> Names:
        test = reads(node.test) if isinstance(node, gast.While) else reads(node.target)
        target = NONE if isinstance(node, gast.While) else frozenset(stores(node.target))
        head = out | test
        while True:
            entered = (self._block(node.body, head, out, head) - target) | out | test
            if entered <= head:
                break
            head = head | entered
        self._head[node] = head
        return head if isinstance(node, gast.While) else head | reads(node.iter)
