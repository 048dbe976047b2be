"""A damped pendulum stepped by the classical Runge-Kutta method, in scalars."""
from math import sin


def acceleration(angle: float, speed: float, damping: float) -> float:
    return -sin(angle) - damping * speed


def f(angle: float, speed: float, damping: float, steps: int) -> float:
    h = 0.1
    for _ in range(steps):
        k1 = acceleration(angle, speed, damping)
        v2 = speed + 0.5 * h * k1
        k2 = acceleration(angle + 0.5 * h * speed, v2, damping)
        v3 = speed + 0.5 * h * k2
        k3 = acceleration(angle + 0.5 * h * v2, v3, damping)
        v4 = speed + h * k3
        k4 = acceleration(angle + h * v3, v4, damping)
        angle = angle + h / 6.0 * (speed + 2.0 * v2 + 2.0 * v3 + v4)
        speed = speed + h / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)
    return angle * angle + 0.5 * speed * speed


POINTS = [(1.2, 0.0, 0.1, 6), (-0.5, 1.5, 0.3, 2)]
