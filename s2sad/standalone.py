"""Derivatives out of pickles, for processes that have no s2sad: this file travels in the pickle as text.

It imports nothing but the standard library.
"""

from __future__ import annotations

import hashlib
import importlib.util
import inspect
import linecache
from typing import Any

# Unpickling evaluates this; the names are those that come with it in the pickle.
BOOT = "(exec(compile(loader, '<s2sad pickle>', 'exec'), globals()), restore(state, loader))[1]"


class StandaloneDerivative:
    """A generated function with the manners of a derivative: ints become floats, the seed is called ``y_bar``."""

    def __init__(self, state: dict[str, Any], loader: str) -> None:
        self._state = state
        self._loader = loader
        self.source: str = state["text"]
        digest = hashlib.sha256(self.source.encode()).hexdigest()[:8]
        filename = f"<s2sad {state['name']} {digest}>"
        linecache.cache[filename] = (len(self.source), None, self.source.splitlines(keepends=True), filename)
        scope: dict[str, Any] = {"__name__": f"s2sad_generated_{digest}", **state["values"]}
        exec(compile(self.source, filename, "exec"), scope)
        self._function = scope[state["name"]]
        self._signature = inspect.signature(self._function)
        self._own = list(self._signature.parameters)[state["count"]:]
        self.mode: str = state["mode"]
        self.__name__ = self.__qualname__ = state["name"]
        self.__doc__ = state["doc"]

    def __repr__(self) -> str:
        return f"<{self.__name__}, out of a pickle>"

    def __call__(self, *args: Any, **keywords: Any) -> Any:
        names = dict(zip(self._state["extras"], self._own))
        own = {k if k in self._signature.parameters else names.get(k, k): v for k, v in keywords.items()}
        bound = self._signature.bind(*args, **own)
        tangents = self.mode in ("jvp", "hvp")
        for name, tangent in zip(self._state["floats"], self._own if tangents else self._state["floats"]):
            if type(bound.arguments.get(name)) is int:
                bound.arguments[name] = float(bound.arguments[name])
            if tangents:
                self._same_shape(f"the tangent {tangent!r}", bound.arguments.get(tangent), bound.arguments.get(name))
        result = self._function(*bound.args, **bound.kwargs)
        if self.mode == "vjp" and self._own[0] in bound.arguments:
            self._same_shape("the seed", bound.arguments[self._own[0]], result[0])
        return result

    def _same_shape(self, what: str, given: Any, like: Any) -> None:
        shapes = [getattr(v, "shape", ()) for v in (given, like)]
        if shapes[0] != shapes[1]:
            raise ValueError(f"{self.__name__}(): {what} has the shape {shapes[0]}, and not {shapes[1]}")

    def __reduce__(self) -> tuple[Any, ...]:
        return eval, (BOOT, {"state": self._state, "loader": self._loader})


def restore(state: dict[str, Any], loader: str) -> Any:
    """The derivative of the function itself where s2sad and the function are there, else the text that came along."""
    if importlib.util.find_spec("s2sad") is not None:
        from s2sad.derivative import reconnected
        found = reconnected(state)
        if found is not None:
            return found
    if state["text"] is None:
        raise RuntimeError(f"{state['name']} needs s2sad and the function it is the derivative of to be loaded")
    return StandaloneDerivative(state, loader)
