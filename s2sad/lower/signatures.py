"""Numba calls by position: parameters that could only be named come behind the others.

Before: ``def f_jvp(x, n=3, *, x_dot)``.  After: ``def f_jvp(x, n, x_dot)``, with the defaults left out that would stand
before a parameter that has none.
"""

from __future__ import annotations

from dataclasses import replace

from s2sad.ir.trace import Function
from s2sad.rules.row import Table


def run(function: Function, table: Table) -> None:
    """Rewrite the parameters of a function, in place."""
    function.params = [replace(p, keyword_only=False) for p in function.params]
