"""A mode given as a string, cleaned and taken apart; an unknown one raises."""
from math import cos, sin


def f(x: float, mode: str) -> float:
    name = mode.strip().lower()
    if name == "relu":
        return max(x, 0.0) * x
    if name.startswith("sin"):
        k = int(name.split("-")[1])
        return sin(k * x)
    if name in ("tanh", "th") and name != "relu":
        return cos(x)
    return x * len(name.replace("_", ""))


WRT = ("x",)
POINTS = [(0.7, "relu"), (0.7, "  Tanh"), (0.4, "sin-3"), (0.4, "a_b")]
