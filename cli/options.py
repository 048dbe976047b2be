"""Values of options: points, seeds and parameter lists."""

from __future__ import annotations

import ast
from collections.abc import Sequence

import click
import numpy as np


def read_values(texts: Sequence[str], option: str) -> dict[str, object]:
    """``a=2,b=[1.0, 2.0]`` (given once or several times) as names and Python values; lists become arrays."""
    values: dict[str, object] = {}
    for text in texts:
        for keyword in _keywords(text, option):
            if keyword.arg in values:
                raise click.BadParameter(f"{keyword.arg} is given twice", param_hint=option)
            assert keyword.arg is not None
            values[keyword.arg] = _literal(keyword.value, keyword.arg, option)
    return values


def _keywords(text: str, option: str) -> list[ast.keyword]:
    try:
        call = ast.parse(f"f({text})", mode="eval").body
    except (SyntaxError, ValueError):
        call = None
    if not isinstance(call, ast.Call) or call.args or any(keyword.arg is None for keyword in call.keywords):
        raise click.BadParameter(f"{text!r} is not of the form NAME=VALUE,NAME=VALUE", param_hint=option)
    return call.keywords


def _literal(node: ast.expr, name: str, option: str) -> object:
    try:
        value = ast.literal_eval(node)
    except ValueError:
        raise click.BadParameter(f"the value of {name} is not a Python literal: {ast.unparse(node)}",
                                 param_hint=option) from None
    if isinstance(value, list):
        try:
            array = np.array(value)
        except ValueError:
            return value
        return value if array.dtype.kind not in "biufc" else array
    return value


def read_wrt(text: str | None) -> tuple[str, ...] | None:
    """``x,k`` as parameter names."""
    if text is None:
        return None
    names = tuple(filter(None, (part.strip() for part in text.split(","))))
    if not names or not all(name.isidentifier() for name in names):
        raise click.BadParameter(f"{text!r} is no list of parameter names, as in x,k", param_hint="--wrt")
    return names
