"""Live objects and classes of the user's: what ``obj.name`` means.

::

    model.k            the present value of the attribute
    model.force        partial(Model.force, model)
    model.energy       of a property: a call of its getter
    Model.unit         a static method: the function; a class method: partial(function, Model)

Attributes are found where Python finds them: in the object, then along its class's method resolution order.
"""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable
from types import FunctionType
from typing import Any, Protocol

from s2sad.frontend.meanings import DataClass, ItemsOf, Meaning, Partial, Property, Refused, UserObject

MISSING = object()  # what a name means that is not there
_HEAP_TYPE = 1 << 9
_OF_NAMEDTUPLES = ("_replace", "_asdict", "_make")
_HOOKS = ("__getattr__", "__getattribute__")


class Finder(Protocol):
    """What this asks of the live resolver."""

    found: list[tuple[Any, str, object]]

    def meaning(self, name: str, value: Any, read: Callable[[], object] | None, module: str) -> Meaning:
        """What an object found under `name` is to the compiler."""


def is_user_object(value: Any) -> bool:
    """Whether an object is of a class that is written in Python."""
    return not isinstance(value, type) and is_user_class(type(value))


def is_user_class(cls: type) -> bool:
    """Whether a class is written in Python, not in a library that we know, and its objects are more than numbers."""
    library = cls.__module__.partition(".")[0]
    return bool(cls.__flags__ & _HEAP_TYPE) and not issubclass(cls, (tuple, list, dict, type, BaseException)) \
        and library not in sys.stdlib_module_names and library not in ("s2sad", "numpy", "numba", "scipy")


class LiveObject:
    """The attributes of one object, or of a class."""

    def __init__(self, name: str, value: Any, finder: Finder) -> None:
        self.name = name
        self.value = value
        self.finder = finder
        self.itself: Meaning | None = None
        cls = value if isinstance(value, type) else type(value)
        self.order = [c for c in cls.__mro__ if c is not object]

    @property
    def module(self) -> str:
        return str(self.order[0].__module__)

    def names(self) -> list[str]:
        return [n for n in dir(self.value) if not n.startswith("__")]

    def resolve(self, name: str) -> Meaning | None:
        return self.find(name, self.order)

    def above(self, cls: type, name: str) -> Meaning | None:
        """What ``super().name`` means in a method of `cls`."""
        return self.find(name, self.order[self.order.index(cls) + 1:], own=False)

    def find(self, name: str, order: list[type], own: bool = True) -> Meaning | None:
        if any(hook in vars(c) for c in self.order for hook in _HOOKS):
            return Refused(f"the class {self.order[0].__name__!r} computes its attributes",
                           "read the attribute outside")
        held = getattr(self.value, "__dict__", {}) if own and not isinstance(self.value, type) else {}
        owner = next((c for c in order if name in vars(c)), None)
        raw = MISSING if owner is None else vars(owner)[name]
        if name in held and not isinstance(raw, property):
            return self._data(name, held, held[name])
        if owner is None:
            return None
        if own and not isinstance(self.value, type) and hasattr(self.value, "__dict__"):
            self.finder.found.append((held, name, MISSING))
        return self._of_class(name, raw, owner)

    def _data(self, name: str, namespace: Any, value: Any) -> Meaning:
        meaning = self.finder.meaning(f"{self.name}_{name}", value, lambda: getattr(self.value, name), self.module)
        self._watch(namespace, name, value, meaning)
        return meaning

    def _watch(self, namespace: Any, name: str, value: Any, meaning: Meaning) -> None:
        """Have the program read again when something else than data is replaced."""
        if not hasattr(meaning, "variable"):
            self.finder.found.append((namespace, name, value))

    def _of_class(self, name: str, raw: Any, owner: type) -> Meaning:
        assert self.itself is not None
        if isinstance(raw, staticmethod):
            return self._function(name, raw.__func__, owner, raw)
        if isinstance(raw, classmethod):
            cls = self.itself if isinstance(self.value, type) else \
                self.finder.meaning(self.order[0].__name__, self.order[0], None, self.module)
            return Partial(self._function(name, raw.__func__, owner, raw), (cls,))
        if isinstance(raw, property):
            if isinstance(self.value, type) or raw.fget is None:
                return Refused(f"{name!r} is a property of the class {owner.__name__!r}", "read it from an object")
            return Property(Partial(self._function(name, raw.fget, owner, raw), (self.itself,)))
        if isinstance(raw, functools.cached_property):
            return Refused(f"{name!r} is a cached property", "pass its value as an argument, or make it a property")
        static = getattr(raw, "_static", False)
        if isinstance(raw, FunctionType) or hasattr(raw, "__wrapped_primal__"):
            function = self._function(name, getattr(raw, "__wrapped_primal__", raw), owner, raw)
            bound = not isinstance(self.value, type) and not static
            return Partial(function, (self.itself,)) if bound else function
        if inspect.ismemberdescriptor(raw):
            return self.finder.meaning(f"{self.name}_{name}", getattr(self.value, name), lambda: getattr(
                self.value, name), self.module)
        return self._data(name, vars(owner), raw)

    def _function(self, name: str, function: Any, owner: type, raw: Any) -> Meaning:
        meaning = self.finder.meaning(name, function, None, self.module)
        self._watch(vars(owner), name, raw, meaning)
        return meaning

    def kind(self, name: str) -> str | None:
        """``method``, ``static``, ``class`` or ``property``; None for what is no method.  For classes."""
        raw = next((vars(c)[name] for c in self.order if name in vars(c)), None)
        if name in _OF_NAMEDTUPLES:
            return None
        for kind, cls in (("static", staticmethod), ("class", classmethod), ("property", property)):
            if isinstance(raw, cls):
                return kind
        return "method" if isinstance(raw, FunctionType) or hasattr(raw, "__wrapped_primal__") else None

    def declared(self, name: str) -> Meaning | None:
        """The class of the user's that a field is annotated with.  For classes."""
        for cls in self.order:
            kind = vars(cls).get("__annotations__", {}).get(name)
            if isinstance(kind, str):
                kind = getattr(sys.modules.get(cls.__module__), kind, None)
            item = getattr(kind, "__args__", (None,))[0] if getattr(kind, "__origin__", None) is list else None
            if isinstance(item, type):
                inner = self.finder.meaning(item.__name__, item, None, item.__module__)
                return ItemsOf(inner) if isinstance(inner, (DataClass, UserObject)) else None
            if isinstance(kind, type):
                found = self.finder.meaning(kind.__name__, kind, None, kind.__module__)
                return found if isinstance(found, (DataClass, UserObject)) else None
        return None

    def function(self, name: str) -> Meaning:
        """The function of a method.  For classes."""
        owner = next(c for c in self.order if name in vars(c))
        raw = vars(owner)[name]
        for inner in ("__wrapped_primal__", "__func__", "fget"):
            if not isinstance(raw, FunctionType) and hasattr(raw, inner):
                return self._function(name, getattr(raw, inner), owner, raw)
        return self._function(name, raw, owner, raw)

    def imported(self, module: str | None, name: str | None, level: int) -> Meaning:
        return Refused(f"{self.name!r} has no attribute {name!r}", f"it has {', '.join(self.names()) or 'none'}")
