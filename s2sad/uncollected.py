"""Compilation without pauses of the cyclic garbage collector.

A compiler builds large linked structures and throws them away at the end.  The collector, which runs each time that
many objects were made, would walk over all of them again and again and find nothing: at 800 statements a
fifth of the time, and the only part of it that does not grow linearly.
"""

from __future__ import annotations

import functools
import gc
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def uncollected(function: Callable[P, R]) -> Callable[P, R]:
    """The function, with the collector switched off while it runs, unless it was off before."""

    @functools.wraps(function)
    def run(*args: P.args, **keywords: P.kwargs) -> R:
        if not gc.isenabled():
            return function(*args, **keywords)
        gc.disable()
        try:
            return function(*args, **keywords)
        finally:
            gc.enable()

    return run
