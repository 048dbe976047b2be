"""Hand tracking: errors and their Jacobian, forward through the bones with the angles that can move each of them.

An angle moves the bone that it belongs to and what hangs on it, so that a bone has at most the four directions of its
finger.  The bones' transforms and their tangents are turned by the rotation of the hand before the vertices are
visited; a vertex then is a weighted sum of matrices.
"""

import math

import numpy as np

from benchmarks.handwritten.compiled import njit

FAST = {"reassoc", "contract"}


@njit(cache=True, error_model="numpy", inline="always")
def product(a, b, out):
    """``out = a @ b``, where a is an affine map or its tangent and b is affine: three rows of four."""
    for i in range(3):
        for j in range(4):
            out[i, j] = a[i, 0] * b[0, j] + a[i, 1] * b[1, j] + a[i, 2] * b[2, j]
        out[i, 3] += a[i, 3]


@njit(cache=True, error_model="numpy")
def rotation_and_derivatives(x, y, z, turn, turn_dot):
    """The rotation matrix of an axis as long as the angle, and its derivatives by the three numbers."""
    turn[:] = 0.0
    turn_dot[:] = 0.0
    angle = math.sqrt(x * x + y * y + z * z)
    if angle < 0.0001:
        turn[0, 0] = turn[1, 1] = turn[2, 2] = 1.0
        return
    axis = (x / angle, y / angle, z / angle)
    s = math.sin(angle)
    c = math.cos(angle)
    for i in range(3):
        for j in range(3):
            turn[i, j] = axis[i] * axis[j] * (1.0 - c)
        turn[i, i] += c
    for i in range(3):
        j = (i + 1) % 3
        k = (i + 2) % 3
        turn[j, k] -= axis[i] * s
        turn[k, j] += axis[i] * s
    for p in range(3):
        # axis_dot = (e_p - axis * axis[p]) / angle and angle_dot = axis[p]
        for i in range(3):
            i_dot = ((1.0 if i == p else 0.0) - axis[i] * axis[p]) / angle
            for j in range(3):
                j_dot = ((1.0 if j == p else 0.0) - axis[j] * axis[p]) / angle
                turn_dot[p, i, j] = ((i_dot * axis[j] + axis[i] * j_dot) * (1.0 - c)
                                     + axis[i] * axis[j] * s * axis[p])
            turn_dot[p, i, i] -= s * axis[p]
        for i in range(3):
            i_dot = ((1.0 if i == p else 0.0) - axis[i] * axis[p]) / angle
            j = (i + 1) % 3
            k = (i + 2) % 3
            turn_dot[p, j, k] -= i_dot * s + axis[i] * c * axis[p]
            turn_dot[p, k, j] += i_dot * s + axis[i] * c * axis[p]


