"""Every construct that is refused: what to call it, and what to write instead.

One table, so that the documentation and the tests can list it.
"""

from __future__ import annotations

from typing import Any

_NO_STATE = "use functions of numbers and arrays"

# gast node -> (what it is called, hint)
CONSTRUCTS: dict[str, tuple[str, str]] = {
    # statements
    "Nonlocal": ("rebinding a variable of a function that is not differentiated itself", "return its new value"),
    "TryStar": ("a try statement", "test for the exceptional case with `if`"),
    "AsyncWith": ("an async with statement", "do this outside the differentiated function"),
    "AsyncFor": ("an async for loop", "use a plain `for` loop"),
    "AsyncFunctionDef": ("an async function", "use a plain function"),
    "ClassDef": ("a class definition", _NO_STATE),
    # expressions
    "Yield": ("a generator", "append to a list and return it"),
    "YieldFrom": ("a generator", "append to a list and return it"),
    "Await": ("an await expression", "use a plain function"),
    "Set": ("a set display", "use a tuple or a list"),
    "SetComp": ("a set comprehension", "use a list"),
    "GeneratorExp": ("a generator expression that is not consumed at once", "make it a list, with `[... for ...]`"),
    "Lambda": ("a lambda used as a value", "call it directly, or define a function with `def`"),
    "Starred": ("a starred expression here", "write the elements out"),
}

TARGETS: dict[str, tuple[str, str]] = {
}

METHODS: dict[str, str] = {
    "resize": "allocate the array at its final size",
    "itemset": "store with a subscript: `x[i] = v`",
}


def refusal(node: Any) -> tuple[str, str]:
    """The message and the hint for a node that is not supported."""
    what, hint = CONSTRUCTS.get(type(node).__name__, (f"the construct {type(node).__name__}", "write it differently"))
    return f"{what} is not supported", hint
