"""Numbers to compare derivatives with, which know nothing of any tool: complex steps and central differences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from benchmarks.rebind import with_numpy

STEP = 1e-30


class ComplexNumPy:
    """NumPy whose new arrays are complex, so that code which fills arrays can be run at complex arguments."""

    def __getattr__(self, name: str) -> Any:
        return getattr(np, name)

    @staticmethod
    def zeros(shape: Any) -> Any:
        return np.zeros(shape, complex)

    @staticmethod
    def empty(shape: Any) -> Any:
        return np.empty(shape, complex)

    @staticmethod
    def zeros_like(array: Any) -> Any:
        return np.zeros_like(array, complex)

    @staticmethod
    def max(array: Any, **keywords: Any) -> Any:
        """By the real parts: a constant shift, whose derivative is not needed where it cancels."""
        return np.max(np.real(array), **keywords)


def at_complex_arguments(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function with `ComplexNumPy`."""
    return with_numpy(function, ComplexNumPy())


def directional(function: Callable[..., Any], arguments: Sequence[Any], directions: dict[int, Any]) -> Any:
    """The derivative of a function (as `at_complex_arguments` gives it) along directions of some of its arguments."""
    moved = [np.add(a, 1j * STEP * directions[i]) if i in directions else _complex(a) for i, a in enumerate(arguments)]
    return np.imag(function(*moved)) / STEP


def _complex(argument: Any) -> Any:
    """Arrays become complex all together, since code copies and fills them."""
    return argument + 0j if isinstance(argument, np.ndarray) and argument.dtype.kind == "f" else argument


def gradient(function: Callable[..., Any], arguments: Sequence[Any], wrt: Sequence[int]) -> tuple[Any, ...]:
    """All partial derivatives of a scalar function by complex steps, one evaluation for each."""
    complex_function = at_complex_arguments(function)
    return tuple(_gradient(complex_function, arguments, position) for position in wrt)


def _gradient(function: Callable[..., Any], arguments: Sequence[Any], position: int) -> Any:
    shape = np.shape(arguments[position])
    result = np.empty(shape)
    for index in np.ndindex(shape):
        unit = np.zeros(shape)
        unit[index] = 1.0
        result[index] = directional(function, arguments, {position: unit})
    return result


def central_difference(function: Callable[..., Any], arguments: Sequence[Any], directions: dict[int, Any],
                       step: float = 1e-6) -> Any:
    def moved(sign: float) -> list[Any]:
        return [a + sign * step * directions[i] if i in directions else a for i, a in enumerate(arguments)]
    return (np.asarray(function(*moved(1.0))) - np.asarray(function(*moved(-1.0)))) / (2.0 * step)


def worst(found: Any, expected: Any) -> float:
    """The largest difference between two structures of arrays, relative to the largest entry of each array."""
    if isinstance(expected, (tuple, list)):
        assert len(found) == len(expected), f"{len(found)} parts for {len(expected)}"
        return max((worst(f, e) for f, e in zip(found, expected)), default=0.0)
    found, expected = np.asarray(found, float), np.asarray(expected, float)
    assert found.shape == expected.shape, f"shape {found.shape} for {expected.shape}"
    if expected.size == 0:
        return 0.0
    if not np.isfinite(found).all():
        return float("inf")
    return float(np.max(np.abs(found - expected)) / max(1e-300, float(np.max(np.abs(expected)))))
