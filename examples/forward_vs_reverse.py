"""What a full Jacobian costs: n forward sweeps or m reverse sweeps for f: R^n -> R^m.

Forward mode is for few inputs, reverse mode for few outputs. (One text that this example goes back to says it
the wrong way round in its last paragraph.) --full takes the sizes of the original experiment, --out a folder
for the plot.
"""

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np

import s2sad


def spread(x: np.ndarray, m: int) -> np.ndarray:
    return np.sum(x) * np.ones(m)


def one_to_three(x: float) -> np.ndarray:
    x1 = (x * x) ** 2
    return np.array([x1, x1, x1])


def three_to_one(x1: float, x2: float, x3: float) -> float:
    return (x1 * x2 * x3) ** 2


def jacobian_forward(jvp, x: np.ndarray, m: int) -> np.ndarray:
    """A column for each input."""
    directions = np.eye(x.size)
    return np.stack([jvp(x, m, direction)[1] for direction in directions], axis=1)


def jacobian_reverse(vjp, x: np.ndarray, m: int) -> np.ndarray:
    """A row for each output."""
    seeds = np.eye(m)
    return np.stack([vjp(x, m, seed)[1] for seed in seeds], axis=0)


def timed(sweeps, derivative, x: np.ndarray, m: int) -> float:
    start = time.perf_counter()
    jacobian = sweeps(derivative, x, m)
    elapsed = time.perf_counter() - start
    assert np.array_equal(jacobian, np.ones((m, x.size)))
    return elapsed


def experiment(sizes: list[int], few: int) -> dict[str, list[float]]:
    jvp, vjp = s2sad.jvp(spread), s2sad.vjp(spread)
    for derivative, seed in ((jvp, np.ones(few)), (vjp, np.ones(few))):
        derivative(np.ones(few), few, seed)  # the first call compiles
    times: dict[str, list[float]] = {}
    print(f"{'n':>6} {'m':>6} {'forward [ms]':>13} {'reverse [ms]':>13}")
    for label in ("many outputs", "many inputs"):
        for size in sizes:
            n, m = (few, size) if label == "many outputs" else (size, few)
            x = np.linspace(0.0, 1.0, n)
            pair = [1e3 * timed(jacobian_forward, jvp, x, m), 1e3 * timed(jacobian_reverse, vjp, x, m)]
            times.setdefault(f"{label}, forward", []).append(pair[0])
            times.setdefault(f"{label}, reverse", []).append(pair[1])
            print(f"{n:6} {m:6} {pair[0]:13.3f} {pair[1]:13.3f}")
    return times


def plot(sizes: list[int], times: dict[str, list[float]], out: Path) -> None:
    try:
        import matplotlib
    except ImportError:
        print("matplotlib is not installed: pip install matplotlib draws the plot")
        return
    matplotlib.use("Agg")
    from matplotlib import pyplot

    _, axes = pyplot.subplots()
    for label, milliseconds in times.items():
        axes.semilogy(sizes, milliseconds, "o-", label=label)
    axes.set_xlabel("the larger of n and m (the other is 10)")
    axes.set_ylabel("full Jacobian [ms]")
    axes.legend()
    pyplot.savefig(out / "forward_vs_reverse.png")
    print(f"plot written to {out / 'forward_vs_reverse.png'}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="sizes 1000 to 9000")
    parser.add_argument("--out", type=Path, help="folder for the plot")
    options = parser.parse_args()
    out = options.out or Path(tempfile.mkdtemp())
    out.mkdir(parents=True, exist_ok=True)

    print("one input, three outputs, one forward sweep:", s2sad.jvp(one_to_three)(2.0, 1.0))
    gradient = s2sad.grad(three_to_one, wrt=("x1", "x2", "x3"))
    print("three inputs, one output, one reverse sweep:", gradient(1.0, 2.0, 3.0))

    sizes = [(1000 if options.full else 100) * k for k in range(1, 10, 2)]
    times = experiment(sizes, 10)
    last = {label: values[-1] for label, values in times.items()}
    assert last["many outputs, forward"] < last["many outputs, reverse"]
    assert last["many inputs, reverse"] < last["many inputs, forward"]
    print("few inputs: forward mode is the cheaper; few outputs: reverse mode is")
    plot(sizes, times, out)


if __name__ == "__main__":
    main()
