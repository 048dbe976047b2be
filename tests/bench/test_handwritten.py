"""The adjoints written by hand for Numba, run as Python, against complex steps through the natural objectives."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks import check
from benchmarks.handwritten import ba as hand_ba
from benchmarks.handwritten import gmm as hand_gmm
from benchmarks.handwritten import ht as hand_ht
from benchmarks.handwritten import lstm as hand_lstm
from benchmarks.problems import ba, gmm, ht, lstm


def as_python(function: Callable[..., Any]) -> Callable[..., Any]:
    return getattr(function, "py_func", function)


@pytest.mark.parametrize("d, k, n", [(1, 1, 2), (2, 3, 4), (5, 2, 6)])
def test_gmm(d: int, k: int, n: int) -> None:
    arguments = gmm.inputs(d, k, n, seed=d, gamma=1.3, m=2)
    value, gradient = as_python(hand_gmm.value_and_grad)(*arguments)
    for objective in (gmm.objective, gmm.objective_loops):
        assert check.worst(value, objective(*arguments)) < 1e-12
        assert check.worst(gradient, check.gradient(objective, arguments, range(4))) < 1e-10


@pytest.mark.parametrize("layers, characters, bits", [(1, 2, 3), (2, 4, 5), (3, 5, 2)])
def test_lstm(layers: int, characters: int, bits: int) -> None:
    arguments = lstm.inputs(layers, characters, bits, seed=layers)
    value, gradient = as_python(hand_lstm.value_and_grad)(*arguments)
    assert check.worst(value, lstm.objective(*arguments)) < 1e-12
    assert check.worst(gradient, check.gradient(lstm.objective, arguments, range(2))) < 1e-10


@pytest.mark.parametrize("rotated", [True, False])
def test_ba(rotated: bool) -> None:
    cameras, points, weights, observations, features = arguments = ba.inputs(3, 4, 7, seed=2)
    if not rotated:
        cameras[:, :3] = 0.0
    errors, weight_errors, blocks, weight_jacobian = as_python(hand_ba.errors_and_jacobian)(*arguments)
    expected = ba.objective(*arguments)
    assert check.worst((errors, weight_errors), expected) < 1e-12
    assert check.worst(weight_jacobian, -2.0 * weights) < 1e-12
    by_step = check.at_complex_arguments(ba.reprojection_error)
    for i, (camera, point) in enumerate(observations):
        one = (cameras[camera], points[point], weights[i], features[i])
        columns = [(position, unit) for position in range(3)
                   for unit in np.eye(np.size(one[position])).reshape(-1, *np.shape(one[position]))]
        for column, (position, unit) in enumerate(columns):
            if rotated:
                assert check.worst(blocks[i, :, column], check.directional(by_step, one, {position: unit})) < 1e-10
            else:  # the branch for no rotation is a point: the derivative is that of its surroundings
                difference = check.central_difference(ba.reprojection_error, one, {position: unit})
                assert np.allclose(blocks[i, :, column], difference, rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize("vertices, measured, mirrored", [(1, 1, False), (4, 9, True)])
def test_ht(vertices: int, measured: int, mirrored: bool) -> None:
    arguments = ht.inputs(vertices, measured, seed=vertices, mirrored=mirrored)
    errors, jacobian = as_python(hand_ht.errors_and_jacobian)(*arguments)
    assert check.worst(errors, ht.objective(*arguments)) < 1e-12
    by_step = check.at_complex_arguments(ht.objective)
    columns = [check.directional(by_step, arguments, {0: unit}) for unit in np.eye(ht.THETAS)]
    assert check.worst(jacobian, np.stack(columns, axis=-1)) < 1e-10
