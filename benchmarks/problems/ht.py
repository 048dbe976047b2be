"""Hand tracking: how far the vertices of a hand in a given pose lie from points that were measured.

A pose is 26 numbers: rotation and translation of the hand, and four angles for each finger.  Bones form a tree, and
each vertex moves with a weighted mean of the bones' transforms (linear blend skinning).
"""

import numpy as np

FINGERS = 5
THETAS = 26


def rotation_of_axis(axis_angle):
    """The rotation matrix of an axis, as long as the angle."""
    angle = np.sqrt(np.sum(axis_angle ** 2))
    if angle < 0.0001:
        return np.eye(3)
    x, y, z = axis_angle / angle
    s = np.sin(angle)
    c = np.cos(angle)
    return np.array([
        [x * x + (1.0 - x * x) * c, x * y * (1.0 - c) - z * s, x * z * (1.0 - c) + y * s],
        [x * y * (1.0 - c) + z * s, y * y + (1.0 - y * y) * c, y * z * (1.0 - c) - x * s],
        [x * z * (1.0 - c) - y * s, z * y * (1.0 - c) + x * s, z * z + (1.0 - z * z) * c]])


def rotation_of_angles(angles):
    """Rotations about x, then y, then z, as a homogeneous matrix; the angles come in the order x, z, y."""
    cx, sx = np.cos(angles[0]), np.sin(angles[0])
    cz, sz = np.cos(angles[1]), np.sin(angles[1])
    cy, sy = np.cos(angles[2]), np.sin(angles[2])
    about_x = np.array([[1.0, 0.0, 0.0, 0.0], [0.0, cx, -sx, 0.0], [0.0, sx, cx, 0.0], [0.0, 0.0, 0.0, 1.0]])
    about_y = np.array([[cy, 0.0, sy, 0.0], [0.0, 1.0, 0.0, 0.0], [-sy, 0.0, cy, 0.0], [0.0, 0.0, 0.0, 1.0]])
    about_z = np.array([[cz, -sz, 0.0, 0.0], [sz, cz, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0]])
    return about_z @ about_y @ about_x


def pose_of(theta, bones):
    """Three angles for each bone: the wrist, four bones a finger of which the first is rigid, the forearm."""
    angles = np.zeros((bones, 3))
    place = 6
    for finger in range(FINGERS):
        first = 2 + 4 * finger
        angles[first, 0] = theta[place]
        angles[first, 1] = theta[place + 1]
        angles[first + 1, 0] = theta[place + 2]
        angles[first + 2, 0] = theta[place + 3]
        place += 4
    return angles


def skinned_vertices(theta, parents, base_relatives, inverse_base_absolutes, base_positions, weights, mirrored):
    bones = parents.shape[0]
    angles = pose_of(theta, bones)
    absolutes = np.empty((bones, 4, 4))
    positions = np.zeros((base_positions.shape[0], 3))
    for b in range(bones):
        relative = base_relatives[b] @ rotation_of_angles(angles[b])
        if parents[b] == -1:
            absolutes[b] = relative
        else:
            absolutes[b] = absolutes[parents[b]] @ relative
        transform = absolutes[b] @ inverse_base_absolutes[b]
        positions += weights[:, b:b + 1] * (base_positions @ transform[:3].T)
    if mirrored:
        positions[:, 0] = -positions[:, 0]
    return positions @ rotation_of_axis(theta[:3]).T + theta[3:6]


def objective(theta, parents, base_relatives, inverse_base_absolutes, base_positions, weights, mirrored, points,
              correspondences):
    """Each measured point less the vertex that it belongs to."""
    vertices = skinned_vertices(theta, parents, base_relatives, inverse_base_absolutes, base_positions, weights,
                                mirrored)
    return points - vertices[correspondences]


def objective_on_triangles(theta, us, parents, base_relatives, inverse_base_absolutes, base_positions, weights,
                           mirrored, points, correspondences, triangles):
    """Each measured point less a point of a triangle, whose barycentric coordinates `us` are unknown too."""
    vertices = skinned_vertices(theta, parents, base_relatives, inverse_base_absolutes, base_positions, weights,
                                mirrored)
    corners = triangles[correspondences]
    u = us[:, 0:1]
    v = us[:, 1:2]
    return points - (u * vertices[corners[:, 0]] + v * vertices[corners[:, 1]]
                     + (1.0 - u - v) * vertices[corners[:, 2]])


def inputs(vertices, measured=None, seed=0, mirrored=False):
    """A random hand: a wrist, five fingers of four bones, a forearm; four bones move each vertex."""
    rng = np.random.default_rng(seed)
    parents = np.array([-1] + [0 if bone == 0 else 4 * finger + bone for finger in range(FINGERS) for bone in range(4)]
                       + [0])
    bones = parents.shape[0]
    relatives = np.zeros((bones, 4, 4))
    absolutes = np.zeros((bones, 4, 4))
    for b in range(bones):
        relatives[b, :3, :3] = rotation_of_axis(rng.normal(scale=0.5, size=3))
        relatives[b, :3, 3] = rng.normal(size=3)
        relatives[b, 3, 3] = 1.0
        absolutes[b] = relatives[b] if parents[b] == -1 else absolutes[parents[b]] @ relatives[b]
    weights = np.zeros((vertices, bones))
    for v in range(vertices):
        weights[v, rng.choice(bones, size=4, replace=False)] = rng.dirichlet(np.ones(4))
    positions = np.concatenate([rng.normal(size=(vertices, 3)), np.ones((vertices, 1))], axis=1)
    measured = vertices if measured is None else measured
    correspondences = np.arange(measured) % vertices
    return (rng.normal(scale=0.3, size=THETAS), parents, relatives, np.linalg.inv(absolutes), positions, weights,
            mirrored, rng.normal(size=(measured, 3)), correspondences)
