"""``compose(f, g, h)``: the function ``f(g(h(x)))``, with its source.

::

    def composed(x, k):
        return reciprocal(shifted(scaled(x, k)))

It is a function like any other: it can be called, differentiated, composed again.
"""

from __future__ import annotations

import hashlib
import inspect
import linecache
from collections.abc import Callable
from types import FunctionType
from typing import Any


def compose(*functions: Callable[..., Any]) -> Callable[..., Any]:
    """The functions one after the other, the last one first; without any, the identity.

    It takes the parameters of the last function."""
    taken: dict[str, Any] = {}
    names = [_named(f, taken) for f in functions]
    parameters = list(inspect.signature(functions[-1]).parameters.values()) if functions else []
    if any(p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD) for p in parameters):
        raise TypeError(f"{names[-1]}() takes any number of arguments; compose needs to know them")
    shown = inspect.Signature([p.replace(annotation=p.empty, default=p.empty) for p in parameters]) if functions else \
        inspect.Signature([inspect.Parameter("x", inspect.Parameter.POSITIONAL_OR_KEYWORD)])
    given = ", ".join(f"{p.name}={p.name}" if p.kind is p.KEYWORD_ONLY else p.name
                      for p in shown.parameters.values())
    call = given
    for name in reversed(names):
        call = f"{name}({call})"
    text = f"def composed{shown}:\n    return {call}\n"
    made = _made(text, taken)
    made.__defaults__ = tuple(p.default for p in parameters
                              if p.default is not p.empty and p.kind is not p.KEYWORD_ONLY) or None
    made.__kwdefaults__ = {p.name: p.default for p in parameters
                           if p.default is not p.empty and p.kind is p.KEYWORD_ONLY} or None
    return made


def _named(function: Callable[..., Any], taken: dict[str, Any]) -> str:
    """A name for a function, which no other function has."""
    plain = getattr(function, "__name__", "f")
    base = plain if plain.isidentifier() and plain != "composed" else "f"
    number, name = 2, base
    while taken.get(name, function) is not function:
        name, number = f"{base}{number}", number + 1
    taken[name] = function
    return name


def _made(text: str, names: dict[str, Any]) -> FunctionType:
    """The function of a text, whose lines tracebacks and the compiler find."""
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    filename = f"<s2sad composed {digest}>"
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    scope: dict[str, Any] = {"__name__": f"s2sad_composed_{digest}", **names}
    exec(compile(text, filename, "exec"), scope)
    made: FunctionType = scope["composed"]
    return made
