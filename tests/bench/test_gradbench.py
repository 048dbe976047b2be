"""GradBench's twelve problems: each answer against numbers that s2sad has no part in, and the protocol."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks import check
from benchmarks.gradbench import ba, det, ht, kmeans, lse, ode, particle, saddle
from benchmarks.gradbench.protocol import PROBLEMS, functions_of, serve
from benchmarks.problems import gmm as gmm_problem
from benchmarks.problems import ht as ht_problem
from benchmarks.problems import lstm as lstm_problem

RNG = np.random.default_rng(3)


def converse(*messages: dict[str, Any]) -> list[Any]:
    """The responses of the tool to messages as lines of JSON."""
    lines = "".join(json.dumps({"id": number, **message}) + "\n" for number, message in enumerate(messages))
    responses = io.StringIO()
    serve(io.StringIO(lines), responses)
    return [json.loads(line) for line in responses.getvalue().splitlines()]


def ask(problem: str, function: str, given: Any) -> Any:
    response, = converse({"kind": "evaluate", "module": problem, "function": function, "input": given})
    assert response["success"], response.get("error")
    return response["output"]


def test_protocol() -> None:
    start, define, missing, evaluated, wrong, analysis = converse(
        {"kind": "start", "eval": "hello"}, {"kind": "define", "module": "hello"}, {"kind": "define", "module": "no"},
        {"kind": "evaluate", "module": "lse", "function": "primal", "input": {"x": [1.0], "min_runs": 3}},
        {"kind": "evaluate", "module": "hello", "function": "cube", "input": 1.0},
        {"kind": "analysis", "of": 3, "valid": True}, {"kind": "end"})
    assert start == {"id": 0, "tool": "s2sad"} and define == {"id": 1, "success": True}
    assert not missing["success"] and "no problem 'no'" in missing["error"]
    assert evaluated["output"] == 1.0
    assert [t["name"] for t in evaluated["timings"]] == ["warmup"] + 3 * ["evaluate"]
    assert all(t["nanoseconds"] > 0 for t in evaluated["timings"])
    assert not wrong["success"] and "KeyError: 'cube'" in wrong["error"]
    assert analysis == {"id": 5}


def test_all_problems_are_there() -> None:
    assert len(PROBLEMS) == 12
    assert [set(functions_of(problem)) for problem in ("particle", "saddle")] == 2 * [{"ff", "fr", "rf", "rr"}]


def test_hello() -> None:
    assert ask("hello", "square", 3.0) == 9.0
    assert ask("hello", "double", 3.0) == 6.0


@pytest.mark.parametrize("m, n", [(1, 2), (3, 7), (6, 20)])
def test_llsq(m: int, n: int) -> None:
    x = RNG.normal(size=m)
    t = -1.0 + 2.0 * np.arange(n) / (n - 1)
    powers = t[:, np.newaxis] ** np.arange(m)
    rest = np.sign(np.round(t, 14)) - powers @ x
    given = {"x": x.tolist(), "n": n}
    assert check.worst(ask("llsq", "primal", given), 0.5 * rest @ rest) < 1e-12
    assert check.worst(ask("llsq", "gradient", given), -powers.T @ rest) < 1e-10


@pytest.mark.parametrize("scale", [1.0, 1000.0])
def test_lse(scale: float) -> None:
    x = scale * RNG.normal(size=6)
    assert check.worst(ask("lse", "primal", {"x": x.tolist()}), lse.objective(x)) < 1e-12
    share = np.exp(x - np.max(x))
    assert check.worst(ask("lse", "gradient", {"x": x.tolist()}), share / np.sum(share)) < 1e-12


@pytest.mark.parametrize("n", [1, 2, 4])
def test_det(n: int) -> None:
    a = RNG.normal(size=(n, n))
    given = {"A": a.ravel().tolist(), "ell": n}
    cofactors = np.linalg.det(a) * np.linalg.inv(a).T
    assert check.worst(ask("det", "primal", given), np.linalg.det(a)) < 1e-10
    assert check.worst(ask("det", "gradient", given), cofactors.ravel()) < 1e-10
    assert check.worst(det.gradient_recursive(a), cofactors) < 1e-10


@pytest.mark.parametrize("n, steps", [(1, 1), (3, 2), (5, 4)])
def test_ode(n: int, steps: int) -> None:
    x = RNG.random(n)
    given = {"x": x.tolist(), "s": steps}
    by_step = check.gradient(ode.last, (x, steps), [0])[0]
    assert check.worst(ask("ode", "gradient", given), by_step) < 1e-10
    # The method is exact for polynomials of degree four: here the product of all x times powers of time.
    exact = np.cumprod(x) * 2.0 ** np.arange(1, n + 1) / np.cumprod(np.arange(1, n + 1))
    assert check.worst(ask("ode", "primal", given)[:4], exact[:4]) < 1e-12


def test_kmeans() -> None:
    points = RNG.random((50, 3))
    centroids = points[-4:] + 0.01
    given = {"points": points.tolist(), "centroids": centroids.tolist()}
    distances = np.sum((points[:, np.newaxis] - centroids) ** 2, axis=2)
    chosen = np.argmin(distances, axis=1)
    # Newton's step from a centroid goes to the mean of its points.
    step = np.stack([centroids[j] - np.mean(points[chosen == j], axis=0) for j in range(4)])
    assert check.worst(ask("kmeans", "cost", given), np.sum(np.min(distances, axis=1))) < 1e-12
    assert check.worst(ask("kmeans", "dir", given), step) < 1e-10
    many = RNG.random((2500, 3))
    assert (kmeans.nearest(many, centroids) == np.argmin(np.sum((many[:, np.newaxis] - centroids) ** 2, 2), 1)).all()


@pytest.mark.parametrize("d, k, n", [(1, 2, 3), (3, 2, 5)])
def test_gmm(d: int, k: int, n: int) -> None:
    arguments = gmm_problem.inputs(d, k, n, seed=d, gamma=0.9, m=1)
    given = dict(zip(("alpha", "mu", "q", "l", "x"), (a.tolist() for a in arguments[:5])),
                 gamma=0.9, m=1, d=d, k=k, n=n)
    assert check.worst(ask("gmm", "objective", given), log_posterior(*arguments)) < 1e-10
    found = ask("gmm", "jacobian", given)
    by_step = check.gradient(gmm_problem.objective, arguments, range(4))
    for name, expected in zip(gmm_problem.WRT, by_step):
        assert check.worst(found[name], expected) < 1e-10


def log_posterior(alpha: Any, mu: Any, q: Any, lower: Any, x: Any, gamma: float, m: int) -> float:
    """By the densities of the normal and the Wishart distribution."""
    stats = pytest.importorskip("scipy.stats")
    k, d = mu.shape
    density = np.zeros(len(x))
    result = 0.0
    for j in range(k):
        factor = np.diag(np.exp(q[j]))
        factor.T[np.triu_indices(d, 1)] = lower[j]
        precision = factor.T @ factor
        weight = np.exp(alpha[j]) / np.sum(np.exp(alpha))
        density += weight * stats.multivariate_normal(mu[j], np.linalg.inv(precision)).pdf(x).reshape(-1)
        result += stats.wishart(d + m + 1, np.eye(d) / gamma ** 2).logpdf(precision)
    return float(result + np.sum(np.log(density)))


def test_ba() -> None:
    n, m, p = 2, 3, 5
    given: dict[str, Any] = {"n": n, "m": m, "p": p, "cam": [.1, .2, .3, .4, .5, -5., 1.1, .1, .2, .01, .02],
                             "x": [.1, .2, .3], "w": .9, "feat": [.5, .6]}
    arguments = ba.FUNCTIONS["jacobian"].prepare(given)
    errors = ask("ba", "objective", given)
    assert errors["reproj_error"]["repeated"] == errors["w_err"]["repeated"] == p
    assert errors["w_err"]["element"] == 1.0 - 0.9 ** 2
    sparse = ask("ba", "jacobian", given)
    found = np.zeros((3 * p, 11 * n + 3 * m + p))
    for row in range(3 * p):
        entries = slice(sparse["rows"][row], sparse["rows"][row + 1])
        found[row, sparse["cols"][entries]] = sparse["vals"][entries]
    expected = np.zeros(found.shape)
    column = 0
    for position in range(3):
        for index in np.ndindex(arguments[position].shape):
            unit = np.zeros(arguments[position].shape)
            unit[index] = 1.0
            rows = check.central_difference(lambda *a: np.concatenate([part.ravel() for part in ba.objective(*a)]),
                                            arguments, {position: unit}, 1e-5)
            expected[:, column] = rows
            column += 1
    assert np.allclose(found, expected, rtol=0.0, atol=1e-8)
    assert check.worst(errors["reproj_error"]["elements"], ba.objective(*arguments)[0][0]) < 1e-12


@pytest.mark.parametrize("on_triangles", [False, True])
def test_ht(on_triangles: bool) -> None:
    theta, parents, relatives, inverses, positions, weights, _, points, correspondences = ht_problem.inputs(5, 7)
    us = RNG.random((7, 2)) if on_triangles else np.zeros((0, 2))
    given = {"theta": theta.tolist(), "us": us.tolist(), "data": {
        "model": {"bone_count": len(parents), "bone_names": [], "parents": parents.tolist(),
                  "base_relatives": relatives.tolist(), "inverse_base_absolutes": inverses.tolist(),
                  "base_positions": positions.tolist(), "weights": weights.tolist(),
                  "triangles": [[0, 1, 2], [1, 3, 2], [2, 3, 4], [4, 0, 1], [0, 3, 1]], "is_mirrored": False},
        "correspondences": correspondences.tolist(), "points": points.tolist()}}
    arguments = ht.FUNCTIONS["jacobian"].prepare(given)
    of_u = []
    for k in range(2 if on_triangles else 0):
        unit = np.zeros((7, 2))
        unit[:, k] = 1.0
        of_u.append(check.central_difference(ht.errors, arguments, {1: unit}).ravel())
    of_theta = [check.central_difference(ht.errors, arguments, {0: unit}).ravel() for unit in np.eye(26)]
    assert check.worst(ask("ht", "objective", given), ht.errors(*arguments).ravel()) < 1e-12
    assert np.allclose(ask("ht", "jacobian", given), np.stack(of_u + of_theta, axis=1), rtol=0.0, atol=1e-7)


def test_lstm() -> None:
    arguments = lstm_problem.inputs(2, 5, 3)
    given = dict(zip(("main_params", "extra_params", "state", "sequence"), (a.tolist() for a in arguments)))
    by_step = check.gradient(lstm_problem.objective, arguments, range(2))
    assert check.worst(ask("lstm", "objective", given), lstm_problem.objective(*arguments)) < 1e-12
    assert check.worst(ask("lstm", "jacobian", given), np.concatenate([g.ravel() for g in by_step])) < 1e-10


def test_particle() -> None:
    w = np.array([0.1])
    for kind, landing in (("r", particle.landing_r), ("f", particle.landing_f)):
        slope = check.central_difference(landing, (w,), {0: np.ones(1)}, 1e-5)
        assert check.worst(particle.forward[kind](w, np.ones(1))[1], slope) < 1e-7
        assert check.worst(particle.reverse[kind](w), [slope]) < 1e-7
    # What GradBench expects: here the steps become too short.
    assert abs(ask("particle", "rr", {"w": 0.0}) - 0.2071918746486116) < 1e-9


def test_saddle() -> None:
    x, start = np.array([0.5, -0.25]), np.array([1.0, 1.0])
    for kind in "rf":
        # The inner maximum is found to about 1e-5, and does not depend on x: the slope is 2 x.
        assert check.worst(saddle.reverse[kind](x, start), 2.0 * x) < 1e-10
        assert check.worst(saddle.forward[kind](x, start, np.array([0.0, 1.0]))[1], 2.0 * x[1]) < 1e-10
    assert np.allclose(ask("saddle", "rr", {"start": [1.0, 1.0]}), np.full(4, 8.246324826140356e-06), rtol=1e-9)
