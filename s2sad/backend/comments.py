"""Comments in a function's statements: the primal line above each group, the headings of the sweeps.

Before: statements that know their primal line.  After: ``# r = b * sin(a) + b ** 2`` above (or, for a
single short statement, behind) the statements that belong to it.
"""

from __future__ import annotations

import gast

from s2sad.backend import nodes
from s2sad.backend.nodes import Node

_REVERSE = "reverse sweep"
_FORWARD = "forward sweep"


def annotate(body: list[Node], trailing: bool = False) -> list[Node]:
    """A function's body with comments; `trailing` puts each behind the first statement of its group."""
    return _grouped(_headed(body), trailing)


def _grouped(body: list[Node], trailing: bool) -> list[Node]:
    result: list[Node] = []
    current: tuple[int, str] | None = None
    for position, statement in enumerate(body):
        for inner in nodes.inner_lists(statement):
            inner[:] = _grouped(inner, trailing)
        if nodes.is_comment(statement):
            current = None
            result.append(statement)
            continue
        line = nodes.line_of(statement)
        compound = isinstance(statement, (gast.If, gast.For, gast.While, gast.With, gast.Try))
        if line is not None and line != current and not compound:
            following = body[position + 1] if position + 1 < len(body) else None
            alone = following is None or nodes.line_of(following) != line
            place = nodes.BEHIND if alone and len(line[1]) <= 40 else nodes.ABOVE
            result.append(nodes.comment(line[1], nodes.COLUMN if trailing else place))
        current = None if compound else line
        result.append(statement)
    return result


def _headed(body: list[Node]) -> list[Node]:
    """Headings that have something under them, both or none."""
    headings = [k for k, s in enumerate(body) if nodes.is_comment(s)]
    reverse = [k for k in headings if _heading(body[k]) == _REVERSE]
    if not reverse:
        return [s for k, s in enumerate(body) if k not in headings or _kept(body, k)]
    at = reverse[0]
    ends = [s for s in body if isinstance(s, gast.Return)]
    forward = [s for s in body[:at] if not nodes.is_comment(s) and not _guard(s)]
    backward = [s for s in body[at:] if not nodes.is_comment(s) and s not in ends]
    plain = [s for s in body if not (nodes.is_comment(s) and _heading(s) in (_REVERSE, _FORWARD))]
    if not forward or not backward:
        return plain
    position = plain.index(backward[0])
    # A comment of another kind stays above what it introduces.
    while position and nodes.is_comment(plain[position - 1]):
        position -= 1
    start = 1 if _docstring(plain[0]) else 0
    while _guard(plain[start]):
        start += 1
    return [*plain[:start], nodes.comment(_FORWARD), *plain[start:position], nodes.comment(_REVERSE), *plain[position:]]


def _guard(statement: Node) -> bool:
    """``_require_scalar(x, "x")``: a check of the arguments, before any sweep."""
    call = statement.value if isinstance(statement, gast.Expr) else None
    return isinstance(call, gast.Call) and isinstance(call.func, gast.Name) and call.func.id.startswith("_require_")


def _kept(body: list[Node], position: int) -> bool:
    following = body[position + 1:position + 2]
    return bool(following) and not nodes.is_comment(following[0]) and not isinstance(following[0], gast.Return)


def _heading(statement: Node) -> str:
    text: str = statement.value.value
    return text[len(nodes.MARK) + 2:]


def _docstring(statement: Node) -> bool:
    return (isinstance(statement, gast.Expr) and isinstance(statement.value, gast.Constant)
            and isinstance(statement.value.value, str) and not nodes.is_comment(statement))
