"""What a module needs so that Numba compiles it, and so that it runs without Numba as well.

::

    try:
        from numba import njit
    except ImportError:
        …                                   # an identity

    @njit(cache=True, boundscheck=True)     # where an index of the user's could be out of range
    def f_grad(x, n): …

Numba divides by zero as Python does unless it is told to divide as NumPy does; the passes of `s2sad.lower` have put the
tests that Python's numbers need where both kinds meet (`numpy_division`).
"""

from __future__ import annotations

from s2sad.ir.trace import Apply, Function, Program, walk
from s2sad.ir.types import Num

JIT_PREAMBLE = [
    "try:",
    "    from numba import njit",
    "except ImportError:  # the functions run without Numba, only slower",
    "    def njit(**options):",
    "        return lambda function: function",
]
HELPER_DECORATOR = "@njit(cache=True)\n"
_ITEMS = ("getitem", "setitem", "accumulate_at")


def jit_decorators(program: Program) -> dict[str, list[str]]:
    """The decorator of each function."""
    return {key: [_decorator(function)] for key, function in program.functions.items()}


def _decorator(function: Function) -> str:
    options = ["cache=True"]
    if any(indexed(op) for op in walk(function.block) if isinstance(op, Apply)):
        options.append("boundscheck=True")
    if numpy_division(function):
        options.append("error_model='numpy'")
    return f"njit({', '.join(options)})"


def indexed(op: Apply) -> bool:
    """Whether an operation reads or writes an element of an array at an index that nobody has proved to be in it."""
    return op.prim in _ITEMS and not op.attrs.get("inside") and isinstance(op.args[0].type, Num)


def numpy_division(function: Function) -> bool:
    """Whether a function divides NumPy's numbers, of which a division by zero is no error."""
    return any(isinstance(op, Apply) and op.prim in ("truediv", "floordiv", "mod") and _of_numpy(op)
               for op in walk(function.block))


def _of_numpy(op: Apply) -> bool:
    kinds = [a.type for a in [*op.args, *op.results]]
    made_here = op.origin not in ("primal", "repeated")
    return made_here or any(isinstance(k, Num) and (k.dtype is not None or k.is_array) for k in kinds)


