"""The cases: which function, at which arguments, by which of them, and how much its gradient may cost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

import s2sad
from benchmarks.gradbench import ba as gradbench_ba
from benchmarks.handwritten import ba as hand_ba
from benchmarks.handwritten import gmm as hand_gmm
from benchmarks.handwritten import ht as hand_ht
from benchmarks.handwritten import lstm as hand_lstm
from benchmarks.problems import ba, dense, factor, gmm, ht, lstm, scalar, stencils


@dataclass(frozen=True)
class Case:
    name: str
    group: str
    function: Callable[..., Any]
    wrt: tuple[int, ...]
    inputs: Callable[[], tuple[Any, ...]]
    quick: Callable[[], tuple[Any, ...]]
    bar: float | None = None  # gradient over primal, in CPython
    with_value: bool = False
    handwritten: Callable[..., Any] | None = None
    derivative: Callable[[dict[str, Any]], Callable[..., Any]] | None = None  # where it is no gradient
    in_jax: str | None = None

    def arguments(self, quick: bool) -> tuple[Any, ...]:
        return (self.quick if quick else self.inputs)()


def loop(n: int) -> tuple[Any, ...]:
    return (0.2, 0.9, n)


def ba_jacobian(options: dict[str, Any]) -> Callable[..., Any]:
    """Two reverse sweeps over all observations at once; blocks as the handwritten one has them."""
    row = s2sad.vjp(gradbench_ba.reprojection_errors, wrt=(0, 1, 2), **options)

    def jacobian(cameras: Any, points: Any, weights: Any, observations: Any, features: Any) -> Any:
        own = (cameras[observations[:, 0]], points[observations[:, 1]], weights, features)
        blocks = np.empty((len(weights), 2, 15))
        errors = None
        for i in range(2):
            seed = np.zeros((len(weights), 2))
            seed[:, i] = 1.0
            errors, (blocks[:, i, :11], blocks[:, i, 11:14], blocks[:, i, 14]) = row(*own, seed)
        return errors, 1.0 - weights ** 2, blocks, -2.0 * weights
    return jacobian


def ht_jacobian(options: dict[str, Any]) -> Callable[..., Any]:
    """A forward sweep for each of the 26 directions."""
    tangent = s2sad.jvp(ht.objective, wrt=0, **options)

    def jacobian(theta: Any, *data: Any) -> Any:
        jacobian = np.empty((*data[6].shape, len(theta)))
        errors = None
        for k, unit in enumerate(np.eye(len(theta))):
            errors, jacobian[:, :, k] = tangent(theta, *data, unit)
        return errors, jacobian
    return jacobian


GRID = partial(stencils.grid_inputs, (200, 200), 40)
SMALL_GRID = partial(stencils.grid_inputs, (50, 50), 10)

SCALAR = [
    Case("straight line", "scalar", scalar.straight_line, (0, 1, 2), lambda: (0.3, 0.7, 1.1), lambda: (0.3, 0.7, 1.1),
         bar=2.0),
    *(Case(f"loop with a branch, {n:,} steps", "scalar", scalar.wander, (0, 1), partial(loop, n),
           partial(loop, min(n, 1000)), bar=4.0) for n in (1_000, 10_000, 100_000, 1_000_000)),
    Case("loop in a loop, with exits", "scalar", scalar.newton, (0,), lambda: (2.0, 2000), lambda: (2.0, 50), bar=4.0),
]
DENSE = [
    Case("network, batch 64", "dense", dense.network, (0, 1, 2, 3), dense.network_inputs,
         partial(dense.network_inputs, 64, 32, 16), bar=3.0),
    Case("elementwise, 10^6", "dense", dense.elementwise, (0,), partial(dense.elementwise_inputs, 1_000_000),
         partial(dense.elementwise_inputs, 10_000), bar=3.0),
    Case("softmax", "dense", dense.softmax, (0,), dense.softmax_inputs, partial(dense.softmax_inputs, 32, 32)),
    Case("perceptron, 3 layers", "dense", dense.mlp, (0, 1, 2), dense.mlp_inputs,
         partial(dense.mlp_inputs, 16, 16, 16)),
    Case("bodies", "dense", dense.n_body, (0, 1), dense.n_body_inputs, partial(dense.n_body_inputs, 10, 3)),
]
STENCILS = [
    Case("Jacobi 2-D", "stencils", stencils.jacobi, (0,), GRID, SMALL_GRID, bar=2.0),
    Case("heat 1-D", "stencils", stencils.heat, (0,), partial(stencils.grid_inputs, (100_000,), 40),
         partial(stencils.grid_inputs, (1000,), 10), bar=2.0),
    Case("Gauss-Seidel 2-D", "stencils", stencils.gauss_seidel, (0,), partial(stencils.grid_inputs, (60, 60), 10),
         partial(stencils.grid_inputs, (12, 12), 3), bar=2.0),
    Case("horizontal diffusion", "stencils", stencils.horizontal_diffusion, (0,), GRID, SMALL_GRID, bar=2.0),
    Case("the same with limiter", "stencils", stencils.limited_diffusion, (0,), GRID, SMALL_GRID),
    Case("vertical diffusion", "stencils", stencils.vertical_diffusion, (0, 1), stencils.column_inputs,
         partial(stencils.column_inputs, 10, 20, 2)),
]
FACTOR = [
    Case("Durbin", "factor", factor.durbin, (0,), factor.durbin_inputs, partial(factor.durbin_inputs, 40)),
    Case("Cholesky in loops", "factor", factor.cholesky, (0,), factor.cholesky_inputs,
         partial(factor.cholesky_inputs, 10)),
]
ADBENCH = [
    *(Case(f"GMM, {n:,} points, d={d}, K={k}", "adbench", gmm.objective, (0, 1, 2, 3), partial(gmm.inputs, d, k, n),
           partial(gmm.inputs, min(d, 4), 3, 50), with_value=True, handwritten=hand_gmm.value_and_grad, in_jax="gmm")
      for d, k, n in ((2, 5, 1000), (10, 25, 1000), (64, 25, 1000), (10, 25, 10_000))),
    Case("GMM in scalar loops, 100 points, d=10, K=5", "adbench", gmm.objective_loops, (0, 1, 2, 3),
         partial(gmm.inputs, 10, 5, 100), partial(gmm.inputs, 3, 2, 10), with_value=True,
         handwritten=hand_gmm.value_and_grad, in_jax="gmm"),
    *(Case(f"LSTM, 1,024 steps, {layers} layers", "adbench", lstm.objective, (0, 1), partial(lstm.inputs, layers, 1024),
           partial(lstm.inputs, layers, 20), with_value=True, handwritten=hand_lstm.value_and_grad, in_jax="lstm")
      for layers in (2, 4)),
    Case("bundle adjustment", "adbench", ba.objective, (0, 1, 2), partial(ba.inputs, 49, 7776, 31843),
         partial(ba.inputs, 5, 20, 100), handwritten=hand_ba.errors_and_jacobian, derivative=ba_jacobian),
    *(Case(f"hand tracking, {n:,} vertices", "adbench", ht.objective, (0,), partial(ht.inputs, n),
           partial(ht.inputs, min(n, 50)), handwritten=hand_ht.errors_and_jacobian, derivative=ht_jacobian)
      for n in (544, 10_000)),
]
CASES = SCALAR + DENSE + STENCILS + FACTOR + ADBENCH
GROUPS = ("scalar", "dense", "stencils", "factor", "adbench")
