"""Methods of dataclasses and named tuples: fields of the object are inputs; inheritance, properties, static methods."""
from dataclasses import dataclass
from math import sin
from typing import NamedTuple


@dataclass
class Spring:
    k: float
    rest: float

    def force(self, x):
        return -self.k * (x - self.rest)

    def energy(self, x):
        return 0.5 * self.stretch(x) * self.stretch(x) * self.k - self.force(x) * self.soft

    def stretch(self, x):
        return x - self.rest

    @property
    def soft(self):
        return 1.0 / self.k

    @staticmethod
    def damp(v, c=0.1):
        return c * v * v

    @classmethod
    def unit(cls, x):
        return cls.damp(x) + 1.0


@dataclass
class Cubic(Spring):
    c: float = 0.5

    def force(self, x):
        return super().force(x) - self.c * x ** 3


class Point(NamedTuple):
    x: float
    y: float

    def norm2(self):
        return self.x * self.x + self.y * self.y

    def moved(self, d):
        return Point(self.x + d, self.y * d)


def total(spring: Spring, x):
    return spring.energy(x) + Spring.damp(x)


def f(a: float, b: float, n: int) -> float:
    s = Spring(a, b)
    c = Cubic(a, 0.1, c=b)
    p = Point(a, b)
    r = total(s, 0.7) + c.energy(b) + p.norm2() + p.moved(b).norm2() + Spring.unit(a) + c.damp(b, c=a)
    q = p
    for _ in range(n):
        q = q.moved(0.3)
        r = r + q.norm2() * sin(s.stretch(r))
    return r + Point(b, a).norm2()


POINTS = [(1.2, 0.4, 2), (0.8, -0.3, 0)]
