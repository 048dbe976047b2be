"""Bundle adjustment: errors and their Jacobian, a block of two rows for each observation and a number for its weight.

The 15 columns of a block are the camera's rotation (3), centre (3), focal length, principal point (2) and distortion
(2), the point (3) and the weight.
"""

import math

import numpy as np

from benchmarks.handwritten.compiled import njit


@njit(cache=True, error_model="numpy")
def errors_and_jacobian(cameras, points, weights, observations, features):
    """Errors (p, 2), errors of the weights (p,), blocks (p, 2, 15) and the derivatives by the weights (p,)."""
    count = observations.shape[0]
    errors = np.empty((count, 2))
    weight_errors = np.empty(count)
    blocks = np.empty((count, 2, 15))
    weight_jacobian = np.empty(count)
    for i in range(count):
        c = observations[i, 0]
        p = observations[i, 1]
        weight = weights[i]
        r0, r1, r2 = cameras[c, 0], cameras[c, 1], cameras[c, 2]
        x0 = points[p, 0] - cameras[c, 3]
        x1 = points[p, 1] - cameras[c, 4]
        x2 = points[p, 2] - cameras[c, 5]
        focal, k1, k2 = cameras[c, 6], cameras[c, 9], cameras[c, 10]

        squared = r0 * r0 + r1 * r1 + r2 * r2
        rotates = squared != 0.0
        if rotates:
            angle = math.sqrt(squared)
            inverse = 1.0 / angle
            cosine = math.cos(angle)
            sine = math.sin(angle)
            a0, a1, a2 = r0 * inverse, r1 * inverse, r2 * inverse
        else:  # the first terms of the series
            inverse = 1.0
            cosine = 1.0
            sine = 1.0
            a0, a1, a2 = r0, r1, r2
        versine = 1.0 - cosine
        n0 = a1 * x2 - a2 * x1
        n1 = a2 * x0 - a0 * x2
        n2 = a0 * x1 - a1 * x0
        along = a0 * x0 + a1 * x1 + a2 * x2
        s0 = x0 * cosine + n0 * sine + a0 * along * versine
        s1 = x1 * cosine + n1 * sine + a1 * along * versine
        s2 = x2 * cosine + n2 * sine + a2 * along * versine
        depth = 1.0 / s2
        u = s0 * depth
        v = s1 * depth
        radius = u * u + v * v
        distortion = 1.0 + radius * (k1 + k2 * radius)
        error_u = focal * distortion * u + cameras[c, 7] - features[i, 0]
        error_v = focal * distortion * v + cameras[c, 8] - features[i, 1]
        errors[i, 0] = weight * error_u
        errors[i, 1] = weight * error_v
        weight_errors[i] = 1.0 - weight * weight
        weight_jacobian[i] = -2.0 * weight

        scale = weight * focal
        slope = 2.0 * (k1 + 2.0 * k2 * radius)
        by_angle0 = cosine * n0 - sine * (x0 - a0 * along)
        by_angle1 = cosine * n1 - sine * (x1 - a1 * along)
        by_angle2 = cosine * n2 - sine * (x2 - a2 * along)
        for row in range(2):
            if row == 0:
                image = u
                u_bar = scale * (distortion + slope * u * u)
                v_bar = scale * slope * u * v
                blocks[i, 0, 14] = error_u
            else:
                image = v
                u_bar = scale * slope * u * v
                v_bar = scale * (distortion + slope * v * v)
                blocks[i, 1, 14] = error_v
            g0 = u_bar * depth
            g1 = v_bar * depth
            g2 = -(u_bar * u + v_bar * v) * depth
            dot = a0 * g0 + a1 * g1 + a2 * g2
            # adjoint of the axis: sine * (x cross g) + versine * (along * g + dot * x)
            w0 = sine * (x1 * g2 - x2 * g1) + versine * (along * g0 + dot * x0)
            w1 = sine * (x2 * g0 - x0 * g2) + versine * (along * g1 + dot * x1)
            w2 = sine * (x0 * g1 - x1 * g0) + versine * (along * g2 + dot * x2)
            if rotates:
                angle_bar = (g0 * by_angle0 + g1 * by_angle1 + g2 * by_angle2
                             - (w0 * a0 + w1 * a1 + w2 * a2) * inverse)
                w0 = w0 * inverse + angle_bar * a0
                w1 = w1 * inverse + angle_bar * a1
                w2 = w2 * inverse + angle_bar * a2
            y0 = cosine * g0 + sine * (g1 * a2 - g2 * a1) + versine * dot * a0
            y1 = cosine * g1 + sine * (g2 * a0 - g0 * a2) + versine * dot * a1
            y2 = cosine * g2 + sine * (g0 * a1 - g1 * a0) + versine * dot * a2
            blocks[i, row, 0] = w0
            blocks[i, row, 1] = w1
            blocks[i, row, 2] = w2
            blocks[i, row, 3] = -y0
            blocks[i, row, 4] = -y1
            blocks[i, row, 5] = -y2
            blocks[i, row, 6] = weight * distortion * image
            blocks[i, row, 7 + row] = weight
            blocks[i, row, 8 - row] = 0.0
            blocks[i, row, 9] = scale * radius * image
            blocks[i, row, 10] = scale * radius * radius * image
            blocks[i, row, 11] = y0
            blocks[i, row, 12] = y1
            blocks[i, row, 13] = y2
    return errors, weight_errors, blocks, weight_jacobian
