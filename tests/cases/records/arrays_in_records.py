"""Arrays in local containers, stored into and updated in place through them and through other names."""

import numpy as np


def fill(work, x):
    for i in range(len(x)):
        work["a"][i] = x[i] * x[i]
    work["sum"] = np.sum(work["a"])


def f(x):
    a = np.zeros(len(x))
    work = {"a": a, "b": x.copy(), "sum": 0.0}
    fill(work, x)
    work["b"][1:] *= work["a"][:-1]
    a[0] = 3.0 * x[0]
    work["b"] += 0.5 * a
    old = work["b"]
    work["b"] = np.sin(old)
    old[0] = 2.0
    return np.sum(work["b"] * work["a"]) + work["sum"] * old[0] + np.sum(old)


WRT = ("x",)
SIGNATURE = "x=float64[:]"
POINTS = [(np.array([0.3, -0.5, 1.2]),), (np.array([0.9, 0.1]),)]
