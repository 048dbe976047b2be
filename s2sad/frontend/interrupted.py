"""What an error in the middle of a `try` leaves behind: progress is recorded where somebody reads it.

Before::                                After::

    try:                                    failed = False
        y = x * x                           try:
        z = y / k                               y = x * x
        w = log(z)                          except ZeroDivisionError:
    except ZeroDivisionError:                   failed = True
        w = y                               if not failed:
    return w + y                                try:
                                                    z = y / k
                                                    w = log(z)
                                                except ZeroDivisionError:
                                                    failed = True
                                            if failed:
                                                w = y
                                            return w + y

After an error it is known then which names have their new values: those of the parts that were completed.  What the
last statement assigns at once needs no part of its own, and neither does what nobody reads (`z`).

A `try` stays in one piece where it is clear on its own that names are read only where they were assigned.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import gast

from s2sad.frontend.liveness import assigns, live_in, stored_in
from s2sad.frontend.nodes import assignment, branch, constant, flag, load, negated, placed, primitive


def unsure(body: list[Any]) -> list[str]:
    """Names whose value is not known when a statement raises: all but those that the last one to raise assigns."""
    last = len(body)
    while last and _harmless(body[last - 1]):
        last -= 1
    if not last:
        return []
    node, before = body[last - 1], stored_in(body[:last - 1])
    if isinstance(node, (gast.If, gast.With)):
        return [*before, *unsure(node.body), *unsure(getattr(node, "orelse", []))]
    if isinstance(node, gast.Try) and not node.orelse and not node.finalbody:
        # An error leaves it out of its statements, or out of a handler after one in them.
        return [*before, *unsure(node.body), *(name for h in node.handlers for name in unsure(h.body))]
    plain = isinstance(node, gast.Assign) and all(map(_plain, node.targets))
    at_once = (plain or isinstance(node, gast.AugAssign)) and not assigns(node)
    return before if at_once or isinstance(node, (gast.Raise, gast.Return)) else [*before, *stored_in([node])]


def interrupted_in(body: list[Any]) -> set[str]:
    """The names that an error may have kept a `try` of a function from assigning."""
    tries = [n for statement in body for n in gast.walk(statement) if isinstance(n, gast.Try) and n.handlers]
    return {name for node in tries for name in unsure(node.body)}


def _plain(target: Any) -> bool:
    """A target that is assigned at once, or not at all."""
    if isinstance(target, (gast.Tuple, gast.List)):
        return all(isinstance(e, gast.Name) for e in target.elts)
    return isinstance(target, gast.Name)


def _harmless(node: Any) -> bool:
    """A statement that cannot raise: names become literals or other names, or one is appended to a list."""
    if isinstance(node, gast.Assign):
        values = node.value.elts if isinstance(node.value, gast.Tuple) else [node.value]
        return all(map(_plain, node.targets)) and all(isinstance(v, (gast.Constant, gast.Name)) for v in values)
    if isinstance(node, gast.Expr) and isinstance(node.value, gast.Call):
        function, args = node.value.func, node.value.args
        appends = isinstance(function, gast.Attribute) and function.attr == "append"
        return appends and all(isinstance(a, gast.Name) for a in [function.value, *args])
    return isinstance(node, (gast.Pass, gast.Break, gast.Continue))


def loads(nodes: list[Any]) -> Counter[str]:
    """How often each name is read."""
    return Counter(n.id for n in nodes if isinstance(n, gast.Name) and isinstance(n.ctx, gast.Load))


def split(node: Any, every: Counter[str], in_loop: bool, fresh: Callable[[str], str],
          after: list[Any]) -> list[Any]:
    """A `try` in parts, where a name is read whose value would not be known otherwise; `after` runs on success only."""
    inside = loads([n for s in [*node.body, *after] for n in gast.walk(s)])
    needed = {name for name in unsure(node.body) if every[name] > inside[name]}
    if in_loop:
        needed |= live_in(node.body) & {*unsure(node.body)}
    parts = _parts(node.body, needed)
    if len(parts) < 2 or any(handler.type is None for handler in node.handlers):
        return [node]
    failed = fresh("failed")
    bare = any(isinstance(n, gast.Raise) and n.exc is None for h in node.handlers for n in gast.walk(h))
    named = bare or len(node.handlers) > 1 or any(h.name is not None for h in node.handlers)
    failure = fresh("failure") if named else None
    statements = _chain(node, parts, failed, failure, fresh)
    result = [assignment(failed, constant(False, node), node, f"{failed} = False"),
              *([] if failure is None else [assignment(failure, constant(None, node), node, f"{failure} = None")]),
              *statements, branch(flag(failed, node), _handlers(node.handlers, failure), [], node, f"if {failed}:")]
    if node.finalbody:
        return [placed(gast.Try(body=result, handlers=[], orelse=[], finalbody=node.finalbody), node)]
    return result


def _parts(body: list[Any], needed: set[str]) -> list[list[Any]]:
    """Runs of statements, each of which assigns a needed name only at its end."""
    parts: list[list[Any]] = [[]]
    for statement in body:
        compound = isinstance(statement, gast.Try) and needed & {*stored_in([statement])}
        fails = not all(map(_harmless, parts[-1]))
        if parts[-1] and not _harmless(statement) and (needed & {*stored_in(parts[-1])} or (compound and fails)):
            parts.append([])
        parts[-1].append(statement)
    return parts


def _chain(node: Any, parts: list[list[Any]], failed: str, failure: str | None,
           fresh: Callable[[str], str]) -> list[Any]:
    """One `try` for each part, each inside a test that those before it did not fail."""
    first, *rest = parts
    kinds = [kind for h in node.handlers for kind in (h.type.elts if isinstance(h.type, gast.Tuple) else [h.type])]
    body = [assignment(failed, constant(True, node), node, f"{failed} = True")]
    name = None
    if failure is not None:
        error = fresh("error")
        name = placed(gast.Name(id=error, ctx=gast.Store(), annotation=None, type_comment=None), node)
        body.append(assignment(failure, load(error, node), node, f"{failure} = {error}"))
    kind = kinds[0] if len(kinds) == 1 else placed(gast.Tuple(elts=kinds, ctx=gast.Load()), node)
    handler = placed(gast.ExceptHandler(type=kind, name=name, body=body), node)
    made = placed(gast.Try(body=first, handlers=[handler], orelse=[], finalbody=[]), node)
    if not rest:
        return [made]
    go_on = negated(flag(failed, node), node)
    return [made, branch(go_on, _chain(node, rest, failed, failure, fresh), [], rest[0][0], f"if not {failed}:")]


def _handlers(handlers: list[Any], failure: str | None) -> list[Any]:
    """The statements of the handlers, behind the `try`."""
    handler, *rest = handlers
    if failure is None:
        return list(handler.body)
    body = [_raised(s, failure) for s in handler.body]
    if handler.name is not None:
        body = [assignment(handler.name.id, load(failure, handler), handler), *body]
    if not rest:
        return body
    kinds = handler.type.elts if isinstance(handler.type, gast.Tuple) else [handler.type]
    tests = [primitive("isinstance", [load(failure, handler), kind], handler) for kind in kinds]
    test = tests[0] if len(tests) == 1 else placed(gast.BoolOp(op=gast.Or(), values=tests), handler)
    return [branch(test, body, _handlers(rest, failure), handler, "if failure:")]


def _raised(node: Any, failure: str) -> Any:
    """A bare `raise` raises what was caught."""
    for inner in gast.walk(node):
        if isinstance(inner, gast.Raise) and inner.exc is None:
            inner.exc = load(failure, inner)
    return node
