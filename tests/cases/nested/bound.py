"""Derivatives under names: of the module, of the function, in arguments, as attributes of a decorated function."""

import math

import s2sad
import s2sad as ad
from s2sad import differentiate, grad

value_and_grad = s2sad.value_and_grad


def cubic(t, k=2.0):
    return k * t**3 - math.sin(t * k)


@differentiate
def decorated(u: float, v: float) -> float:
    return u * u * math.exp(v)


@ad.differentiate(wrt="v")
def by_v(u: float, v: float) -> float:
    return u * math.log(1.0 + v * v)


@grad
def slope(t):
    return math.sin(t) * t


dcubic = grad(cubic)
d2cubic = s2sad.grad(dcubic)
by_k = ad.grad(cubic, wrt="k")
both = value_and_grad(cubic, (0, 1))
curve = grad(lambda t: math.atan(t) * t)


by_place = grad(cubic, wrt=("k", "t"))


def apply_twice(h, x):
    return h(h(x))


def f(x: float, y: float) -> float:
    local = by_place
    by_keyword = local(t=x, k=y)
    total = cubic(x, y) + dcubic(x) + d2cubic(x, k=y) * 0.1 + by_k(y, x) + curve(y)
    value, (t_bar, k_bar) = both(x, 0.5)
    u_bar, v_bar = decorated.grad(x, y)
    inner, tangent = decorated.jvp(x, y, 0.5, x)
    again, (first, second) = decorated.vjp(x, y)
    total += by_keyword[0] * by_keyword[1] + value * t_bar + k_bar + u_bar * v_bar
    total += inner * tangent + again + first * second + by_v.grad(x, y) * decorated(x, y) + slope(x * y)
    return total + apply_twice(slope, 0.3 * x) + apply_twice(grad(lambda t: t * t * y), x)


POINTS = [(0.7, 1.3), (-0.4, 0.6)]
