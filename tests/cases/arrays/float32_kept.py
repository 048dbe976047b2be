"""float32 in, float32 out: constants do not widen, nor does the derivative."""
import numpy as np


def f(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return 2.0 * np.sin(x) * y + y ** 2 / 3.0


POINTS = [(np.array([0.5, 1.5, -0.7], dtype=np.float32), np.array([[1.0], [0.2]], dtype=np.float32)),
          (np.array([0.5], dtype=np.float32), np.array([[1.0, 0.2]], dtype=np.float32))]
MODE = "vjp"
