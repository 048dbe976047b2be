"""How costs grow: with the number of inputs, of iterations, with sizes, and with the length of the program."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

import s2sad
from benchmarks.problems import dense, scalar
from benchmarks.timing import measure
from benchmarks.transform_time import straight_line

Curve = list[dict[str, Any]]


def chain(x):
    """A function of n inputs, each of which matters for all that follow."""
    state = 0.0
    total = 0.0
    for i in range(x.shape[0]):
        state = 0.5 * state + np.sin(x[i])
        total += state * state
    return total


def differences(function: Callable[..., float], x: Any) -> Any:
    """The gradient by central differences: two evaluations for each input."""
    gradient = np.empty(x.shape)
    for i in range(len(x)):
        moved = x.copy()
        moved[i] += 1e-6
        above = function(moved)
        moved[i] -= 2e-6
        gradient[i] = (above - function(moved)) / 2e-6
    return gradient


def forward(tangent: Callable[..., Any], x: Any) -> Any:
    """The gradient by forward mode: a sweep for each input."""
    return np.array([tangent(x, unit)[1] for unit in np.eye(len(x))])


def inputs(quick: bool) -> Curve:
    rows = []
    reverse, tangent = s2sad.grad(chain), s2sad.jvp(chain)
    for n in (1, 4, 16, 64) if quick else (1, 2, 4, 8, 16, 32, 64, 128, 256):
        x = np.linspace(-1.0, 1.0, n)
        ways: dict[str, Callable[[], Any]] = {
            "primal": partial(chain, x), "reverse": partial(reverse, x), "forward": partial(forward, tangent, x),
            "differences": partial(differences, chain, x)}
        assert np.allclose(ways["reverse"](), ways["differences"](), atol=1e-6)
        assert np.allclose(ways["reverse"](), ways["forward"](), rtol=1e-12)
        times = measure(ways, 0.02 if quick else 0.3)
        rows.append({"inputs": n, **{name: times[name].best for name in ways}})
    return rows


def iterations(quick: bool) -> Curve:
    gradient = s2sad.grad(scalar.wander, wrt=(0, 1))
    rows = []
    for n in (100, 1000) if quick else (100, 1_000, 10_000, 100_000, 1_000_000):
        times = measure({"primal": partial(scalar.wander, 0.2, 0.9, n), "gradient": partial(gradient, 0.2, 0.9, n)},
                        0.02 if quick else 0.3)
        rows.append({"iterations": n, "primal": times["primal"].best, "gradient": times["gradient"].best})
    return rows


def sizes(quick: bool) -> Curve:
    gradient = s2sad.grad(dense.elementwise)
    rows = []
    for n in (10, 1000) if quick else (10, 100, 1_000, 10_000, 100_000, 1_000_000):
        x, = dense.elementwise_inputs(n)
        times = measure({"primal": partial(dense.elementwise, x), "gradient": partial(gradient, x)},
                        0.02 if quick else 0.3)
        rows.append({"size": n, "primal": times["primal"].best, "gradient": times["gradient"].best})
    return rows


def nested(depth: int) -> str:
    """Loops in loops, with a branch in the innermost."""
    lines = ["from math import sin", "", "", "def f(x: float, n: int) -> float:", "    y = x"]
    for level in range(depth):
        lines.append("    " * (level + 1) + f"for i{level} in range(n):")
    inner = "    " * (depth + 1)
    lines += [inner + "if y > 1.0:", inner + "    y = sin(y) * x", inner + "else:", inner + "    y = y * y + 0.1",
              "    return y", ""]
    return "\n".join(lines)


def transformation(quick: bool) -> Curve:
    rows = []
    for statements in (25, 100) if quick else (25, 100, 800, 3200):
        rows.append({"program": f"{statements} statements", "statements": statements,
                     "seconds": generation(straight_line(statements), 1 if statements > 1000 else 3)})
    for depth in (1, 3) if quick else range(1, 7):
        rows.append({"program": f"loops {depth} deep", "depth": depth, "seconds": generation(nested(depth), 3)})
    return rows


def generation(source: str, runs: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "module.py"
        path.write_text(source, encoding="utf-8")
        best = float("inf")
        for _ in range(runs):
            start = time.perf_counter()
            s2sad.generate(str(path), ["f"], mode="grad")
            best = min(best, time.perf_counter() - start)
    return best


CURVES: dict[str, Callable[[bool], Curve]] = {
    "inputs": inputs, "iterations": iterations, "sizes": sizes, "transformation": transformation}
