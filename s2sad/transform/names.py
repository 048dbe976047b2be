"""Names of tangents and adjoints that no variable of the user has."""

from __future__ import annotations

from s2sad.ir.trace import Function, walk


def user_names(function: Function) -> set[str]:
    """The names of the primal's variables."""
    names = {v.name for op in walk(function.block) for block in op.blocks() for v in block.params}
    names |= {v.name for op in walk(function.block) for v in op.defined()} | {v.name for v in function.values}
    return {name for name in names if name is not None}


def fresh_name(name: str, taken: set[str]) -> str:
    number = 2
    candidate = name
    while candidate in taken:
        candidate = f"{name}{number}"
        number += 1
    return candidate
