"""Values of programs, nested as they come: copies, numbers in them, random tangents, comparison."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
from harness import numeric


@dataclasses.dataclass(frozen=True)
class Made:
    """An object of one of the program's own classes, before the program is loaded."""

    name: str
    fields: tuple[Any, ...]


def built(value: Any, classes: Mapping[str, Any]) -> Any:
    """A copy of a value, with objects of the program's classes in it."""
    if isinstance(value, Made):
        return classes[value.name](*(built(item, classes) for item in value.fields))
    if isinstance(value, (list, dict)) or type(value) is tuple:
        return mapped(lambda item: built(item, classes), value)
    return copy.deepcopy(value)


def mapped(function: Callable[..., Any], value: Any, *others: Any) -> Any:
    """A container with the function's values in place of its parts."""
    if isinstance(value, dict):
        return {key: function(item, *(o[key] for o in others)) for key, item in value.items()}
    made = [function(*parts) for parts in zip(*(items(v) or [] for v in (value, *others)))]
    if isinstance(value, tuple) and not hasattr(value, "_fields"):
        return tuple(made)
    return made if isinstance(value, list) else type(value)(*made)


def moved(value: Any, tangent: Any, t: float) -> Any:
    """The value, t times the tangent further, in double precision."""
    if items(value) is not None:
        return mapped(lambda v, w: moved(v, w, t), value, tangent)
    if not is_float(value):
        return value
    if isinstance(value, np.ndarray):
        return value.astype(float) + t * np.asarray(tangent, dtype=float)
    return value + t * float(tangent)


def items(value: Any) -> list[Any] | None:
    """The parts of a container, in order; None for anything else."""
    if isinstance(value, (tuple, list)):
        return list(value)
    if isinstance(value, dict):
        return list(value.values())
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return [getattr(value, field.name) for field in dataclasses.fields(value)]
    return None


def leaves(value: Any) -> Iterator[Any]:
    """The numbers and arrays in a value, in order."""
    inner = items(value)
    if inner is None:
        if value is not None:
            yield value
        return
    for item in inner:
        yield from leaves(item)


def is_float(value: Any) -> bool:
    """Whether a number or array carries a derivative."""
    return isinstance(value, float) or (isinstance(value, (np.ndarray, np.generic)) and value.dtype.kind == "f")


def flat(value: Any) -> np.ndarray:
    """All that carries a derivative as one vector."""
    return numeric.flat([leaf for leaf in leaves(value) if is_float(leaf)])


def arrays(value: Any) -> list[np.ndarray]:
    return [leaf for leaf in leaves(value) if isinstance(leaf, np.ndarray)]


def random_like(value: Any, rng: np.random.Generator) -> Any:
    """A tangent or a seed of the value's structure."""
    if value is None:
        return None
    if items(value) is not None:
        return mapped(lambda item: random_like(item, rng), value)
    return numeric.random_like(value, rng)


def shape_text(value: Any) -> str:
    """Structure, shapes and dtypes as text: equal where the values have the same form."""
    inner = items(value)
    if inner is not None:
        return f"{type(value).__name__}({', '.join(map(shape_text, inner))})"
    if isinstance(value, np.ndarray):
        return f"{value.dtype}{list(value.shape)}"
    return "float" if isinstance(value, float) else type(value).__name__


def same(a: Any, b: Any) -> bool:
    """Equal to the last bit, NaN included, and of the same form."""
    first, second = list(leaves(a)), list(leaves(b))
    return len(first) == len(second) and all(_same(x, y) for x, y in zip(first, second))


def _same(x: Any, y: Any) -> bool:
    if isinstance(x, np.ndarray) != isinstance(y, np.ndarray):
        return False
    if isinstance(x, (np.ndarray, float, int, np.generic)) and isinstance(y, (np.ndarray, float, int, np.generic)):
        return np.array_equal(x, y, equal_nan=np.asarray(x).dtype.kind == "f" and np.asarray(y).dtype.kind == "f")
    return bool(x == y)
