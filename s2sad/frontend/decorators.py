"""Which decorators leave a function as it is; all others are applied to it, as Python does."""

from __future__ import annotations

from typing import Any

import gast

# By last name: they return the same function, compiled, cached or described.
_TRANSPARENT = frozenset({"njit", "jit", "differentiate", "no_type_check", "override", "typechecked", "jaxtyped",
                          "lru_cache", "cache", "staticmethod", "wraps", "final"})


def decorator_name(node: Any) -> str:
    """``numba.njit(cache=True)`` → ``njit``."""
    if isinstance(node, gast.Call):
        node = node.func
    if isinstance(node, gast.Attribute):
        return str(node.attr)
    return str(node.id) if isinstance(node, gast.Name) else ""


def is_transparent(node: Any) -> bool:
    """Whether a decorator leaves the function's values alone."""
    return decorator_name(node) in _TRANSPARENT
