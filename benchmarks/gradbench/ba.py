"""Bundle adjustment: the errors of all observations at once, and their sparse Jacobian.

An observation's two errors depend on one camera, one point and one weight.  Where each observation has its own copies
of these, one reverse sweep gives a row of every block.
"""

import numpy as np

import s2sad
from benchmarks.gradbench.protocol import Function

CAMERA = 11
COLUMNS = CAMERA + 3 + 1


def rotate(rotations, points):
    """Rodrigues' formula, a row for each; of no rotation its first terms."""
    squared = np.sum(rotations ** 2, axis=1, keepdims=True)
    turned = squared > 0.0
    angle = np.sqrt(np.where(turned, squared, 1.0))
    axis = rotations / angle
    cosine = np.where(turned, np.cos(angle), 1.0)
    sine = np.where(turned, np.sin(angle), 1.0)
    along = np.sum(axis * points, axis=1, keepdims=True) * (1.0 - cosine)
    return points * cosine + np.cross(axis, points) * sine + axis * along


def reprojection_errors(cameras, points, weights, features):
    seen = rotate(cameras[:, 0:3], points - cameras[:, 3:6])
    plane = seen[:, 0:2] / seen[:, 2:3]
    squared = np.sum(plane ** 2, axis=1, keepdims=True)
    distortion = 1.0 + cameras[:, 9:10] * squared + cameras[:, 10:11] * squared ** 2
    return weights[:, np.newaxis] * (cameras[:, 6:7] * distortion * plane + cameras[:, 7:9] - features)


def weight_errors(weights):
    return 1.0 - weights ** 2


row_of_blocks = s2sad.vjp(reprojection_errors, wrt=(0, 1, 2))
weight_jacobian = s2sad.vjp(weight_errors)


def objective(cameras, points, weights, observations, features):
    return (reprojection_errors(cameras[observations[:, 0]], points[observations[:, 1]], weights, features),
            weight_errors(weights))


def jacobian(cameras, points, weights, observations, features):
    """Row starts, columns and values: two rows of 15 for each observation, then a number for each weight."""
    count = len(weights)
    own = (cameras[observations[:, 0]], points[observations[:, 1]], weights)
    blocks = np.empty((count, 2, COLUMNS))
    for row in range(2):
        seed = np.zeros((count, 2))
        seed[:, row] = 1.0
        _, (cameras_bar, points_bar, weights_bar) = row_of_blocks(*own, features, seed)
        blocks[:, row, :CAMERA] = cameras_bar
        blocks[:, row, CAMERA:-1] = points_bar
        blocks[:, row, -1] = weights_bar
    _, diagonal = weight_jacobian(weights, np.ones(count))
    columns = np.empty((count, 2, COLUMNS), int)
    columns[:, :, :CAMERA] = (CAMERA * observations[:, 0, np.newaxis] + np.arange(CAMERA))[:, np.newaxis]
    first_point = CAMERA * len(cameras)
    columns[:, :, CAMERA:-1] = (first_point + 3 * observations[:, 1, np.newaxis] + np.arange(3))[:, np.newaxis]
    weight_columns = first_point + 3 * len(points) + np.arange(count)
    columns[:, :, -1] = weight_columns[:, np.newaxis]
    starts = np.concatenate([COLUMNS * np.arange(2 * count), 2 * COLUMNS * count + np.arange(count + 1)])
    return (starts, np.concatenate([columns.ravel(), weight_columns]), np.concatenate([blocks.ravel(), diagonal]))


def prepare(given):
    """The same camera, point, weight and feature everywhere; observations go through cameras and points in turn."""
    index = np.arange(given["p"])
    return (np.tile(np.array(given["cam"], float), (given["n"], 1)), np.tile(np.array(given["x"], float),
            (given["m"], 1)), np.full(given["p"], float(given["w"])),
            np.stack([index % given["n"], index % given["m"]], axis=1),
            np.tile(np.array(given["feat"], float), (given["p"], 1)))


def finish_errors(errors):
    reprojection, of_weights = errors
    return {"reproj_error": {"elements": reprojection[0].tolist(), "repeated": len(reprojection)},
            "w_err": {"element": float(of_weights[0]), "repeated": len(of_weights)}}


def finish_jacobian(sparse):
    return dict(zip(("rows", "cols", "vals"), (part.tolist() for part in sparse)))


FUNCTIONS = {"objective": Function(prepare, objective, finish_errors),
             "jacobian": Function(prepare, jacobian, finish_jacobian)}
