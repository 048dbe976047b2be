"""The values of constant expressions, computed without running anything of the user's.

``-1.0``, ``2 * 3.0``, ``math.pi / 2``, ``(1.0, 2.0)``, and earlier constants by name.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

import gast

from s2sad.frontend.library import CONSTANTS
from s2sad.frontend.meanings import Meaning, Named, Variable

_BINARY: dict[type, Callable[[Any, Any], Any]] = {
    gast.Add: operator.add, gast.Sub: operator.sub, gast.Mult: operator.mul, gast.Div: operator.truediv,
    gast.FloorDiv: operator.floordiv, gast.Mod: operator.mod, gast.Pow: operator.pow,
}
_UNARY: dict[type, Callable[[Any], Any]] = {gast.USub: operator.neg, gast.UAdd: operator.pos, gast.Not: operator.not_}
_LITERALS = (bool, int, float, complex, str, type(None))
_LARGEST = 1 << 64


class NotLiteral(Exception):
    """The expression is not a literal, nor computed from literals."""


def is_literal(value: object) -> bool:
    """Whether a value can stand in source text: a number, a string, None, or a tuple of these."""
    if type(value) is tuple:
        return all(is_literal(v) for v in value)
    return type(value) in _LITERALS


def evaluate(node: Any, resolve: Callable[[Any], Meaning | None]) -> object:
    """The value of a constant expression; `resolve` gives the meaning of a name or attribute node."""
    if isinstance(node, gast.Constant):
        if is_literal(node.value):
            return node.value
    elif isinstance(node, gast.Tuple):
        return tuple(evaluate(item, resolve) for item in node.elts)
    elif isinstance(node, gast.UnaryOp) and type(node.op) in _UNARY:
        return _apply(_UNARY[type(node.op)], _number(evaluate(node.operand, resolve)))
    elif isinstance(node, gast.BinOp) and type(node.op) in _BINARY:
        left, right = (_number(evaluate(side, resolve)) for side in (node.left, node.right))
        if isinstance(node.op, gast.Pow) and isinstance(left, int) and (abs(left) > 1e3 or abs(right) > 64):
            raise NotLiteral
        return _apply(_BINARY[type(node.op)], left, right)
    elif isinstance(node, (gast.Name, gast.Attribute)):
        return _named(resolve(node))
    elif isinstance(node, gast.Call) and not node.keywords:
        meaning = resolve(node.func) if isinstance(node.func, (gast.Name, gast.Attribute)) else None
        if isinstance(meaning, Named) and meaning.key.startswith("math."):
            function = getattr(math, meaning.key[5:], None)
            if callable(function):
                return _apply(function, *(_number(evaluate(a, resolve)) for a in node.args))
    raise NotLiteral


def _named(meaning: Meaning | None) -> object:
    if isinstance(meaning, Variable) and meaning.variable.literal:
        return meaning.variable.value
    if isinstance(meaning, Named) and meaning.key in CONSTANTS:
        return CONSTANTS[meaning.key]
    raise NotLiteral


def _number(value: object) -> Any:
    if not isinstance(value, (int, float, complex)):
        raise NotLiteral
    return value


def _apply(function: Callable[..., Any], *args: Any) -> object:
    try:
        result: object = function(*args)
    except (ArithmeticError, ValueError, TypeError):
        raise NotLiteral from None
    if not is_literal(result) or (isinstance(result, int) and abs(result) > _LARGEST):
        raise NotLiteral
    return result
