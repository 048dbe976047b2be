"""What automatic differentiation is not: finite differences, and symbolic differentiation.

Tables of both comparisons and, with matplotlib, plots of them (to --out, else to a temporary folder).
"""

import argparse
import ast
import tempfile
from math import cos, sin
from pathlib import Path

import s2sad

try:
    import sympy
except ImportError:
    sympy = None


def cubic(x: float) -> float:
    return x ** 3 + 4 * x ** 2 - 10


def wave(x: float) -> float:
    return sin(1000 * x)


def piecewise(x: float) -> float:
    return x ** 3 if x < 2 else 3 * x


def points(low: float, high: float, count: int) -> list[float]:
    return [low + (high - low) * k / (count - 1) for k in range(count)]


def difference(f, x: float, step: float) -> float:
    return (f(x + step) - f(x)) / step


def finite_differences() -> dict[str, list[float]]:
    """Largest errors of one-sided differences and of the generated derivatives."""
    print("finite differences: largest error over the points")
    print(f"{'function':28} {'step 1e-2':>11} {'step 1e-5':>11} {'s2sad':>11}")
    d_cubic, d_wave = s2sad.grad(cubic), s2sad.grad(wave)
    problems = [("x**3 + 4*x**2 - 10", cubic, d_cubic, lambda x: 3 * x ** 2 + 8 * x, points(-5.0, 5.0, 10)),
                ("sin(1000*x)", wave, d_wave, lambda x: 1000 * cos(1000 * x), points(-0.5, 0.5, 50))]
    for title, f, derivative, exact, xs in problems:
        errors = [max(abs(difference(f, x, step) - exact(x)) for x in xs) for step in (1e-2, 1e-5)]
        errors.append(max(abs(derivative(x) - exact(x)) for x in xs))
        print(f"{title:28} {errors[0]:11.3g} {errors[1]:11.3g} {errors[2]:11.3g}")
    xs = problems[1][4]
    return {"x": xs, "1e-2": [difference(wave, x, 1e-2) for x in xs], "1e-5": [difference(wave, x, 1e-5) for x in xs],
            "s2sad": [d_wave(x) for x in xs]}


def logistic_text(n: int) -> str:
    lines = ["def f(x: float) -> float:", "    l1 = x"]
    lines += [f"    l{k} = 4 * l{k - 1} * (1 - l{k - 1})" for k in range(2, n + 1)]
    return "\n".join([*lines, f"    return l{n}"]) + "\n"


def quadratic_text(n: int) -> str:
    lines = ["def f(x: float) -> float:", "    q0 = x"]
    lines += [f"    q{k} = 3 * q{k - 1} ** 2 - q{k - 1} + 1" for k in range(1, n + 1)]
    return "\n".join([*lines, f"    return q{n}"]) + "\n"


def generated_operations(text: str, folder: Path) -> int:
    """Arithmetic operations in the derivative that s2sad writes."""
    path = folder / "swell.py"
    path.write_text(text)
    tree = ast.parse(s2sad.generate(str(path), functions=["f"], mode="grad"))
    return sum(isinstance(node, (ast.BinOp, ast.AugAssign)) for node in ast.walk(tree))


def symbolic_operations(step, n: int) -> tuple[int, int]:
    """Operations in SymPy's derivative of the n-fold composition: as it comes, and expanded."""
    x = sympy.Symbol("x")
    expression = x
    for _ in range(n):
        expression = step(expression)
    derivative = sympy.diff(expression, x)
    return int(sympy.count_ops(derivative)), int(sympy.count_ops(sympy.expand(derivative)))


def expression_swell(folder: Path) -> dict[str, list[int]]:
    print("\nexpression swell: operations in the derivative")
    if sympy is None:
        print("SymPy is not installed: pip install sympy shows its column")
    sizes: dict[str, list[int]] = {"n": [], "sympy": [], "s2sad": []}
    print(f"{'function':28} {'n':>3} {'SymPy':>9} {'expanded':>9} {'s2sad':>9}")
    maps = [("logistic map", logistic_text, lambda e: 4 * e * (1 - e), 1, range(1, 8)),
            ("3*x**2 - x + 1, composed", quadratic_text, lambda e: 3 * e ** 2 - e + 1, 0, range(1, 5))]
    for title, text, step, first, ns in maps:
        for n in ns:
            ours = generated_operations(text(n), folder)
            theirs, expanded = symbolic_operations(step, n - first) if sympy else (0, 0)
            print(f"{title:28} {n:3} {theirs:9} {expanded:9} {ours:9}")
            if first == 1:
                for key, size in (("n", n), ("sympy", theirs), ("s2sad", ours)):
                    sizes[key].append(size)
    return sizes


def control_flow() -> None:
    print("\ncontrol flow: x**3 if x < 2 else 3*x")
    if sympy is not None:
        try:
            piecewise(sympy.Symbol("x"))
        except TypeError as error:
            print(f"SymPy: {error}")
    derivative = s2sad.grad(piecewise)
    print(f"s2sad: derivative at 1 is {derivative(1.0):.1f}, at 3 is {derivative(3.0):.1f}")
    print(derivative.source)


def plots(waves: dict[str, list[float]], sizes: dict[str, list[int]], out: Path) -> None:
    try:
        import matplotlib
    except ImportError:
        print("matplotlib is not installed: pip install matplotlib draws the plots")
        return
    matplotlib.use("Agg")
    from matplotlib import pyplot

    _, (left, right) = pyplot.subplots(1, 2, figsize=(11, 4))
    for label, style in (("1e-2", ":"), ("1e-5", "--"), ("s2sad", "-")):
        left.plot(waves["x"], waves[label], style, label=label)
    left.set_title("derivative of sin(1000 x)")
    left.legend()
    for label in ("sympy", "s2sad"):
        right.semilogy(sizes["n"], [max(size, 1) for size in sizes[label]], "o-", label=label)
    right.set_title("operations in the derivative of the logistic map")
    right.legend()
    pyplot.savefig(out / "what_ad_is_not.png")
    print(f"plots written to {out / 'what_ad_is_not.png'}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, help="folder for the plots")
    out = parser.parse_args().out or Path(tempfile.mkdtemp())
    out.mkdir(parents=True, exist_ok=True)
    waves = finite_differences()
    with tempfile.TemporaryDirectory() as folder:
        sizes = expression_swell(Path(folder))
    control_flow()
    plots(waves, sizes, out)


if __name__ == "__main__":
    main()
