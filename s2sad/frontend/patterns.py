"""`match` as the chain of tests that it abbreviates.

Before::                                After::

    match p:                                if is_sequence(p) and len(p) == 2 and p[1] == 0:
        case (a, 0):                            a = p[0]
            y = a                               y = a
        case (a, b) if a > b:               else:
            y = a * b                           matched = False
        case _:                                 if is_sequence(p) and len(p) == 2:
            y = 0.0                                 a = p[0]
                                                    b = p[1]
                                                    if a > b:
                                                        matched = True
                                                        y = a * b
                                                if not matched:
                                                    y = 0.0

A pattern's test only looks; its names are bound when all of it has matched, before the guard.  A guard that
fails leaves them bound, as Python does.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import gast

from s2sad.frontend.nodes import assignment, branch, compared, constant, flag, integer, load, negated, placed, primitive

# Built-in classes whose one positional pattern is the value itself.
_SELF = frozenset({"bool", "float", "int", "str", "list", "tuple", "bytes", "dict"})
Fresh = Callable[[str], str]
# A place in the subject, as a new expression each time.
Part = Callable[[], Any]


class Unwritten(Exception):
    """A pattern that has no test here; carries the node, a message and a hint."""

    def __init__(self, node: Any, message: str, hint: str) -> None:
        super().__init__(message)
        self.node, self.message, self.hint = node, message, hint


@dataclass
class Matched:
    """What a pattern comes to: conditions, all of which must hold, and the names to bind then."""

    tests: list[Any] = field(default_factory=list)
    bound: list[tuple[str, Part]] = field(default_factory=list)


def chain(node: Any, fresh: Fresh) -> list[Any]:
    """The statements that a `match` stands for."""
    names = {n.name for c in node.cases for n in gast.walk(c.pattern) if isinstance(getattr(n, "name", None), str)}
    subject = node.subject
    before = []
    if not isinstance(subject, gast.Name) or subject.id in names:
        name = fresh("subject")
        before.append(assignment(name, subject, node))
    else:
        name = subject.id

    def whole() -> Any:
        return load(name, node)

    return [*before, *_cases(node.cases, whole, fresh)]


def _cases(cases: list[Any], subject: Part, fresh: Fresh) -> list[Any]:
    if not cases:
        return []
    case, *rest = cases
    found = _pattern(case.pattern, subject)
    bind = [assignment(name, part(), case.pattern) for name, part in found.bound]
    if case.guard is not None and not bind:
        found.tests.append(case.guard)
    elif case.guard is not None:
        return _guarded(case, found.tests, bind, rest, subject, fresh)
    body = [*bind, *case.body]
    if not found.tests:
        return body
    return [_branch(_all_of(found.tests, case.pattern), body, _cases(rest, subject, fresh), case)]


def _guarded(case: Any, tests: list[Any], bind: list[Any], rest: list[Any], subject: Part, fresh: Fresh) -> list[Any]:
    """A guard reads the names that its pattern binds, so it is a test of its own behind them."""
    following = _cases(rest, subject, fresh)
    if not following:
        inner = [*bind, _branch(case.guard, case.body, [], case)]
        return [_branch(_all_of(tests, case.pattern), inner, [], case)] if tests else inner
    if not tests:
        return [*bind, _branch(case.guard, case.body, following, case)]
    name = fresh("matched")
    taken = assignment(name, constant(True, case.guard), case.guard, f"{name} = True")
    inner = [*bind, _branch(case.guard, [taken, *case.body], [], case)]
    unmatched = negated(flag(name, case.pattern), case.pattern)
    return [assignment(name, constant(False, case.pattern), case.pattern, f"{name} = False"),
            _branch(_all_of(tests, case.pattern), inner, [], case), _branch(unmatched, following, [], case)]


def _branch(test: Any, body: list[Any], orelse: list[Any], case: Any) -> Any:
    return branch(test, body, orelse, case.pattern, "if case:")


def _all_of(tests: list[Any], at: Any) -> Any:
    if not tests:
        return constant(True, at)
    return tests[0] if len(tests) == 1 else placed(gast.BoolOp(op=gast.And(), values=tests), at)


# -- patterns -------------------------------------------------------------------------------


def _pattern(node: Any, part: Part) -> Matched:
    """The tests and bindings of one pattern for a part of the subject."""
    if isinstance(node, gast.MatchValue):
        return Matched([compared(part(), gast.Eq(), node.value, node)])
    if isinstance(node, gast.MatchSingleton):
        return Matched([compared(part(), gast.Is(), constant(node.value, node), node)])
    if isinstance(node, gast.MatchAs):
        inner = Matched() if node.pattern is None else _pattern(node.pattern, part)
        if node.name is not None:
            inner.bound.append((node.name, part))
        return inner
    if isinstance(node, gast.MatchSequence):
        return _sequence(node, part)
    if isinstance(node, gast.MatchOr):
        return _alternatives(node, part)
    if isinstance(node, gast.MatchClass):
        return _instance(node, part)
    raise Unwritten(node, "a mapping pattern is not supported", "test for the keys with `if`")


def _sequence(node: Any, part: Part) -> Matched:
    stars = [k for k, p in enumerate(node.patterns) if isinstance(p, gast.MatchStar)]
    count = len(node.patterns)
    found = Matched([primitive("is_sequence", [part()], node)])
    length = primitive("len", [part()], node)
    enough, relation = (count - 1, gast.GtE()) if stars else (count, gast.Eq())
    if enough or not stars:
        found.tests.append(compared(length, relation, constant(enough, node), node))
    for position, inner in enumerate(node.patterns):
        at = position if not stars or position <= stars[0] else position - count
        if isinstance(inner, gast.MatchStar):
            if inner.name is not None:
                found.bound.append((inner.name, _rest(part, position, position + 1 - count, inner)))
            continue
        item = _pattern(inner, _item(part, at, inner))
        found.tests += item.tests
        found.bound += item.bound
    return found


def _item(part: Part, at: int, node: Any) -> Part:
    return lambda: placed(gast.Subscript(value=part(), slice=integer(at, node), ctx=gast.Load()), node)


def _rest(part: Part, first: int, last: int, node: Any) -> Part:
    """``list(p[first:last])``: a starred name is always a list."""

    def value() -> Any:
        upper = integer(last, node) if last else None
        bounds = placed(gast.Slice(lower=constant(first, node) if first else None, upper=upper, step=None), node)
        return primitive("list", [placed(gast.Subscript(value=part(), slice=bounds, ctx=gast.Load()), node)], node)

    return value


def _alternatives(node: Any, part: Part) -> Matched:
    found = [_pattern(p, part) for p in node.patterns]
    tests = [_all_of(f.tests, node) for f in found]
    bound: list[tuple[str, Part]] = []
    for name in dict.fromkeys(name for f in found for name, _ in f.bound):
        parts = [dict(f.bound)[name] for f in found]

        def chosen(parts: list[Part] = parts) -> Any:
            value = parts[-1]()
            for test, other in zip(reversed(tests[:-1]), reversed(parts[:-1])):
                value = placed(gast.IfExp(test=copy.deepcopy(test), body=other(), orelse=value), node)
            return value

        bound.append((name, chosen))
    return Matched([placed(gast.BoolOp(op=gast.Or(), values=tests), node)], bound)


def _instance(node: Any, part: Part) -> Matched:
    found = Matched([primitive("isinstance", [part(), node.cls], node)])
    positional = node.patterns if hasattr(node, "patterns") else []
    if positional:
        if len(positional) > 1 or not (isinstance(node.cls, gast.Name) and node.cls.id in _SELF):
            raise Unwritten(node, "a class pattern with positional parts is not supported",
                            "name the attributes: Point(x=a, y=b)")
        inner = _pattern(positional[0], part)
        found.tests, found.bound = found.tests + inner.tests, found.bound + inner.bound
    for name, inner_node in zip(getattr(node, "kwd_attrs", []), getattr(node, "kwd_patterns", [])):
        inner = _pattern(inner_node, _attribute(part, name, inner_node))
        found.tests, found.bound = found.tests + inner.tests, found.bound + inner.bound
    return found


def _attribute(part: Part, name: str, node: Any) -> Part:
    return lambda: placed(gast.Attribute(value=part(), attr=name, ctx=gast.Load()), node)