@njit(cache=True, error_model="numpy", fastmath=FAST)
def errors_and_jacobian(theta, parents, base_relatives, inverse_base_absolutes, base_positions, weights, mirrored,
                        points, correspondences):
    """Errors (n, 3) and the Jacobian (n, 3, 26)."""
    bones = parents.shape[0]
    relative = np.empty((3, 4))
    relative_dot = np.empty((3, 4))
    pose = np.zeros((3, 4))
    pose_dot = np.zeros((3, 4))
    transform = np.empty((3, 4))
    absolutes = np.empty((bones, 3, 4))
    absolutes_dot = np.empty((bones, 4, 3, 4))
    transforms = np.empty((bones, 12))
    transforms_dot = np.empty((bones, 4, 12))
    directions = np.empty((bones, 4), np.int64)
    moves = np.zeros(bones, np.int64)
    turn = np.empty((3, 3))
    turn_dot = np.empty((3, 3, 3))
    rotation_and_derivatives(theta[0], theta[1], theta[2], turn, turn_dot)
    sign = -1.0 if mirrored else 1.0

    for b in range(bones):
        finger = (b - 1) // 4
        joint = (b - 1) % 4  # the first bone of a finger is rigid
        bends = b >= 1 and finger < 5 and joint >= 1
        first = 6 + 4 * finger + (joint if joint > 1 else 0)
        angle_x = theta[first] if bends else 0.0
        angle_z = theta[first + 1] if bends and joint == 1 else 0.0
        cx = math.cos(angle_x)
        sx = math.sin(angle_x)
        cz = math.cos(angle_z)
        sz = math.sin(angle_z)
        pose[0, 0], pose[0, 1], pose[0, 2] = cz, -sz * cx, sz * sx
        pose[1, 0], pose[1, 1], pose[1, 2] = sz, cz * cx, -cz * sx
        pose[2, 0], pose[2, 1], pose[2, 2] = 0.0, sx, cx
        product(base_relatives[b], pose, relative)
        parent = parents[b]
        if parent == -1:
            absolutes[b] = relative
        else:
            product(absolutes[parent], relative, absolutes[b])
            for s in range(moves[parent]):
                directions[b, s] = directions[parent, s]
                product(absolutes_dot[parent, s], relative, absolutes_dot[b, s])
            moves[b] = moves[parent]
        own = 0
        if bends:
            own = 2 if joint == 1 else 1
        for o in range(own):
            if o == 0:
                pose_dot[0, 0], pose_dot[0, 1], pose_dot[0, 2] = 0.0, sz * sx, sz * cx
                pose_dot[1, 0], pose_dot[1, 1], pose_dot[1, 2] = 0.0, -cz * sx, -cz * cx
                pose_dot[2, 0], pose_dot[2, 1], pose_dot[2, 2] = 0.0, cx, -sx
            else:
                pose_dot[0, 0], pose_dot[0, 1], pose_dot[0, 2] = -sz, -cz * cx, cz * sx
                pose_dot[1, 0], pose_dot[1, 1], pose_dot[1, 2] = cz, -sz * cx, sz * sx
                pose_dot[2, 0], pose_dot[2, 1], pose_dot[2, 2] = 0.0, 0.0, 0.0
            for i in range(3):
                for j in range(4):
                    relative_dot[i, j] = (base_relatives[b, i, 0] * pose_dot[0, j]
                                          + base_relatives[b, i, 1] * pose_dot[1, j]
                                          + base_relatives[b, i, 2] * pose_dot[2, j])
            place = moves[b]
            if parent == -1:
                absolutes_dot[b, place] = relative_dot
            else:
                for i in range(3):
                    for j in range(4):
                        absolutes_dot[b, place, i, j] = (absolutes[parent, i, 0] * relative_dot[0, j]
                                                         + absolutes[parent, i, 1] * relative_dot[1, j]
                                                         + absolutes[parent, i, 2] * relative_dot[2, j])
            directions[b, place] = first + o
            moves[b] = place + 1
        product(absolutes[b], inverse_base_absolutes[b], transform)
        for j in range(4):
            transforms[b, j] = sign * transform[0, j]
            transforms[b, 4 + j] = transform[1, j]
            transforms[b, 8 + j] = transform[2, j]
        for s in range(moves[b]):
            product(absolutes_dot[b, s], inverse_base_absolutes[b], transform)
            for i in range(3):
                for j in range(4):
                    transforms_dot[b, s, 4 * i + j] = (turn[i, 0] * sign * transform[0, j]
                                                       + turn[i, 1] * transform[1, j] + turn[i, 2] * transform[2, j])

    count = correspondences.shape[0]
    errors = np.empty((count, 3))
    jacobian = np.empty((count, 3, 26))
    mixed = np.empty(12)
    mixed_dot = np.empty((26, 12))
    for n in range(count):
        v = correspondences[n]
        mixed[:] = 0.0
        mixed_dot[:] = 0.0
        for b in range(bones):
            weight = weights[v, b]
            for j in range(12):
                mixed[j] += weight * transforms[b, j]
            for s in range(moves[b]):
                direction = directions[b, s]
                for j in range(12):
                    mixed_dot[direction, j] += weight * transforms_dot[b, s, j]
        p0, p1, p2, p3 = base_positions[v, 0], base_positions[v, 1], base_positions[v, 2], base_positions[v, 3]
        q0 = mixed[0] * p0 + mixed[1] * p1 + mixed[2] * p2 + mixed[3] * p3
        q1 = mixed[4] * p0 + mixed[5] * p1 + mixed[6] * p2 + mixed[7] * p3
        q2 = mixed[8] * p0 + mixed[9] * p1 + mixed[10] * p2 + mixed[11] * p3
        for i in range(3):
            errors[n, i] = points[n, i] - (turn[i, 0] * q0 + turn[i, 1] * q1 + turn[i, 2] * q2 + theta[3 + i])
            for p in range(3):
                jacobian[n, i, p] = -(turn_dot[p, i, 0] * q0 + turn_dot[p, i, 1] * q1 + turn_dot[p, i, 2] * q2)
                jacobian[n, i, 3 + p] = -1.0 if i == p else 0.0
            for direction in range(6, 26):
                jacobian[n, i, direction] = -(mixed_dot[direction, 4 * i] * p0 + mixed_dot[direction, 4 * i + 1] * p1
                                              + mixed_dot[direction, 4 * i + 2] * p2
                                              + mixed_dot[direction, 4 * i + 3] * p3)
    return errors, jacobian
