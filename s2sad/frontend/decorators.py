"""Which decorators may be ignored when a function is read, and which change what it computes."""

from __future__ import annotations

from typing import Any

import gast

from s2sad.errors import UnsupportedError
from s2sad.frontend.meanings import FunctionSource

# By last name: they return the same function, compiled or wrapped without changing its values.
_TRANSPARENT = frozenset({"njit", "jit", "differentiate", "no_type_check", "override",
                          "typechecked", "jaxtyped"})
_S2SAD = frozenset({"grad", "value_and_grad", "jvp", "vjp", "hessian", "hvp", "jacobian"})


def decorator_name(node: Any) -> str:
    """``numba.njit(cache=True)`` → ``njit``."""
    if isinstance(node, gast.Call):
        node = node.func
    if isinstance(node, gast.Attribute):
        return str(node.attr)
    return str(node.id) if isinstance(node, gast.Name) else ""


def check_decorators(source: FunctionSource) -> None:
    """Refuse a decorator that is not known to leave the function's values alone."""
    for node in getattr(source.node, "decorator_list", []):
        name = decorator_name(node)
        if name not in _TRANSPARENT and name not in _S2SAD:
            loc = source.text.loc(node, source.text.statement(source.node))
            raise UnsupportedError(f"the decorator of {source.name!r} may change what it computes", loc=loc,
                                   function=source.name, source=source.text.line(loc.line),
                                   hint="remove the decorator, or differentiate the undecorated function")
