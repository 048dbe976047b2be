"""Containers of numbers: their leaves, copies, and others of the same structure."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np


def fields(value: Any) -> dict[Any, Any] | None:
    """What a container holds, by key; None for anything that is none."""
    if isinstance(value, dict):
        return value
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return value._asdict()
    if isinstance(value, (tuple, list)):
        return dict(enumerate(value))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
    if type(value).__module__.startswith("case_") and hasattr(value, "__dict__"):
        return dict(vars(value))
    return None


def rebuilt(value: Any, change: Callable[[Any], Any], inner: bool = False) -> Any:
    """The same structure with every leaf changed, depth first; a whole number inside a container is no leaf."""
    held = fields(value)
    if held is None:
        return change(value) if not inner or is_leaf(value) else None
    new = {key: rebuilt(item, change, True) for key, item in held.items()}
    if isinstance(value, dict):
        return new
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(**new)
    if isinstance(value, (tuple, list)):
        return type(value)(new.values())
    result = copy.copy(value)
    for name, item in new.items():
        object.__setattr__(result, name, item)
    return result


def is_leaf(value: Any) -> bool:
    """Whether something in a container has a derivative."""
    if isinstance(value, np.ndarray):
        return bool(value.dtype.kind in "fc")
    return isinstance(value, (float, np.floating))


def leaves(value: Any, inner: bool = False) -> list[Any]:
    """The numbers and arrays of a value, depth first."""
    held = fields(value)
    if held is None:
        return [value] if not inner or is_leaf(value) else []
    return [leaf for item in held.values() for leaf in leaves(item, True)]


def kept(value: Any, pieces: Any) -> Any:
    """The structure with other leaves, and everything else as it was."""
    held = fields(value)
    if held is None:
        return next(pieces) if is_leaf(value) else value
    result = copy.copy(value)
    new = {key: kept(item, pieces) for key, item in held.items()}
    if isinstance(value, tuple):
        return type(value)(**new) if hasattr(value, "_fields") else tuple(new.values())
    if isinstance(value, list):
        return list(new.values())
    if isinstance(value, dict):
        return new
    for name, item in new.items():
        object.__setattr__(result, name, item)
    return result


def duplicate(value: Any) -> Any:
    """A copy that shares no array with the original."""
    held = fields(value)
    if held is None:
        return value.copy() if isinstance(value, np.ndarray) else value
    return kept(value, iter([duplicate(leaf) for leaf in leaves(value)]))


def equal(a: Any, b: Any) -> bool:
    """Whether two values are equal in structure, types of containers, and leaves."""
    held, other = fields(a), fields(b)
    if held is None or other is None:
        return held is other and np.array_equal(a, b)
    return type(a) is type(b) and list(held) == list(other) and all(equal(held[k], other[k]) for k in held)


def signature_text(value: Any) -> str:
    """The type of a value as a signature spells it."""
    held = fields(value)
    if held is None:
        axes = ", ".join(":" * np.ndim(value))
        return f"float64[{axes}]" if axes else "float"
    items = {key: signature_text(item) for key, item in held.items()}
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k!r}: {t}" for k, t in items.items()) + "}"
    if isinstance(value, list):
        return f"list[{items[0]}]"
    if isinstance(value, tuple) and not hasattr(value, "_fields"):
        return f"tuple[{', '.join(items.values())}]"
    kind = "namedtuple" if isinstance(value, tuple) else "object"
    return f"{kind}({', '.join(f'{k}={t}' for k, t in items.items())})"
