"""An array without axes is changed in place by ``+=``, as every name for it sees; a scalar is not."""
import numpy as np


def f(x: float) -> float:
    s = np.zeros(())
    t = s
    s += x
    return t * s * x


POINTS = [(0.3,), (-1.2,)]
MAY_REFUSE = True
