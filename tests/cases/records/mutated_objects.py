"""Objects made in the function and changed through two names, in helpers, loops with exits, and branches."""

import math
from dataclasses import dataclass


@dataclass
class Particle:
    x: float
    v: float
    hits: int = 0


@dataclass
class Box:
    particle: Particle
    width: float = 2.0


def move(p, h):
    p.x += h * p.v
    if p.x < 0.0:
        p.x = -p.x
        p.v *= -0.9
        p.hits += 1
    return p


def f(x: float, v: float, n: int):
    p = Particle(x, v)
    box = Box(p, width=1.5 * x)
    other = box.particle
    for i in range(n):
        move(p, 0.1)
        if other.x > box.width:
            box.width = box.width + other.v * other.v
            continue
        other.v -= 0.2 * math.sin(p.x)
        if p.v < -2.4:
            break
    if p.hits > 0:
        return box.width * p.v
    q = Particle(p.x * p.v, v=box.width)
    q.x, q.v = q.v, q.x
    return q.x * other.x - q.v + p.hits


POINTS = [(0.7, 1.2, 6), (0.3, -2.0, 9), (0.2, -2.9, 4), (1.1, 1.3, 0), (3.0, -2.3, 9), (0.3, -2.2, 9), (0.9, 3.0, 30)]
