"""Values of programs, nested as they come: copies, numbers in them, random tangents, comparison."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import numpy as np
from harness import numeric


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
    if isinstance(value, dict):
        return {key: random_like(item, rng) for key, item in value.items()}
    inner = items(value)
    if inner is None:
        return numeric.random_like(value, rng)
    made = [random_like(item, rng) for item in inner]
    if isinstance(value, tuple) and not hasattr(value, "_fields"):
        return tuple(made)
    return made if isinstance(value, list) else type(value)(*made)


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
