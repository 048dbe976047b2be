"""One call of each of math's elementary functions."""
import math


def f(x: float, y: float) -> float:
    a = math.sin(x) * math.cos(y) + math.tan(x * y)
    b = math.exp(-x) + math.log(1.0 + y * y) + math.sqrt(2.0 + x)
    c = math.asin(x / 3.0) + math.acos(y / 4.0) + math.atan(x) + math.atan2(y, 1.5 + x)
    d = math.sinh(x) - math.cosh(y) + math.tanh(x + y) + math.asinh(x) + math.acosh(2.0 + y * y) + math.atanh(x / 5.0)
    e = math.expm1(x) + math.log1p(y * y) + math.log2(3.0 + x) + math.log10(4.0 + y)
    g = math.erf(x) + math.erfc(y) + math.hypot(x, 1.0 + y) + math.pow(1.5 + x, y)
    return a + b * c + d * e + g + math.pi * x + math.fabs(x - 5.0)


POINTS = [(0.4, 0.7), (-0.6, 1.1)]
