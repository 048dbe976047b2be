"""How long it takes to write a gradient: straight-line code of growing length, and a 30-line function.

    python benchmarks/transform_time.py

The time should grow linearly: 800 statements at most 10 times 100, in under 4 s; the function of
30 lines in under 50 ms.  Each figure is the best of several runs, compile time of the result not included.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import s2sad

SIZES = (25, 100, 800)
OPERATIONS = ("sin({a}) * {b}", "{a} + 0.5 * {b}", "exp(-{a} * {a})", "{a} / (1.0 + {b} * {b})", "cos({b}) - {a}")

THIRTY_LINES = '''
from math import exp, sin, sqrt


def model(x: float, k: float, n: int) -> float:
    """Thirty lines: two loops, branches, an early exit."""
    y = x
    total = 0.0
    for i in range(n):
        t = 0.1 * i
        force = k * sin(t) - 0.2 * y
        if force > 1.0:
            force = 1.0 + 0.1 * (force - 1.0)
        elif force < -1.0:
            force = -1.0 + 0.1 * (force + 1.0)
        y = y + 0.1 * force
        if y > 10.0:
            break
        total += y * y
    scale = exp(-k * k)
    z = 1.0
    for j in range(3):
        w = z * z + scale
        z = 0.5 * (z + w / (1.0 + z * z))
    if total < 0.001:
        return z
    mean = total / (1.0 + n)
    spread = sqrt(mean + 0.01)
    ratio = z / spread
    penalty = 0.5 * ratio * ratio
    result = spread + penalty
    return result
'''


def straight_line(statements: int) -> str:
    """A function of two floats; each statement uses the two variables before it."""
    lines = ["from math import cos, exp, sin", "", "", "def f(a: float, b: float) -> float:"]
    names = ["a", "b"]
    for k in range(statements):
        expression = OPERATIONS[k % len(OPERATIONS)].format(a=names[-1], b=names[-2])
        lines.append(f"    v{k} = {expression}")
        names.append(f"v{k}")
    return "\n".join([*lines, f"    return {names[-1]}", ""])


def seconds(source: str, name: str, runs: int) -> float:
    """The best time of `runs` transformations."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "module.py"
        path.write_text(source, encoding="utf-8")
        best = float("inf")
        for _ in range(runs):
            start = time.perf_counter()
            s2sad.generate(str(path), [name], mode="grad")
            best = min(best, time.perf_counter() - start)
    return best


def main() -> None:
    seconds(straight_line(5), "f", 1)  # imports and caches
    times = {}
    for size in SIZES:
        times[size] = seconds(straight_line(size), "f", 3)
        print(f"straight line, {size:4d} statements  {1000 * times[size]:8.1f} ms")
    print(f"800 against 100 statements        {times[800] / times[100]:8.1f} times")
    print(f"a 30-line function                {1000 * seconds(THIRTY_LINES, 'model', 5):8.1f} ms")


if __name__ == "__main__":
    main()
