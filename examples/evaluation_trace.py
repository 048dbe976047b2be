"""The evaluation trace of b*sin(a) + b**2 at (2, 5): primal, tangent and adjoint, as in the textbooks.

Shows the generated code in trace style, then the tables that `s2sad trace` prints. One text that this
example goes back to has w1 = 1.818 and r = 26.818: a slip, it multiplied by a.
"""

import subprocess
import sys
from math import sin
from pathlib import Path

import s2sad

QUICKSTART = Path(__file__).resolve().with_name("quickstart.py")


def f(a: float, b: float) -> float:
    r = b * sin(a) + b ** 2
    return r


def table(mode: str) -> str:
    """What the command line prints."""
    command = [sys.executable, "-m", "s2sad", "trace", f"{QUICKSTART}:f", "--at", "a=2.0,b=5.0", "--mode", mode]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def main() -> None:
    tangent = s2sad.jvp(f, wrt=("a", "b"), style="trace")
    adjoint = s2sad.vjp(f, wrt=("a", "b"), style="trace")
    print(tangent.source)
    print(adjoint.source)

    r, r_dot = tangent(2.0, 5.0, 1.0, 0.0)
    print(f"r = {r:.6f}, r_dot seeded with (1, 0) = {r_dot:.6f}")
    r, (a_bar, b_bar) = adjoint(2.0, 5.0, 1.0)
    print(f"r = {r:.6f}, a_bar = {a_bar:.6f}, b_bar = {b_bar:.6f}")

    print("\nforward, one row per executed statement:")
    print(table("forward"))
    print("reverse:")
    print(table("reverse"))


if __name__ == "__main__":
    main()
