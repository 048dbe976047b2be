"""Hand tracking: the objectives of `benchmarks.problems.ht`, and their Jacobians, a forward sweep for each unknown.

Points of triangles have two coordinates each, which only their own three rows depend on: all of them are moved in one
sweep, and their derivatives stand in two columns before those of the pose.
"""

import numpy as np

import s2sad
from benchmarks.gradbench.protocol import Function
from benchmarks.problems.ht import objective, objective_on_triangles

tangent = s2sad.jvp(objective)
tangent_on_triangles = s2sad.jvp(objective_on_triangles, wrt=(0, 1))


def errors(theta, us, *data):
    return objective_on_triangles(theta, us, *data) if len(us) else objective(theta, *data[:-1])


def jacobian(theta, us, *data):
    columns = []
    still = np.zeros(len(theta))
    for k in range(2 if len(us) else 0):
        us_dot = np.zeros(us.shape)
        us_dot[:, k] = 1.0
        columns.append(tangent_on_triangles(theta, us, *data, still, us_dot)[1])
    for unit in np.eye(len(theta)):
        if len(us):
            columns.append(tangent_on_triangles(theta, us, *data, unit, np.zeros(us.shape))[1])
        else:
            columns.append(tangent(theta, *data[:-1], unit)[1])
    return np.stack([column.ravel() for column in columns], axis=1)


def prepare(given):
    data = given["data"]
    model = data["model"]
    return (np.array(given["theta"], float), np.array(given["us"], float).reshape(-1, 2),
            np.array(model["parents"], int), np.array(model["base_relatives"], float),
            np.array(model["inverse_base_absolutes"], float), np.array(model["base_positions"], float),
            np.array(model["weights"], float), bool(model["is_mirrored"]), np.array(data["points"], float),
            np.array(data["correspondences"], int), np.array(model["triangles"], int))


def finish(array):
    return array.tolist()


def finish_errors(array):
    return array.ravel().tolist()


FUNCTIONS = {"objective": Function(prepare, errors, finish_errors), "jacobian": Function(prepare, jacobian, finish)}
