"""Numeric oracles: central differences with an error estimate, random cotangents, comparisons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from harness.structure import fields, kept, leaves, rebuilt

LEVELS = 7  # step sizes tried, each half of the one before
FIRST_STEP = 1e-2


def flat(values: Sequence[Any]) -> np.ndarray:
    """Several numbers, arrays and containers of these as one vector of float64."""
    parts = [np.asarray(leaf, dtype=float).ravel() for value in values for leaf in leaves(value)]
    return np.concatenate(parts) if parts else np.zeros(0)


def like(templates: Sequence[Any], vector: np.ndarray) -> list[Any]:
    """The vector cut into pieces shaped as the templates (and of their dtype)."""
    at = 0

    def piece(leaf: Any) -> Any:
        nonlocal at
        at += np.size(leaf)
        if isinstance(leaf, np.ndarray):
            return vector[at - leaf.size:at].reshape(leaf.shape).astype(leaf.dtype)
        return float(vector[at - 1])

    return [piece(t) if fields(t) is None else kept(t, iter([piece(leaf) for leaf in leaves(t)])) for t in templates]


def widened(args: Sequence[Any]) -> list[Any]:
    """float32 arrays as float64, so that differences can be taken."""
    def wide(leaf: Any) -> Any:
        return leaf.astype(float) if isinstance(leaf, np.ndarray) and leaf.dtype == np.float32 else leaf

    return [wide(a) if fields(a) is None else kept(a, iter([wide(leaf) for leaf in leaves(a)])) for a in args]


def jacobian(function: Callable[..., Any], args: Sequence[Any],
             positions: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """Jacobian of the flattened value and its error estimate, a column for each differentiated number.

    Central differences at halved steps, extrapolated by Richardson's scheme; for each entry the
    best estimate is the one whose neighbours in the scheme agree best (Ridders).
    """
    args = widened(args)
    templates = [args[p] for p in positions]
    x = flat(templates)

    def at(vector: np.ndarray) -> np.ndarray:
        moved = list(args)
        for position, piece in zip(positions, like(templates, vector)):
            moved[position] = piece
        return flat([function(*moved)])

    columns = [_derivative(at, x, k) for k in range(x.size)]
    if not columns:
        return np.zeros((0, 0)), np.zeros((0, 0))
    return np.stack([c[0] for c in columns], axis=1), np.stack([c[1] for c in columns], axis=1)


def _derivative(at: Callable[[np.ndarray], np.ndarray], x: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    direction = np.zeros(x.size)
    direction[k] = 1.0
    step = FIRST_STEP * max(1.0, abs(x[k]))
    previous: list[np.ndarray] = []
    best: np.ndarray | None = None
    error = np.zeros(0)
    for level in range(LEVELS):
        h = step / 2 ** level
        row = [(at(x + h * direction) - at(x - h * direction)) / (2.0 * h)]
        for order, coarse in enumerate(previous, start=1):
            fine = row[-1]
            row.append(fine + (fine - coarse) / (4.0 ** order - 1.0))
            estimate = np.maximum(np.abs(row[-1] - fine), np.abs(row[-1] - coarse))
            if best is None:
                best, error = row[-1], estimate
            better = estimate < error
            best = np.where(better, row[-1], best)
            error = np.where(better, estimate, error)
        previous = row
    assert best is not None
    return best, error


def random_like(value: Any, rng: np.random.Generator) -> Any:
    """A tangent or cotangent of the value's structure, shape and dtype, nowhere near zero."""
    if fields(value) is not None:
        return rebuilt(value, lambda leaf: random_like(leaf, rng))
    if isinstance(value, np.ndarray):
        return (rng.choice([-1.0, 1.0], value.shape) * rng.uniform(0.5, 1.5, value.shape)).astype(value.dtype)
    return float(rng.uniform(0.5, 1.5))


def inner(a: Sequence[Any], b: Sequence[Any]) -> float:
    return float(flat(a) @ flat(b))


def precision(args: Sequence[Any]) -> float:
    """Relative tolerance that the arguments' dtypes allow."""
    narrow = any(isinstance(leaf, np.ndarray) and leaf.dtype == np.float32 for arg in args for leaf in leaves(arg))
    return 2e-5 if narrow else 1e-7


def assert_close(found: Any, expected: np.ndarray, error: np.ndarray | float, tolerance: float, what: str) -> None:
    """Agreement within ten error estimates and the relative tolerance."""
    found = flat([found])
    expected = np.asarray(expected).ravel()
    assert found.shape == expected.shape, f"{what}: {found.size} numbers, expected {expected.size}"
    allowed = 10.0 * np.ravel(error) + tolerance * (1.0 + np.abs(expected))
    wrong = ~(np.abs(found - expected) <= allowed)
    assert not wrong.any(), f"{what}: found {found}, expected {expected} (differences allowed: {allowed})"
