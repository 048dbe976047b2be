"""Bundle adjustment: how far points, as cameras see them, lie from where they were observed.

A camera is eleven numbers: rotation (angle times axis), centre, focal length, principal point, radial distortion.
"""

import numpy as np


def rotate(rotation, point):
    """Rodrigues' formula."""
    squared = np.sum(rotation ** 2)
    if squared == 0.0:
        return point + np.cross(rotation, point)
    angle = np.sqrt(squared)
    axis = rotation / angle
    cosine = np.cos(angle)
    along = np.dot(axis, point) * (1.0 - cosine)
    return point * cosine + np.cross(axis, point) * np.sin(angle) + axis * along


def project(camera, point):
    seen = rotate(camera[0:3], point - camera[3:6])
    plane = seen[0:2] / seen[2]
    squared = np.sum(plane ** 2)
    distortion = 1.0 + camera[9] * squared + camera[10] * squared ** 2
    return camera[6] * distortion * plane + camera[7:9]


def reprojection_error(camera, point, weight, feature):
    """The two numbers of one observation."""
    return weight * (project(camera, point) - feature)


def weight_error(weight):
    return 1.0 - weight ** 2


def objective(cameras, points, weights, observations, features):
    """All errors: two numbers for each observation, and one for its weight."""
    count = observations.shape[0]
    errors = np.empty((count, 2))
    weight_errors = np.empty(count)
    for i in range(count):
        camera = cameras[observations[i, 0]]
        point = points[observations[i, 1]]
        errors[i] = reprojection_error(camera, point, weights[i], features[i])
        weight_errors[i] = weight_error(weights[i])
    return errors, weight_errors


def inputs(cameras, points, observations, seed=0):
    """Random cameras that see random points in front of them."""
    rng = np.random.default_rng(seed)
    array = np.empty((cameras, 11))
    array[:, 0:3] = rng.normal(scale=0.3, size=(cameras, 3))
    array[:, 3:6] = rng.normal(scale=0.5, size=(cameras, 3)) - np.array([0.0, 0.0, 6.0])
    array[:, 6] = rng.uniform(0.8, 1.2, size=cameras)
    array[:, 7:9] = rng.normal(scale=0.1, size=(cameras, 2))
    array[:, 9:11] = rng.normal(scale=0.05, size=(cameras, 2))
    seen = np.stack([np.arange(observations) % cameras, np.arange(observations) % points], axis=1)
    return (array, rng.normal(size=(points, 3)), rng.uniform(0.5, 1.5, size=observations), seen,
            rng.normal(size=(observations, 2)))
