"""NumPy's elementwise functions."""
import numpy as np


def f(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    a = np.sin(x) * np.cos(y) + np.tan(x * 0.3) - np.arctan2(y, x + 2.0)
    b = np.exp(-x) + np.log(y) + np.sqrt(x + 2.0) + np.log1p(y) * np.expm1(x)
    c = np.tanh(x) * np.sinh(y) - np.cosh(x) + np.arctan(x) + np.arcsin(x / 3.0)
    d = np.maximum(x, y) * np.minimum(x, 0.25) + np.abs(x - y) + np.square(x) + np.power(y, x)
    e = np.logaddexp(x, y) + np.hypot(x, y) + np.sign(x) * x + np.clip(x, -0.4, 0.6)
    return a * b + c * d + e


POINTS = [(np.array([0.5, 1.5, -0.7]), np.array([1.0, 0.2, 0.4])), (np.array([0.3]), np.array([[1.3], [0.7]]))]
MODE = "vjp"
