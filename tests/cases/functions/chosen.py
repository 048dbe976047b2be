"""One of several functions: by a chain of conditions, a key, an index, in a loop, with what each captured."""
from math import cos, exp, sin, tanh

STEPS = 4


def apply(g, t: float) -> float:
    return g(t) * t


def f(x: float, a: float, name: str, k: int) -> float:
    if name == "sin":
        g = sin
    elif name == "scaled":
        g = lambda t: a * t  # noqa: E731
    else:
        def g(t):
            return t * t + a
    table = {"tanh": tanh, "exp": lambda t: exp(-a * t)}
    layers = [sin, cos, lambda t: t * a]
    y = g(x) + table["tanh" if k > 1 else "exp"](x) + layers[k](x)
    for i in range(STEPS):
        act = layers[-1] if i % 2 else g
        y = 0.5 * act(y) + apply(layers[i % 3], x)
    for layer in layers:
        y = layer(y)
    return y + apply(g, y)


POINTS = [(0.7, 1.4, "sin", 0), (0.3, 1.2, "scaled", 1), (-0.3, 0.8, "square", 2), (0.3, 0.8, "square", -1)]
