"""A try that stores into arrays and fails between the stores: those done count, the others do not."""

import math

import numpy as np


def f(x: float, n: int) -> float:
    A = np.zeros(4)
    s = 0.0
    for k in range(3):
        try:
            A[0] += x * x
            v = x / (n - k) * A[0]
            A[1] = v + A[1]
            A[0] = A[1] * 0.3
            w = math.log(x - 0.2 * k) * A[0]
            A[n - k + 1] = w * v
        except ZeroDivisionError:
            A[3] = A[0] * x
            s = s + A[1]
        except (ValueError, IndexError) as error:
            if n > 8:
                raise
            A[3] += A[1] * len(str(error))
        else:
            s = s * x + w
        finally:
            print(k)
    return float(np.sum(A * A)) + s


POINTS = [(1.3, 1), (0.3, 2), (0.9, 4), (0.7, 0), (0.8, 3)]
ERRORS = [(0.3, 12)]
