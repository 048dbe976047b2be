"""Functions that call each other in a circle are refused: Numba compiles only those that call themselves."""

from __future__ import annotations

from s2sad.errors import NotDifferentiableError
from s2sad.ir.trace import Call, Program, walk


def check(program: Program) -> None:
    """Raise where a function calls itself through another one."""
    calls = {key: [op for op in walk(f.block) if isinstance(op, Call)] for key, f in program.functions.items()}

    def reaches(key: str, goal: str, seen: set[str]) -> bool:
        if key in seen:
            return False
        seen.add(key)
        return any(op.callee == goal or reaches(op.callee, goal, seen) for op in calls.get(key, ()))

    for key, function in program.functions.items():
        for op in calls[key]:
            if op.callee != key and reaches(op.callee, key, set()):
                raise NotDifferentiableError("functions that call each other are not supported for the target 'numba'",
                                             loc=op.loc, function=function.name,
                                             hint="leave target='numba' out; the derivative for NumPy is right")
