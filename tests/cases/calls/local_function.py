"""A function defined inside, which reads the enclosing function's variable."""
from math import sin


def make_wave(frequency: float):
    def wave(x: float) -> float:
        return sin(frequency * x) * x

    return wave


f = make_wave(1.7)

POINTS = [(0.7,), (-1.1,)]
IN_PROCESS_ONLY = True
