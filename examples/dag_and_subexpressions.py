"""Common sub-expressions and the computation graph: x**8 in three multiplications, and a graph with values."""

import subprocess
import sys
from math import cos
from pathlib import Path

import s2sad

HERE = Path(__file__).resolve()


def eighth_power(x: float) -> float:
    x = x * x
    x = x * x
    x = x * x
    return x


def z(x: float, y: float) -> float:
    return x ** 2 + 4 * y + cos(x) ** 2


def main() -> None:
    trace = s2sad.trace_text(str(HERE), "eighth_power")
    print(trace)
    print(f"multiplications in the trace: {trace.count('mul(')}")
    derivative = s2sad.grad(eighth_power)
    print(derivative.source)
    print(f"8 * 1.5**7 = {8 * 1.5 ** 7}, generated derivative: {derivative(1.5)}")

    command = [sys.executable, "-m", "s2sad", "graph", f"{HERE}:z", "--at", "x=2.0,y=1.5", "--format", "mermaid"]
    print("\nthe graph of z = x**2 + 4*y + cos(x)**2 at (2, 1.5):")
    print(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    print(f"z = {z(2.0, 1.5):.6f}, its gradient: "
          + ", ".join(f"{g:.6f}" for g in s2sad.grad(z, wrt=("x", "y"))(2.0, 1.5)))


if __name__ == "__main__":
    main()
