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
_SCOPES = (gast.FunctionDef, gast.AsyncFunctionDef, gast.Lambda, gast.ClassDef)
_COMPREHENSIONS = (gast.ListComp, gast.SetComp, gast.DictComp, gast.GeneratorExp)


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
        if not isinstance(current, (*_SCOPES, *_COMPREHENSIONS)):
            children = list(gast.iter_child_nodes(current))
            # An assignment's value comes before its targets only in time, not in the text.
            stack.extend(reversed(children))
    return list(found)


def stored_in(statements: list[Any]) -> list[str]:
    """The names that a list of statements binds, in order."""
    return list(dict.fromkeys(name for s in statements for name in stores(s)))


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
            continue
        if isinstance(current, gast.Name) and not isinstance(current.ctx, gast.Store):
            found.add(current.id)
        stack.extend(gast.iter_child_nodes(current))
    return frozenset(found - bound)


def captured_names(body: list[Any]) -> Names:
    """The names that functions defined inside `body` read from around them."""
    nested = [n for s in body for n in gast.walk(s) if isinstance(n, (gast.FunctionDef, gast.Lambda))]
    return frozenset().union(*map(free_names, nested)) if nested else NONE


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
            return reads(node.test) | then | self._block(node.orelse, out, broken, continued)
        if isinstance(node, (gast.For, gast.While)):
            return self._loop(node, out)
        if isinstance(node, gast.AugAssign):
            return out | reads(node) | frozenset(stores(node))
        return (out - frozenset(stores(node))) | reads(node)

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
