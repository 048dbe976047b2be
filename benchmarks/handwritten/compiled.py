"""Numba's decorator; where Numba is not installed the functions stay Python, so that their numbers can be checked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

try:
    from numba import njit
except ImportError:
    def njit(**options: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        return lambda function: function

__all__ = ["njit"]
